"""Binomial tails for many schools at once, without SciPy: equal (n, count) pairs are computed once."""

from dataclasses import dataclass

import numpy as np

from mayak.results.algorithms.identification.data import Bools, Floats, Ints
from mayak.results.algorithms.identification.rules import Comparison


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A point on the scale of shares: counts at or past it (past it only, if `is_after`) lie on its upper side."""

    limit: float
    is_after: bool

    @classmethod
    def of(cls, comparison: Comparison, limit: float) -> "Cut":
        """The cut that divides the shares which meet a comparison from those which do not."""
        return cls(limit, comparison in {Comparison.ABOVE, Comparison.AT_MOST})


def at_least_cuts(n: Ints, cut: Cut) -> Ints:
    """The least count on the upper side of the cut, by the same division that the evaluation makes."""
    size = np.maximum(n, 1).astype(np.float64)
    count = np.floor(cut.limit * size)

    def above(values: Floats) -> Bools:
        share = values / size
        result: Bools = share > cut.limit if cut.is_after else share >= cut.limit
        return result

    count = np.where((count > 0) & above(count - 1), count - 1, count)
    for _ in range(2):
        count = np.where(above(count), count, count + 1)
    return count.astype(np.int64)


def tail(n: Ints, below: Floats, least: Ints, prior: float) -> Floats:
    """P(X >= least) for X ~ Binomial(n, (below + prior) / (n + 2 prior)); 0 where n or below is unknown."""
    out = np.zeros(len(n))
    known = np.flatnonzero((n > 0) & ~np.isnan(below))
    if not len(known):
        return out
    rows = np.stack([n[known], below[known].astype(np.int64), least[known]], axis=1)
    unique, back = np.unique(rows, axis=0, return_inverse=True)
    size, count, edge = unique[:, 0], unique[:, 1], unique[:, 2]
    out[known] = _tails(size, (count + prior) / (size + 2 * prior), edge)[back.ravel()]
    return out


def _tails(n: Ints, p: Floats, least: Ints) -> Floats:
    """Sum the terms from `least` to n of each row, laid end to end in one array."""
    factorial = np.r_[0.0, np.cumsum(np.log(np.arange(1, int(n.max()) + 1, dtype=np.float64)))]
    start = np.clip(least, 0, n + 1)
    length = n + 1 - start
    row = np.repeat(np.arange(len(n)), length)
    k = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + start[row]
    size, share = n[row], p[row]
    with np.errstate(divide="ignore", invalid="ignore"):
        log_terms = factorial[size] - factorial[k] - factorial[size - k]
        log_terms += np.where(k > 0, k * np.log(share), 0.0) + np.where(
            size > k, (size - k) * np.log1p(-share), 0.0
        )
    return np.bincount(row, np.exp(log_terms), len(n)).clip(0.0, 1.0)
