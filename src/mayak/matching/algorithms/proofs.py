"""The proof of a plan as people and files take it: totals, counts, floor, kept pairs."""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.aims import Optimum, was_pair
from mayak.matching.algorithms.cuts import Cut
from mayak.matching.algorithms.instance import MICRO, POINTS, Instance
from mayak.matching.algorithms.plan import FloorProof, KeptProof, Proof, ServedProof
from mayak.matching.algorithms.problem import Objective, Total


@dataclass(frozen=True, slots=True)
class Outcome:
    """An optimal plan with everything the proof is made from. `allowed`: pairs that no limit keeps out."""

    instance: Instance
    best: Optimum
    allowed: int
    rounds: int


def class_names(instance: Instance) -> list[str]:
    """Classes of places, the first served first; see `network`. «further» = second and more leads of a school.

    «Лучшие пары» puts no class first.
    """
    if instance.settings.objective is Objective.BEST_PAIRS:
        return []
    parts = ["first", "further"] if (instance.wanted > 1).any() else ["first"]
    if instance.settings.objective is not Objective.NEEDIEST_FIRST or not instance.mentees:
        return parts
    numbers = sorted({school.need_class for school in instance.mentees})
    return [f"{part}:{number}" for part in parts for number in numbers]


def proof_of(outcome: Outcome) -> Proof:
    """The proof of the plan."""
    instance, best = outcome.instance, outcome.best
    flow = best.flow
    fixed_cost = 0
    for mentee, lead in instance.fixed:
        fixed_cost += int(instance.block(slice(mentee, mentee + 1)).cost[0, lead])
    fixed_cost += instance.load_cost * int((instance.taken * (instance.taken - 1) // 2).sum())
    value, bound = flow.cost + fixed_cost, flow.bound + fixed_cost
    is_score = instance.settings.total is Total.SCORE
    if is_score:
        most = POINTS * MICRO * (sum(flow.served) + len(instance.fixed))
        value, bound = most - value, most - bound
    considered = len(best.network.arcs.cost)
    return Proof(
        unit="millionths of a point" if is_score else "millimetres",
        value=value,
        bound=bound,
        served=tuple(
            ServedProof(name, cut.served, cut.bound, _names(instance, cut))
            for name, cut in zip(class_names(instance), best.cuts, strict=True)
        ),
        pairs_considered=considered,
        pairs_left_out=outcome.allowed - considered,
        rounds=outcome.rounds,
        floor=_floor(instance, best),
        floor_proof=None
        if best.floor_cut is None
        else FloorProof(best.floor_served, best.floor_cut.bound, _names(instance, best.floor_cut)),
        kept_proof=_kept(outcome),
    )


def _floor(instance: Instance, best: Optimum) -> float | None:
    if best.floor_cost is None:
        return None
    is_score = instance.settings.total is Total.SCORE
    return (POINTS * MICRO - best.floor_cost if is_score else best.floor_cost) / instance.unit


def _kept(outcome: Outcome) -> KeptProof | None:
    instance, flow = outcome.instance, outcome.best.flow
    if flow.first is None:
        return None
    locked = len(set(instance.fixed) & set(instance.last_year))
    arcs = outcome.best.network.arcs
    kept = int((was_pair(instance, arcs) & flow.chosen).sum())
    most = sum(flow.served) - flow.first.bound
    return KeptProof(kept + locked, most + locked, prices_exact=len(arcs.cost) == outcome.allowed)


def _names(instance: Instance, cut: Cut) -> tuple[str, ...]:
    return tuple(instance.leads[lead].key for lead in np.flatnonzero(cut.leads).tolist())
