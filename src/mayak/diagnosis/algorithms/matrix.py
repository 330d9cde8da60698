"""Sums of a matrix people x competences by place, in one pass over the rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mayak.diagnosis.algorithms.packing import Severities


@dataclass(frozen=True, slots=True)
class Sums:
    """Place x competence: people of whom something is known, of these with a deficit, sum of severities, wishes."""

    known: NDArray[np.int64]
    deficits: NDArray[np.int64]
    severity: NDArray[np.float64]
    wishes: NDArray[np.int64]

    def total_of(self, places: NDArray[np.int64]) -> "Sums":
        """Return one row: the sum over these places."""
        return Sums(
            self.known[places].sum(axis=0, keepdims=True),
            self.deficits[places].sum(axis=0, keepdims=True),
            self.severity[places].sum(axis=0, keepdims=True),
            self.wishes[places].sum(axis=0, keepdims=True),
        )


def add_up(rows: Severities, place_of: NDArray[np.int64], places: int, deficit_from: float) -> Sums:
    """Add up by place.

    Args:
        rows: the severities of many people.
        place_of: the place (0..places-1) of each person, by the person's position.
        places: how many places there are.
        deficit_from: the severity from which a deficit is one.
    """
    width = len(rows.competences)
    shape, size = (places, width), places * width
    flat = place_of[rows.person] * width + rows.column
    deficit = rows.severity >= deficit_from - 1e-9

    def count(chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(chosen, minlength=size).reshape(shape).astype(np.int64)

    return Sums(
        count(flat),
        count(flat[deficit]),
        np.bincount(flat, weights=rows.severity, minlength=size).reshape(shape).astype(np.float64),
        count(flat[rows.wish]),
    )
