"""Which scale holds for an assessment, and how many participants lie below its threshold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A row of the scales. None means «any»; ``pass_score`` is the least score that is not below the threshold."""

    kind: str
    subject_id: int | None = None
    grade: int | None = None
    territory_path: str = ""
    year_from: int = 0
    year_to: int | None = None
    max_score: float | None = None
    pass_score: float | None = None
    bounds: tuple[float | None, float | None, float | None] = (None, None, None)

    def marks(self) -> dict[int, float]:
        """Mark -> its least score, the known ones."""
        return {mark: bound for mark, bound in zip((3, 4, 5), self.bounds, strict=True) if bound is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a scale is wanted."""

    kind: str
    subject_id: int
    grade: int | None
    year: int
    territory_path: str
    max_score: float | None = None


def choose_scale(scales: Iterable[Scale], asked: Asked) -> Scale | None:
    """The most exact row wins: region before country, subject before any, grade before any, later year before earlier.

    A scale for another maximum score is a scale of another paper and never holds.
    """
    fitting = [scale for scale in scales if _fits(scale, asked)]
    return max(fitting, key=_exactness, default=None)


def _fits(scale: Scale, asked: Asked) -> bool:
    return (
        scale.kind == asked.kind
        and scale.subject_id in (None, asked.subject_id)
        and scale.grade in (None, asked.grade)
        and asked.territory_path.startswith(scale.territory_path)
        and scale.year_from <= asked.year
        and (scale.year_to is None or asked.year <= scale.year_to)
        and (scale.max_score is None or asked.max_score is None or scale.max_score == asked.max_score)
    )


def _exactness(scale: Scale) -> tuple[int, bool, bool, int]:
    return (
        len(scale.territory_path),
        scale.subject_id is not None,
        scale.grade is not None,
        scale.year_from,
    )


def count_below(distribution: Mapping[int, float], threshold: float) -> float:
    """Participants (or per cents, as the distribution is) with a score under the threshold."""
    return sum(count for score, count in distribution.items() if score < threshold)
