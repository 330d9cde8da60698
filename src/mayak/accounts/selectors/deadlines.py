"""When something is due: the rule is data, working days come from the calendar."""

import datetime as dt
from dataclasses import dataclass

from mayak.accounts.algorithms.working_days import after_working_days
from mayak.accounts.models import CalendarDay, DeadlineRule

DEFAULTS = {
    "request-erase": (30, False),
    "request-correct": (7, True),
    "mentoring-notice": (3, True),
    "partnership-consent": (5, True),
    "pair-consent": (5, True),
}
"""Days and whether they are working days, where the dictionary was not loaded; the same as in data/deadlines.yaml."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day, the rule that gave it (None: not loaded), and whether the calendar knows its year."""

    day: dt.date
    rule: DeadlineRule | None
    is_calendar_known: bool


def deadline(code: str, start: dt.date) -> Deadline:
    """Return by when the thing with this code is due if it began on ``start``."""
    rule = DeadlineRule.objects.filter(code=code).first()
    days, works = (rule.days, rule.counts_working_days) if rule else DEFAULTS[code]
    if not works:
        return Deadline(start + dt.timedelta(days=days), rule, True)
    special = dict(CalendarDay.objects.filter(day__gt=start).values_list("day", "is_working"))
    day = after_working_days(start, days, special)
    return Deadline(day, rule, CalendarDay.objects.filter(day__year=day.year).exists())
