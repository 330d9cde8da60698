"""From a number to the significance of a risk factor, and which of several sources counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HIGH, MEDIUM, LOW = "high", "medium", "low"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """From which number on a factor is of medium and of high significance (both bounds belong to the upper part)."""

    medium_from: float
    high_from: float


def level_of(value: float, cutoff: Cutoff) -> str:
    """Return the significance of a number: the greater the number, the greater the risk."""
    if value >= cutoff.high_from:
        return HIGH
    return MEDIUM if value >= cutoff.medium_from else LOW


def speaking(sources: Mapping[str, str], priority: Sequence[str]) -> str | None:
    """Return the source that counts: the first of the priority that has said something; None where nobody has."""
    return next((source for source in priority if sources.get(source)), None)
