"""Solve a pairing exactly: candidates, flow, and pricing until no pair left out could make the plan better."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.cuts import Cut, cut_of
from mayak.matching.algorithms.instance import (
    CRITERIA,
    MICRO,
    MILLIMETRES,
    POINTS,
    Block,
    Bools,
    Instance,
    Ints,
)
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.network import Arcs, Flow, Network, cheapest, most_served
from mayak.matching.algorithms.plan import Matching, Pair, Proof, ServedProof
from mayak.matching.algorithms.problem import Objective, Problem, Total
from mayak.matching.algorithms.validation import faults_of

ALL_PAIRS_UP_TO: Final = 500_000
CANDIDATES: Final = 30
ADDED_PER_MENTEE: Final = 20


@dataclass(frozen=True, slots=True)
class _Solved:
    """An optimal flow with everything the outcome is made from."""

    instance: Instance
    network: Network
    flow: Flow
    cuts: list[Cut]
    allowed: int
    rounds: int


def match(
    problem: Problem, *, all_pairs_up_to: int = ALL_PAIRS_UP_TO, candidates: int = CANDIDATES
) -> Matching:
    """The optimal plan, the same for any order of rows.

    Where more than `all_pairs_up_to` pairs are allowed, the `candidates` cheapest leads of each school come first.
    Raises ProblemError naming every place of a contradictory input; SolverError if no optimum was reached.
    """
    faults = faults_of(problem)
    if faults:
        raise ProblemError(faults)
    instance = Instance(problem)
    arcs, allowed = _candidates(instance, all_pairs_up_to, candidates)
    network = _network(instance, arcs)
    rounds = 0
    while True:
        rounds += 1
        flow = _solve(instance, network)
        cuts = _cuts(instance, network, flow)
        extra = None if len(network.arcs.cost) == allowed else _improving(instance, network, flow, cuts)
        if extra is None:
            return _matching(problem, _Solved(instance, network, flow, cuts, allowed, rounds))
        network = replace(network, arcs=Arcs.union([network.arcs, extra]))


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


def _network(instance: Instance, arcs: Arcs) -> Network:
    """Fixed pairs are taken out: they hold a place of the lead and the first places of the mentee."""
    capacity, slots = instance.capacity.copy(), _slots(instance)
    for mentee, lead in instance.fixed:
        capacity[lead] -= 1
        taken = int(np.flatnonzero(slots[:, mentee])[0])
        slots[taken, mentee] -= 1
    is_best = instance.settings.objective is Objective.BEST_PAIRS
    return Network(slots, capacity, arcs, POINTS * MICRO if is_best else None)


def _slots(instance: Instance) -> Ints:
    if instance.settings.objective is Objective.BEST_PAIRS or not instance.mentees:
        return instance.wanted[None, :].copy()
    need = np.array([school.need_class for school in instance.mentees])
    if instance.settings.objective is Objective.NOBODY_LEFT:
        need = np.zeros_like(need)
    classes, of = np.unique(need, return_inverse=True)
    member = (np.arange(len(classes))[:, None] == of[None, :]).astype(np.int64)
    further = member * (instance.wanted - 1)
    return np.concatenate([member, further]) if further.any() else member


def _candidates(instance: Instance, all_pairs_up_to: int, limit: int) -> tuple[Arcs, int]:
    """The pairs handed to the solver first (all, or the `limit` cheapest of each school), and the number allowed."""
    whole: list[Arcs] | None = []
    cheap, allowed = [], 0
    for block in instance.blocks():
        free, cost = _free(instance, block), block.cost
        allowed += int(free.sum())
        if whole is not None and allowed <= all_pairs_up_to:
            whole.append(_arcs(block, free, cost))
        else:
            whole = None
        cheap.append(_arcs(block, _lowest(cost, free, limit), cost))
    return Arcs.union(cheap if whole is None else whole), allowed


def _lowest(cost: Ints, among: Bools, limit: int) -> Bools:
    """Of each row, at most `limit` of the cheapest."""
    if limit >= cost.shape[1]:
        return among
    ranked = np.where(among, cost, np.iinfo(np.int64).max)
    keep = np.zeros_like(among)
    np.put_along_axis(keep, np.argpartition(ranked, limit - 1, axis=1)[:, :limit], values=True, axis=1)
    return among & keep


def _arcs(block: Block, chosen: Bools, cost: Ints) -> Arcs:
    mentee, lead = np.nonzero(chosen)
    return Arcs(mentee + block.rows.start, lead, cost[mentee, lead])


def _free(instance: Instance, block: Block) -> Bools:
    """Pairs that no limit keeps out and no lock holds already."""
    free: Bools = block.limits == 0
    for mentee, lead in instance.fixed:
        if block.rows.start <= mentee < block.rows.stop:
            free[mentee - block.rows.start, lead] = False
    return free


def _solve(instance: Instance, network: Network) -> Flow:
    if network.unserved_cost is not None:
        return cheapest(network, tuple(network.slots.sum(axis=1).tolist()))
    return cheapest(network, most_served(network))


def _cuts(instance: Instance, network: Network, flow: Flow) -> list[Cut]:
    if network.unserved_cost is not None:
        return []
    return [cut_of(network, flow, upto) for upto in range(1, network.classes + 1)]


def _improving(instance: Instance, network: Network, flow: Flow, cuts: list[Cut]) -> Arcs | None:
    """Pairs left out that could serve more schools or better the total, by the prices; None = there are none."""
    graph = flow.graph
    at_mentee = flow.price[graph.first_mentee : graph.first_lead]
    at_lead = flow.price[graph.first_lead : graph.sink]
    known = np.zeros((len(instance.mentees), len(instance.leads)), dtype=np.bool_)
    known[network.arcs.mentee, network.arcs.lead] = True
    found = []
    for block in instance.blocks():
        free = _free(instance, block) & ~known[block.rows]
        reduced = block.cost + at_mentee[block.rows, None] - at_lead[None, :]
        serves = np.zeros_like(free)
        for cut in cuts:
            serves |= cut.mentees[block.rows, None] & ~cut.leads[None, :]
        helps = free & ((reduced < 0) | serves)
        if helps.any():
            found.append(_arcs(block, _lowest(reduced, helps, ADDED_PER_MENTEE), block.cost))
    return Arcs.union(found) if found else None


def _matching(problem: Problem, solved: _Solved) -> Matching:
    instance, flow = solved.instance, solved.flow
    arcs, chosen = solved.network.arcs, np.flatnonzero(flow.chosen)
    free = zip(arcs.mentee[chosen].tolist(), arcs.lead[chosen].tolist(), strict=True)
    fixed = set(instance.fixed)
    pairs = pairs_at(instance, sorted({*free, *fixed}), fixed)
    leads_of = np.bincount(
        [instance.mentee_at[pair.mentee] for pair in pairs], minlength=len(instance.mentees)
    )
    schools = [school.key for school in instance.mentees]
    graph = flow.graph
    at_sink = flow.price[graph.sink] - flow.price[graph.first_lead : graph.sink]
    unit = MICRO if instance.settings.total is Total.SCORE else MILLIMETRES
    return Matching(
        problem=problem,
        pairs=pairs,
        unmatched=tuple(key for key, count in zip(schools, leads_of, strict=True) if not count),
        short=tuple(
            school.key
            for school, count in zip(instance.mentees, leads_of, strict=True)
            if count < school.leads_wanted
        ),
        score=sum(round(pair.score * MICRO) for pair in pairs) / MICRO,
        distance_km=sum(pair.distance_km or 0.0 for pair in pairs),
        proof=_proof(solved),
        lead_prices={
            lead.key: max(int(price), 0) / unit for lead, price in zip(instance.leads, at_sink, strict=True)
        },
    )


def pairs_at(
    instance: Instance, places: list[tuple[int, int]], fixed: set[tuple[int, int]]
) -> tuple[Pair, ...]:
    """Pairs with their points, for positions of mentee and lead."""
    mentee, lead = (np.array([place[side] for place in places], dtype=np.int64) for side in (0, 1))
    details = instance.details(mentee, lead)
    lines = zip(places, details.contributions.T.tolist(), details.distance.tolist(), strict=True)
    return tuple(
        Pair(
            instance.mentees[place[0]].key,
            instance.leads[place[1]].key,
            sum(parts) / MICRO,
            {name: part / MICRO for name, part in zip(CRITERIA, parts, strict=True)},
            None if math.isnan(distance) else distance,
            place in fixed,
        )
        for place, parts, distance in lines
    )


def _proof(solved: _Solved) -> Proof:
    instance, network, flow = solved.instance, solved.network, solved.flow
    fixed_cost = 0
    for mentee, lead in instance.fixed:
        fixed_cost += int(instance.block(slice(mentee, mentee + 1)).cost[0, lead])
    value, bound = flow.cost + fixed_cost, flow.bound + fixed_cost
    is_score = instance.settings.total is Total.SCORE
    if is_score:
        most = POINTS * MICRO * (sum(flow.served) + len(instance.fixed))
        value, bound = most - value, most - bound
    names = [lead.key for lead in instance.leads]
    served = tuple(
        ServedProof(
            name, cut.served, cut.bound, tuple(names[lead] for lead in np.flatnonzero(cut.leads).tolist())
        )
        for name, cut in zip(class_names(instance), solved.cuts, strict=True)
    )
    considered = len(network.arcs.cost)
    return Proof(
        "millionths of a point" if is_score else "millimetres",
        value,
        bound,
        served,
        considered,
        solved.allowed - considered,
        solved.rounds,
    )
