"""Services of people, staffing, associations, groups, programmes, acts and dictionaries."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.models import AuditEntry
from mayak.registry.enums import ActState
from mayak.registry.models import LegalAct
from mayak.registry.selectors.school_years import school_year_of, start_year_of
from mayak.registry.services.acts import cancel_act, register_act, replace_act
from mayak.registry.services.associations import create_association, update_association
from mayak.registry.services.dictionaries import (
    close_school_year,
    create_school_year,
    create_subject,
    ensure_school_year,
    reopen_school_year,
    update_subject,
)
from mayak.registry.services.groups import create_group, dissolve_group, set_part, update_group
from mayak.registry.services.members import add_association_member, add_group_member, remove_member
from mayak.registry.services.people import (
    create_person,
    employ,
    end_employment,
    update_employment,
    update_person,
)
from mayak.registry.services.programmes import (
    add_participant,
    add_role,
    add_stage,
    create_programme,
    remove_participant,
    remove_role,
    remove_stage,
    update_programme,
)
from mayak.registry.services.rows import archive_row, restore_row
from mayak.registry.services.staffing import create_staffing, remove_staffing, update_staffing
from tests.factories.registry import (
    LegalActFactory,
    PersonFactory,
    ProgrammeFactory,
    SchoolYearFactory,
    SubjectFactory,
)
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    """Actions of the audit log, the oldest first."""
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2024, 8, 31), 2023), (dt.date(2024, 9, 1), 2024), (dt.date(2025, 1, 1), 2024)],
)
def test_a_school_year_begins_on_the_first_of_september(day: dt.date, year: int) -> None:
    assert start_year_of(day) == year
    assert school_year_of(day) is None
    made = ensure_school_year(day, actor=ACTOR)
    assert (made.start_year, made.starts_on, made.ends_on) == (
        year,
        dt.date(year, 9, 1),
        dt.date(year + 1, 8, 31),
    )
    assert ensure_school_year(day, actor=ACTOR) == made
    assert school_year_of(day) == made
    assert actions() == ["create"]


def test_a_year_is_closed_and_opened_again(world: World) -> None:
    year = create_school_year(actor=ACTOR, start_year=2023)
    staffing = create_staffing(actor=ACTOR, organisation=world.school, school_year=year, teachers=10)
    close_school_year(year, actor=ACTOR)
    for refused_write in (
        lambda: update_staffing(staffing, actor=ACTOR, teachers=11),
        lambda: remove_staffing(staffing, actor=ACTOR),
    ):
        with pytest.raises(ValidationError) as refused:
            refused_write()
        assert refused.value.message_dict == {"school_year": ["Учебный год 2023/24 закрыт для изменений."]}
    reopen_school_year(year, actor=ACTOR)
    update_staffing(staffing, actor=ACTOR, teachers=11)
    remove_staffing(staffing, actor=ACTOR)
    assert actions() == ["create", "create", "close", "reopen", "update", "delete"]


def test_parts_of_the_staff_are_not_larger_than_the_whole(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        create_staffing(
            actor=ACTOR,
            organisation=world.school,
            school_year=SchoolYearFactory(),
            teachers=5,
            early_career=6,
        )
    assert refused.value.message_dict == {
        "early_career": ["Это больше, чем всего педагогических работников."]
    }


def test_staffing_of_a_year_is_registered_once(world: World) -> None:
    year = SchoolYearFactory()
    create_staffing(actor=ACTOR, organisation=world.school, school_year=year)
    with pytest.raises(ValidationError) as refused:
        create_staffing(actor=ACTOR, organisation=world.school, school_year=year)
    assert refused.value.messages == ["Сведения о кадрах за этот год уже есть."]


def test_a_person_gets_a_post_and_leaves_it(world: World) -> None:
    person = create_person(
        actor=ACTOR, territory=world.own, family_name="Ёлкина", given_name="Анна", email=" Anna@Example.ORG "
    )
    assert (person.email, person.sort_key) == ("anna@example.org", "елкина анна")
    update_person(person, actor=ACTOR, patronymic="Львовна")
    assert person.sort_key == "елкина анна львовна"
    maths, physics = SubjectFactory(), SubjectFactory()
    post = employ(person, actor=ACTOR, organisation=world.school, position="учитель", subjects=[maths])
    update_employment(post, actor=ACTOR, subjects=[maths, physics])
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert entry.changes == {"subjects": [[maths.pk], [maths.pk, physics.pk]]}
    assert entry.organisation_id == world.school.pk
    end_employment(post, actor=ACTOR, valid_to=dt.date(2024, 8, 31))
    with pytest.raises(ValidationError) as refused:
        end_employment(post, actor=ACTOR, valid_to=dt.date(2025, 8, 31))
    assert refused.value.messages == ["Работа в этой должности уже завершена."]


def test_archiving_twice_is_done_once(world: World) -> None:
    person = PersonFactory(territory=world.own)
    archive_row(person, actor=ACTOR)
    archive_row(person, actor=ACTOR)
    restore_row(person, actor=ACTOR)
    assert actions() == ["archive", "restore"]


def test_levels_of_associations_fit_their_organisations(world: World) -> None:
    person = PersonFactory(territory=world.own)
    school = create_association(
        actor=ACTOR, organisation=world.school, level="school", name="ШМО", members=[person]
    )
    create_association(actor=ACTOR, organisation=world.authority, level="district", name="РМО")
    with pytest.raises(ValidationError) as refused:
        update_association(school, actor=ACTOR, level="district")
    assert list(refused.value.message_dict) == ["level"]
    with pytest.raises(ValidationError) as refused:
        create_association(actor=ACTOR, organisation=world.school, level="school", name="ШМО")
    assert refused.value.messages == ["У этой организации уже есть объединение с таким названием."]


def test_members_come_and_go(world: World) -> None:
    first, second = PersonFactory(territory=world.own), PersonFactory(territory=world.own)
    group = create_group(
        actor=ACTOR, organisation=world.authority, kind="council", name="Совет", members=[first]
    )
    member = add_group_member(group, actor=ACTOR, person=second, part="секретарь")
    set_part(member, actor=ACTOR, part="председатель")
    update_group(group, actor=ACTOR, members=[second])
    assert [(row.person, row.part) for row in group.memberships.all()] == [(second, "председатель")]
    remove_member(group.memberships.get(), actor=ACTOR)
    assert group.members.count() == 0
    association = create_association(actor=ACTOR, organisation=world.school, level="school", name="ШМО")
    add_association_member(association, actor=ACTOR, person=first)
    with pytest.raises(ValidationError):
        add_association_member(association, actor=ACTOR, person=first)


def test_a_group_is_not_dissolved_before_it_was_founded(world: World) -> None:
    group = create_group(
        actor=ACTOR,
        organisation=world.authority,
        kind="council",
        name="Совет",
        founded_on=dt.date(2024, 1, 1),
    )
    with pytest.raises(ValidationError) as refused:
        dissolve_group(group, actor=ACTOR, dissolved_on=dt.date(2023, 1, 1))
    assert refused.value.messages == ["Конец периода не может быть раньше его начала."]


def test_a_programme_with_its_own_stages_and_roles(world: World) -> None:
    act = LegalActFactory(territory=world.own)
    programme = create_programme(
        actor=ACTOR,
        territory=world.own,
        name="Наставническая лига",
        kind="лига",
        legal_basis=[act],
        starts_on=dt.date(2023, 9, 1),
        ends_on=dt.date(2025, 8, 31),
    )
    first = add_stage(programme, actor=ACTOR, name="Подготовительный")
    assert add_stage(programme, actor=ACTOR, name="Основной").position == 2
    role = add_role(programme, actor=ACTOR, name="школа-лидер")
    participant = add_participant(programme, actor=ACTOR, organisation=world.school, role=role)
    with pytest.raises(ValidationError) as refused:
        remove_role(role, actor=ACTOR)
    assert refused.value.messages == ["Эта роль есть у участников. Сначала дайте им другую."]
    with pytest.raises(ValidationError) as refused:
        add_participant(programme, actor=ACTOR, organisation=world.school, role=role)
    assert refused.value.messages == ["Эта организация уже участвует в этой роли."]
    remove_participant(participant, actor=ACTOR)
    remove_role(role, actor=ACTOR)
    remove_stage(first, actor=ACTOR)
    update_programme(programme, actor=ACTOR, legal_basis=[])
    assert (programme.legal_basis.count(), programme.stages.count(), programme.roles.count()) == (0, 1, 0)


def test_stages_stay_inside_the_programme_and_roles_belong_to_it(world: World) -> None:
    programme = ProgrammeFactory(
        territory=world.own, starts_on=dt.date(2023, 9, 1), ends_on=dt.date(2024, 8, 31)
    )
    with pytest.raises(ValidationError) as refused:
        add_stage(programme, actor=ACTOR, name="Рано", starts_on=dt.date(2023, 1, 1))
    assert refused.value.message_dict == {"starts_on": ["Этап начинается раньше программы."]}
    with pytest.raises(ValidationError) as refused:
        add_stage(programme, actor=ACTOR, name="Поздно", ends_on=dt.date(2025, 1, 1))
    assert refused.value.message_dict == {"ends_on": ["Этап заканчивается позже программы."]}
    foreign = add_role(ProgrammeFactory(territory=world.own), actor=ACTOR, name="роль")
    with pytest.raises(ValidationError) as refused:
        add_participant(programme, actor=ACTOR, organisation=world.school, role=foreign)
    assert refused.value.message_dict == {"role": ["Эта роль относится к другой программе."]}


def test_an_act_is_cancelled_or_replaced(world: World) -> None:
    values = {
        "issuer": "Комитет",
        "kind": "order",
        "number": "1",
        "date": dt.date(2023, 1, 1),
        "title": "О проекте",
    }
    act = register_act(actor=ACTOR, territory=world.own, **values)
    newer = LegalActFactory(territory=world.own)
    with pytest.raises(ValidationError) as refused:
        replace_act(act, actor=ACTOR, replaced_by=act)
    assert refused.value.message_dict == {"replaced_by": ["Акт не может заменить сам себя."]}
    replace_act(act, actor=ACTOR, replaced_by=newer)
    assert LegalAct.objects.get(pk=act.pk).state == ActState.REPLACED
    cancel_act(newer, actor=ACTOR)
    assert LegalAct.objects.get(pk=newer.pk).state == ActState.CANCELLED
    with pytest.raises(ValidationError) as refused:
        register_act(actor=ACTOR, territory=world.own, **values)
    assert refused.value.messages == ["Этот акт уже внесён."]


def test_a_name_in_files_means_one_subject(world: World) -> None:
    create_subject(actor=ACTOR, code="math", name="Математика", aliases=["Алгебра", " Алгебра ", ""])
    physics = create_subject(actor=ACTOR, code="physics", name="Физика")
    with pytest.raises(ValidationError) as refused:
        update_subject(physics, actor=ACTOR, aliases=["алгебра"])
    assert refused.value.message_dict == {
        "aliases": ["Название «алгебра» уже означает предмет «Математика»."]
    }
