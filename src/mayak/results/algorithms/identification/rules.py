"""A rule of identification as data: conditions, how they are joined, and the paper it comes from.

A rule is versioned: what is stored is never edited in place, `fingerprint` tells two versions apart, so that a past
year is replayed by the rule of that year (domain.md B1.1: the wording changes by year, the joint is an assumption).
"""

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a condition looks at. Percentile: average rank of the school's mean / number of schools."""

    BELOW_SHARE = "below_share"
    MEAN = "mean"
    PERCENTILE = "percentile"
    CONTEXT_SHARE = "context_share"


class Comparison(StrEnum):
    """How the value stands to the limit; `at_least` and `at_most` include the limit."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"

    @property
    def is_upward(self) -> bool:
        """Does the condition fire on high values?"""
        return self in {Comparison.AT_LEAST, Comparison.ABOVE}

    @property
    def is_strict(self) -> bool:
        """Does the limit itself not fire?"""
        return self in {Comparison.ABOVE, Comparison.BELOW}


class Statistic(StrEnum):
    """The value of a territory: all participants together, or the mean or median of its schools."""

    POOLED = "pooled"
    MEAN = "mean"
    MEDIAN = "median"


class Quantifier(StrEnum):
    """How many must hold."""

    ANY = "any"
    ALL = "all"
    AT_LEAST = "at_least"


class YearsMode(StrEnum):
    """Current year; the same procedure in each of k years running; each of the listed years for itself."""

    CURRENT = "current"
    RUNNING = "running"
    EACH = "each"


class Missing(StrEnum):
    """A procedure without a usable result: leaves the condition open, or is not counted at all."""

    UNKNOWN = "unknown"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class TerritoryLimit:
    """The limit is the territory's own value x `times` + `plus`."""

    territory: str
    statistic: Statistic = Statistic.POOLED
    times: float = 1.0
    plus: float = 0.0


Limit = float | TerritoryLimit


@dataclass(frozen=True, slots=True)
class Count:
    """Any, all or at least `k` of what is counted."""

    quantifier: Quantifier
    k: int = 1

    def needed(self, total: int) -> int:
        """How many of `total` must hold."""
        return {Quantifier.ANY: 1, Quantifier.ALL: total, Quantifier.AT_LEAST: self.k}[self.quantifier]


@dataclass(frozen=True, slots=True)
class Years:
    """Which years a condition looks at: years back (0, -1 …) or calendar years."""

    mode: YearsMode = YearsMode.CURRENT
    listed: tuple[int, ...] = (0,)

    def of(self, year: int) -> tuple[int, ...]:
        """The calendar years, latest first, when the rule is applied to `year`."""
        return tuple(sorted((year + item if item <= 0 else item for item in self.listed), reverse=True))


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which procedures count; an empty tuple lets everything through."""

    kinds: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()

    @property
    def most(self) -> int | None:
        """How many procedures can pass at most; None where a list is open."""
        if not (self.kinds and self.subjects and self.grades):
            return None
        return len(set(self.kinds)) * len(set(self.subjects)) * len(set(self.grades))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: a measure against a limit, in how many procedures (or indicators), in which years.

    `min_participants`: a result of fewer pupils is not looked at. `min_measured`: with `missing` = skip, the least
    number of procedures with a usable result; below it the condition stays open. `among`: level of the territory
    inside which percentiles are taken ("" = all schools of the data).
    """

    code: str
    measure: Measure
    comparison: Comparison
    limit: Limit
    count: Count = Count(Quantifier.ANY)
    years: Years = Years()
    items: ItemFilter = ItemFilter()
    indicators: tuple[str, ...] = ()
    min_participants: int = 1
    missing: Missing = Missing.SKIP
    min_measured: int = 1
    among: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Veto:
    """A school with one of these quality signs (empty = any sign) in these years is not listed."""

    signs: tuple[str, ...] = ()
    years: Years = Years()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A named, versioned rule with its source. `assumptions` names the fields that no document states."""

    code: str
    name: str
    status: str
    conditions: tuple[Condition, ...]
    joint: Count
    version: int = 1
    year_from: int | None = None
    year_to: int | None = None
    source: str = ""
    page: str = ""
    source_year: int | None = None
    assumptions: tuple[str, ...] = ()
    note: str = ""
    few_participants: int = 20
    veto: Veto | None = None

    def is_assumed(self, field: str) -> bool:
        """Is this setting an assumption that no document states?"""
        return field in self.assumptions
