"""Criteria that look at what both schools are, or at what is known of the two together: shares 0..1 of a criterion."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mayak.matching.algorithms.problem import Lead, Mentee, PairValue, Problem, Settings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FACT_CRITERIA: Final = ("level", "kind", "language", "history", "willing", "preference", "novelty")
"""Criteria of which nothing may be known in a whole territory."""
ALIKE: Final = 3
"""Parts of `kind` that are compared, in their order; each gives its share of the points."""


def known_criteria(problem: Problem) -> frozenset[str]:
    """Of FACT_CRITERIA those that can give points to any pair: of the others nothing is known.

    `willing` and `novelty` tell pairs apart only where somebody refused, or has had a pair before.
    """
    sides: tuple[Sequence[Mentee | Lead], ...] = (problem.mentees, problem.leads)
    known = {
        "level": all(any(school.level is not None for school in side) for side in sides),
        "kind": all(any(any(school.kind) for school in side) for side in sides),
        "language": all(any(school.language for school in side) for side in sides),
        "history": any(value > 0 for _mentee, _lead, value in problem.earlier),
        "willing": bool(problem.doubted),
        "preference": any(value > 0 for _mentee, _lead, value in problem.preferred),
        "novelty": bool(problem.earlier),
    }
    return frozenset(name for name, is_known in known.items() if is_known)


class Shares:
    """Shares of the criteria in FACT_CRITERIA, for rows of mentees and leads in the order of the instance."""

    def __init__(self, problem: Problem, mentees: Sequence[Mentee], leads: Sequence[Lead]) -> None:
        self.settings: Settings = problem.settings
        self.mentees, self.leads = mentees, leads
        self._row = {school.key: row for row, school in enumerate(mentees)}
        self._column = {school.key: row for row, school in enumerate(leads)}
        earlier = [(mentee, lead, 1.0) for mentee, lead, _value in problem.earlier]
        doubted = [(mentee, lead, 1.0) for mentee, lead in problem.doubted]
        self._tables: dict[str, Callable[[], _Table]] = {
            "history": lambda: self._table(problem.earlier),
            "novelty": lambda: self._table(earlier),
            "willing": lambda: self._table(doubted),
            "preference": lambda: self._table(problem.preferred),
        }
        self._made: dict[str, Any] = {}

    def of(self, name: str, mentee: Ints, lead: Ints) -> Floats:
        """Shares of one criterion for these rows; their shapes broadcast."""
        if name == "level":
            return self._level(mentee, lead)
        if name in {"kind", "language"}:
            return self._alike(name, mentee, lead)
        found: Floats = self._once(name, self._tables[name]).of(mentee, lead)
        result: Floats = 1.0 - found if name in {"willing", "novelty"} else found
        return result

    def _level(self, mentee: Ints, lead: Ints) -> Floats:
        """How far the lead stands above the school, from the least difference that counts to the one that suffices."""
        low, full = self.settings.level_from, self.settings.level_full
        columns = self._once("level", lambda: (_levels(self.mentees), _levels(self.leads)))
        share = np.clip((columns[1][lead] - columns[0][mentee] - low) / (full - low), 0.0, 1.0)
        result: Floats = np.where(np.isnan(share), 0.0, share)
        return result

    def _alike(self, name: str, mentee: Ints, lead: Ints) -> Floats:
        """Share of the parts that are known at both and equal."""
        columns = self._once(name, lambda: self._codes(name))
        same = np.zeros(np.broadcast_shapes(mentee.shape, lead.shape))
        for mine, theirs in columns:
            same += (mine[mentee] == theirs[lead]) & (mine[mentee] >= 0)
        result: Floats = same / len(columns)
        return result

    def _codes(self, name: str) -> list[tuple[Ints, Ints]]:
        parts = ALIKE if name == "kind" else 1
        mine, theirs = (
            [_parts(school, name, parts) for school in side] for side in (self.mentees, self.leads)
        )
        words = sorted({word for row in (*mine, *theirs) for word in row if word})
        number = {word: place for place, word in enumerate(words)}
        return [
            (
                np.array([number.get(row[part], -1) for row in mine], dtype=np.int64),
                np.array([number.get(row[part], -1) for row in theirs], dtype=np.int64),
            )
            for part in range(parts)
        ]

    def _table(self, rows: Iterable[PairValue]) -> "_Table":
        values = {
            (self._row[mentee], self._column[lead]): value
            for mentee, lead, value in rows
            if mentee in self._row and lead in self._column
        }
        return _Table(values, len(self.leads))

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


class _Table:
    """Values of single pairs; all others have 0."""

    def __init__(self, values: Mapping[tuple[int, int], float], width: int) -> None:
        self.width = width
        order = sorted(values)
        self.codes = np.array([mentee * width + lead for mentee, lead in order], dtype=np.int64)
        self.values = np.array([values[pair] for pair in order], dtype=np.float64)

    def of(self, mentee: Ints, lead: Ints) -> Floats:
        """The value of each pair."""
        asked = mentee * self.width + lead
        if not len(self.codes):
            return np.zeros(asked.shape)
        place = np.minimum(np.searchsorted(self.codes, asked), len(self.codes) - 1)
        result: Floats = np.where(self.codes[place] == asked, self.values[place], 0.0)
        return result


def _levels(schools: Sequence[Mentee | Lead]) -> Floats:
    return np.array([np.nan if one.level is None else one.level for one in schools], dtype=np.float64)


def _parts(school: Mentee | Lead, name: str, count: int) -> tuple[str, ...]:
    given = (school.language,) if name == "language" else school.kind
    return (*given, *("" for _missing in range(count)))[:count]
