"""Months and silence of a pair without school holidays, the numbers with their sources, personal data."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor
from mayak.kernel.personal.holdings import Subjects, holdings_of
from mayak.networks.enums.mentor_pairs import PairState
from mayak.networks.models import (
    DiaryEntry,
    MentorPair,
    PairMiss,
    PairNote,
    PairRule,
    SchoolHoliday,
)
from mayak.networks.selectors.pair_rhythm import months_of, silent_days
from mayak.networks.selectors.pair_rules import (
    Holiday,
    counted_days,
    cutoff,
    holidays,
    pair_rules,
    silent_pairs,
)
from mayak.networks.services.pair_levels import state_level
from mayak.networks.services.pair_meetings import (
    log_meeting,
    state_miss,
)
from mayak.networks.services.pair_personal import erase_pairs
from mayak.networks.services.pair_reference import load_pair_reference
from mayak.networks.services.pair_rules import save_pair_rule
from mayak.networks.services.pair_words import (
    add_note,
    rate_pair,
    write_diary,
)
from tests.factories.mentor_pairs import mentee_of, mentor_pair
from tests.factories.people import CompetenceFactory

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


# --- rhythm ---


def test_days_of_holidays_are_not_counted() -> None:
    known = [Holiday(dt.date(2026, 3, 5), dt.date(2026, 3, 8), "")]
    assert counted_days(dt.date(2026, 3, 1), dt.date(2026, 3, 10), known) == 5
    assert counted_days(dt.date(2026, 3, 10), dt.date(2026, 3, 1), known) == 0
    since = cutoff(5, TODAY, known)
    assert since == dt.date(2026, 3, 1)
    assert counted_days(since, TODAY, known) == 5


def test_a_pair_is_silent_from_the_thirtieth_day_without_holidays() -> None:
    exact = mentor_pair(starts_on=day(-60), last_meeting_on=day(-30))
    mentor_pair(starts_on=day(-60), last_meeting_on=day(-29))
    mentor_pair(state=PairState.PAUSED, starts_on=day(-60))
    never = mentor_pair(starts_on=day(-31))
    assert set(silent_pairs(MentorPair.objects.all(), 30, TODAY)) == {exact, never}
    SchoolHoliday.objects.create(name="Каникулы", starts_on=day(-20), ends_on=day(-19), source="test")
    assert set(silent_pairs(MentorPair.objects.all(), 30, TODAY)) == set()
    assert silent_days(exact, today=TODAY, known=holidays()) == 28


def test_holidays_of_one_territory_move_only_its_own_cutoff() -> None:
    here = mentor_pair(starts_on=day(-30))
    there = mentor_pair(starts_on=day(-30))
    SchoolHoliday.objects.create(
        name="Карантин",
        starts_on=day(-5),
        ends_on=day(-4),
        territory=here.first_school.territory,
        source="test",
    )
    assert set(silent_pairs(MentorPair.objects.all(), 30, TODAY)) == {there}


def test_a_month_without_a_meeting_wants_a_reason_unless_it_is_holidays() -> None:
    pair = mentor_pair(starts_on=dt.date(2025, 12, 1))
    known = [Holiday(dt.date(2026, 1, 1), dt.date(2026, 1, 31), "")]
    months = months_of(
        pair,
        [dt.date(2025, 12, 12), dt.date(2025, 12, 20)],
        {},
        today=TODAY,
        known=known,
        days_needed=14,
    )
    assert [(f"{one.month:%m}", one.held, one.is_due, one.wants_reason) for one in months] == [
        ("03", 0, True, False),  # not over yet
        ("02", 0, True, True),
        ("01", 0, False, False),
        ("12", 2, True, False),
    ]


def test_the_reason_of_a_month_is_kept_and_may_be_changed() -> None:
    pair = mentor_pair(starts_on=dt.date(2026, 1, 1))
    state_miss(pair, actor=ACTOR, month=dt.date(2026, 2, 14), reason="Болезнь")
    state_miss(pair, actor=ACTOR, month=dt.date(2026, 2, 1), reason="Карантин")
    assert list(PairMiss.objects.values_list("month", "reason")) == [(dt.date(2026, 2, 1), "Карантин")]
    with pytest.raises(ValidationError, match="has not begun yet"):
        state_miss(pair, actor=ACTOR, month=dt.date(2026, 4, 1), reason="Отпуск")
    log_meeting(pair, actor=ACTOR, summary="Урок")
    with pytest.raises(ValidationError, match="There was a meeting in this month"):
        state_miss(pair, actor=ACTOR, month=TODAY, reason="Не было")


# --- rules ---


def test_the_supplied_numbers_are_loaded_once_and_an_edit_stays() -> None:
    assert [(one.created, one.unchanged) for one in load_pair_reference()] == [(8, 0), (12, 0)]
    assert [(one.created, one.unchanged) for one in load_pair_reference()] == [(0, 8), (0, 12)]
    rule = PairRule.objects.get(code="silent-pair")
    assert (rule.value, rule.is_assumption) == (30, True)
    assert not PairRule.objects.get(code="group-mentees").is_assumption
    rule.value = 20
    save_pair_rule(rule, actor=ACTOR)
    load_pair_reference()
    assert pair_rules()["silent-pair"] == 20


def test_without_the_dictionary_the_numbers_of_the_product_count() -> None:
    assert pair_rules()["silent-coordinator"] == 45


# --- personal data ---


def subjects_of(person_id: int) -> Subjects:
    return Subjects(None, person_id, frozenset({f"registry.person:{person_id}"}))


def test_my_data_shows_the_own_diary_and_not_that_of_others() -> None:
    pair = mentor_pair()
    write_diary(pair, actor=ACTOR, author=mentee_of(pair), text="Получилось")
    add_note(pair, actor=ACTOR, author=pair.mentor, text="Напомнить")
    of_mentee = {one.key: one for one in holdings_of(subjects_of(mentee_of(pair).pk))}
    assert list(of_mentee["pair-diary"].rows) == [[TODAY, "Получилось", "no"]]
    assert "pair-notes" not in of_mentee
    of_mentor = {one.key: one for one in holdings_of(subjects_of(pair.mentor_id))}
    assert "pair-diary" not in of_mentor
    assert list(of_mentor["pair-notes"].rows) == [[TODAY, "Напомнить"]]


def test_an_erasure_deletes_the_words_and_levels_of_a_person() -> None:
    pair = mentor_pair()
    mentee = mentee_of(pair)
    write_diary(pair, actor=ACTOR, author=mentee, text="Получилось")
    add_note(pair, actor=ACTOR, author=mentee, text="Спросить")
    add_note(pair, actor=ACTOR, author=pair.mentor, text="Чужая")
    rate_pair(pair, actor=ACTOR, person=mentee, score=8, word="Спасибо")
    state_level(pair, mentee, CompetenceFactory(), actor=ACTOR, entry=2)

    class Target:
        subjects = subjects_of(mentee.pk)

    effects = {str(one.what): one.count for one in erase_pairs(Target())}  # type: ignore[arg-type, union-attr]  # the part that is read
    assert effects == {
        "entries of a success diary that are deleted": 1,
        "notes in pairs that are deleted": 1,
        "words on the satisfaction with a pair that are deleted": 1,
        "levels of competences in pairs that are deleted": 1,
        "needs of a mentee that are deleted": 0,
    }
    assert not DiaryEntry.objects.exists()
    assert list(PairNote.objects.values_list("text", flat=True)) == ["Чужая"]
    assert pair.ratings.get().word == ""
