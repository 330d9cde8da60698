"""Everything that the page of a pair shows to one user: private words of others are not even read."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from mayak.networks.enums.mentor_pairs import MeetingState, PlanItemState
from mayak.networks.models import (
    DiaryEntry,
    MentorPair,
    PairLevel,
    PairMaterial,
    PairMeeting,
    PairMentee,
    PairNote,
    PairPlanItem,
    PairRating,
)
from mayak.networks.permissions.mentor_pairs import PairAccess
from mayak.networks.selectors.pair_rhythm import MonthLine, months_of, silent_days
from mayak.networks.selectors.pair_rules import (
    MONTH_DAYS,
    SILENT_COORDINATOR,
    SILENT_PAIR,
    holidays,
    holidays_at,
    pair_rules,
)

WORDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PlanState:
    """The plan and where it stands."""

    items: list[PairPlanItem]

    def count(self, state: str) -> int:
        """How many lines are in a state."""
        return sum(one.state == state for one in self.items)

    @property
    def proposed(self) -> int:
        """Lines that wait for approval."""
        return self.count(PlanItemState.PROPOSED)

    @property
    def done(self) -> int:
        """Lines that are done."""
        return self.count(PlanItemState.DONE)

    @property
    def total(self) -> int:
        """Lines that were approved."""
        return len(self.items) - self.proposed


@dataclass(frozen=True, slots=True)
class PairPage:
    """What one user sees of a pair."""

    pair: MentorPair
    mentees: list[PairMentee]
    access: PairAccess
    next_meeting: PairMeeting | None
    held: list[PairMeeting]
    plan: PlanState
    notes: list[PairNote]
    diary: list[DiaryEntry]
    materials: list[PairMaterial]
    ratings: list[PairRating]
    levels: list[PairLevel]
    months: list[MonthLine]
    silent_for: int
    is_silent: bool
    is_silent_long: bool

    @property
    def last_meeting(self) -> PairMeeting | None:
        """The newest meeting that was held."""
        return self.held[0] if self.held else None

    @property
    def may_confirm(self) -> bool:
        """Whether the date that the other side proposed waits for this user."""
        one = self.next_meeting
        return (
            one is not None
            and one.state == MeetingState.PROPOSED
            and self.access.takes_part
            and one.proposed_by != self.access.side
        )

    @property
    def consents(self) -> list[tuple[str, dt.date | None, bool]]:
        """Name, day of the consent and whether it is the user's own."""
        own = self.access.person_id
        found = [(str(self.pair.mentor), self.pair.mentor_consented_on, self.pair.mentor_id == own)]
        found += [(str(one.person), one.consented_on, one.person_id == own) for one in self.mentees]
        return found

    @property
    def wants_my_consent(self) -> bool:
        """Whether the user's own consent is awaited."""
        return self.pair.state == "proposed" and any(
            is_own and day is None for _name, day, is_own in self.consents
        )


def pair_page(pair: MentorPair, access: PairAccess, *, today: dt.date | None = None) -> PairPage:
    """Return the page of a pair; the number of queries does not depend on what the pair did."""
    day = today or timezone.localdate()
    meetings = list(pair.meetings.exclude(state=MeetingState.CANCELLED))
    held = [one for one in meetings if one.state == MeetingState.HELD]
    coming = [one for one in meetings if one.state != MeetingState.HELD]
    rules, known = pair_rules(), holidays_at(pair.first_school.territory.path or "", holidays())
    silent = silent_days(pair, today=day, known=known)
    agreed = any(one.state == MeetingState.AGREED and one.day >= day for one in coming)
    months = months_of(
        pair,
        [one.day for one in held],
        {one.month: one.reason for one in pair.misses.all()},
        today=day,
        known=known,
        days_needed=rules[MONTH_DAYS],
    )
    return PairPage(
        pair=pair,
        mentees=list(pair.mentees.all()),
        access=access,
        next_meeting=coming[0] if coming else None,
        held=held,
        plan=PlanState(list(pair.plan.select_related("competence"))),
        notes=_notes(pair, access),
        diary=_diary(pair, access),
        materials=list(pair.materials.all()),
        ratings=_ratings(pair, access),
        levels=_levels(pair, access),
        months=months,
        silent_for=silent,
        is_silent=silent >= rules[SILENT_PAIR] and not agreed,
        is_silent_long=silent >= rules[SILENT_COORDINATOR],
    )


def _notes(pair: MentorPair, access: PairAccess) -> list[PairNote]:
    rows = pair.notes.select_related("author")
    if not access.takes_part:
        rows = rows.filter(is_private=False)
    return list(rows[:WORDS_SHOWN])


def _diary(pair: MentorPair, access: PairAccess) -> list[DiaryEntry]:
    seen = Q(is_shared=True)
    if access.is_mentee:
        seen |= Q(author=access.person_id)
    return list(pair.diary.filter(seen).select_related("author")[:WORDS_SHOWN])


def _ratings(pair: MentorPair, access: PairAccess) -> list[PairRating]:
    """The newest answer of each: one's own, or everybody's for who keeps the pair without being part of it."""
    rows = pair.ratings.select_related("person")
    if access.takes_part:
        rows = rows.filter(person=access.person_id)
    elif not access.keeps:
        return []
    newest: dict[int, PairRating] = {}
    for one in rows:
        newest.setdefault(one.person_id, one)
    return list(newest.values())


def _levels(pair: MentorPair, access: PairAccess) -> list[PairLevel]:
    rows = pair.levels.select_related("competence", "person")
    if access.is_mentor or access.reads_levels:
        return list(rows)
    return list(rows.filter(person=access.person_id)) if access.is_mentee else []
