"""The result of each school against what its social passport predicts (S4: «результаты ниже ожидаемых …»)."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.data import Context, Floats
from mayak.results.algorithms.identification.evaluation import Identification
from mayak.results.algorithms.identification.value_added import ValueAdded, value_added

LEAST_GIVEN: Final = 0.5
"""An indicator that fewer schools give is left out: it would leave all the other schools out."""


def result_against_context(result: Identification) -> tuple[Floats, ValueAdded | None]:
    """Compare one number of each school with what its context predicts.

    The number is the share below the threshold of all looked-at procedures of the year together, or the mean place
    where the rule looks at places. Returns the numbers and the model; no model without passports.
    """
    shown = _one_number(result)
    context = result.data.context
    has_result = ~np.isnan(shown)
    year = None if context is None else context_year(context, result.year)
    if context is None or year is None or not has_result.any():
        return shown, None
    table = _table(context, year, len(result.schools))
    given = np.isfinite(table[has_result]).mean(axis=0)
    columns = [column for column, share in enumerate(given.tolist()) if share >= LEAST_GIVEN]
    return shown, value_added(
        shown, table[:, columns], tuple(context.indicators[column] for column in columns)
    )


def context_year(context: Context, year: int) -> int | None:
    """The latest year of the social passports that is not later than the year of the results."""
    known = context.year[context.year <= year]
    return int(known.max()) if len(known) else None


def laid_for(
    schools: Sequence[Hashable], around: Sequence[Hashable], shown: Floats, added: ValueAdded | None
) -> tuple[Floats, ValueAdded | None]:
    """Return numbers and model of a wider territory for the schools of a narrower one, in their order."""
    place = {school: number for number, school in enumerate(around)}
    rows = np.array([place[school] for school in schools], dtype=np.int64)
    if added is None:
        return shown[rows], None
    return shown[rows], replace(
        added,
        expected=added.expected[rows],
        difference=added.difference[rows],
        standardised=added.standardised[rows],
    )


def _one_number(result: Identification) -> Floats:
    looked = [
        outcome
        for outcome in result.outcomes
        if outcome.condition.measure is not r.Measure.CONTEXT_SHARE and result.year in outcome.cells.years
    ]
    if not looked:
        return np.full(len(result.schools), np.nan)
    cells = looked[0].cells
    at = cells.years.index(result.year)
    measured, value = cells.measured[:, :, at], cells.value[:, :, at]
    pupils = cells.n[:, :, at].clip(min=0).astype(np.float64)
    by_pupils = looked[0].condition.measure is r.Measure.BELOW_SHARE
    weight = np.where(measured, pupils if by_pupils else 1.0, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        number: Floats = np.where(measured, value * weight, 0.0).sum(axis=1) / weight.sum(axis=1)
    return number


def _table(context: Context, year: int, schools: int) -> Floats:
    table = np.full((schools, len(context.indicators)), np.nan)
    rows = np.flatnonzero(context.year == year)
    table[context.school[rows], context.indicator[rows]] = context.share[rows]
    return table
