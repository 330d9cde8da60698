"""Points of several experts put together: mean by criterion, weighted sum, spread. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: its key, the most points and the weight."""

    key: int
    maximum: float
    weight: float


@dataclass(frozen=True, slots=True)
class CriterionOutcome:
    """What the experts gave by one criterion.

    Attributes:
        key: of the criterion.
        points: of each expert, in the order of the experts.
        mean: of the points.
        spread: greatest less least points, in per cent of the maximum.
        is_apart: whether the spread reaches the limit.
    """

    key: int
    points: tuple[float, ...]
    mean: float
    spread: float
    is_apart: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """An application: criteria, weighted sum out of the greatest possible, the sums of the single experts."""

    criteria: tuple[CriterionOutcome, ...]
    total: float
    maximum: float
    expert_totals: tuple[float, ...]
    experts: int

    @property
    def share(self) -> float:
        """The sum in per cent of the greatest possible."""
        return self.total / self.maximum * PERCENT if self.maximum else 0.0

    @property
    def spread(self) -> float:
        """Greatest less least sum of an expert, in per cent of the greatest possible."""
        if not self.expert_totals or not self.maximum:
            return 0.0
        return (max(self.expert_totals) - min(self.expert_totals)) / self.maximum * PERCENT

    @property
    def apart(self) -> int:
        """By how many criteria the experts differ much."""
        return sum(one.is_apart for one in self.criteria)


def outcome(
    criteria: Sequence[Criterion], scores: Sequence[Mapping[int, float]], *, spread_limit: float
) -> Outcome:
    """Put the scores together.

    Only experts who scored every criterion count: half a sheet would lower the sum.

    Args:
        criteria: in their order.
        scores: for each expert, points by the key of the criterion.
        spread_limit: per cent of the maximum from which on points are called apart.
    """
    whole = [sheet for sheet in scores if all(one.key in sheet for one in criteria)]
    found = tuple(_criterion(one, [sheet[one.key] for sheet in whole], spread_limit) for one in criteria)
    totals = tuple(sum(sheet[one.key] * one.weight for one in criteria) for sheet in whole)
    return Outcome(
        criteria=found,
        total=sum(row.mean * one.weight for row, one in zip(found, criteria, strict=True)),
        maximum=sum(one.maximum * one.weight for one in criteria),
        expert_totals=totals,
        experts=len(whole),
    )


def _criterion(criterion: Criterion, points: Sequence[float], limit: float) -> CriterionOutcome:
    if not points:
        return CriterionOutcome(criterion.key, (), 0.0, 0.0, is_apart=False)
    spread = (max(points) - min(points)) / criterion.maximum * PERCENT
    return CriterionOutcome(
        criterion.key,
        tuple(points),
        sum(points) / len(points),
        spread,
        is_apart=len(points) > 1 and spread >= limit,
    )
