"""What the scores of observers give: shares of parts, means over observers, what was left out.

A score of ``None`` means «not observed»: the item counts neither in the points nor in the maximum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from mayak.diagnosis.algorithms.rubric import Item, Part, Rubric

Scores = Mapping[str, int | None]
"""Code of an item -> score; an item without a key has no answer yet."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a part on one sheet: of how many, over how many items."""

    points: int
    of: int
    rated: int

    @property
    def share(self) -> float | None:
        """Points of the maximum of the items that were rated, 0..1; None where none was."""
        return self.points / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part over all observers: the mean of their shares, and how many gave one."""

    code: str
    share: float | None
    observers: int
    shares: tuple[float, ...]


def fits(item: Item, score: int | None) -> bool:
    """Whether the score may be given; None («not observed») always may."""
    return score is None or score in item.scores


def points_of(items: Iterable[Item], scores: Scores) -> Points:
    """Return the points of these items on one sheet."""
    points = of = rated = 0
    for item in items:
        score = scores.get(item.code)
        if score is not None:
            points, of, rated = points + score, of + item.max, rated + 1
    return Points(points, of, rated)


def unanswered(rubric: Rubric, scores: Scores) -> list[Item]:
    """Return the items without an answer; «not observed» is one."""
    return [item for item in rubric.items() if item.code not in scores]


def part_results(parts: Iterable[Part], sheets: Sequence[Scores]) -> dict[str, PartResult]:
    """Return the parts over all sheets: every observer counts alike, whatever items were left out."""
    found = {}
    for part in parts:
        items = list(part.all_items())
        shares = tuple(share for scores in sheets if (share := points_of(items, scores).share) is not None)
        found[part.code] = PartResult(part.code, fmean(shares) if shares else None, len(shares), shares)
    return found
