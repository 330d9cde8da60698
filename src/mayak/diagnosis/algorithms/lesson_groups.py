"""A round of lessons told by criterion: number, mean, spread; small groups hidden, also from subtraction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True, slots=True)
class Spread:
    """What a group of lessons gives for a criterion.

    Attributes:
        teachers: how many people taught them.
        lessons: how many lessons.
        mean: mean of the lessons' shares, 0..1.
        deviation: standard deviation between lessons (of a sample); None below two lessons.
    """

    teachers: int
    lessons: int
    mean: float
    deviation: float | None


def spread_of(rated: Sequence[tuple[int, float]]) -> Spread | None:
    """Return number, mean and spread of (teacher, share) pairs; None for none."""
    if not rated:
        return None
    shares = [share for _teacher, share in rated]
    deviation = stdev(shares) if len(shares) > 1 else None
    return Spread(len({teacher for teacher, _share in rated}), len(rated), fmean(shares), deviation)


def shown_groups(teachers: Mapping[str, int], threshold: int) -> frozenset[str]:
    """Return which groups of a whole may be shown so that no hidden one follows from the total.

    A group of fewer people than the threshold is hidden. What the hidden ones have together must be nothing or reach
    the threshold too and be more than one group: else the smallest shown group is hidden besides.

    Args:
        teachers: people of each group; groups do not overlap.
        threshold: the least number of people that may be shown.
    """
    shown = {name for name, count in teachers.items() if count >= threshold}
    hidden = {name: count for name, count in teachers.items() if name not in shown and count}
    while hidden and shown and (len(hidden) == 1 or sum(hidden.values()) < threshold):
        smallest = min(shown, key=lambda name: (teachers[name], name))
        shown.discard(smallest)
        hidden[smallest] = teachers[smallest]
    return frozenset(shown)
