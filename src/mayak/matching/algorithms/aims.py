"""What the best plan is under each aim, with the cuts that prove every step before the total.

«Лучшие пары»: the total alone. All others serve the most places first, class by class. «Сначала худшая пара» then
lowers the ceiling on the cost of a pair as far as the same counts can be reached (a maximum flow per step of a search).
«Как можно меньше перемен» then chooses the most pairs of last year. The total comes last.
"""

from dataclasses import dataclass, replace

import numpy as np

from mayak.matching.algorithms.cuts import Cut, cut_of
from mayak.matching.algorithms.instance import Block, Bools, Instance
from mayak.matching.algorithms.network import (
    Arcs,
    Flow,
    Ints,
    Network,
    cheapest,
    cheapest_after,
    most_served,
)
from mayak.matching.algorithms.problem import Objective


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best flow over the pairs of the network.

    `cuts`: one for each class of places. `floor_cut`: why pairs cheaper than `floor_cost` alone do not serve as many.
    """

    network: Network
    flow: Flow
    cuts: list[Cut]
    floor_cost: int | None = None
    floor_cut: Cut | None = None
    floor_served: int = 0


def optimum(instance: Instance, network: Network) -> Optimum:
    """Solve for the aim of the settings. Raises SolverError if no optimum was reached."""
    if network.unserved_cost is not None:
        return Optimum(network, cheapest(network, tuple(network.slots.sum(axis=1).tolist())), [])
    served = most_served(network)
    if instance.settings.objective is Objective.WORST_FIRST and max(served, default=0):
        return _with_floor(network, served)
    if instance.settings.objective is Objective.LEAST_CHANGE:
        flow = cheapest_after(network, served, 1 - was_pair(instance, network.arcs).astype(np.int64))
    else:
        flow = cheapest(network, served)
    return Optimum(network, flow, _cuts(network, flow))


def was_pair(instance: Instance, arcs: Arcs) -> Bools:
    """For each pair: was it one last year?"""
    leads = len(instance.leads)
    known = np.array([mentee * leads + lead for mentee, lead in instance.last_year], dtype=np.int64)
    return np.isin(arcs.mentee * leads + arcs.lead, known)


def improves(instance: Instance, best: Optimum, block: Block) -> tuple[Bools, Bools]:
    """Pairs of the block that could better the plan if they were let in, by the prices and the cuts.

    Two answers: those that could better the total (or keep more), and those that could serve more or raise the floor.
    """
    flow, rows = best.flow, block.rows
    reduced = _reduced(flow, block.cost, rows)
    better = reduced < 0
    if flow.first is not None:
        first = _reduced(flow.first, 1 - instance.was_pair(rows).astype(np.int64), rows)
        better = (first < 0) | ((first == 0) & better)
    if best.network.ceiling is not None:
        better &= block.cost <= best.network.ceiling
    serves = np.zeros(block.cost.shape, dtype=np.bool_)
    for cut in best.cuts:
        serves |= cut.mentees[rows, None] & ~cut.leads[None, :]
    if best.floor_cut is not None and best.floor_cost is not None:
        crosses = best.floor_cut.mentees[rows, None] & ~best.floor_cut.leads[None, :]
        serves |= crosses & (block.cost < best.floor_cost)
    return better, serves


def _reduced(flow: Flow, cost: Ints, rows: slice) -> Ints:
    graph = flow.graph
    at_mentee = flow.price[graph.first_mentee : graph.first_lead]
    at_lead = flow.price[graph.first_lead : graph.sink]
    result: Ints = cost + at_mentee[rows, None] - at_lead[None, :]
    return result


def _cuts(network: Network, flow: Flow) -> list[Cut]:
    """The cuts look at every pair, also at those above a ceiling: no more can be served with any of them."""
    return [cut_of(network, flow, upto) for upto in range(1, network.classes + 1)]


def _with_floor(network: Network, served: tuple[int, ...]) -> Optimum:
    steps = np.unique(network.arcs.cost)
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if most_served(replace(network, ceiling=int(steps[middle]))) == served:
            high = middle
        else:
            low = middle + 1
    ceiling = int(steps[low])
    limited = replace(network, ceiling=ceiling)
    flow = cheapest(limited, served)
    cut, reached = _floor_cut(network, served, ceiling)
    return Optimum(limited, flow, _cuts(network, flow), ceiling, cut, reached)


def _floor_cut(network: Network, served: tuple[int, ...], ceiling: int) -> tuple[Cut, int]:
    """The cut of the pairs below the ceiling that keeps the first classes under the counts of the plan."""
    below, arcs = network.arcs.cost < ceiling, network.arcs
    strict = replace(
        network, arcs=Arcs(arcs.mentee[below], arcs.lead[below], np.zeros(below.sum(), dtype=np.int64))
    )
    reached = most_served(strict)
    wanted, found = np.cumsum(served), np.cumsum(reached)
    upto = int(np.flatnonzero(found < wanted)[0]) + 1
    return cut_of(strict, cheapest(strict, reached), upto), int(wanted[upto - 1])
