"""What a plan by content lines takes besides the pairing's own input, and what it gives.

A content line is a need of a school: a subject (with a grade), a risk factor, a competence. The models of a network
are those of S2 (domain.md A2.2); how a model becomes rules of a plan is an assumption and said in the docstrings.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from mayak.matching.algorithms.messages import Fault
from mayak.matching.algorithms.mip import Ending
from mayak.matching.algorithms.plan import load_price
from mayak.matching.algorithms.problem import Problem


class Structure(StrEnum):
    """The shape of a network.

    CONCENTRATED: few centres serve all; a school has one centre for all its lines, and which leads become centres is
    chosen with the pairs (facility location). INSTRUMENTAL: each line of a school may go to another lead.
    IDENTICAL: groups around a lead with one line as the common goal. CHAIN: help passes on from school to school.
    """

    CONCENTRATED = "concentrated"
    INSTRUMENTAL = "instrumental"
    IDENTICAL = "identical"
    CHAIN = "chain"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the network with its own model; `mentees` None = all schools that no other part names.

    `centres`: at most so many leads take part (concentrated), None = no limit. `group_min`, `group_max`: schools of
    a group (identical; S2 calls three or more a group), None = as many as the lead has places. `chain_length`: schools
    one after another.
    """

    structure: Structure
    mentees: frozenset[str] | None = None
    centres: int | None = None
    group_min: int = 3
    group_max: int | None = None
    chain_length: int = 4


@dataclass(frozen=True, slots=True)
class LineSettings:
    """`hours_per_line`: hours a month that one line of one school takes of its lead; 0 = hours are not counted."""

    parts: tuple[Part, ...] = (Part(Structure.INSTRUMENTAL),)
    hours_per_line: float = 0.0
    time_limit_s: float = 60.0


@dataclass(frozen=True, slots=True)
class LineShare:
    """What one line brings to a pair: points 0..100, and the share (0..1) of the school's needs that it is."""

    line: str
    grade: int | None
    points: float
    share: float


@dataclass(frozen=True, slots=True)
class LinePair:
    """A lead (in a chain: the school before) helps a school in some lines. `score` is the sum of the lines' points.

    `group`: key of the lead and the common goal, where the network has groups; `position` 1.. in a chain.
    """

    mentee: str
    lead: str
    lines: tuple[LineShare, ...]
    score: float
    distance_km: float | None
    is_fixed: bool
    is_kept: bool
    group: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One aim reached: its value, the bound that is proven, how the solver ended."""

    name: str
    value: float
    bound: float
    ending: Ending

    @property
    def gap(self) -> float:
        """How much better it could be at most, as a share of the bound."""
        return max(self.bound - self.value, 0.0) / max(abs(self.bound), 1.0)


@dataclass(frozen=True, slots=True)
class LinePlan:
    """The plan. `unmatched`: schools without any help; `uncovered`: lines without a lead, of schools that have one.

    `centres`: leads that take part. `missing_in_groups`: schools short of the least sizes of groups that locks force
    open: then no plan keeps all rules, and this is the nearest one.
    """

    problem: Problem
    settings: LineSettings
    pairs: tuple[LinePair, ...]
    centres: tuple[str, ...]
    unmatched: tuple[str, ...]
    uncovered: tuple[tuple[str, str, int | None], ...]
    steps: tuple[Step, ...]
    missing_in_groups: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def total(self) -> float:
        """Points of all lines together."""
        return sum(pair.score for pair in self.pairs)

    @property
    def load_price(self) -> float:
        """Points that the second, third, ... schools of the leads cost; a chain that goes on costs its lead nothing."""
        leads = {school.key for school in self.problem.leads}
        given = {(pair.mentee, pair.lead) for pair in self.pairs if pair.lead in leads}
        return load_price(Counter(lead for _mentee, lead in given), self.problem.settings.load_points)

    @property
    def served(self) -> int:
        """Schools with help."""
        return len({pair.mentee for pair in self.pairs})

    @property
    def is_proven(self) -> bool:
        """Is nothing better possible?"""
        return not self.missing_in_groups and all(step.ending is Ending.OPTIMAL for step in self.steps)


def faults_of_lines(problem: Problem, settings: LineSettings) -> Iterable[Fault]:
    """Yield what is wrong with the parts of a network."""
    known = {school.key for school in problem.mentees}
    seen: set[str] = set()
    rest = 0
    for number, part in enumerate(settings.parts):
        place = f"parts[{number}]"
        rest += part.mentees is None
        for key in sorted(part.mentees or ()):
            if key not in known:
                yield Fault(f"{place}.mentees", "school_unknown", {"key": key})
            if key in seen:
                yield Fault(f"{place}.mentees", "key_twice", {"key": key})
            seen.add(key)
        for name, least in (("centres", 1), ("group_min", 1), ("group_max", 1), ("chain_length", 1)):
            value = getattr(part, name)
            if value is not None and value < least:
                yield Fault(f"{place}.{name}", "number_negative", {"found": value, "least": least})
        if part.group_max is not None and part.group_min > part.group_max:
            yield Fault(f"{place}.group_min", "group_sizes", {"low": part.group_min, "high": part.group_max})
    if rest > 1:
        yield Fault("parts", "parts_rest", {"count": rest})
    if settings.hours_per_line < 0:
        yield Fault("hours_per_line", "number_negative", {"found": settings.hours_per_line, "least": 0})
