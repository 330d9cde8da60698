"""Pages of competences and deficits: who sees what, the hint for the person alone, readings, requests."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.deficits import DeficitSource, HelpForm, RequestMode, Severity
from mayak.diagnosis.models import Competence, DeficitEvidence, DeficitRule, HelpRequest, TeacherNeed
from mayak.diagnosis.selectors.pupil_hints import hints_for
from mayak.kernel.access import SYSTEM
from mayak.kernel.models import Job
from mayak.kernel.readings.models import Reading
from mayak.results.models import SchoolResult
from tests.factories.accounts import UserFactory
from tests.factories.matching import result
from tests.factories.people import (
    CompetenceFactory,
    GroupFactory,
    HelpRequestFactory,
    LevelFactory,
    RuleFactory,
    TeacherNeedFactory,
    load_rules,
    region_of,
    say,
    teacher,
    this_year,
    user_of,
)
from tests.factories.registry import AuthorityFactory, SchoolFactory, ServiceFactory, SubjectFactory

pytestmark = pytest.mark.django_db
HINT_NUMBER = 43


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def school():
    this_year()
    return SchoolFactory()


@pytest.fixture
def maths():
    return SubjectFactory(code="mathematics", name="Математика")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def as_teacher(person) -> Client:
    return signed_in(user_of(person.employments.get().organisation, Role.TEACHER, person=person))


def text_of(response) -> str:
    return response.content.decode()


# The catalogue


def test_the_catalogue_shows_groups_with_levels_and_competences(school) -> None:
    one = CompetenceFactory(name="Постановка цели урока", description="Ставит цель вместе с учениками.")
    LevelFactory(group=one.group, level=3, description="Делает это на каждом уроке.")
    CompetenceFactory(name="Старая", archived_at=timezone.now())
    client = signed_in(user_of(school, Role.TEACHER))
    page = text_of(client.get(reverse("diagnosis:competences")))
    assert "Постановка цели урока" in page
    assert "Делает это на каждом уроке." in page
    assert "Старая" not in page
    assert "Старая" in text_of(client.get(reverse("diagnosis:competences"), {"archived": "1"}))
    assert "Постановка цели урока" not in text_of(
        client.get(reverse("diagnosis:competences"), {"q": "физика"})
    )


def test_the_catalogue_costs_the_same_for_one_competence_and_three(school) -> None:
    client = signed_in(user_of(school, Role.TEACHER))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            CompetenceFactory()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("diagnosis:competences"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_methodist_adds_changes_and_archives_a_competence(school) -> None:
    group = GroupFactory()
    LevelFactory(group=group, level=0, description="Не проявляется.")
    client = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    form = {
        "group": group.pk,
        "name": "Работа с ошибкой",
        "source": "Протокол № 1",
        "level_3": "Учит других.",
    }
    client.post(reverse("diagnosis:competence-create"), form)
    made = Competence.objects.get(name="Работа с ошибкой")
    assert (made.code, made.is_supplied) == ("methods-1", False)
    page = text_of(client.get(reverse("diagnosis:competence", args=[made.pk])))
    assert "Учит других." in page
    assert "Не проявляется." in page
    client.post(
        reverse("diagnosis:competence-edit", args=[made.pk]), form | {"name": "Разбор ошибки", "level_3": ""}
    )
    made.refresh_from_db()
    assert (made.name, made.levels.count()) == ("Разбор ошибки", 0)
    archive = reverse("diagnosis:competence-archive", args=[made.pk])
    for is_archived in (True, False):
        client.post(archive)
        made.refresh_from_db()
        assert made.is_archived is is_archived


def test_grades_that_are_turned_round_are_refused_with_words(school) -> None:
    client = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    form = {"group": GroupFactory().pk, "name": "Задачи", "grade_from": 9, "grade_to": 5}
    response = client.post(reverse("diagnosis:competence-create"), form)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "The last grade cannot lie below the first." in text_of(response)
    assert 'value="9"' in text_of(response)


def test_the_levels_of_a_group_are_changed_and_none_may_be_empty(school) -> None:
    group = GroupFactory()
    client = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    form = {"name": group.name, "source": "Р-201"} | {
        f"level_{level}": f"Уровень {level}" for level in range(4)
    }
    address = reverse("diagnosis:competence-group", args=[group.pk])
    assert client.post(address, form | {"level_2": ""}).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(address, form).status_code == HTTPStatus.FOUND
    assert [row.description for row in group.levels.all()] == [f"Уровень {level}" for level in range(4)]


def test_a_teacher_does_not_change_the_catalogue(school) -> None:
    one = CompetenceFactory()
    client = signed_in(user_of(school, Role.TEACHER))
    for name, args in (("competence-create", []), ("competence-edit", [one.pk]), ("competence-import", [])):
        response = client.get(reverse(f"diagnosis:{name}", args=args))
        assert response.status_code == HTTPStatus.FORBIDDEN
        assert "catalogue of competences" in text_of(response)


def test_weights_are_changed_by_the_region_alone(school) -> None:
    rule = RuleFactory()
    address = reverse("diagnosis:deficit-rule", args=[rule.pk])
    form = {"value": "0,7", "source": "Приказ министерства", "is_assumption": ""}
    methodist = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    assert methodist.post(address, form).status_code == HTTPStatus.FORBIDDEN
    region = AuthorityFactory(territory=region_of(school.territory))
    coordinator = signed_in(user_of(region, Role.REGIONAL_COORDINATOR))
    with override_settings(LANGUAGE_CODE="ru"), translation.override("ru"):
        assert coordinator.post(address, form).status_code == HTTPStatus.FOUND
    rule.refresh_from_db()
    assert (rule.value, rule.source, rule.is_assumption) == (0.7, "Приказ министерства", False)
    assert Job.objects.filter(kind="diagnosis.refresh_deficits").count() == 1
    assert "assumption" not in text_of(methodist.get(reverse("diagnosis:deficit-rules")))


# The own page


def test_the_own_page_shows_each_source_and_who_looked(school) -> None:
    person = teacher(school)
    say(person, CompetenceFactory(name="Формирующее оценивание"), 2.4, instrument="Диагностика 2026")
    client = as_teacher(person)
    page = text_of(client.get(reverse("diagnosis:my-deficits")))
    assert "Формирующее оценивание" in page
    assert "Диагностика 2026" in page
    assert "Nobody has looked at your deficits." in page
    reader = user_of(school, Role.HEAD_TEACHER)
    signed_in(reader).get(reverse("diagnosis:person", args=[person.pk]))
    assert reader.email in text_of(client.get(reverse("diagnosis:my-deficits")))


def test_an_account_without_a_person_is_told_why(school) -> None:
    client = signed_in(user_of(school, Role.TEACHER))
    request = HelpRequestFactory(person=teacher(school))
    for name in ("my-deficits", "my-request-create"):
        assert "not tied to a person" in text_of(client.get(reverse(f"diagnosis:{name}")))
    assert client.post(reverse("diagnosis:my-request-create"), {}).status_code == HTTPStatus.BAD_REQUEST
    assert client.get(reverse("diagnosis:my-request", args=[request.pk])).status_code == HTTPStatus.NOT_FOUND


def test_a_teacher_asks_for_help_changes_and_withdraws_it(school) -> None:
    one, other = CompetenceFactory(), CompetenceFactory()
    person = teacher(school)
    client = as_teacher(person)
    form = {
        "competence": one.pk,
        "severity": Severity.GREAT,
        "form": HelpForm.MENTOR,
        "mode": RequestMode.ANY,
        "text": "Прошу показать урок",
    }
    client.post(reverse("diagnosis:my-request-create"), form)
    request = HelpRequest.objects.get()
    assert (request.person, request.competence, request.state) == (person, one, "open")
    double = client.post(reverse("diagnosis:my-request-create"), form)
    assert double.status_code == HTTPStatus.BAD_REQUEST
    assert "Прошу показать урок" in text_of(double)
    client.post(reverse("diagnosis:my-request", args=[request.pk]), form | {"competence": other.pk})
    request.refresh_from_db()
    assert request.competence == other
    client.post(reverse("diagnosis:my-request-withdraw", args=[request.pk]))
    assert not DeficitEvidence.objects.exists()


def test_the_request_of_somebody_else_is_not_there(school) -> None:
    other = HelpRequestFactory(person=teacher(school, "Петров"))
    client = as_teacher(teacher(school))
    for name in ("my-request", "my-request-withdraw"):
        response = client.post(reverse(f"diagnosis:{name}", args=[other.pk]))
        assert response.status_code == HTTPStatus.NOT_FOUND


def test_the_self_assessment_records_only_what_was_said(school) -> None:
    one, other = CompetenceFactory(), CompetenceFactory()
    person = teacher(school)
    client = as_teacher(person)
    address = reverse("diagnosis:my-self", args=[one.group_id])
    assert one.name in text_of(client.get(address))
    client.post(address, {f"severity_{one.pk}": "3", f"wish_{one.pk}": "on", f"severity_{other.pk}": ""})
    [evidence] = DeficitEvidence.objects.all()
    assert (evidence.competence, evidence.source, evidence.severity, evidence.wants_help) == (
        one, DeficitSource.SELF, 3, True,
    )  # fmt: skip
    client.post(address, {f"severity_{one.pk}": "1"})
    assert [row.severity for row in DeficitEvidence.objects.all()] == [1]


def test_a_teacher_is_offered_what_concerns_the_own_subjects(school, maths) -> None:
    algebra = SubjectFactory(code="algebra", name="Алгебра")
    physics = SubjectFactory(code="physics", name="Физика")
    names = {}
    for subject in (maths, algebra, physics):
        names[subject.code] = CompetenceFactory(group=GroupFactory(code="subject"), subject=subject).name
    heads = CompetenceFactory(group=GroupFactory(code="management", for_heads=True)).name
    client = as_teacher(teacher(school, subject=maths))
    page = text_of(client.get(reverse("diagnosis:my-request-create")))
    assert names["mathematics"] in page
    assert names["algebra"] in page
    assert f">{names['physics']}<" not in page
    assert f">{heads}<" not in page


def test_a_teacher_objects_to_a_statement_about_oneself_only(school) -> None:
    person, other = teacher(school), teacher(school, "Петров")
    mine, foreign = say(person, CompetenceFactory(), 3), say(other, CompetenceFactory(), 3)
    client = as_teacher(person)
    client.post(reverse("diagnosis:my-objection", args=[mine.pk]), {"text": "Тест был по другой программе"})
    mine.refresh_from_db()
    assert mine.objection == "Тест был по другой программе"
    assert (
        client.get(reverse("diagnosis:my-objection", args=[foreign.pk])).status_code == HTTPStatus.NOT_FOUND
    )


# The hint


def hinted(school, maths):
    """A teacher of maths in a school with 43 per cent below the threshold."""
    person = teacher(school, subject=maths)
    say(person, CompetenceFactory(subject=maths), 2)
    result(school, maths, below=HINT_NUMBER, participants=100)
    return person


def test_the_hint_is_shown_to_the_person(school, maths) -> None:
    page = text_of(as_teacher(hinted(school, maths)).get(reverse("diagnosis:my-deficits")))
    assert f"{HINT_NUMBER}.0\u202f% of 100" in page
    assert "Only you see this" in page


def test_the_hint_needs_five_participants_and_the_own_subject(school, maths) -> None:
    person = teacher(school, subject=maths)
    result(school, maths, below=2, participants=4)
    result(school, SubjectFactory(code="physics", name="Физика"), below=20, participants=40)
    assert hints_for(UserFactory(person=person), person) == []


@pytest.mark.parametrize(
    "role", [Role.HEAD_TEACHER, Role.METHODIST, Role.REGIONAL_COORDINATOR, Role.SYSTEM_ADMINISTRATOR]
)
def test_nobody_else_gets_the_hint_whatever_the_role(school, maths, role) -> None:
    person = hinted(school, maths)
    with pytest.raises(PermissionDenied):
        hints_for(user_of(school, role), person)


@pytest.mark.parametrize(
    "address",
    [
        lambda person, school: reverse("diagnosis:person", args=[person.pk]),
        lambda person, school: reverse("diagnosis:matrix-school", args=[school.pk]) + "?people=1&group=all",
        lambda person, school: reverse("diagnosis:group-proposals-school", args=[school.pk]),
        lambda person, school: (
            reverse("diagnosis:matrix-school", args=[school.pk]) + "?people=1&_export=csv&group=all"
        ),
    ],
)
def test_the_hint_is_on_no_page_and_in_no_file_of_others(school, maths, address) -> None:
    person = hinted(school, maths)
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    response = client.get(address(person, school))
    assert response.status_code == HTTPStatus.OK
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode()
    assert f"{HINT_NUMBER}.0" not in text
    assert f"{HINT_NUMBER}\u202f%" not in text
    assert "below the threshold" not in text


def test_looking_at_the_hint_writes_nothing(school, maths) -> None:
    person = hinted(school, maths)
    before = DeficitEvidence.objects.count(), TeacherNeed.objects.count()
    as_teacher(person).get(reverse("diagnosis:my-deficits"))
    assert (DeficitEvidence.objects.count(), TeacherNeed.objects.count()) == before
    SchoolResult.objects.update(below_share=0)
    assert not DeficitEvidence.objects.filter(severity=0).exists()


# One teacher seen by others


def test_reading_a_teacher_needs_the_right_and_is_written_down(school) -> None:
    person = teacher(school)
    address = reverse("diagnosis:person", args=[person.pk])
    refused = signed_in(user_of(school, Role.TEACHER)).get(address)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "read by those who help them" in text_of(refused)
    assert not Reading.objects.exists()
    head = user_of(school, Role.HEAD_TEACHER)
    assert signed_in(head).get(address).status_code == HTTPStatus.OK
    [reading] = Reading.objects.all()
    assert (reading.reader_id, reading.subject, reading.what) == (
        head.pk,
        f"registry.person:{person.pk}",
        "deficits",
    )


def test_the_regional_coordinator_reads_sums_and_no_single_teacher(school) -> None:
    person = teacher(school)
    region = AuthorityFactory(territory=region_of(school.territory))
    client = signed_in(user_of(region, Role.REGIONAL_COORDINATOR))
    assert client.get(reverse("diagnosis:person", args=[person.pk])).status_code == HTTPStatus.FORBIDDEN
    address = reverse("diagnosis:matrix-school", args=[school.pk])
    assert client.get(address).status_code == HTTPStatus.OK
    assert client.get(address, {"people": "1"}).status_code == HTTPStatus.FORBIDDEN


def test_a_foreign_teacher_and_one_who_left_are_not_there(school) -> None:
    foreign, left = teacher(SchoolFactory()), teacher(school, "Ушедшая")
    left.employments.update(valid_to=dt.date(2024, 8, 31))
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    for person in (foreign, left):
        response = client.get(reverse("diagnosis:person", args=[person.pk]))
        assert response.status_code == HTTPStatus.NOT_FOUND


def test_the_own_row_leads_to_the_own_page(school) -> None:
    person = teacher(school)
    response = as_teacher(person).get(reverse("diagnosis:person", args=[person.pk]))
    assert response.url == reverse("diagnosis:my-deficits")
    assert not Reading.objects.exists()


def test_a_head_changes_a_need_with_a_reason_and_answers_a_request(school) -> None:
    person = teacher(school)
    need = TeacherNeedFactory(person=person)
    request = HelpRequestFactory(person=person)
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    address = reverse("diagnosis:teacher-need", args=[need.pk])
    refused = client.post(address, {"weight": "30", "reason": ""})
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    client.post(address, {"weight": "30", "reason": "Проходит курсы"})
    need.refresh_from_db()
    assert (need.stated_weight, need.reason) == (0.3, "Проходит курсы")
    client.post(
        reverse("diagnosis:request-answer", args=[request.pk]),
        {"state": "taken", "answer": "Наставник найден"},
    )
    request.refresh_from_db()
    assert (request.state, request.answer) == ("taken", "Наставник найден")
    assert "Наставник найден" in text_of(as_teacher(person).get(reverse("diagnosis:my-deficits")))


def test_needs_and_requests_of_other_schools_are_not_there(school) -> None:
    other = teacher(SchoolFactory())
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    need, request = TeacherNeedFactory(person=other), HelpRequestFactory(person=other)
    for name, row in (("teacher-need", need), ("request-answer", request)):
        response = client.get(reverse(f"diagnosis:{name}", args=[row.pk]))
        assert response.status_code == HTTPStatus.NOT_FOUND


def test_my_data_holds_the_deficits_and_erasing_takes_them() -> None:
    from mayak.diagnosis.services.deficit_personal import erase_deficits, held_deficits
    from mayak.kernel.personal.erasing import Target
    from mayak.kernel.personal.holdings import Subjects

    this_year()
    person = teacher(SchoolFactory())
    say(person, CompetenceFactory(name="Рефлексия"), 3)
    subjects = Subjects(None, person.pk, frozenset())
    held = {one.key: one.rows for one in held_deficits(subjects)}
    assert held["deficits"][0][:3] == ["Рефлексия", "test", 3.0]
    assert len(held["teacher-needs"]) == 1
    effects = list(erase_deficits(Target(subjects, "-", {}, (), SYSTEM)))
    assert [effect.count for effect in effects][:2] == [1, 1]
    assert not DeficitEvidence.objects.filter(person=person).exists()


def test_the_supplied_rules_name_every_code_once() -> None:
    load_rules()
    from mayak.diagnosis.enums.deficits import Rule

    codes = {
        *Rule.WEIGHT.values(),
        *(value for name, value in vars(Rule).items() if name.isupper() and name != "WEIGHT"),
    }
    assert set(DeficitRule.objects.values_list("code", flat=True)) == codes
    assert not DeficitRule.objects.filter(is_assumption=False).exclude(code="problem-group").exists()
