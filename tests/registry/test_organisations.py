"""Organisations: keys, names through time, branches, closing, successors."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from mayak.kernel.models import AuditEntry
from mayak.registry.enums import NameKind, OrganisationKind, SuccessionKind
from mayak.registry.models import Organisation, OrganisationName
from mayak.registry.services.bulk import create_organisations
from mayak.registry.services.organisations import (
    add_name,
    close_organisation,
    create_organisation,
    remove_name,
    reopen_organisation,
    update_organisation,
)
from mayak.registry.services.successions import record_succession, remove_succession
from tests.factories.registry import BranchFactory, LegalActFactory, OrganisationFactory
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def create(world: World, **fields: object) -> Organisation:
    values: dict[str, Any] = {"kind": OrganisationKind.SCHOOL, "name": "МБОУ «Школа»", "territory": world.own}
    return create_organisation(actor=ACTOR, **values | fields)


def test_a_new_school_has_its_keys_and_its_names(world: World) -> None:
    school = create(
        world,
        name="Муниципальное бюджетное общеобразовательное учреждение «СОШ № 2»",
        short_name="МБОУ СОШ № 2",
        settlement="Любань",
        opened_on=dt.date(1999, 9, 1),
    )
    assert school.sort_key == "сош № 000002"
    assert "любань" in school.search_text
    assert list(school.names.order_by("pk").values_list("name", "kind", "valid_from", "valid_to")) == [
        (school.name, NameKind.OFFICIAL, dt.date(1999, 9, 1), None),
        ("МБОУ СОШ № 2", NameKind.SHORT, dt.date(1999, 9, 1), None),
    ]


def test_number_ten_comes_after_number_two(world: World) -> None:
    for number in (10, 2):
        create(world, name=f"Школа {number}", short_name=f"МКОУ СОШ № {number}")
    names = Organisation.objects.filter(short_name__startswith="МКОУ", territory=world.own)
    assert [row.short_name for row in names] == ["МКОУ СОШ № 2", "МКОУ СОШ № 10"]


def test_creating_keeps_every_given_value_in_the_audit_log(world: World) -> None:
    school = create(world, name="МБОУ СОШ № 3", fis_oko_login="edu5")
    entry = AuditEntry.objects.get(action="create")
    assert entry.organisation_id == school.pk
    assert entry.territory_path == world.own.path
    assert entry.changes["fis_oko_login"] == [None, "edu5"]
    assert "address" not in entry.changes


def test_a_renaming_keeps_the_old_name_until_the_day_before(world: World) -> None:
    school = create(world, name="МОУ СОШ № 4", short_name="МОУ СОШ № 4")
    update_organisation(school, actor=ACTOR, renamed_on=dt.date(2015, 9, 1), short_name="МБОУ СОШ № 4")
    rows = (
        school.names.filter(kind=NameKind.SHORT).order_by("pk").values_list("name", "valid_from", "valid_to")
    )
    assert list(rows) == [
        ("МОУ СОШ № 4", None, dt.date(2015, 8, 31)),
        ("МБОУ СОШ № 4", dt.date(2015, 9, 1), None),
    ]
    school.refresh_from_db()
    assert "моу сош № 4" in school.search_text


def test_a_correction_does_not_keep_the_mistake(world: World) -> None:
    school = create(world, name="Полное", short_name="МБОУ СОШШ № 4")
    update_organisation(school, actor=ACTOR, is_correction=True, short_name="МБОУ СОШ № 4")
    assert list(school.names.filter(kind=NameKind.SHORT).values_list("name", flat=True)) == ["МБОУ СОШ № 4"]


def test_a_name_that_comes_back_is_valid_again(world: World) -> None:
    school = create(world, name="Полное", short_name="А")
    update_organisation(school, actor=ACTOR, renamed_on=dt.date(2010, 1, 1), short_name="Б")
    update_organisation(school, actor=ACTOR, renamed_on=dt.date(2020, 1, 1), short_name="А")
    assert OrganisationName.objects.get(organisation=school, name="А", kind="short").valid_to is None
    assert OrganisationName.objects.get(organisation=school, name="Б").valid_to == dt.date(2019, 12, 31)


def test_an_update_of_nothing_writes_nothing(world: World) -> None:
    update_organisation(world.school, actor=ACTOR, short_name="МБОУ СОШ № 1")
    assert not AuditEntry.objects.filter(action="update").exists()


def test_an_update_writes_old_and_new(world: World) -> None:
    update_organisation(world.school, actor=ACTOR, pupils=120)
    assert AuditEntry.objects.get(action="update").changes == {"pupils": [None, 120]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"kind": OrganisationKind.BRANCH},
            {"parent": ["Для филиала укажите школу, которой он принадлежит."]},
        ),
        ({"fis_oko_login": "203389"}, {"fis_oko_login": ["Логин выглядит так: edu203389."]}),
        ({"ogrn": "12"}, {"ogrn": ["13 или 15 цифр."]}),
        ({"inn": "12"}, {"inn": ["10 или 12 цифр."]}),
        ({"grade_from": 9, "grade_to": 1}, {"__all__": ["Последний класс не может быть меньше первого."]}),
        ({"latitude": 59}, {"__all__": ["Укажите обе координаты или ни одной."]}),
        (
            {"opened_on": dt.date(2020, 1, 1), "closed_on": dt.date(2019, 1, 1)},
            {"__all__": ["Конец периода не может быть раньше его начала."]},
        ),
        ({"fis_oko_login": "edu203389"}, {"__all__": ["Этот логин ФИС ОКО уже есть у другой организации."]}),
    ],
)
def test_what_is_refused_and_in_which_words(
    world: World, fields: dict[str, object], message: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        create(world, **fields)
    assert refused.value.message_dict == message
    assert not Organisation.objects.filter(name="МБОУ «Школа»").exists()


def test_the_database_itself_refuses_a_branch_without_a_school(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(
            territory=world.own, kind=OrganisationKind.BRANCH, name="Филиал", short_name="Филиал"
        )


def test_a_branch_of_a_branch_is_refused(world: World) -> None:
    branch = BranchFactory(parent=world.school)
    with pytest.raises(ValidationError) as refused:
        create(world, kind=OrganisationKind.BRANCH, parent=branch)
    assert refused.value.message_dict == {
        "parent": ["Филиал относится к школе, а не к другому филиалу или службе."]
    }


def test_a_parent_of_what_is_no_branch_is_refused(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        create(world, parent=world.school)
    assert refused.value.message_dict == {"parent": ["К школе может относиться только филиал."]}


def test_a_school_signs_for_its_branch(world: World) -> None:
    branch = BranchFactory(parent=world.school)
    assert branch.signatory == world.school
    assert world.school.signatory == world.school


def test_a_school_with_an_open_branch_cannot_be_closed(world: World) -> None:
    BranchFactory(parent=world.school, short_name="Филиал Андрианово")
    with pytest.raises(ValidationError) as refused:
        close_organisation(world.school, actor=ACTOR, closed_on=dt.date(2024, 8, 31))
    assert refused.value.messages == [
        "Сначала закройте филиалы или передайте их другой школе: Филиал Андрианово."
    ]


def test_closing_and_opening_again(world: World) -> None:
    close_organisation(world.school, actor=ACTOR, closed_on=dt.date(2024, 8, 31))
    assert world.school not in Organisation.objects.open()
    reopen_organisation(world.school, actor=ACTOR)
    assert world.school in Organisation.objects.open()


def test_a_joining_closes_the_predecessor_and_hands_its_branches_over(world: World) -> None:
    branch = BranchFactory(parent=world.school)
    successor = OrganisationFactory(territory=world.own)
    act = LegalActFactory(territory=world.own)
    record_succession(
        world.school,
        actor=ACTOR,
        successor=successor,
        kind=SuccessionKind.JOINING,
        happened_on=dt.date(2024, 9, 1),
        basis=act,
    )
    world.school.refresh_from_db()
    branch.refresh_from_db()
    assert world.school.closed_on == dt.date(2024, 8, 31)
    assert branch.parent == successor


def test_after_a_split_the_predecessor_lives_on(world: World) -> None:
    successor = OrganisationFactory(territory=world.own)
    record_succession(
        world.school,
        actor=ACTOR,
        successor=successor,
        kind=SuccessionKind.SPLIT,
        happened_on=dt.date(2024, 9, 1),
    )
    world.school.refresh_from_db()
    assert world.school.closed_on is None


def test_successions_in_a_circle_are_refused(world: World) -> None:
    second = OrganisationFactory(territory=world.own)
    record_succession(
        world.school,
        actor=ACTOR,
        successor=second,
        kind=SuccessionKind.SPLIT,
        happened_on=dt.date(2020, 9, 1),
    )
    with pytest.raises(ValidationError) as refused:
        record_succession(
            second,
            actor=ACTOR,
            successor=world.school,
            kind=SuccessionKind.SPLIT,
            happened_on=dt.date(2021, 9, 1),
        )
    assert refused.value.message_dict == {"successor": ["Эта организация уже является предшественником."]}


def test_taking_a_succession_back_opens_the_predecessor(world: World) -> None:
    successor = OrganisationFactory(territory=world.own)
    succession = record_succession(
        world.school,
        actor=ACTOR,
        successor=successor,
        kind=SuccessionKind.MERGER,
        happened_on=dt.date(2024, 9, 1),
    )
    remove_succession(succession, actor=ACTOR)
    world.school.refresh_from_db()
    assert world.school.closed_on is None


def test_a_name_from_files_is_found_by_the_search(world: World) -> None:
    add_name(world.school, actor=ACTOR, name="Школа имени Героя")
    world.school.refresh_from_db()
    assert "школа имени героя" in world.school.search_text


def test_a_present_name_cannot_be_removed(world: World) -> None:
    name = world.school.names.get()
    with pytest.raises(ValidationError) as refused:
        remove_name(name, actor=ACTOR)
    assert refused.value.messages == [
        "Сейчас организация носит это название. Вместо удаления переименуйте её."
    ]


def test_many_organisations_cost_few_queries_and_one_audit_entry(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [
        Organisation(territory=world.own, kind="school", name=f"Школа {n}", short_name=f"МБОУ СОШ № {n}")
        for n in range(100, 400)
    ]
    with django_assert_max_num_queries(20):
        create_organisations(rows, actor=ACTOR, territory_path=world.own.path or "", source="schools.xlsx")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.row_count, entry.object_text) == ("create", 300, "schools.xlsx")
    assert OrganisationName.objects.filter(organisation__in=rows).count() == 600
    assert Organisation.objects.get(short_name="МБОУ СОШ № 150").sort_key == "сош № 000150"
