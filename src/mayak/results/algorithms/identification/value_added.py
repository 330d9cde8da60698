"""The result against what the school's context predicts (S4: «результаты ниже ожидаемых для индикатора …»).

Ordinary least squares over the schools with a known result and full context. The quality is the R² of predicting each
school from all the others (leave one out, exact through the leverages). Where it is poor or the schools are few,
nothing is shown: a weak model would only rename the result.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from mayak.results.algorithms.identification.data import Floats, Ints

NEARLY_ZERO: Final = 1e-9


class NotShown(StrEnum):
    """Why no expected result is given."""

    FEW_SCHOOLS = "few_schools"
    NO_CONTEXT = "no_context"
    POOR_MODEL = "poor_model"


@dataclass(frozen=True, slots=True)
class ValueAddedRule:
    """When a model is good enough to be shown. The numbers are assumptions: no document states them."""

    least_schools: int = 50
    schools_per_indicator: int = 10
    least_r2: float = 0.10
    least_coverage: float = 0.5


@dataclass(frozen=True, slots=True)
class ValueAdded:
    """`expected`, `difference` (result - expected, school itself left out) and its standardised form; NaN = not given.

    `schools`: used; `coverage`: their share among the schools with a result; `r2` cross-validated, `r2_fit` on the
    same schools; `used` and `dropped` (constant or repeating others) indicators; `reason` tells why nothing is shown.
    """

    reason: NotShown | None
    schools: int
    coverage: float
    r2: float
    r2_fit: float
    used: tuple[str, ...]
    dropped: tuple[str, ...]
    coefficients: tuple[float, ...]
    expected: Floats
    difference: Floats
    standardised: Floats

    @property
    def is_shown(self) -> bool:
        """May the expected results be shown?"""
        return self.reason is None


def value_added(
    result: Floats, context: Floats, names: tuple[str, ...], rule: ValueAddedRule | None = None
) -> ValueAdded:
    """`result`: one per school; `context`: schools x indicators (NaN = unknown); coefficients: constant first."""
    limits = rule or ValueAddedRule()
    if context.shape != (len(result), len(names)):
        raise ValueError(f"context has the shape {context.shape}, not {(len(result), len(names))}")
    known = ~np.isnan(result)
    rows = np.flatnonzero(known & ~np.isnan(context).any(axis=1))
    coverage = len(rows) / max(int(known.sum()), 1)
    columns = _independent(context[rows])
    used = tuple(names[c] for c in columns)
    base = _not_shown(NotShown.FEW_SCHOOLS, len(result), len(rows), coverage)
    base = replace(base, used=used, dropped=tuple(name for name in names if name not in used))
    if len(rows) < max(limits.least_schools, limits.schools_per_indicator * len(columns)):
        return base
    if not columns or coverage < limits.least_coverage:
        return replace(base, reason=NotShown.NO_CONTEXT)
    return _fitted(base, result, context[:, columns], rows, limits.least_r2)


def _fitted(base: ValueAdded, result: Floats, context: Floats, rows: Ints, least_r2: float) -> ValueAdded:
    x, y = context[rows], result[rows]
    centre, scale = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(len(rows)), (x - centre) / scale])
    q, upper = np.linalg.qr(design)
    beta = np.linalg.solve(upper, q.T @ y)
    error = y - design @ beta
    free = 1 - (q * q).sum(axis=1)
    free[free <= NEARLY_ZERO] = (
        np.nan
    )  # a school that alone fixes a coefficient cannot be predicted from the others
    left_out = error / free
    size, spread = len(rows), y - y.mean()
    without_itself = (spread * size / (size - 1))[~np.isnan(free)]
    has_spread = bool(np.ptp(y) > 0)
    r2 = float(1 - np.nansum(left_out**2) / np.sum(without_itself**2)) if has_spread else 0.0
    r2_fit = float(1 - np.sum(error**2) / np.sum(spread**2)) if has_spread else 0.0
    model = replace(base, r2=r2, r2_fit=r2_fit)
    if r2 < least_r2:
        return replace(model, reason=NotShown.POOR_MODEL)
    sigma = np.sqrt(np.sum(error**2) / (size - design.shape[1]))
    slopes = beta[1:] / scale
    return replace(
        model,
        reason=None,
        coefficients=(float(beta[0] - slopes @ centre), *map(float, slopes)),
        expected=_laid(base.expected, rows, y - left_out),
        difference=_laid(base.difference, rows, left_out),
        standardised=_laid(base.standardised, rows, error / (sigma * np.sqrt(free))),
    )


def _laid(nothing: Floats, rows: Ints, values: Floats) -> Floats:
    array = nothing.copy()
    array[rows] = values
    return array


def _independent(x: Floats) -> list[int]:
    """Indicators that vary and are not a combination of those before them."""
    chosen: list[int] = []
    basis = np.ones((len(x), 1)) / np.sqrt(max(len(x), 1))
    for column in range(x.shape[1]):
        if not len(x) or np.ptp(x[:, column]) == 0:
            continue
        values = x[:, column] / np.abs(x[:, column]).max()
        rest = values - basis @ (basis.T @ values)
        rest -= basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length > NEARLY_ZERO * float(np.linalg.norm(values)):
            chosen.append(column)
            basis = np.column_stack([basis, rest / length])
    return chosen


def _not_shown(reason: NotShown, schools: int, used_schools: int, coverage: float) -> ValueAdded:
    nothing = np.full(schools, np.nan)
    unknown = float("nan")
    return ValueAdded(reason, used_schools, coverage, unknown, unknown, (), (), (), nothing, nothing, nothing)
