"""The numbers of pairs: as the database has them, else as the product brings them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml
from django.db.models import Q
from django.db.models.functions import Coalesce

from mayak.networks.enums.mentor_pairs import PairState
from mayak.networks.models import MentorPairQuerySet, PairRule, SchoolHoliday
from mayak.registry.models import Organisation

DATA = Path(__file__).resolve().parent.parent / "data" / "pair_rules.yaml"
SILENT_PAIR: Final = "silent-pair"
SILENT_COORDINATOR: Final = "silent-coordinator"
GROUP_MENTEES: Final = "group-mentees"
MENTOR_MENTEES: Final = "mentor-mentees"
PERSON_PAIRS: Final = "person-pairs"
MONTH_DAYS: Final = "month-days"
SATISFIED_FROM: Final = "satisfied-from"
SATISFIED_SHARE: Final = "satisfied-share"
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days without lessons; ``path`` of the territory for which they hold, empty for everywhere."""

    starts_on: dt.date
    ends_on: dt.date
    path: str


def pair_rules() -> dict[str, int]:
    """Return code -> number, one query."""
    return _supplied() | dict(PairRule.objects.values_list("code", "value"))


@lru_cache(maxsize=1)
def _supplied() -> dict[str, int]:
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["rules"]
    return {row["code"]: int(row["value"]) for row in rows}


def holidays() -> list[Holiday]:
    """Return all holidays, one query."""
    rows = SchoolHoliday.objects.values_list("starts_on", "ends_on", "territory__path")
    return [Holiday(first, last, path or "") for first, last, path in rows]


def holidays_at(path: str, known: Sequence[Holiday]) -> list[Holiday]:
    """Return those that hold in a territory: of everywhere, of it, of what lies above it."""
    return [one for one in known if not one.path or path.startswith(one.path)]


def is_holiday(day: dt.date, known: Sequence[Holiday]) -> bool:
    """Whether schools do not teach on the day."""
    return any(one.starts_on <= day <= one.ends_on for one in known)


def counted_days(since: dt.date, until: dt.date, known: Sequence[Holiday]) -> int:
    """Return how many days after ``since`` up to ``until`` are no school holidays."""
    return sum(
        not is_holiday(since + _DAY * number, known) for number in range(1, max((until - since).days, 0) + 1)
    )


def cutoff(days: int, today: dt.date, known: Sequence[Holiday]) -> dt.date:
    """Return the last day after which so many days without holidays have passed: who met later is not silent."""
    day, left = today, days
    while left > 0:
        left -= not is_holiday(day, known)
        day -= _DAY
    return day


def silent_pairs(
    rows: MentorPairQuerySet, days: int, today: dt.date, *, of: str = "last_meeting_on"
) -> MentorPairQuerySet:
    """Return the working pairs without a meeting (or a deed) for so many days, school holidays left out.

    Args:
        rows: pairs within a scope.
        days: from this number on a pair is silent.
        today: the day of the question.
        of: ``last_meeting_on`` or ``last_deed_on``.
    """
    known = holidays()
    special = sorted({one.path for one in known if one.path}, key=len)
    general = [one for one in known if not one.path]
    since = Coalesce(of, "starts_on", "proposed_on")  # one value: the scope is asked first, then the day
    silent = Q(silent_since__lte=cutoff(days, today, general))
    for path in special:  # a longer path is asked later and so goes before the shorter one
        schools = Organisation.objects.filter(territory__path__under=path).order_by().values("pk")
        there = Q(first_school__in=schools)
        here = Q(silent_since__lte=cutoff(days, today, holidays_at(path, known)))
        silent = (there & here) | (~there & silent)
    others = [
        state for state in PairState if state != PairState.ACTIVE
    ]  # most pairs are: no index of states helps
    return rows.exclude(state__in=others).annotate(silent_since=since).filter(silent)
