"""The work of a pair: calendar, log of a meeting, plan, words, satisfaction, levels."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation

from mayak.diagnosis.enums.measures import AddresseeKind, TriggerKind, TriggerLevel
from mayak.diagnosis.models import MeasureTemplate
from mayak.kernel.access import Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.networks.enums.mentor_pairs import PairState
from mayak.networks.models import (
    PairLevel,
)
from mayak.networks.services.pair_levels import state_level
from mayak.networks.services.pair_meetings import (
    cancel_meeting,
    confirm_meeting,
    log_meeting,
    propose_meeting,
)
from mayak.networks.services.pair_plans import (
    add_plan_item,
    approve_plan,
    drop_plan_item,
    finish_plan_item,
    miss_plan_item,
    propose_plan,
    reopen_plan_item,
)
from mayak.networks.services.pair_words import (
    add_material,
    add_note,
    drop_diary,
    rate_pair,
    share_diary,
    write_diary,
)
from tests.factories.mentor_pairs import mentee_of, mentor_pair
from tests.factories.people import CompetenceFactory, TeacherNeedFactory, teacher

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
TODAY = dt.date(2026, 3, 10)
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _fixed():
    with (
        override_settings(LANGUAGE_CODE="en"),
        translation.override("en"),
        time_machine.travel(NOON, tick=False),
    ):
        yield


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


# --- calendar ---


def test_the_mentee_proposes_the_mentor_confirms() -> None:
    pair = mentor_pair()
    meeting = propose_meeting(pair, actor=ACTOR, side="mentee", day=day(3))
    with pytest.raises(ValidationError, match="the other side confirms it"):
        confirm_meeting(meeting, actor=ACTOR, side="mentee")
    assert confirm_meeting(meeting, actor=ACTOR, side="mentor").state == "agreed"
    with pytest.raises(ValidationError, match="not open any more"):
        confirm_meeting(meeting, actor=ACTOR, side="mentor")


def test_another_date_asks_the_other_side_anew() -> None:
    pair = mentor_pair()
    meeting = propose_meeting(pair, actor=ACTOR, side="mentee", day=day(3))
    other = propose_meeting(pair, actor=ACTOR, side="mentor", day=day(5))
    assert (other.pk, other.day, other.state, other.proposed_by) == (
        meeting.pk,
        day(5),
        "proposed",
        "mentor",
    )
    assert cancel_meeting(other, actor=ACTOR).state == "cancelled"
    assert pair.meetings.count() == 1


def test_the_next_meeting_lies_ahead() -> None:
    with pytest.raises(ValidationError) as caught:
        propose_meeting(mentor_pair(), actor=ACTOR, side="mentee", day=day(-1))
    assert caught.value.message_dict == {"day": ["The next meeting cannot lie in the past."]}


def test_a_past_meeting_takes_one_line_and_proposes_the_next() -> None:
    pair = mentor_pair()
    agreed = propose_meeting(pair, actor=ACTOR, side="mentee", day=TODAY)
    held = log_meeting(pair, actor=ACTOR, summary="Разобрали урок", minutes=40, next_on=day(14))
    assert (held.pk, held.state, held.day, held.minutes) == (agreed.pk, "held", TODAY, 40)
    coming = pair.meetings.get(state="proposed")
    assert (coming.day, coming.proposed_by) == (day(14), "mentee")
    pair.refresh_from_db()
    assert (pair.last_meeting_on, pair.last_deed_on) == (TODAY, TODAY)


@pytest.mark.parametrize(
    ("values", "place", "message"),
    [
        ({"summary": " "}, "summary", "Say in one line what was done."),
        ({"summary": "Урок", "held_on": dt.date(2026, 3, 11)}, "held_on", "This day has not come yet."),
        (
            {"summary": "Урок", "next_on": dt.date(2026, 3, 9)},
            "next_on",
            "The next meeting cannot lie in the past.",
        ),
    ],
)
def test_what_a_log_refuses(values: dict, place: str, message: str) -> None:
    pair = mentor_pair()
    with pytest.raises(ValidationError) as caught:
        log_meeting(pair, actor=ACTOR, **values)
    assert caught.value.message_dict == {place: [message]}
    assert not pair.meetings.exists()


def test_nothing_is_written_before_the_order_and_after_the_end() -> None:
    with pytest.raises(ValidationError, match="once the pair is formed"):
        log_meeting(mentor_pair(state=PairState.PROPOSED), actor=ACTOR, summary="Урок")
    with pytest.raises(ValidationError, match="This pair has ended"):
        log_meeting(mentor_pair(state=PairState.ENDED), actor=ACTOR, summary="Урок")


# --- plan ---


def measure(group: str, text: str, **fields) -> MeasureTemplate:
    return MeasureTemplate.objects.create(
        **{
            "code": text[:30].encode().hex()[:60],
            "trigger_kind": TriggerKind.COMPETENCE,
            "trigger_code": group,
            "level": TriggerLevel.LOW,
            "addressee": AddresseeKind.TEACHER,
            "text": text,
            "evidence": "Карта урока",
            "days": 60,
            "source": "test",
        }
        | fields
    )


def test_a_plan_is_proposed_from_the_needs_and_approved_in_two_clicks() -> None:
    pair = mentor_pair(ends_on=day(30))
    need = TeacherNeedFactory(person=mentee_of(pair), school_year=pair.school_year)
    measure("methods", "Цикл «опыт – проба – анализ»")
    measure("methods", "Для школы", addressee=AddresseeKind.SCHOOL_ADMIN)
    assert propose_plan(pair, actor=ACTOR) == 1
    item = pair.plan.get()
    assert (item.competence, item.content, item.result) == (
        need.competence,
        "Цикл «опыт – проба – анализ»",
        "Карта урока",
    )
    assert (item.starts_on, item.due_on, item.state) == (TODAY, day(30), "proposed")
    assert approve_plan(pair, actor=ACTOR) == 1
    item.refresh_from_db()
    assert item.state == "planned"
    with pytest.raises(ValidationError, match="Nothing to propose"):
        propose_plan(pair, actor=ACTOR)
    with pytest.raises(ValidationError, match="No line of the plan waits"):
        approve_plan(pair, actor=ACTOR)


def test_a_pair_of_heads_gets_measures_for_the_administration() -> None:
    pair = mentor_pair(form="head_head")
    pair.competences.add(CompetenceFactory())
    measure("methods", "Стажировка управленческой команды", addressee=AddresseeKind.SCHOOL_ADMIN)
    assert propose_plan(pair, actor=ACTOR) == 1


def test_a_line_is_done_with_a_proof_missed_with_a_reason_and_reopened() -> None:
    pair = mentor_pair()
    item = add_plan_item(pair, actor=ACTOR, content="Пробный урок", due_on=day(5))
    with pytest.raises(ValidationError) as caught:
        finish_plan_item(item, actor=ACTOR)
    assert caught.value.message_dict == {"evidence": ["Give a sentence or a link that proves it."]}
    with pytest.raises(ValidationError) as caught:
        miss_plan_item(item, actor=ACTOR, reason=" ")
    assert caught.value.message_dict == {"reason": ["Say why it was not done."]}
    missed = miss_plan_item(item, actor=ACTOR, reason="Карантин")
    assert (missed.state, missed.miss_reason) == ("missed", "Карантин")
    done = finish_plan_item(item, actor=ACTOR, evidence_url="https://school.example/card")
    assert (done.state, done.done_on, done.miss_reason) == ("done", TODAY, "")
    pair.refresh_from_db()
    assert pair.last_deed_on == TODAY
    with pytest.raises(ValidationError, match="stays in the plan"):
        drop_plan_item(item, actor=ACTOR)
    assert reopen_plan_item(item, actor=ACTOR).state == "planned"
    drop_plan_item(item, actor=ACTOR)
    assert not pair.plan.exists()


def test_a_proposed_line_is_not_done_before_the_approval() -> None:
    pair = mentor_pair()
    item = add_plan_item(pair, actor=ACTOR, content="Урок", due_on=day(5))
    pair.plan.update(state="proposed")
    with pytest.raises(ValidationError, match="cannot take this step"):
        finish_plan_item(item, actor=ACTOR, evidence="Карта")
    with pytest.raises(ValidationError, match="waits for approval"):
        reopen_plan_item(item, actor=ACTOR)


# --- words ---


def test_the_log_never_tells_what_a_diary_says() -> None:
    pair = mentor_pair()
    entry = write_diary(pair, actor=ACTOR, author=mentee_of(pair), text="Я боюсь девятого класса")
    entry = share_diary(entry, actor=ACTOR, is_shared=True)
    assert entry.is_shared
    drop_diary(entry, actor=ACTOR)
    add_note(pair, actor=ACTOR, author=pair.mentor, text="Спросить про девятый класс")
    kept = "".join(f"{one.what} {one.changes}" for one in AuditEntry.objects.with_keys())
    assert "девят" not in kept
    assert AuditEntry.objects.filter(object_type="networks.diaryentry").count() == 3


def test_only_a_mentee_keeps_the_diary() -> None:
    pair = mentor_pair()
    with pytest.raises(ValidationError, match="Only a mentee keeps the success diary"):
        write_diary(pair, actor=ACTOR, author=pair.mentor, text="Успех")


def test_a_diary_stays_open_to_its_author_after_the_end() -> None:
    pair = mentor_pair(state=PairState.ENDED)
    assert write_diary(pair, actor=ACTOR, author=mentee_of(pair), text="Получилось").pk


def test_a_material_is_a_deed_and_a_diary_is_none() -> None:
    pair = mentor_pair()
    write_diary(pair, actor=ACTOR, author=mentee_of(pair), text="Успех")
    pair.refresh_from_db()
    assert pair.last_deed_on is None
    add_material(pair, actor=ACTOR, title="Карта", url="https://school.example/card")
    pair.refresh_from_db()
    assert pair.last_deed_on == TODAY


def test_satisfaction_is_said_by_each_side_once_a_day() -> None:
    pair = mentor_pair()
    rate_pair(pair, actor=ACTOR, person=pair.mentor, score=6)
    rate_pair(pair, actor=ACTOR, person=pair.mentor, score=9, word="Хорошо")
    rate_pair(pair, actor=ACTOR, person=mentee_of(pair), score=8)
    assert list(pair.ratings.order_by("side").values_list("side", "score", "word")) == [
        ("mentee", 8, ""),
        ("mentor", 9, "Хорошо"),
    ]
    with pytest.raises(ValidationError, match="Only those who take part"):
        rate_pair(pair, actor=ACTOR, person=teacher(pair.mentor_school, "Чужой"), score=5)
    with pytest.raises(ValidationError):
        rate_pair(pair, actor=ACTOR, person=pair.mentor, score=11)


def test_a_level_is_entered_where_the_diagnosis_says_nothing() -> None:
    pair = mentor_pair()
    competence, mentee = CompetenceFactory(), mentee_of(pair)
    with pytest.raises(ValidationError, match="Say first how it is at the entry"):
        state_level(pair, mentee, competence, actor=ACTOR, exit_level=1)
    state_level(pair, mentee, competence, actor=ACTOR, entry=3)
    level = state_level(pair, mentee, competence, actor=ACTOR, exit_level=1)
    assert (level.entry, level.exit, level.exit_on) == (3, 1, TODAY)
    assert competence in pair.competences.all()
    PairLevel.objects.update(entry_source="deficits")
    with pytest.raises(ValidationError, match="comes from the diagnosis and stays"):
        state_level(pair, mentee, competence, actor=ACTOR, entry=0)
