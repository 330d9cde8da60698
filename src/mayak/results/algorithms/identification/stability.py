"""How often a school would be on the list if its pupils were drawn again.

Where a rule counts pupils below a threshold the answer is exact: each result is a binomial draw, independent of the
others, and the rule is followed procedure by procedure (a Poisson-binomial count in as many dimensions as the rule
has conditions). Other rules are redrawn with a fixed seed; where the spread of pupils is unknown nothing is shown.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.data import Bools, Floats
from mayak.results.algorithms.identification.evaluation import Decision, Identification, identify_cube
from mayak.results.algorithms.identification.exact_stability import exact_probability

JEFFREYS: Final = 0.5
DEFAULT_DRAWS: Final = 500


class StabilityMethod(StrEnum):
    """How it was computed."""

    EXACT = "exact"
    REDRAWN = "redrawn"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Stability:
    """`listed[i]`: probability 0..1 that school i is on the list; NaN where the data do not carry it.

    `prior` is added to both sides of each share (Jeffreys: 1/2), so that 0 of 5 is not taken for «never».
    """

    listed: Floats
    method: StabilityMethod
    prior: float
    draws: int = 0
    seed: int | None = None

    def of_decision(self, result: Identification) -> Floats:
        """Probability that the decision of each school would be the same: on the list, or off it."""
        return np.where(result.decision == Decision.LISTED, self.listed, 1 - self.listed)


def stability(
    result: Identification, *, prior: float = JEFFREYS, draws: int = DEFAULT_DRAWS, seed: int = 20250901
) -> Stability:
    """Exact where the rule allows it, else redrawn `draws` times from `seed`."""
    exact = exact_probability(result, prior)
    if exact is not None:
        return Stability(np.where(_vetoed(result), 0.0, exact), StabilityMethod.EXACT, prior)
    return redrawn(result, prior=prior, draws=draws, seed=seed)


def redrawn(
    result: Identification, *, prior: float = JEFFREYS, draws: int = DEFAULT_DRAWS, seed: int = 20250901
) -> Stability:
    """The same by drawing: counts binomially, means with the spread of pupils / sqrt(n)."""
    known = _can_be_redrawn(result)
    if not known.any() or not draws:
        return Stability(np.full(len(known), np.nan), StabilityMethod.NOT_POSSIBLE, prior)
    cube = result.cube
    generator = np.random.default_rng(seed)
    order = np.argsort(np.array([str(school) for school in result.schools]), kind="stable")
    back = np.argsort(order, kind="stable")
    n = cube.n.clip(min=0)[order]
    counts_known = ~np.isnan(cube.below[order])
    share = np.where(counts_known, (np.nan_to_num(cube.below[order]) + prior) / (n + 2 * prior), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.nan_to_num(cube.sd[order] / np.sqrt(np.where(n > 0, n, np.nan)))
    hits = np.zeros(len(known))
    for _ in range(draws):
        below = np.where(counts_known, generator.binomial(n, share), np.nan)[back]
        mean = (cube.mean[order] + generator.standard_normal(n.shape) * spread)[back]
        drawn = identify_cube(result.rule, result.data, result.year, cube.redrawn(below, mean))
        hits += drawn.decision == Decision.LISTED
    return Stability(np.where(known, hits / draws, np.nan), StabilityMethod.REDRAWN, prior, draws, seed)


def with_spread(result: Identification, sd: Floats) -> Identification:
    """The same result with a spread between pupils for each (school, procedure, year); shapes must broadcast."""
    cube = result.cube
    return replace(result, cube=replace(cube, sd=np.broadcast_to(sd, cube.mean.shape).astype(np.float64)))


def _vetoed(result: Identification) -> Bools:
    marked = np.zeros(len(result.schools), dtype=np.bool_)
    marked[[row for row, _, _ in result.signs]] = True
    return marked


def _can_be_redrawn(result: Identification) -> Bools:
    """Every usable cell of a school must know how its pupils spread."""
    known = np.ones(len(result.schools), dtype=np.bool_)
    cube = result.cube
    for outcome in result.outcomes:
        cells = outcome.cells
        if outcome.condition.measure is r.Measure.CONTEXT_SHARE:
            continue
        chosen = cube.part(cells.columns, cells.years)
        is_share = outcome.condition.measure is r.Measure.BELOW_SHARE
        spread = cube.below[chosen] if is_share else cube.sd[chosen]
        blind = (cells.state == CellState.MEASURED) & (np.isnan(spread) | (cells.n <= 0))
        known &= ~blind.any(axis=(1, 2))
    return known
