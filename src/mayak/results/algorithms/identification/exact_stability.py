"""The exact probability of a rule over binomial counts, for all schools at once.

Each condition becomes one counter (one per year where every listed year counts for itself): procedures that hold, up
to as many as are needed, or, where all must hold, a mark that one failed. Procedures are independent, so the joint
distribution of the counters is built procedure by procedure; results shared by two conditions move both counters.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.binomial import Cut, at_least_cuts, tail
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.data import Bools, Floats
from mayak.results.algorithms.identification.evaluation import Identification, Outcome
from mayak.results.algorithms.identification.logic import Answer

MAX_STATES: Final = 600
MAX_OUTCOMES: Final = 300


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts procedures of one condition that hold (or fail, if `counts_failures`) in all of `years`."""

    outcome: int
    years: tuple[int, ...]
    cap: int
    counts_failures: bool


def exact_probability(result: Identification, prior: float) -> Floats | None:
    """Probability of the list for each school; None where the rule or the data are not of this kind."""
    if not all(_is_countable(outcome) for outcome in result.outcomes):
        return None
    counters = [
        counter for number, outcome in enumerate(result.outcomes) for counter in _counters(number, outcome)
    ]
    shape = tuple(counter.cap + 1 for counter in counters)
    if np.prod(shape, dtype=np.int64) > MAX_STATES:
        return None
    states = np.zeros((len(result.schools), *shape))
    states.reshape(len(states), -1)[:, 0] = 1.0
    for column in sorted({c for o in result.outcomes if _is_drawn(o) for c in o.cells.columns}):
        moved = _add_procedure(result, counters, column, prior, states)
        if moved is None:
            return None
        states = moved
    return _probability_of_yes(result, counters, states)


def _is_drawn(outcome: Outcome) -> bool:
    return outcome.condition.measure is r.Measure.BELOW_SHARE


def _is_countable(outcome: Outcome) -> bool:
    """Context is not drawn again; shares need a fixed limit and known counts."""
    if outcome.condition.measure is r.Measure.CONTEXT_SHARE:
        return True
    if not _is_drawn(outcome) or isinstance(outcome.condition.limit, r.TerritoryLimit):
        return False
    cells = outcome.cells
    return not (cells.measured & (np.isnan(cells.below) | (cells.n <= 0))).any()


def _counters(number: int, outcome: Outcome) -> list[_Counter]:
    if not _is_drawn(outcome):
        return []
    condition, years = outcome.condition, outcome.cells.years
    fails = condition.count.quantifier is r.Quantifier.ALL
    cap = 1 if fails else condition.count.needed(len(outcome.cells.items))
    groups = [(year,) for year in years] if condition.years.mode is r.YearsMode.EACH else [years]
    return [_Counter(number, group, cap, fails) for group in groups]


def _measured(outcome: Outcome, column: int, years: tuple[int, ...]) -> Bools:
    """Schools whose procedure has a usable result in all these years (none if the condition does not look at it)."""
    cells = outcome.cells
    if column not in cells.columns:
        return np.zeros(cells.state.shape[0], dtype=np.bool_)
    at = [cells.years.index(year) for year in years]
    state = cells.state[:, cells.columns.index(column), :][:, at]
    result: Bools = np.logical_and.reduce(state == CellState.MEASURED, axis=1)
    return result


def _add_procedure(
    result: Identification, counters: list[_Counter], column: int, prior: float, states: Floats
) -> Floats | None:
    cube = result.cube
    years = sorted({year for counter in counters for year in counter.years})
    tests = [(result.outcomes[c.outcome].condition.comparison, _limit(result, c)) for c in counters]
    cuts = sorted({Cut.of(comparison, limit) for comparison, limit in tests})
    if (len(cuts) + 1) ** len(years) > MAX_OUTCOMES:
        return None
    chances = []
    for year in years:
        at = cube.years.index(year)
        below, n = cube.below[:, column, at], cube.n[:, column, at]
        tails = [tail(n, below, at_least_cuts(n, cut), prior) for cut in cuts]
        steps = [np.ones(len(n)), *tails, np.zeros(len(n))]
        chances.append([steps[k] - steps[k + 1] for k in range(len(cuts) + 1)])
    masks = np.stack([_measured(result.outcomes[c.outcome], column, c.years) for c in counters], axis=1)
    out = np.zeros_like(states)
    patterns, pattern_of = np.unique(masks, axis=0, return_inverse=True)
    for level in product(range(len(cuts) + 1), repeat=len(years)):
        reached = dict(zip(years, level, strict=True))
        moves = [_moves(c, test, cuts, reached) for c, test in zip(counters, tests, strict=True)]
        chance = np.prod([chances[y][k] for y, k in enumerate(level)], axis=0)
        for number, pattern in enumerate(patterns.tolist()):
            rows = np.flatnonzero(pattern_of.ravel() == number)
            shift = tuple(int(move and used) for move, used in zip(moves, pattern, strict=True))
            out[rows] += _shifted(states[rows], shift) * chance[rows].reshape(-1, *([1] * len(counters)))
    return out


def _limit(result: Identification, counter: _Counter) -> float:
    limit = result.outcomes[counter.outcome].condition.limit
    if isinstance(limit, r.TerritoryLimit):  # excluded by _is_countable
        raise TypeError(limit)
    return limit


def _moves(
    counter: _Counter, test: tuple[r.Comparison, float], cuts: list[Cut], reached: dict[int, int]
) -> bool:
    """Does this outcome of the procedure move the counter?"""
    comparison, limit = test
    place = cuts.index(Cut.of(comparison, limit))
    holds = all((reached[year] > place) is comparison.is_upward for year in counter.years)
    return holds is not counter.counts_failures


def _shifted(states: Floats, shift: tuple[int, ...]) -> Floats:
    """Move the counters by 0 or 1; a counter at its cap stays there."""
    for axis, step in enumerate(shift, start=1):
        if not step:
            continue
        moved = np.zeros_like(states)
        first: list[slice] = [slice(None)] * states.ndim
        last = list(first)
        first[axis], last[axis] = slice(1, None), slice(None, -1)
        moved[tuple(first)] = states[tuple(last)]
        end = list(last)
        end[axis] = slice(-1, None)
        moved[tuple(end)] += states[tuple(end)]
        states = moved
    return states


def _probability_of_yes(result: Identification, counters: list[_Counter], states: Floats) -> Floats:
    possible = [_possible(outcome) for outcome in result.outcomes]
    needed = result.rule.joint.needed(len(result.outcomes))
    total = np.zeros(len(result.schools))
    flat = states.reshape(len(states), -1)
    for number_of_state, place in enumerate(product(*(range(counter.cap + 1) for counter in counters))):
        reached = [
            all(
                (value == 0) if counter.counts_failures else (value == counter.cap)
                for counter, value in zip(counters, place, strict=True)
                if counter.outcome == number
            )
            for number in range(len(result.outcomes))
        ]
        yes = np.stack([can & met for can, met in zip(possible, reached, strict=True)]).sum(axis=0)
        total += np.where(yes >= needed, flat[:, number_of_state], 0.0)
    return total.clip(0.0, 1.0)


def _possible(outcome: Outcome) -> Bools:
    """Schools for which the condition can be met at all, whatever the pupils write."""
    if not _is_drawn(outcome):
        result: Bools = outcome.answers == Answer.YES
        return result
    condition, cells = outcome.condition, outcome.cells
    by_year = condition.years.mode is r.YearsMode.EACH
    groups = [[at] for at in range(len(cells.years))] if by_year else [list(range(len(cells.years)))]
    possible: Bools = np.ones(cells.state.shape[0], dtype=np.bool_)
    for group in groups:
        counted = cells.measured[:, :, group].all(axis=2).sum(axis=1)
        all_needed = condition.count.quantifier is r.Quantifier.ALL
        least = 1 if all_needed else condition.count.needed(len(cells.items))
        if condition.missing is r.Missing.UNKNOWN:
            least = condition.count.needed(len(cells.items))
        else:
            least = max(least, condition.min_measured)
        possible &= counted >= least
    return possible
