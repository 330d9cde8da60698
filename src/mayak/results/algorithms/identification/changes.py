"""The list between years: entered, stays, left, relapsed."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mayak.results.algorithms.identification.evaluation import Decision, Identification


class Change(StrEnum):
    """RELAPSED: on the list again after at least one year off it. OPEN: one of the two years has no data."""

    ENTERED = "entered"
    STAYS = "stays"
    LEFT = "left"
    RELAPSED = "relapsed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class SchoolChange:
    """`listed_years`: all earlier and present years on the list."""

    school: Hashable
    change: Change
    listed_years: tuple[int, ...]


def changes(history: Sequence[Identification]) -> list[SchoolChange]:
    """What became of every school between the last two years; schools never on the list are left out.

    `history`: one result per year, each by its own rule, in any order. A school that the data of a year do not know
    counts as without data there. A school without data in the last year but once is OPEN only if it was listed before
    and is not listed now, or the reverse cannot be told.
    """
    ordered = sorted(history, key=lambda result: result.year)
    twice = [b.year for a, b in pairwise(ordered) if a.year == b.year]
    if twice:
        raise ValueError(f"two results of the year {twice[0]}")
    decisions = [
        (result.year, dict(zip(result.schools, result.decision.tolist(), strict=True))) for result in ordered
    ]
    schools: dict[Hashable, None] = {}
    for result in ordered:
        schools.update(dict.fromkeys(result.listed))
    found = []
    for school in schools:
        line = [(year, of_year.get(school, Decision.NO_DATA)) for year, of_year in decisions]
        change = _change([decision for _, decision in line])
        if change is not None:
            years = tuple(year for year, decision in line if decision == Decision.LISTED)
            found.append(SchoolChange(school, change, years))
    return sorted(found, key=lambda row: (row.change, str(row.school)))


def _change(line: list[int]) -> Change | None:
    """None: off the list in both of the last years."""
    now, before = line[-1], line[-2] if len(line) > 1 else Decision.NOT_LISTED
    if now == Decision.LISTED:
        if before == Decision.LISTED:
            return Change.STAYS
        if before == Decision.NO_DATA:
            return Change.OPEN
        return Change.RELAPSED if Decision.LISTED in line[:-2] else Change.ENTERED
    if before == Decision.LISTED:
        return Change.OPEN if now == Decision.NO_DATA else Change.LEFT
    return None
