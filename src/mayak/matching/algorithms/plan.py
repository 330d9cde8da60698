"""The outcome of a pairing: the pairs with their points, and the proof that no plan is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mayak.matching.algorithms.problem import Problem, Total


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of the plan. `contributions`: points of each criterion; they add up to `score` (0..100).

    The first four criteria are always named, the others where they have a weight.

    `is_kept`: it was a pair last year. `keep_price`, where old pairs are kept on purpose: what the total (points, or
    kilometres) would gain if this one pair were not worth keeping; 0 = keeping it costs nothing.
    """

    mentee: str
    lead: str
    score: float
    contributions: dict[str, float]
    distance_km: float | None
    is_fixed: bool
    is_kept: bool = False
    keep_price: float | None = None


@dataclass(frozen=True, slots=True)
class ServedProof:
    """No plan serves more places of the classes up to this one than `bound`; `blocking`: the leads that are full."""

    class_name: str
    served: int
    bound: int
    blocking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FloorProof:
    """With pairs better than the floor alone no plan serves more than `bound` places, fewer than the `served` ones."""

    served: int
    bound: int
    blocking: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Is a higher floor impossible?"""
        return self.bound < self.served


@dataclass(frozen=True, slots=True)
class KeptProof:
    """No plan that serves as many keeps more pairs of last year than `bound`.

    `prices_exact`: every allowed pair was looked at for the prices of the kept ones; else they are lower bounds.
    """

    kept: int
    bound: int
    prices_exact: bool

    @property
    def is_proven(self) -> bool:
        """Is it impossible to keep more?"""
        return self.kept == self.bound


@dataclass(frozen=True, slots=True)
class Proof:
    """The plan's total, the bound that prices (dual values) give, and their gap; 0 = optimal.

    `unit` is millionths of a point («most») or millimetres («least»): whole numbers, so the gap is exact. The total
    is optimal for the rounded costs; rounding can hide at most half a unit per pair. `pairs_left_out`: allowed pairs
    that were not handed to the solver, each shown by its price to improve nothing. `floor`: points (or kilometres) of
    the worst pair that the computation chose, locked ones aside, where the worst pair comes first.
    """

    unit: str
    value: int
    bound: int
    served: tuple[ServedProof, ...]
    pairs_considered: int
    pairs_left_out: int
    rounds: int
    floor: float | None = None
    floor_proof: FloorProof | None = None
    kept_proof: KeptProof | None = None

    @property
    def gap(self) -> int:
        """Distance of the plan from the bound."""
        return abs(self.value - self.bound)

    @property
    def is_proven(self) -> bool:
        """Is nothing better possible?"""
        steps = [proof.is_proven for proof in (self.floor_proof, self.kept_proof) if proof is not None]
        return self.gap == 0 and all(proof.served == proof.bound for proof in self.served) and all(steps)


@dataclass(frozen=True, slots=True)
class Matching:
    """The plan. `unmatched`: schools without any lead; `short`: with fewer leads than they want.

    `load_price`: points (or kilometres) that the second, third, ... schools of the leads cost.
    """

    problem: Problem
    pairs: tuple[Pair, ...]
    unmatched: tuple[str, ...]
    short: tuple[str, ...]
    score: float
    distance_km: float
    proof: Proof
    lead_prices: dict[str, float]
    load_price: float = 0.0

    @property
    def worth(self) -> float:
        """Points of the pairs less what the load of the leads costs: what is made as great as possible."""
        is_score = self.problem.settings.total is Total.SCORE
        return self.score - self.load_price if is_score else self.score

    @property
    def served(self) -> int:
        """Schools with at least one lead."""
        return len({pair.mentee for pair in self.pairs})


def load_price(loads: Mapping[Any, int], points: float) -> float:
    """What the load costs: nothing for the first school of a lead, `points` more for each further one.

    Args:
        loads: number of schools by lead.
        points: `load_points` of the settings.
    """
    return points * sum(count * (count - 1) // 2 for count in loads.values())
