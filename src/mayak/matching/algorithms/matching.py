"""Solve a pairing exactly: candidates, flow, and pricing until no pair left out could make the plan better."""

import math
from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.aims import Optimum, improves, optimum, was_pair
from mayak.matching.algorithms.instance import (
    CRITERIA,
    MICRO,
    POINTS,
    Block,
    Bools,
    Instance,
    Ints,
)
from mayak.matching.algorithms.keeping import keep_prices
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.network import Arcs, Network
from mayak.matching.algorithms.plan import Matching, Pair, load_price
from mayak.matching.algorithms.problem import Objective, Problem
from mayak.matching.algorithms.proofs import Outcome, proof_of
from mayak.matching.algorithms.validation import faults_of

ALL_PAIRS_UP_TO: Final = 500_000
CANDIDATES: Final = 30
ADDED_PER_MENTEE: Final = 20


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
        best = optimum(instance, network)
        extra = None if len(network.arcs.cost) == allowed else _improving(instance, network, best)
        if extra is None:
            return _matching(problem, Outcome(instance, best, allowed, rounds))
        network = replace(network, arcs=Arcs.union([network.arcs, extra]))


def _network(instance: Instance, arcs: Arcs) -> Network:
    """Fixed pairs are taken out: they hold a place of the lead and the first places of the mentee."""
    capacity, slots = instance.capacity.copy(), _slots(instance)
    for mentee, lead in instance.fixed:
        capacity[lead] -= 1
        taken = int(np.flatnonzero(slots[:, mentee])[0])
        slots[taken, mentee] -= 1
    is_best = instance.settings.objective is Objective.BEST_PAIRS
    unserved = POINTS * MICRO if is_best else None
    return Network(slots, capacity, arcs, unserved, load=instance.load_cost, taken=instance.taken)


def _slots(instance: Instance) -> Ints:
    if instance.settings.objective is Objective.BEST_PAIRS or not instance.mentees:
        return instance.wanted[None, :].copy()
    need = np.array([school.need_class for school in instance.mentees])
    if instance.settings.objective is not Objective.NEEDIEST_FIRST:
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
        rank = np.where(instance.was_pair(block.rows), -1, cost)
        allowed += int(free.sum())
        if whole is not None and allowed <= all_pairs_up_to:
            whole.append(_arcs(block, free, cost))
        else:
            whole = None
        cheap.append(_arcs(block, _lowest(rank, free, limit), cost))
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


def _improving(instance: Instance, network: Network, best: Optimum) -> Arcs | None:
    """Pairs left out that could serve more schools or better the plan, by the prices; None = there are none."""
    known = np.zeros((len(instance.mentees), len(instance.leads)), dtype=np.bool_)
    known[network.arcs.mentee, network.arcs.lead] = True
    found = []
    for block in instance.blocks():
        free = _free(instance, block) & ~known[block.rows]
        better, serves = improves(instance, best, block)
        helps = free & (better | serves)
        if helps.any():
            found.append(_arcs(block, _lowest(block.cost, helps, ADDED_PER_MENTEE), block.cost))
    return Arcs.union(found) if found else None


def _matching(problem: Problem, outcome: Outcome) -> Matching:
    instance, flow = outcome.instance, outcome.best.flow
    arcs, chosen = outcome.best.network.arcs, np.flatnonzero(flow.chosen)
    free = zip(arcs.mentee[chosen].tolist(), arcs.lead[chosen].tolist(), strict=True)
    fixed = set(instance.fixed)
    pairs = pairs_at(instance, sorted({*free, *fixed}), fixed)
    pairs = _with_prices(instance, outcome.best, pairs)
    leads_of = np.bincount(
        [instance.mentee_at[pair.mentee] for pair in pairs], minlength=len(instance.mentees)
    )
    schools = [school.key for school in instance.mentees]
    graph = flow.graph
    at_sink = flow.price[graph.sink] - flow.price[graph.first_lead : graph.sink]
    used = np.bincount([instance.lead_at[pair.lead] for pair in pairs], minlength=len(instance.leads))
    worth = at_sink - used * instance.load_cost  # of one place more, which would cost its load
    unit = instance.unit
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
        proof=proof_of(outcome),
        lead_prices={
            lead.key: max(int(price), 0) / unit for lead, price in zip(instance.leads, worth, strict=True)
        },
        load_price=load_price(Counter(pair.lead for pair in pairs), instance.settings.load_points),
    )


def _with_prices(instance: Instance, best: Optimum, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Say of pairs kept on purpose what keeping each of them costs; a locked one is not the aim's doing."""
    if best.flow.first is None:
        return pairs
    kept = was_pair(instance, best.network.arcs) & best.flow.chosen
    price = {
        (instance.mentees[mentee].key, instance.leads[lead].key): amount / instance.unit
        for (mentee, lead), amount in keep_prices(best.network.arcs, best.flow, kept).items()
    }
    return tuple(replace(pair, keep_price=price.get((pair.mentee, pair.lead))) for pair in pairs)


def pairs_at(
    instance: Instance, places: list[tuple[int, int]], fixed: set[tuple[int, int]]
) -> tuple[Pair, ...]:
    """Pairs with their points, for positions of mentee and lead."""
    mentee, lead = (np.array([place[side] for place in places], dtype=np.int64) for side in (0, 1))
    details, last_year = instance.details(mentee, lead), set(instance.last_year)
    lines = zip(places, details.contributions.T.tolist(), details.distance.tolist(), strict=True)
    return tuple(
        Pair(
            instance.mentees[place[0]].key,
            instance.leads[place[1]].key,
            sum(parts) / MICRO,
            {
                name: part / MICRO
                for name, part in zip(CRITERIA, parts, strict=True)
                if name in instance.criteria
            },
            None if math.isnan(distance) else distance,
            place in fixed,
            place in last_year,
        )
        for place, parts, distance in lines
    )
