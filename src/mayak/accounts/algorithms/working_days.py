"""Working days: Monday to Friday but for the days that the calendar names."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

_SATURDAY: Final = 5


def is_working(day: dt.date, special: Mapping[dt.date, bool]) -> bool:
    """Whether people work on this day; ``special`` holds the days that are not what their weekday says."""
    return special.get(day, day.weekday() < _SATURDAY)


def after_working_days(start: dt.date, count: int, special: Mapping[dt.date, bool]) -> dt.date:
    """Return the ``count``-th working day after ``start``; the count begins on the next day.

    Raises:
        ValueError: the count is negative.
    """
    if count < 0:
        raise ValueError("a negative number of days")
    day, left = start, count
    while left:
        day += dt.timedelta(days=1)
        left -= is_working(day, special)
    return day
