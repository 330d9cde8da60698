"""Which deficits occur together, and which people form a group around them.

Method: agglomerative clustering with average linkage on the Jaccard distance of deficits,

    distance(a, b) = 1 - |people with a and b| / |people with a or b|

where the distance of two clusters is the mean over all pairs of their members. The two nearest clusters are joined
while their distance is at most the limit; of equal distances the pair with the smallest indexes is taken, so the same
data give the same clusters, whatever the order of the people.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Together:
    """A cluster of deficits: indexes of competences, mean distance inside, people who belong to it.

    ``people`` are positions, those with the most of these deficits first.
    """

    competences: tuple[int, ...]
    distance: float
    people: tuple[int, ...]


def jaccard(deficits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the distances between the columns (competences) of people x competences; 1 where nobody has both."""
    counts = deficits.astype(np.int64)
    both = counts.T @ counts
    alone = np.diag(both)
    either = alone[:, None] + alone[None, :] - both
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(either > 0, 1 - both / either, 1.0)
    np.fill_diagonal(distance, 0.0)
    return distance


def clusters(distance: NDArray[np.float64], limit: float) -> list[tuple[int, ...]]:
    """Return the clusters, each with its members in order, in the order of their first members."""
    members: dict[int, list[int]] = {index: [index] for index in range(len(distance))}
    between = distance.astype(np.float64).copy()
    np.fill_diagonal(between, np.inf)
    while len(members) > 1:
        nearest = float(between.min())
        if not nearest <= limit + EPSILON:
            break
        close = np.argwhere(between <= nearest + EPSILON)
        left, right = min((int(a), int(b)) for a, b in close if a < b)
        sizes = len(members[left]), len(members[right])
        merged = (sizes[0] * between[left] + sizes[1] * between[right]) / sum(sizes)
        between[left], between[:, left] = merged, merged
        between[left, left] = np.inf
        between[right], between[:, right] = np.inf, np.inf
        members[left] += members.pop(right)
    return sorted(tuple(sorted(one)) for one in members.values())


def find_together(
    deficits: NDArray[np.bool_], *, limit: float, share: float, smallest: int
) -> list[Together]:
    """Return the groups of deficits with enough people, the biggest first.

    Args:
        deficits: people x competences.
        limit: deficits belong together up to this mean distance.
        share: who has at least this share of a cluster's deficits belongs to it.
        smallest: fewer people are no group.
    """
    if deficits.size == 0:
        return []
    present = np.flatnonzero(deficits.any(axis=0))
    table = deficits[:, present]
    distance = jaccard(table)
    found = []
    for cluster in clusters(distance, limit):
        people = _people(table[:, list(cluster)], share)
        if len(people) >= smallest:
            inside = distance[np.ix_(cluster, cluster)]
            pairs = len(cluster) * (len(cluster) - 1)
            mean = float(inside.sum() / pairs) if pairs else 0.0
            found.append(Together(tuple(int(present[one]) for one in cluster), mean, people))
    return sorted(found, key=lambda one: (-len(one.people), one.competences))


def _people(table: NDArray[np.bool_], share: float) -> tuple[int, ...]:
    has = table.sum(axis=1)
    needed = max(1, math.ceil(share * table.shape[1] - EPSILON))
    chosen: Sequence[int] = [int(one) for one in np.flatnonzero(has >= needed)]
    return tuple(sorted(chosen, key=lambda one: (-int(has[one]), one)))
