"""Uncertainty of a share: Wilson's interval (E. B. Wilson, JASA 22, 1927, p. 209)."""

from typing import Final

import numpy as np

from mayak.results.algorithms.identification.data import Floats, Ints

Z_95: Final = 1.959963984540054


def wilson(count: Floats, n: Ints | Floats, z: float = Z_95) -> tuple[Floats, Floats]:
    """Lower and upper bound of a share of `count` in `n`; NaN where either is unknown or nobody took part."""
    count = np.asarray(count, dtype=np.float64)
    size = np.asarray(n, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(size > 0, size, np.nan)
        share = count / size
        denominator = 1 + z * z / size
        centre = (share + z * z / (2 * size)) / denominator
        half = z * np.sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / denominator
        low = np.where(count == 0, 0.0, centre - half)  # exactly 0 and 1 at the ends, not 1e-17
        high = np.where(count == size, 1.0, centre + half)
    return np.where(np.isnan(share), np.nan, low), np.where(np.isnan(share), np.nan, high)
