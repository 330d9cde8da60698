"""The difference of two measurements and what may be said of it. No Django."""

import math
from dataclasses import dataclass
from enum import StrEnum

_Z = 1.96
"""Two-sided 95 per cent of the normal distribution."""
_EPSILON = 1e-9


class Change(StrEnum):
    """What the difference means for the wanted direction."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    MORE = "more"
    LESS = "less"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and of how many people it is, where that is known."""

    value: float
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two measurements.

    Attributes:
        change: its meaning.
        delta: later less earlier value; None where one is missing.
        is_small: one of the groups is smaller than the limit, so nothing follows from the difference.
        may_be_chance: shares of known groups whose difference does not leave the 95 per cent of chance.
    """

    change: Change
    delta: float | None
    is_small: bool = False
    may_be_chance: bool = False


def difference(
    earlier: Measured | None,
    later: Measured | None,
    *,
    direction: str,
    is_share: bool,
    small: int,
    same: float = 0.0,
) -> Difference:
    """Compare two measurements.

    Args:
        earlier: the first.
        later: the second.
        direction: «up» more is better, «down» less is better, anything else: only watched.
        is_share: whether the values are shares 0..1 of ``n`` people.
        small: groups below this number are small.
        same: differences up to this size count as none.
    """
    if earlier is None or later is None:
        return Difference(Change.UNKNOWN, None)
    delta = later.value - earlier.value
    return Difference(
        change=_meaning(delta, direction, same),
        delta=delta,
        is_small=any(one.n is not None and one.n < small for one in (earlier, later)),
        may_be_chance=is_share and abs(delta) > same and within_chance(earlier, later),
    )


def within_chance(earlier: Measured, later: Measured) -> bool:
    """Whether two shares of known groups differ by no more than chance alone would let 19 of 20 pairs differ."""
    if not earlier.n or not later.n:
        return False
    together = (earlier.value * earlier.n + later.value * later.n) / (earlier.n + later.n)
    error = math.sqrt(max(together * (1 - together), 0.0) * (1 / earlier.n + 1 / later.n))
    return abs(later.value - earlier.value) <= _Z * error + _EPSILON


def _meaning(delta: float, direction: str, same: float) -> Change:
    if abs(delta) <= same + _EPSILON:
        return Change.SAME
    if direction == "up":
        return Change.BETTER if delta > 0 else Change.WORSE
    if direction == "down":
        return Change.BETTER if delta < 0 else Change.WORSE
    return Change.MORE if delta > 0 else Change.LESS


def reached(result: float, forecast: float, *, direction: str) -> bool | None:
    """Whether a result reached its forecast; None for an indicator that is only watched."""
    if direction == "up":
        return result >= forecast - _EPSILON
    if direction == "down":
        return result <= forecast + _EPSILON
    return None
