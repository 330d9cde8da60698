"""The rhythm of a pair: at least one meeting a month outside the school holidays (Tosno project), and silence."""

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mayak.networks.models import MentorPair
from mayak.networks.selectors.pair_rules import Holiday, counted_days, is_holiday


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the pair.

    Attributes:
        month: its first day.
        held: meetings in it.
        is_due: whether a meeting was expected: enough days outside the holidays.
        is_over: whether the month has passed.
        reason: why there was none, if somebody said so.
    """

    month: dt.date
    held: int
    is_due: bool
    is_over: bool
    reason: str

    @property
    def is_missed(self) -> bool:
        """Whether a meeting was expected, the month is over and there was none."""
        return self.is_due and self.is_over and not self.held

    @property
    def wants_reason(self) -> bool:
        """Whether nobody has said yet why there was no meeting."""
        return self.is_missed and not self.reason


def months_of(
    pair: MentorPair,
    days: Iterable[dt.date],
    reasons: Mapping[dt.date, str],
    *,
    today: dt.date,
    known: Sequence[Holiday],
    days_needed: int,
) -> list[MonthLine]:
    """Return the months from the beginning of the pair to today or its end, the newest first.

    Args:
        pair: with its dates.
        days: days of the meetings that were held.
        reasons: first day of a month -> why there was no meeting.
        today: the last day that is looked at.
        known: holidays of the pair's territory.
        days_needed: so many days outside the holidays make a meeting expected.
    """
    if pair.starts_on is None:
        return []
    last = min(one for one in (today, pair.ended_on or today, pair.ends_on or today))
    held = Counter(day.replace(day=1) for day in days)
    found = []
    month = pair.starts_on.replace(day=1)
    while month <= last:
        end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        first, final = max(month, pair.starts_on), min(end, pair.ended_on or end, pair.ends_on or end)
        open_days = sum(
            not is_holiday(first + dt.timedelta(days=number), known)
            for number in range((final - first).days + 1)
        )
        found.append(
            MonthLine(month, held[month], open_days >= days_needed, end < today, reasons.get(month, ""))
        )
        month = end + dt.timedelta(days=1)
    return found[::-1]


def silent_days(pair: MentorPair, *, today: dt.date, known: Sequence[Holiday]) -> int:
    """Return for how many days outside the holidays a working pair has not met; 0 for one that does not work."""
    since = pair.last_meeting_on or pair.starts_on
    if not pair.is_working or since is None:
        return 0
    return counted_days(since, today, known)
