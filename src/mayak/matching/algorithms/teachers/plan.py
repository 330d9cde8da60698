"""The outcome of a pairing of teachers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mayak.matching.algorithms.teachers.problem import Bools, Floats, Ints, TeacherProblem

CRITERIA: Final = (
    "coverage",
    "level",
    "subject",
    "grades",
    "kind",
    "language",
    "distance",
    "municipality",
    "region",
    "partner",
    "history",
    "preference",
    "novelty",
)
MILLI: Final = 1_000
"""Points are counted in thousandths: whole numbers, so that bound and value can be compared exactly."""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """One need with its mentor. `score` 0..100 is the sum of `contributions`; `distance_km` None = unknown."""

    mentee: str
    need: str
    mentor: str
    score: float
    contributions: dict[str, float]
    distance_km: float | None
    is_remote: bool
    is_fixed: bool
    group: int | None = None


@dataclass(frozen=True, slots=True)
class PlanProof:
    """How good the plan is known to be.

    `value`, `bound` in thousandths of a point of the objective's last step (total with the price of needs left out);
    `served`, `served_bound`: needs with a mentor and the most that is possible; `floor`: the worst pair's score where
    the worst served come first. `pairs_allowed`: all pairs that the rules let through, None where not counted;
    `pairs_direct`: how many stood in the network one by one (the others stood there by kinds). `method`: "flow", "mip".
    `missing_in_groups`: people short of the least sizes of groups that locks force open; 0 = every rule is kept.
    `parts`: into how many territories the work was divided, 0 = none.
    """

    method: str
    value: int
    bound: int
    served: int
    served_bound: int
    floor: float | None
    pairs_direct: int
    rounds: int
    seconds: float
    missing_in_groups: int = 0
    parts: int = 0

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, as a share of the bound; 0 = proven optimal."""
        return abs(self.bound - self.value) / max(abs(self.bound), 1)

    @property
    def is_proven(self) -> bool:
        """Is nothing better possible?"""
        return self.value == self.bound and self.served == self.served_bound and not self.missing_in_groups


@dataclass(frozen=True)
class TeacherPlan:
    """The plan, by rows of the sorted problem (see `canonical`): `mentor[need]`, -1 = without a mentor.

    `remote[need]`; `contributions` (criteria, needs) in thousandths of a point; `distance` NaN = unknown;
    `group[need]` -1 = none; `mentor_price`, `need_price`: what one more place is worth, what serving the need costs
    the others, in points (dual values).
    """

    problem: TeacherProblem
    mentor: Ints
    remote: Bools
    fixed: Bools
    group: Ints
    contributions: Ints
    distance: Floats
    mentor_price: Floats
    need_price: Floats
    proof: PlanProof

    @property
    def served(self) -> int:
        """Needs with a mentor."""
        return int((self.mentor >= 0).sum())

    @property
    def total(self) -> float:
        """Points of all pairs together."""
        return float(self.contributions[:, self.mentor >= 0].sum()) / MILLI

    def pairs(self) -> Iterator[PlannedPair]:
        """The pairs by keys, sorted by mentee and need."""
        problem = self.problem
        for need in (self.mentor >= 0).nonzero()[0].tolist():
            parts = self.contributions[:, need].tolist()
            distance = float(self.distance[need])
            yield PlannedPair(
                mentee=str(problem.mentees.key[problem.needs.mentee[need]]),
                need=str(problem.needs.key[need]),
                mentor=str(problem.mentors.key[self.mentor[need]]),
                score=sum(parts) / MILLI,
                contributions={name: part / MILLI for name, part in zip(CRITERIA, parts, strict=True)},
                distance_km=None if distance != distance else distance,  # noqa: PLR0124  # NaN is unlike itself
                is_remote=bool(self.remote[need]),
                is_fixed=bool(self.fixed[need]),
                group=None if self.group[need] < 0 else int(self.group[need]),
            )

    def uncovered(self) -> list[tuple[str, str]]:
        """Keys (mentee, need) of the needs without a mentor."""
        problem = self.problem
        rows = (self.mentor < 0).nonzero()[0]
        return [
            (str(problem.mentees.key[problem.needs.mentee[row]]), str(problem.needs.key[row])) for row in rows
        ]
