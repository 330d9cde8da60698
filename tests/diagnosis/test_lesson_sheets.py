"""Planning lessons, filling in sheets on several devices, finishing, what follows from it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.deficits import DeficitSource
from mayak.diagnosis.enums.lessons import LessonState, SheetState
from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    DeficitEvidence,
    LessonObservation,
    ObservationSheet,
)
from mayak.diagnosis.selectors.lesson_results import lesson_results
from mayak.diagnosis.selectors.lessons import observer_candidates
from mayak.diagnosis.services.lessons import (
    add_observer,
    delete_lesson,
    plan_lesson,
    remove_observer,
    set_reflection,
    update_lesson,
)
from mayak.diagnosis.services.sheets import ItemChange, finish_sheet, read_changes, reopen_sheet, save_answers
from mayak.diagnosis.signals import observation_finished
from mayak.kernel.access import Actor
from mayak.kernel.models import AuditEntry
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.lessons import (
    DAY,
    festival,
    finished,
    lesson,
    observation_form,
    observer,
    score,
    sheet,
    teacher_of,
)
from tests.factories.registry import (
    AuthorityFactory,
    RegionFactory,
    SchoolFactory,
    ServiceFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def change(base: int, **values) -> ItemChange:
    return ItemChange(values, base)


def test_a_lesson_is_planned_for_a_teacher_who_works_in_the_school() -> None:
    school, other = SchoolFactory.create(), SchoolFactory.create()
    with pytest.raises(ValidationError, match="knows no post"):
        lesson(school, teacher=teacher_of(other))
    assert lesson(school).state == LessonState.DRAFT


def test_a_lesson_of_a_festival_lies_in_its_days_school_and_form() -> None:
    school = SchoolFactory.create()
    found = festival(school)
    for fields, words in (
        ({"held_on": dt.date(2022, 3, 1)}, "outside the festival"),
        ({"form": observation_form(code="other", title="Другой")}, "observed by the form"),
    ):
        with pytest.raises(ValidationError, match=words):
            lesson(school, round=found, **fields)
    with pytest.raises(ValidationError, match="takes no part"):
        lesson(SchoolFactory.create(), round=found)
    found.is_closed = True
    with pytest.raises(ValidationError, match="closed"):
        lesson(school, round=found)


def test_an_observer_has_a_role_that_observes_and_is_not_the_teacher() -> None:
    found = lesson()
    with pytest.raises(ValidationError, match="no role that observes"):
        add_observer(found, UserFactory.create(), actor=ACTOR)
    own = observer(found.organisation, person=found.teacher)
    with pytest.raises(ValidationError, match="does not observe the own lesson"):
        add_observer(found, own, actor=ACTOR)
    user = observer(found.organisation)
    add_observer(found, user, actor=ACTOR)
    with pytest.raises(ValidationError, match="observes this lesson already"):
        add_observer(found, user, actor=ACTOR)


def test_candidates_are_near_people_and_those_who_watch_over_the_territory() -> None:
    school = SchoolFactory.create()
    district = school.territory
    near = observer(SchoolFactory.create(territory=district), Role.MENTOR)
    methodist = observer(ServiceFactory.create(territory=district), Role.METHODIST)
    above = observer(AuthorityFactory.create(territory=district.parent), Role.REGIONAL_COORDINATOR)
    observer(SchoolFactory.create(territory=district), Role.TEACHER)
    observer(SchoolFactory.create(), Role.MENTOR)
    observer(AuthorityFactory.create(territory=RegionFactory.create()), Role.METHODIST)
    assert set(observer_candidates(school)) == {near, methodist, above}
    assert set(observer_candidates(school, without=[near.pk])) == {methodist, above}


def test_each_item_carries_the_version_in_which_it_changed() -> None:
    found = sheet(lesson())
    saved = save_answers(found, {"i1": change(0, score=2, evidence="спросил")}, actor=ACTOR, device="a")
    assert (saved.version, saved.saved, saved.conflicts) == (1, ["i1"], {})
    saved = save_answers(found, {"i3": change(1, score=None)}, actor=ACTOR, device="a")
    assert found.answers == {
        "i1": {"score": 2, "evidence": "спросил", "v": 1, "d": "a"}, "i3": {"score": None, "v": 2, "d": "a"},
    }  # fmt: skip


def test_sending_the_same_again_changes_nothing() -> None:
    found = sheet(lesson())
    for _time in range(3):
        saved = save_answers(found, {"i1": change(0, score=2)}, actor=ACTOR, device="a")
    assert (saved.version, saved.saved, saved.conflicts) == (1, ["i1"], {})


def test_a_device_whose_answer_got_lost_goes_on_without_a_conflict_with_itself() -> None:
    found = sheet(lesson())
    save_answers(found, {"i1": change(0, score=2)}, actor=ACTOR, device="a")
    saved = save_answers(found, {"i1": change(0, score=3)}, actor=ACTOR, device="a")
    assert (saved.saved, saved.conflicts, found.scores) == (["i1"], {}, {"i1": 3})


def test_two_devices_lose_nothing_of_each_other() -> None:
    found = sheet(lesson())
    save_answers(found, {"i1": change(0, score=2), "i2": change(0, score=1)}, actor=ACTOR, device="phone")
    saved = save_answers(
        found, {"i1": change(0, score=0), "i3": change(0, score=3)}, actor=ACTOR, device="laptop"
    )
    assert saved.saved == ["i3"]
    assert saved.conflicts == {"i1": {"score": 2}}
    assert found.scores == {"i1": 2, "i2": 1, "i3": 3}
    saved = save_answers(found, {"i1": change(saved.version, score=0)}, actor=ACTOR, device="laptop")
    assert (saved.conflicts, found.scores["i1"]) == ({}, 0)


def test_what_the_form_does_not_have_is_refused_and_named() -> None:
    found = sheet(lesson())
    changes = {
        "i9": change(0, score=1),
        "i1": change(0, score=7),
        "i2": change(0, score=True),
        "i3": change(0, score=1),
    }
    saved = save_answers(found, changes, actor=ACTOR)
    assert (saved.refused, saved.saved) == (["i9", "i1", "i2"], ["i3"])


def test_recommendations_are_kept_like_an_item_but_have_no_score() -> None:
    found = sheet(lesson())
    save_answers(found, {"advice": change(0, evidence="Больше вопросов.")}, actor=ACTOR)
    saved = save_answers(found, {"advice": change(1, score=1)}, actor=ACTOR)
    assert (found.advice, found.scores, saved.refused) == ("Больше вопросов.", {}, ["advice"])


def test_an_example_alone_is_no_answer() -> None:
    found = sheet(lesson())
    save_answers(found, {"i1": change(0, evidence="долго думали")}, actor=ACTOR)
    assert (found.scores, found.evidence("i1")) == ({}, "долго думали")


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_what_is_no_table_of_changes_is_refused(raw) -> None:
    with pytest.raises(ValueError, match="changes"):
        read_changes(raw)


def test_changes_without_sense_are_left_out() -> None:
    found = read_changes({"i1": {"score": 1, "base": 4, "x": 1}, "i2": 5, "i3": {"base": "4"}})
    assert found == {"i1": ItemChange({"score": 1}, 4), "i3": ItemChange({}, 0)}


def test_a_sheet_is_finished_when_every_item_has_an_answer() -> None:
    found = score(sheet(lesson()), i1=2, i3=1)
    with pytest.raises(ValidationError, match=r"2 items have no answer, first of all 1\.2, 2\.2"):
        finish_sheet(found, actor=ACTOR)
    score(found, i2=None, i4=None)
    assert finish_sheet(found, actor=ACTOR).state == SheetState.FINISHED


def test_a_finished_sheet_takes_no_more_scores_and_says_so() -> None:
    found = score(sheet(lesson()), i1=2, i2=1, i3=1, i4=0)
    finish_sheet(found, actor=ACTOR)
    with pytest.raises(ValidationError) as refused:
        save_answers(found, {"i1": change(9, score=3)}, actor=ACTOR)
    assert refused.value.code == "finished"
    assert ObservationSheet.objects.get(pk=found.pk).scores["i1"] == 2


def test_the_last_observer_finishes_the_lesson() -> None:
    found = lesson()
    first, second = sheet(found), sheet(found)
    for one in (first, second):
        score(one, i1=3, i2=1, i3=1, i4=0)
    heard = []
    listen = lambda **told: heard.append(told["lesson"].pk)  # noqa: E731  # a listener of one line
    observation_finished.connect(listen)
    try:
        finish_sheet(first, actor=ACTOR)
        assert (LessonObservation.objects.get(pk=found.pk).state, heard) == (LessonState.DRAFT, [])
        finish_sheet(second, actor=ACTOR)
    finally:
        observation_finished.disconnect(listen)
    assert (LessonObservation.objects.get(pk=found.pk).state, heard) == (LessonState.FINISHED, [found.pk])


def test_taking_off_an_observer_who_never_began_finishes_a_lesson_too() -> None:
    found = lesson()
    first, absent = sheet(found), sheet(found)
    finish_sheet(score(first, i1=3, i2=1, i3=1, i4=0), actor=ACTOR)
    remove_observer(absent, actor=ACTOR)
    assert LessonObservation.objects.get(pk=found.pk).is_finished


def test_what_was_scored_is_not_thrown_away() -> None:
    found = lesson()
    begun = score(sheet(found), i1=3)
    with pytest.raises(ValidationError, match="not thrown away"):
        remove_observer(begun, actor=ACTOR)
    with pytest.raises(ValidationError, match="has begun"):
        delete_lesson(found, actor=ACTOR)


def test_a_finished_lesson_stays_as_it_is_until_it_is_opened_with_a_reason() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    with pytest.raises(ValidationError, match="stays as it is"):
        update_lesson(found, actor=ACTOR, topic="Другая")
    one = found.sheets.select_related("lesson__organisation__territory").get()
    with pytest.raises(ValidationError, match="Give the reason"):
        reopen_sheet(one, actor=ACTOR, reason=" ")
    reopen_sheet(one, actor=ACTOR, reason="перепутаны уроки")
    assert LessonObservation.objects.get(pk=found.pk).state == LessonState.DRAFT
    entry = AuditEntry.objects.filter(action="reopen").get()
    assert entry.object_type == "diagnosis.lessonobservation"


def test_the_log_never_holds_what_was_said_of_a_teacher() -> None:
    found = lesson()
    one = sheet(found)
    save_answers(one, {"i1": change(0, score=0, evidence="тайное слово")}, actor=ACTOR)
    set_reflection(found, actor=ACTOR, text="моё слово")
    held = str(list(AuditEntry.objects.values_list("changes", "object_text")))
    assert "тайное" not in held
    assert "моё" not in held
    assert found.teacher.family_name not in held


def competence(code: str) -> Competence:
    group, _new = CompetenceGroup.objects.get_or_create(code="methods", defaults={"name": "Методические"})
    return Competence.objects.create(code=code, name=code, group=group)


def test_a_finished_lesson_tells_the_deficits_of_the_teacher() -> None:
    goal = competence("lesson-goal")
    found = finished(lesson(), (3, 1, 0, 0), (1, 1, 0, 0))
    told = DeficitEvidence.objects.get(person=found.teacher)
    assert (told.competence, told.source, told.severity) == (goal, DeficitSource.LESSON, pytest.approx(0.75))
    assert (told.observed_on, told.note) == (DAY, "2 observers")


def test_finishing_again_replaces_what_was_told_before() -> None:
    competence("lesson-goal")
    found = finished(lesson(), (3, 1, 0, 0))
    one = ObservationSheet.objects.select_related("lesson__organisation__territory", "lesson__form").get(
        lesson=found
    )
    reopen_sheet(one, actor=ACTOR, reason="ошибка")
    finish_sheet(score(one, i1=0, i2=0), actor=ACTOR)
    told = DeficitEvidence.objects.get(person=found.teacher)
    assert told.severity == 3


def test_results_are_the_mean_over_observers_with_levels_of_the_form() -> None:
    found = lesson_results(finished(lesson(), (3, 1, 0, 1), (3, 1, None, 0)))
    assert [(one.part.code, one.result.share, one.level.code) for one in found.criteria] == [
        ("goal", 1.0, "high"), ("talk", pytest.approx((1 / 6 + 0) / 2), "low"),
    ]  # fmt: skip
    assert [one.part.title for one in found.strong] == ["Цель урока"]
    assert [one.part.advice for one in found.weak] == ["Считать открытые вопросы."]
    assert found.is_rating


def test_one_observer_is_no_rating() -> None:
    assert not lesson_results(finished(lesson(), (3, 1, 0, 1))).is_rating


def test_items_far_apart_are_marked_and_on_yes_or_no_every_difference_is() -> None:
    found = lesson_results(finished(lesson(), (3, 1, 0, 1), (1, 0, 1, 1)))
    assert [one.item.code for one in found.items if one.is_apart] == ["i1", "i2"]


def test_a_planned_lesson_needs_a_form_in_use() -> None:
    school = SchoolFactory.create()
    form = observation_form(code="old", state="retired")
    with pytest.raises(ValidationError, match="not in use"):
        plan_lesson(
            actor=ACTOR, teacher=teacher_of(school), organisation=school, form=form,
            subject=SubjectFactory.create(), held_on=timezone.localdate(),
        )  # fmt: skip


def test_a_coordinator_of_the_region_may_observe() -> None:
    found = lesson()
    held = RoleAssignmentFactory.create(
        role=Role.MUNICIPAL_COORDINATOR,
        organisation=AuthorityFactory.create(territory=found.organisation.territory),
    )
    assert sheet(found, held.user).state == SheetState.DRAFT
