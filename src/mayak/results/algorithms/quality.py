"""Signs that a result deserves a second look. A sign, never a proof: every rule has its source in QualityRule.

Pure functions over numbers; percents are 0..100, shares 0..1, counts are pupils. Each returns what it saw, or None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

JOURNAL: Final = "journal-gap"
DECLARED: Final = "declared-listed"
PERCENT_SUM: Final = "percent-sum"
BORDER_PEAK: Final = "border-peak"
BORDER_PEAK_PARTICIPANTS: Final = "border-peak-participants"
JUMP: Final = "sudden-jump"
FEW: Final = "few-participants"
NEIGHBOURS: Final = 2


@dataclass(frozen=True, slots=True)
class JournalGap:
    """How many marks differ from the journal, in per cent of those compared."""

    lowered: int
    confirmed: int
    raised: int
    percent: float


@dataclass(frozen=True, slots=True)
class Peak:
    """A heap at the least score of a mark: so many participants where the neighbours have ``usual`` on average."""

    mark: int
    score: int
    count: int
    usual: float


@dataclass(frozen=True, slots=True)
class Jump:
    """The share below the threshold rose from one year to the next, in percentage points."""

    before: float
    after: float
    points: float


def journal_gap(
    lowered: int | None, confirmed: int | None, raised: int | None, *, limit_percent: float
) -> JournalGap | None:
    """Marks of the assessment and of the journal differ for more than ``limit_percent`` of the participants."""
    if lowered is None or confirmed is None or raised is None:
        return None
    total = lowered + confirmed + raised
    if not total:
        return None
    percent = (lowered + raised) * 100 / total
    return JournalGap(lowered, confirmed, raised, percent) if percent > limit_percent else None


def count_gap(declared: int | None, listed: int | None, *, limit: float) -> int | None:
    """Declared minus listed participants where they differ by more than ``limit``."""
    if declared is None or listed is None or abs(declared - listed) <= limit:
        return None
    return declared - listed


def percent_sum(percents: Sequence[float], *, limit: float) -> float | None:
    """The sum of the per cents where it is further from 100 than ``limit`` (100.01 is rounding, not a sign)."""
    if not percents:
        return None
    total = round(sum(percents), 6)
    return total if abs(total - 100) > limit + 1e-9 else None


def border_peaks(
    distribution: Mapping[int, float], bounds: Mapping[int, float], *, times: float, fewest: float
) -> list[Peak]:
    """Scores where a mark begins and that hold ``times`` as many participants as the scores around.

    Args:
        distribution: score -> participants (counts).
        bounds: mark (3, 4, 5) -> its least score.
        times: how many times the mean of the two scores on each side.
        fewest: participants; of fewer nothing is said.
    """
    if not distribution or sum(distribution.values()) < fewest:
        return []
    low, high = min(distribution), max(distribution)
    peaks: list[Peak] = []
    for mark, bound in sorted(bounds.items()):
        score = int(bound)
        around = [
            distribution.get(score + step, 0)
            for step in range(-NEIGHBOURS, NEIGHBOURS + 1)
            if step and low <= score + step <= high
        ]
        count = distribution.get(score, 0)
        usual = sum(around) / len(around) if around else 0.0
        if around and count > max(usual, 1) * times:
            peaks.append(Peak(mark, score, int(count), usual))
    return peaks


def sudden_jump(before: float | None, after: float | None, *, limit_points: float) -> Jump | None:
    """The share below the threshold (0..1) rose by ``limit_points`` percentage points or more."""
    if before is None or after is None:
        return None
    points = round((after - before) * 100, 6)
    return Jump(before * 100, after * 100, points) if points >= limit_points else None


def is_few(participants: int | None, *, limit: float) -> bool:
    """Whether so few took part that a share says little; unknown is not few."""
    return participants is not None and participants < limit
