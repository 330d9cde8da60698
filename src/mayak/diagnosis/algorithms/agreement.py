"""How far several observers agree: exact and adjacent agreement of pairs, and Krippendorff's alpha.

Alpha follows K. Krippendorff, «Computing Krippendorff's Alpha-Reliability» (2011): any number of observers, missing
scores allowed; «ordinal» is the metric of a scale of scores. Units that fewer than two observers scored do not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

NOMINAL: Final = "nominal"
ORDINAL: Final = "ordinal"
INTERVAL: Final = "interval"

Unit = Sequence[int | None]
"""The scores that the observers gave to one thing; None where an observer gave none."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over things that were scored on the same scale.

    Attributes:
        units: things that at least two observers scored.
        pairs: pairs of scores that were compared.
        exact: share of the pairs with the same score.
        adjacent: share of the pairs at most one point apart; None on a scale of two scores, where it says nothing.
        alpha: Krippendorff's alpha (ordinal); None where all scores are the same, or nothing can be compared.
    """

    units: int
    pairs: int
    exact: float | None
    adjacent: float | None
    alpha: float | None


def krippendorff_alpha(units: Sequence[Unit], metric: str = ORDINAL) -> float | None:
    """Return alpha; None where no two scores can be compared or all scores are the same.

    Raises:
        ValueError: the metric is unknown.
    """
    if metric not in {NOMINAL, ORDINAL, INTERVAL}:
        raise ValueError(f"unknown metric: {metric}")
    scored = [given for unit in units if len(given := _given(unit)) > 1]
    values = sorted({value for unit in scored for value in unit})
    if len(values) < 2:  # noqa: PLR2004  # nothing varies
        return None
    place = {value: at for at, value in enumerate(values)}
    coincidences = np.zeros((len(values), len(values)))
    for unit in scored:
        counts = np.zeros(len(values))
        for value in unit:
            counts[place[value]] += 1
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    margins = coincidences.sum(axis=1)
    distance = _distances(values, margins, metric)
    total = float(margins.sum())
    observed = float((coincidences * distance).sum())
    expected = float((np.outer(margins, margins) * distance).sum())
    return 1.0 - (total - 1) * observed / expected


def agreement(units: Sequence[Unit], highest: int) -> Agreement:
    """Return the agreement over things whose scores lie between 0 and ``highest``."""
    scored = [given for unit in units if len(given := _given(unit)) > 1]
    apart = [abs(left - right) for unit in scored for left, right in combinations(unit, 2)]
    exact = sum(1 for one in apart if one == 0) / len(apart) if apart else None
    near = sum(1 for one in apart if one <= 1) / len(apart) if apart and highest > 1 else None
    return Agreement(len(scored), len(apart), exact, near, krippendorff_alpha(units))


def agreement_by_scale(units: Sequence[tuple[int, Unit]]) -> dict[int, Agreement]:
    """Return the agreement for each length of scale apart: scores of 0–1 and of 0–3 are not one scale.

    Args:
        units: greatest score and the scores, for each thing.
    """
    grouped: dict[int, list[Unit]] = {}
    for highest, unit in units:
        grouped.setdefault(highest, []).append(unit)
    return {highest: agreement(found, highest) for highest, found in sorted(grouped.items())}


def far_apart(scores: Mapping[str, Unit], least: int = 2) -> list[str]:
    """Return the things on which two observers lie at least so many points apart, the farthest first."""
    spans = {code: max(given) - min(given) for code, unit in scores.items() if len(given := _given(unit)) > 1}
    return sorted((code for code, span in spans.items() if span >= least), key=lambda code: -spans[code])


def _given(unit: Unit) -> list[int]:
    return [score for score in unit if score is not None]


def _distances(values: Sequence[int], margins: "np.ndarray", metric: str) -> "np.ndarray":
    """Return the squared distances of all pairs of values."""
    if metric == NOMINAL:
        return np.asarray(1.0 - np.eye(len(values)))
    if metric == INTERVAL:
        numbers = np.array(values, dtype=float)
        return np.asarray((numbers[:, None] - numbers[None, :]) ** 2)
    below = np.cumsum(margins) - margins / 2  # a rank: all that lies lower and half of its own
    return np.asarray((below[:, None] - below[None, :]) ** 2)
