"""Closed lists of mentor pairs and groups, and of what they do together."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PairKind(models.TextChoices):
    """Kinds of mentoring of teachers (letter АЗ-1128/08 of 21.12.2021, domain.md B4.1)."""

    TRADITIONAL = "traditional", pgettext_lazy("mentoring", "traditional (a pair)")
    GROUP = "group", pgettext_lazy("mentoring", "group")
    VIRTUAL = "virtual", pgettext_lazy("mentoring", "virtual")
    SHORT_TERM = "short_term", pgettext_lazy("mentoring", "short-term")
    REVERSE = "reverse", pgettext_lazy("mentoring", "reverse")
    SITUATIONAL = "situational", pgettext_lazy("mentoring", "situational")
    SPEED = "speed", pgettext_lazy("mentoring", "speed")


class PairForm(models.TextChoices):
    """Who helps whom by position."""

    TEACHER_TEACHER = "teacher_teacher", _("teacher – teacher")
    HEAD_TEACHER = "head_teacher", _("head – teacher")
    HEAD_HEAD = "head_head", _("head – head")
    DEPUTY_DEPUTY = "deputy_deputy", _("deputy head – deputy head")
    SPECIALIST_TEACHER = "specialist_teacher", _("specialist – teacher")
    SPECIALIST_SPECIALIST = "specialist_specialist", _("specialist – specialist")
    UNIVERSITY_TEACHER = "university_teacher", _("university teacher – young teacher")
    PARTNER_TEACHER = "partner_teacher", _("social partner – teacher")


class PairLoop(models.TextChoices):
    """Whether mentor and mentees have one employer (Kirovsk report: «внутренний и внешний контур»)."""

    INTERNAL = "internal", pgettext_lazy("loop", "internal")
    EXTERNAL = "external", pgettext_lazy("loop", "external")


class PairState(models.TextChoices):
    """The life of a pair."""

    PROPOSED = "proposed", pgettext_lazy("pair", "waits for consents")
    RETURNED = "returned", pgettext_lazy("pair", "refused, with the coordinator")
    CONSENTED = "consented", pgettext_lazy("pair", "all consent")
    FORMED = "formed", pgettext_lazy("pair", "formed by an order")
    ACTIVE = "active", pgettext_lazy("pair", "at work")
    PAUSED = "paused", pgettext_lazy("pair", "paused")
    ENDED = "ended", pgettext_lazy("pair", "ended")
    CHANGED = "changed", pgettext_lazy("pair", "replaced by another pair")


PAIR_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    PairState.PROPOSED: frozenset(
        {PairState.CONSENTED, PairState.RETURNED, PairState.ENDED, PairState.CHANGED}
    ),
    PairState.RETURNED: frozenset({PairState.PROPOSED, PairState.ENDED, PairState.CHANGED}),
    PairState.CONSENTED: frozenset(
        {PairState.FORMED, PairState.RETURNED, PairState.ENDED, PairState.CHANGED}
    ),
    PairState.FORMED: frozenset({PairState.ACTIVE, PairState.ENDED, PairState.CHANGED}),
    PairState.ACTIVE: frozenset({PairState.PAUSED, PairState.ENDED, PairState.CHANGED}),
    PairState.PAUSED: frozenset({PairState.ACTIVE, PairState.ENDED, PairState.CHANGED}),
    PairState.ENDED: frozenset(),
    PairState.CHANGED: frozenset(),
}
"""What may follow on what; each step is one service."""

PAIR_OVER: Final = frozenset({PairState.ENDED, PairState.CHANGED})
"""States in which a pair takes no place of its mentor any more."""
PAIR_FORMED: Final = frozenset({PairState.FORMED, PairState.ACTIVE, PairState.PAUSED})
"""States of a pair that an order holds."""


class PlanItemState(models.TextChoices):
    """Where a line of the plan stands."""

    PROPOSED = "proposed", pgettext_lazy("line of a plan", "proposed")
    PLANNED = "planned", pgettext_lazy("line of a plan", "planned")
    DONE = "done", pgettext_lazy("line of a plan", "done")
    MISSED = "missed", pgettext_lazy("line of a plan", "missed")


PLAN_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    PlanItemState.PROPOSED: frozenset({PlanItemState.PLANNED}),
    PlanItemState.PLANNED: frozenset({PlanItemState.DONE, PlanItemState.MISSED}),
    PlanItemState.MISSED: frozenset({PlanItemState.PLANNED, PlanItemState.DONE}),
    PlanItemState.DONE: frozenset({PlanItemState.PLANNED}),
}


class MeetingMode(models.TextChoices):
    """The format of the plan form: in person or remotely."""

    IN_PERSON = "in_person", pgettext_lazy("format", "in person")
    REMOTE = "remote", pgettext_lazy("format", "remote")


class MeetingState(models.TextChoices):
    """Where a meeting of the pair stands."""

    PROPOSED = "proposed", pgettext_lazy("meeting", "date proposed")
    AGREED = "agreed", pgettext_lazy("meeting", "date agreed")
    HELD = "held", pgettext_lazy("meeting", "held")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


MEETING_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    MeetingState.PROPOSED: frozenset({MeetingState.AGREED, MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.AGREED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


class PairSide(models.TextChoices):
    """The two sides of a pair."""

    MENTOR = "mentor", _("mentor")
    MENTEE = "mentee", _("mentee")


class LevelSource(models.TextChoices):
    """From where a level of a competence is known."""

    DEFICITS = "deficits", _("diagnosis of deficits")
    ENTERED = "entered", _("entered by the pair")
