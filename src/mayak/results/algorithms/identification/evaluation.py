"""Applying a rule to a year: who is on the list, who is not, and of whom nothing can be said."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import Cells, cells_of
from mayak.results.algorithms.identification.checking import data_problems
from mayak.results.algorithms.identification.cube import Cube, build_cube
from mayak.results.algorithms.identification.data import Bools, Dataset
from mayak.results.algorithms.identification.logic import Answer, Answers, condition_answers, join
from mayak.results.algorithms.identification.messages import DataError


class Decision(IntEnum):
    """NO_DATA: the results do not suffice to say. VETOED: the conditions hold, but a quality sign stands against it."""

    NOT_LISTED = 0
    NO_DATA = 1
    LISTED = 2
    VETOED = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One condition: its answer for every school and what it saw."""

    condition: r.Condition
    answers: Answers
    cells: Cells


@dataclass(frozen=True, slots=True)
class Identification:
    """The result of a rule for one year; `decision[i]` belongs to `schools[i]`."""

    rule: r.RuleSet
    year: int
    schools: tuple[Hashable, ...]
    decision: NDArray[np.int8]
    outcomes: tuple[Outcome, ...]
    signs: tuple[tuple[int, str, int], ...]
    data: Dataset
    cube: Cube

    @property
    def listed(self) -> list[Hashable]:
        """Keys of the schools on the list, in the order of the data."""
        return self.with_decision(Decision.LISTED)

    def with_decision(self, decision: Decision) -> list[Hashable]:
        """Keys of the schools with one decision."""
        return [self.schools[row] for row in np.flatnonzero(self.decision == decision).tolist()]


def identify(rule: r.RuleSet, data: Dataset, year: int) -> Identification:
    """Apply a rule to a year. Raises DataError naming each condition that has no data; nothing is computed then."""
    problems = data_problems(rule, data, year)
    if problems:
        raise DataError(problems)
    cube = build_cube(data.results, years_of(rule, year))
    return identify_cube(rule, data, year, cube)


def years_of(rule: r.RuleSet, year: int) -> tuple[int, ...]:
    """All years of results that the rule looks at."""
    years = {y for c in rule.conditions if c.measure is not r.Measure.CONTEXT_SHARE for y in c.years.of(year)}
    return tuple(sorted(years or {year}))


def identify_cube(rule: r.RuleSet, data: Dataset, year: int, cube: Cube) -> Identification:
    """The same on results that are laid out already (redrawn pupils, a changed cell)."""
    outcomes = []
    for condition in rule.conditions:
        cells = cells_of(condition, data, cube, year)
        outcomes.append(Outcome(condition, condition_answers(condition, cells), cells))
    joined = join(rule.joint, [outcome.answers for outcome in outcomes])
    decision = np.full(len(joined), Decision.NOT_LISTED, dtype=np.int8)
    decision[joined == Answer.OPEN] = Decision.NO_DATA
    decision[joined == Answer.YES] = Decision.LISTED
    signs = found_signs(rule, data, year)
    if signs:
        marked = np.zeros(len(joined), dtype=np.bool_)
        marked[[school for school, _, _ in signs]] = True
        decision[marked & (decision == Decision.LISTED)] = Decision.VETOED
    return Identification(rule, year, data.results.schools, decision, tuple(outcomes), signs, data, cube)


def found_signs(rule: r.RuleSet, data: Dataset, year: int) -> tuple[tuple[int, str, int], ...]:
    """(school position, sign, year) of every quality sign that the veto of the rule counts."""
    if rule.veto is None or data.signs is None:
        return ()
    signs = data.signs
    chosen: Bools = np.isin(signs.year, rule.veto.years.of(year))
    if rule.veto.signs:
        counted = [number for number, code in enumerate(signs.codes) if code in rule.veto.signs]
        chosen &= np.isin(signs.sign, counted)
    rows = np.flatnonzero(chosen)
    lines: list[Any] = [
        (int(signs.school[i]), signs.codes[int(signs.sign[i])], int(signs.year[i])) for i in rows
    ]
    return tuple(sorted(set(lines)))
