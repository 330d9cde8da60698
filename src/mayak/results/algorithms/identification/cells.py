"""What one condition sees: the value, its limit and whether it fires, for every school, procedure and year."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cube import Cube
from mayak.results.algorithms.identification.data import Bools, Context, Dataset, Floats, Ints, Procedure
from mayak.results.algorithms.identification.values import percentiles, territory_values


class CellState(IntEnum):
    """Why a cell can or cannot be looked at."""

    NO_RESULT = 0
    FEW_PARTICIPANTS = 1
    NO_VALUE = 2
    MEASURED = 3


States = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays of shape (schools, items, years); items are procedures or context indicators."""

    items: tuple[Procedure | str, ...]
    columns: tuple[int, ...]
    years: tuple[int, ...]
    state: States
    n: Ints
    below: Floats
    value: Floats
    limit: Floats
    fired: Bools

    @property
    def measured(self) -> Bools:
        """Cells with a usable value."""
        result: Bools = self.state == CellState.MEASURED
        return result


def compare(value: Floats, comparison: r.Comparison, limit: Any) -> Bools:
    """Does the value meet the limit? NaN never does. Shares are exact quotients, so 3 of 10 meets 0.3."""
    with np.errstate(invalid="ignore"):
        result: Bools = {
            r.Comparison.AT_LEAST: np.greater_equal,
            r.Comparison.AT_MOST: np.less_equal,
            r.Comparison.ABOVE: np.greater,
            r.Comparison.BELOW: np.less,
        }[comparison](value, limit)
    return result


def matching(procedures: tuple[Procedure, ...], items: r.ItemFilter) -> tuple[int, ...]:
    """Positions of the procedures that a filter lets through, in the order of their names."""
    found = [
        position
        for position, procedure in enumerate(procedures)
        if (not items.kinds or procedure.kind in items.kinds)
        and (not items.subjects or procedure.subject in items.subjects)
        and (not items.grades or procedure.grade in items.grades)
    ]
    return tuple(sorted(found, key=lambda position: str(procedures[position])))


def cells_of(condition: r.Condition, data: Dataset, cube: Cube, year: int) -> Cells:
    """Look at the data through one condition; `check_data` has made sure that there is something to see."""
    if condition.measure is r.Measure.CONTEXT_SHARE:
        return _context_cells(condition, data, year)
    years = condition.years.of(year)
    columns = _with_results(cube, matching(data.results.procedures, condition.items), years)
    chosen = cube.part(columns, years)
    n, present = cube.n[chosen], cube.present[chosen]
    raw = (cube.share if condition.measure is r.Measure.BELOW_SHARE else cube.mean)[chosen]
    enough = n >= condition.min_participants if condition.min_participants > 1 else n != 0
    usable = present & enough & ~np.isnan(raw)
    state = np.select([~present, ~enough, ~usable], [0, 1, 2], 3).astype(np.int8)
    value = np.where(usable, raw, np.nan)
    if condition.measure is r.Measure.PERCENTILE:
        value = percentiles(value, usable, _groups(data, condition.among))
        state[usable & np.isnan(value)] = CellState.NO_VALUE
    limit = _limits(condition, data, value, n.astype(np.float64), usable)
    state[(state == CellState.MEASURED) & np.isnan(limit)] = CellState.NO_VALUE
    fired = compare(value, condition.comparison, limit) & (state == CellState.MEASURED)
    items = tuple(data.results.procedures[column] for column in columns)
    return Cells(items, columns, years, state, n, cube.below[chosen], value, limit, fired)


def _with_results(cube: Cube, columns: tuple[int, ...], years: tuple[int, ...]) -> tuple[int, ...]:
    """Procedures nobody took in any of the years are not waited for."""
    looked = [cube.years.index(year) for year in years]
    return tuple(column for column in columns if cube.present[:, column, looked].any())


def _groups(data: Dataset, level: str) -> Ints:
    if not level:
        return np.zeros(len(data.results.schools), dtype=np.int64)
    return data.results.territories[level]


def _limits(condition: r.Condition, data: Dataset, value: Floats, weights: Floats, usable: Bools) -> Floats:
    limit = condition.limit
    if not isinstance(limit, r.TerritoryLimit):
        return np.broadcast_to(np.float64(limit), value.shape)
    own = territory_values(
        value, weights.clip(min=0), usable, _groups(data, limit.territory), limit.statistic
    )
    return own * limit.times + limit.plus


def _context_cells(condition: r.Condition, data: Dataset, year: int) -> Cells:
    context = data.context
    years = condition.years.of(year)
    shape = (len(data.results.schools), len(condition.indicators), len(years))
    value, total = np.full(shape, np.nan), np.full(shape, -1, dtype=np.int64)
    if context is not None:
        _lay_context(context, condition.indicators, years, value, total)
    known = ~np.isnan(value)
    state = np.where(known, CellState.MEASURED, CellState.NO_RESULT).astype(np.int8)
    weights = np.where(total > 0, total, 1).astype(np.float64)
    limit = _limits(condition, data, value, weights, known)
    fired = compare(value, condition.comparison, limit) & known
    below = np.full(shape, np.nan)
    columns = tuple(range(len(condition.indicators)))
    return Cells(condition.indicators, columns, years, state, total, below, value, limit, fired)


def _lay_context(
    context: Context, indicators: tuple[str, ...], years: tuple[int, ...], value: Floats, total: Ints
) -> None:
    for column, indicator in enumerate(indicators):
        number = context.indicators.index(indicator)
        for place, year in enumerate(years):
            rows = np.flatnonzero((context.indicator == number) & (context.year == year))
            value[context.school[rows], column, place] = context.share[rows]
            if context.total is not None:
                total[context.school[rows], column, place] = context.total[rows]
