"""One severity out of several sources.

Of each source only the newest statement counts. The combined severity is their weighted mean:

    severity = sum(weight[source] * severity[source]) / sum(weight[source])

A source without a weight, or with the weight 0, is shown and does not count. Nothing that counts: no severity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SCALE = 3.0


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says: ``at`` orders the statements of a source (a date or an ordinal), the last one counts."""

    source: str
    severity: float
    at: object
    wants_help: bool | None = None


@dataclass(frozen=True, slots=True)
class Combined:
    """The result: severity 0..3, the sources that count in the order of their names, whether help is wished."""

    severity: float
    sources: tuple[str, ...]
    wants_help: bool


def newest(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Return the last statement of each source; of two of the same moment the later one in the row."""
    found: dict[str, Statement] = {}
    for one in statements:
        known = found.get(one.source)
        if known is None or one.at >= known.at:  # type: ignore[operator]  # dates or ordinals of one kind
            found[one.source] = one
    return found


def combine(statements: Iterable[Statement], weights: Mapping[str, float]) -> Combined | None:
    """Return the combined severity of one competence, None where no source counts.

    Raises:
        ValueError: a severity lies outside 0..3 or a weight below 0.
    """
    counted = {name: one for name, one in newest(statements).items() if weights.get(name, 0.0)}
    for name, one in counted.items():
        if not 0 <= one.severity <= SCALE or weights[name] < 0:
            raise ValueError(f"severity {one.severity!r} or weight {weights[name]!r} of {name!r}")
    total = sum(weights[name] for name in counted)
    if not total:
        return None
    mean = sum(weights[name] * one.severity for name, one in counted.items()) / total
    severities = [one.severity for one in counted.values()]
    return Combined(
        min(max(mean, min(severities)), max(severities)),
        tuple(sorted(counted)),
        any(one.wants_help for one in counted.values()),
    )


def severity_of_share(right: float) -> float:
    """Return the severity of a share of right answers: 1 is no deficit, 0 the greatest.

    Raises:
        ValueError: the share lies outside 0..1.
    """
    if not 0 <= right <= 1:
        raise ValueError(f"share {right!r}")
    return SCALE * (1 - right)


def severity_of_level(level: float) -> float:
    """Return the severity of a level of a competence 0..3 (3 is fully and regularly shown).

    Raises:
        ValueError: the level lies outside 0..3.
    """
    if not 0 <= level <= SCALE:
        raise ValueError(f"level {level!r}")
    return SCALE - level


def need_weight(severity: float, *, wants_help: bool, bonus: float) -> float:
    """Return the weight of a need 0..1: the severity as a share of 3, more where help is wished, at most 1."""
    return min(1.0, severity / SCALE + (bonus if wants_help else 0.0))
