"""The outcome of a pairing: the pairs with their points, and the proof that no plan is better."""

from dataclasses import dataclass

from mayak.matching.algorithms.problem import Problem


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of the plan. `contributions`: points of each criterion; they add up to `score` (0..100)."""

    mentee: str
    lead: str
    score: float
    contributions: dict[str, float]
    distance_km: float | None
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class ServedProof:
    """No plan serves more places of the classes up to this one than `bound`; `blocking`: the leads that are full."""

    class_name: str
    served: int
    bound: int
    blocking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The plan's total, the bound that prices (dual values) give, and their gap; 0 = optimal.

    `unit` is millionths of a point («most») or millimetres («least»): whole numbers, so the gap is exact. The total
    is optimal for the rounded costs; rounding can hide at most half a unit per pair. `pairs_left_out`: allowed pairs
    that were not handed to the solver, each shown by its price to improve nothing.
    """

    unit: str
    value: int
    bound: int
    served: tuple[ServedProof, ...]
    pairs_considered: int
    pairs_left_out: int
    rounds: int

    @property
    def gap(self) -> int:
        """Distance of the plan from the bound."""
        return abs(self.value - self.bound)

    @property
    def is_proven(self) -> bool:
        """Is nothing better possible?"""
        return self.gap == 0 and all(proof.served == proof.bound for proof in self.served)


@dataclass(frozen=True, slots=True)
class Matching:
    """The plan. `unmatched`: schools without any lead; `short`: with fewer leads than they want."""

    problem: Problem
    pairs: tuple[Pair, ...]
    unmatched: tuple[str, ...]
    short: tuple[str, ...]
    score: float
    distance_km: float
    proof: Proof
    lead_prices: dict[str, float]

    @property
    def served(self) -> int:
        """Schools with at least one lead."""
        return len({pair.mentee for pair in self.pairs})
