"""Evidence of deficits: what may be said, what counts, what follows; ВПР never."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from mayak.diagnosis.algorithms.packing import unpack
from mayak.diagnosis.enums.deficits import DeficitSource, HelpForm, HelpRequestState
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models import DeficitEvidence, DeficitSummary, HelpRequest, TeacherNeed
from mayak.diagnosis.selectors.deficits import evidence_lines, person_deficits, teacher_needs
from mayak.diagnosis.services.competences import archive_competence, restore_competence, update_rule
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.diagnosis.services.deficits import DeficitRow, object_to_evidence, record_deficits
from mayak.diagnosis.services.help_requests import (
    answer_request,
    state_request,
    update_request,
    withdraw_request,
)
from mayak.diagnosis.services.teacher_needs import change_teacher_need
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.models import AuditEntry, Job
from tests.factories.people import CompetenceFactory, RuleFactory, say, teacher, this_year
from tests.factories.registry import EmploymentFactory, SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    this_year()
    return teacher(SchoolFactory())


def severity_of(person, competence) -> float | None:
    found = {one.competence: one.severity for one in person_deficits(person)}
    return found.get(competence)


# What is recorded


def test_each_source_is_kept_apart_and_combined_by_weight(person) -> None:
    one = CompetenceFactory()
    say(person, one, 3, DeficitSource.SELF)
    say(person, one, 1.5, DeficitSource.TEST)
    [view] = person_deficits(person)
    assert [(line.evidence.source, line.evidence.severity, line.weight) for line in view.sources] == [
        ("self", 3, 0.5),
        ("test", 1.5, 1.0),
    ]
    assert view.severity == 2.0
    assert view.is_deficit
    assert unpack(DeficitSummary.objects.get(person=person).packed) == {one.pk: (2.0, False)}


def test_the_newest_statement_of_a_source_counts_whatever_the_order_of_arrival(person) -> None:
    one = CompetenceFactory()
    say(person, one, 1, days_ago=5)
    say(person, one, 3, days_ago=30)
    assert severity_of(person, one) == 1
    say(person, one, 2, days_ago=1)
    assert severity_of(person, one) == 2
    newest = DeficitEvidence.objects.filter(person=person, is_newest=True)
    assert [row.severity for row in newest] == [2]
    [view] = person_deficits(person)
    assert [row.severity for row in view.sources[0].earlier] == [1, 3]


def test_the_same_reference_again_replaces_what_was_written(person) -> None:
    one = CompetenceFactory()
    say(person, one, 1, DeficitSource.SELF, reference="surveys.response:7")
    say(person, one, 2, DeficitSource.SELF, reference="surveys.response:7")
    assert DeficitEvidence.objects.count() == 1
    assert severity_of(person, one) == 2


def test_a_reference_that_moves_into_the_past_lets_the_other_statement_count(person) -> None:
    one = CompetenceFactory()
    say(person, one, 1, DeficitSource.SELF, days_ago=3)
    say(person, one, 3, DeficitSource.SELF, days_ago=1, reference="surveys.response:7")
    say(person, one, 3, DeficitSource.SELF, days_ago=9, reference="surveys.response:7")
    assert severity_of(person, one) == 1


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (lambda one: [DeficitRow(one, 3.5)], "severity"),
        (lambda one: [DeficitRow(one, -1)], "severity"),
        (lambda one: [DeficitRow(one, 1), DeficitRow(one, 2)], "twice"),
    ],
)
def test_what_is_no_statement_is_refused_as_a_whole(person, rows, code) -> None:
    with pytest.raises(ValidationError) as caught:
        record_deficits(person, rows(CompetenceFactory()), source="test", actor=SYSTEM)
    assert caught.value.code == code
    assert not DeficitEvidence.objects.exists()


def test_a_day_in_the_future_and_a_competence_in_the_archive_are_refused(person) -> None:
    one = CompetenceFactory()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ValidationError) as caught:
        record_deficits(person, [DeficitRow(one, 1)], source="test", actor=SYSTEM, observed_on=tomorrow)
    assert caught.value.code == "future"
    archive_competence(one, actor=SYSTEM)
    with pytest.raises(ValidationError) as caught:
        record_deficits(person, [DeficitRow(one, 1)], source="test", actor=SYSTEM)
    assert caught.value.code == "archived"


def test_the_audit_says_that_something_was_recorded_and_not_what(person) -> None:
    say(person, CompetenceFactory(), 3)
    entry = AuditEntry.objects.get(action="record-deficits")
    assert entry.object_id == str(person.pk)
    assert entry.changes == {"source": "test", "date": timezone.localdate().isoformat(), "count": 1}
    assert person.family_name not in entry.object_text


def test_an_objection_stands_beside_the_number(person) -> None:
    evidence = say(person, CompetenceFactory(), 3)
    object_to_evidence(evidence, text=" Урок был пробным. ", actor=SYSTEM)
    [view] = person_deficits(person)
    assert view.sources[0].evidence.objection == "Урок был пробным."
    assert view.severity == 3


# ВПР never


@pytest.mark.parametrize("source", ["vpr", "ВПР", "pupils", "results", ""])
def test_results_of_pupils_are_no_source(person, source) -> None:
    with pytest.raises(ValidationError):
        record_deficits(person, [DeficitRow(CompetenceFactory(), 1)], source=source, actor=SYSTEM)
    assert not DeficitEvidence.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"instrument": "ВПР 2026, математика, 5 класс"},
        {"instrument": "итоги в.п.р."},
        {"instrument": "Всероссийские проверочные работы"},
        {"instrument": "BПP с латинскими буквами"},
        {"reference": "results.schoolresult:5"},
    ],
)
def test_vpr_in_the_name_of_the_instrument_is_refused(person, values) -> None:
    with pytest.raises(ValidationError) as caught:
        record_deficits(person, [DeficitRow(CompetenceFactory(), 1)], source="test", actor=SYSTEM, **values)
    assert caught.value.code == "vpr"


def test_vpr_in_the_note_of_a_statement_is_refused(person) -> None:
    with pytest.raises(ValidationError) as caught:
        record_deficits(
            person, [DeficitRow(CompetenceFactory(), 1, note="по итогам ВПР")], source="test", actor=SYSTEM
        )
    assert caught.value.code == "vpr"
    assert not DeficitEvidence.objects.exists()


@pytest.mark.parametrize("values", [{"source": "vpr"}, {"source": "test", "instrument": "ВПР 2026"}])
def test_the_database_itself_refuses_vpr(person, values) -> None:
    one = CompetenceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeficitEvidence.objects.create(
            person=person, competence=one, severity=1, observed_on=timezone.localdate(), **values
        )


def test_the_sources_of_evidence_hold_no_result_of_pupils() -> None:
    assert set(DeficitSource.values) == {"self", "test", "lesson", "request"}
    fields = {field.name for field in DeficitEvidence._meta.get_fields()}
    assert not {"result", "assessment", "school_result"} & fields


# Needs


def test_a_need_follows_from_a_deficit_with_its_evidence(person) -> None:
    one, other = CompetenceFactory(), CompetenceFactory()
    say(person, one, 3, instrument="Диагностика")
    say(person, other, 1)
    [need] = teacher_needs(Scope.of_everything(), school_year=this_year())
    assert (need.competence, need.weight, need.state) == (one, 1.0, NeedState.OPEN)
    with translation.override("ru"):
        assert evidence_lines(need) == [f"тест, {timezone.localdate():%d.%m.%Y}: 3,0 из 3 (Диагностика)"]


def test_a_wish_for_help_makes_a_need_of_a_small_deficit(person) -> None:
    say(person, CompetenceFactory(), 0.9, DeficitSource.SELF, wish=True)
    need = TeacherNeed.objects.get()
    assert need.weight == 0.5
    assert need.wants_help


def test_the_heaviest_need_comes_first_and_a_stated_weight_goes_before(person) -> None:
    light, heavy = CompetenceFactory(), CompetenceFactory()
    say(person, light, 1.8)
    say(person, heavy, 2.4)
    rows = teacher_needs(Scope.of_everything())
    assert [need.competence for need in rows] == [heavy, light]
    change_teacher_need(
        rows.get(competence=light), weight=0.95, is_dropped=False, reason="Новый курс", actor=SYSTEM
    )
    assert [(need.competence, need.rank_weight) for need in rows.all()] == [(light, 0.95), (heavy, 0.8)]


def test_what_a_person_stated_stays_when_the_needs_are_computed_again(person) -> None:
    one, other = CompetenceFactory(), CompetenceFactory()
    say(person, one, 3)
    say(person, other, 3)
    change_teacher_need(
        TeacherNeed.objects.get(competence=one),
        weight=0.4,
        is_dropped=False,
        reason="Уже учится",
        actor=SYSTEM,
    )
    change_teacher_need(
        TeacherNeed.objects.get(competence=other),
        weight=None,
        is_dropped=True,
        reason="Не ведёт",
        actor=SYSTEM,
    )
    say(person, one, 2.1)
    say(person, other, 0)
    need = TeacherNeed.objects.get(competence=one)
    assert (need.weight, need.stated_weight, need.reason) == (0.7, 0.4, "Уже учится")
    gone = TeacherNeed.objects.get(competence=other)
    assert (gone.weight, gone.state, gone.reason) == (0, NeedState.DROPPED, "Не ведёт")
    assert list(teacher_needs(Scope.of_everything())) == [need]


def test_a_need_that_nothing_speaks_for_any_more_goes(person) -> None:
    one = CompetenceFactory()
    say(person, one, 3)
    say(person, one, 0)
    assert not TeacherNeed.objects.exists()


def test_a_changed_need_wants_a_reason_and_a_weight_of_the_scale(person) -> None:
    say(person, CompetenceFactory(), 3)
    need = TeacherNeed.objects.get()
    for weight, dropped in ((0.4, False), (None, True)):
        with pytest.raises(ValidationError, match="reason"):
            change_teacher_need(need, weight=weight, is_dropped=dropped, reason=" ", actor=SYSTEM)
    with pytest.raises(ValidationError, match="weight"):
        change_teacher_need(need, weight=1.5, is_dropped=False, reason="-", actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        TeacherNeed.objects.filter(pk=need.pk).update(stated_weight=0.4)


def test_needs_are_narrowed_to_the_present_people_of_a_school(person) -> None:
    other = teacher(SchoolFactory())
    left = teacher(SchoolFactory(territory=person.territory))
    for one in (person, other, left):
        say(one, CompetenceFactory(), 3)
    school = person.employments.get().organisation
    post = EmploymentFactory(person=left, organisation=school, valid_from=None, valid_to=dt.date(2024, 8, 31))
    assert post.person == left
    assert {need.person for need in teacher_needs(Scope(organisation_ids=frozenset({school.pk})))} == {person}
    district = Scope(territory_paths=(person.territory.path,))
    assert {need.person for need in teacher_needs(district)} == {person, left}
    assert not teacher_needs(Scope()).exists()


def test_refreshing_costs_the_same_for_one_person_and_three(person) -> None:
    people = [person, teacher(SchoolFactory()), teacher(SchoolFactory())]
    for one in people:
        say(one, CompetenceFactory(), 3)
    counts = []
    for chosen in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            refresh_people([one.pk for one in chosen])
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Archive and rules


def test_an_archived_competence_leaves_the_summary_and_comes_back(person) -> None:
    one = CompetenceFactory()
    say(person, one, 3)
    archive_competence(one, actor=SYSTEM)
    assert Job.objects.filter(kind="diagnosis.refresh_deficits").count() == 1
    refresh_people([person.pk])
    assert person_deficits(person) == []
    assert unpack(DeficitSummary.objects.get().packed) == {}
    restore_competence(one, actor=SYSTEM)
    refresh_people([person.pk])
    assert severity_of(person, one) == 3


def test_a_changed_weight_holds_for_the_next_computation(person) -> None:
    one = CompetenceFactory()
    rule = RuleFactory()
    say(person, one, 3, DeficitSource.SELF)
    say(person, one, 1, DeficitSource.TEST)
    update_rule(rule, value=1.0, source="Решение совета", is_assumption=False, actor=SYSTEM)
    refresh_people([person.pk])
    assert unpack(DeficitSummary.objects.get().packed) == {one.pk: (2.0, False)}
    with pytest.raises(ValidationError):
        update_rule(rule, value=7, source="-", is_assumption=True, actor=SYSTEM)


# Request map


def ask(person, competence, **values) -> HelpRequest:
    given = {"severity": 2, "form": HelpForm.MENTOR, "text": "Как ставить цель урока", **values}
    return state_request(person, this_year(), actor=SYSTEM, competence=competence, **given)


def test_a_request_is_evidence_with_a_wish_for_help(person) -> None:
    one = CompetenceFactory()
    ask(person, one)
    [view] = person_deficits(person)
    assert (view.severity, view.wants_help) == (2, True)
    assert TeacherNeed.objects.get().wants_help


def test_a_changed_request_moves_its_evidence(person) -> None:
    one, other = CompetenceFactory(), CompetenceFactory()
    request = ask(person, one)
    update_request(request, actor=SYSTEM, competence=other, severity=3)
    assert [(view.competence, view.severity) for view in person_deficits(person)] == [(other, 3)]
    assert [need.competence for need in TeacherNeed.objects.all()] == [other]


def test_a_withdrawn_request_is_evidence_of_nothing(person) -> None:
    one = CompetenceFactory()
    request = ask(person, one)
    withdraw_request(request, actor=SYSTEM)
    assert person_deficits(person) == []
    assert not TeacherNeed.objects.exists()
    ask(person, one)
    with pytest.raises(ValidationError):
        withdraw_request(request, actor=SYSTEM)


def test_one_open_request_for_each_competence(person) -> None:
    one = CompetenceFactory()
    request = ask(person, one)
    with pytest.raises(ValidationError):
        ask(person, one)
    answer_request(request, state=HelpRequestState.DONE, answer="Провели консультацию", actor=SYSTEM)
    ask(person, one)
    with pytest.raises(ValidationError):
        answer_request(request, state=HelpRequestState.TAKEN, answer="", actor=SYSTEM)
