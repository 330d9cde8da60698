"""Who is served: shares, scores and distances by groups, and the groups that are served less often."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

import numpy as np

from mayak.matching.algorithms.distance import haversine_km

Point = tuple[float, float]

DIFFERENCE: Final = 0.10
"""Difference of two shares from which a group is said to be served less often. Assumption: no document names one."""
LEAST_GROUP: Final = 5
"""A smaller group is shown without a conclusion: one school more or less would turn it round. Assumption."""
BANDS_KM: Final = (10.0, 30.0, 60.0)
"""Upper ends of the bands of distance; the last band is open. Assumption."""
THIRDS: Final = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One that asked for help: a school, or a need of a teacher. `score` 0..1 and `distance_km` of its best pair."""

    key: str
    is_served: bool
    score: float | None = None
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: how many asked, how many got a pair; means over the served ones, None where there is none."""

    group: str
    cases: int
    served: int
    mean_score: float | None
    mean_distance_km: float | None
    is_small: bool

    @property
    def share(self) -> float:
        """Share of the served."""
        return self.served / self.cases


@dataclass(frozen=True, slots=True)
class Gap:
    """A group that is served less often than the best served one, by the threshold or more."""

    group: str
    share: float
    best_group: str
    best_share: float


@dataclass(frozen=True, slots=True)
class Audit:
    """One way to group: lines in the order of the groups given, gaps from the largest; `is_compared`: at least two
    groups are large enough."""

    lines: tuple[GroupLine, ...]
    gaps: tuple[Gap, ...]
    is_compared: bool


def audit(
    cases: Sequence[Case],
    groups: Mapping[str, str],
    *,
    order: Sequence[str] = (),
    difference: float = DIFFERENCE,
    least: int = LEAST_GROUP,
) -> Audit:
    """Group the cases and compare the shares of the served.

    Args:
        cases: everybody who asked for help.
        groups: key of a case -> group; a case without one is left out.
        order: groups in the order of the lines; others follow by name.
        difference: of shares, from which a gap is told.
        least: a group below this size has a line and no part in the comparison.
    """
    members: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.key in groups:
            members[groups[case.key]].append(case)
    place = {name: number for number, name in enumerate(order)}
    names = sorted(members, key=lambda name: (place.get(name, len(place)), name))
    lines = tuple(_line(name, members[name], least) for name in names)
    large = [line for line in lines if not line.is_small]
    return Audit(lines, tuple(_gaps(large, difference)), len(large) > 1)


def thirds(values: Mapping[str, float]) -> dict[str, int]:
    """Return 0 (least), 1 or 2 for each key; equal values share a third, so that their names cannot decide."""
    ordered = sorted(values.values())
    rank = {value: ordered.index(value) for value in set(ordered)}
    return {key: rank[value] * THIRDS // len(ordered) for key, value in values.items()}


def band(distance_km: float, bounds: Sequence[float] = BANDS_KM) -> int:
    """Return the number of the band in which a distance lies; a bound belongs to the lower band."""
    return sum(distance_km > bound for bound in bounds)


def nearest_km(points: Sequence[Point | None], others: Iterable[Point | None]) -> list[float | None]:
    """Return for each point the distance to the nearest of the others; None where either place is unknown.

    Equal places are looked at once: many teachers work in one school.
    """
    known = sorted({point for point in points if point is not None})
    targets = np.array(sorted({point for point in others if point is not None}), dtype=np.float64)
    if not known or not len(targets):
        return [None] * len(points)
    found = {
        point: float(
            haversine_km(np.array([point[0]]), np.array([point[1]]), targets[:, 0], targets[:, 1]).min()
        )
        for point in known
    }
    return [None if point is None else found[point] for point in points]


def _line(name: str, members: Sequence[Case], least: int) -> GroupLine:
    served = [case for case in members if case.is_served]
    return GroupLine(
        group=name,
        cases=len(members),
        served=len(served),
        mean_score=_mean(case.score for case in served),
        mean_distance_km=_mean(case.distance_km for case in served),
        is_small=len(members) < least,
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _gaps(lines: Sequence[GroupLine], difference: float) -> Iterable[Gap]:
    if not lines:
        return
    best = max(lines, key=lambda line: line.share)
    for line in sorted(lines, key=lambda one: (one.share, one.group)):
        if best.share - line.share >= difference - 1e-9:
            yield Gap(line.group, line.share, best.group, best.share)
