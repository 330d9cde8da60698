"""The school year of a day: it begins on 1 September (domain.md C4)."""

import datetime as dt
from typing import Final

from django.utils import timezone

from mayak.registry.models import SchoolYear

FIRST_MONTH: Final = 9


def start_year_of(day: dt.date) -> int:
    """Return the year in which the school year of the day began: 31.08.2024 -> 2023, 01.09.2024 -> 2024."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def school_year_of(day: dt.date) -> SchoolYear | None:
    """Return the school year to which the day belongs, None where it is not registered."""
    return SchoolYear.objects.filter(start_year=start_year_of(day)).first()


def current_start_year() -> int:
    """Return the calendar year in which the present school year began."""
    return start_year_of(timezone.localdate())
