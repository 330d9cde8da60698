"""The pairing as a flow: classes of need -> mentees -> leads -> one sink, solved exactly with whole-number costs.

A mentee's places for leads are split into a first one and further ones, and the first ones by class of need. Sets of
places that can be served together form a matroid (a gammoid), so «the most of class 1, then the most of class 2 …» is
found by one maximum flow per class, and the cheapest flow with exactly these counts needs no big penalty.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MAX_COST: Final = 2**40


class SolverError(RuntimeError):
    """The solver did not reach an optimum; nothing may be shown."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Pairs that may be chosen: positions of mentee and lead, cost >= 0."""

    mentee: Ints
    lead: Ints
    cost: Ints

    @classmethod
    def union(cls, parts: "Sequence[Arcs]") -> "Arcs":
        """All pairs of parts that do not overlap, in canonical order."""
        names = ("mentee", "lead", "cost")
        columns = [
            np.concatenate([np.zeros(0, np.int64), *(getattr(part, name) for part in parts)])
            for name in names
        ]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))


@dataclass(frozen=True, slots=True)
class Network:
    """`slots[c, i]`: places of class c at mentee i. With `unserved_cost` a place may stay empty at that price.

    With `ceiling` only pairs that cost no more may be chosen. With `load` each further place of a lead costs so much
    more than the one before; `taken`: places that locks hold already, from which the free ones are counted on.
    """

    slots: Ints
    capacity: Ints
    arcs: Arcs
    unserved_cost: int | None = None
    ceiling: int | None = None
    load: int = 0
    taken: Ints | None = None

    @property
    def open(self) -> Bools:
        """For each pair: may it be chosen?"""
        if self.ceiling is None:
            return np.ones(len(self.arcs.cost), dtype=np.bool_)
        result: Bools = self.arcs.cost <= self.ceiling
        return result

    @property
    def classes(self) -> int:
        """Number of classes of places."""
        return int(self.slots.shape[0])


@dataclass(frozen=True, slots=True)
class Flow:
    """A cheapest flow over all arcs of the graph, with prices of the nodes that prove it.

    `first`: the flow of an aim that goes before the cost; this one is the cheapest among those as good by it.
    """

    graph: "Graph"
    flow: Ints
    price: Ints
    served: tuple[int, ...]
    first: "Flow | None" = None

    @property
    def chosen(self) -> Bools:
        """For each pair of the network: is it in the plan?"""
        result: Bools = self.flow[self.graph.pairs] > 0
        return result

    @property
    def cost(self) -> int:
        """Total cost."""
        return int((self.flow * self.graph.cost).sum())

    @property
    def bound(self) -> int:
        """No plan with these counts can cost less (weak duality, checked in whole numbers).

        After a first aim: no plan as good by it. Such a plan leaves arcs of positive first reduced cost empty and
        fills those of negative one (complementary slackness), so only the others are free.
        """
        graph, reduced = self.graph, self.reduced
        least = np.minimum(reduced, 0)
        if self.first is not None:
            least = np.where(self.first.reduced < 0, reduced, np.where(self.first.reduced > 0, 0, least))
        return int((graph.capacity * least).sum() - (self.price * graph.supply).sum())

    @property
    def reduced(self) -> Ints:
        """Cost of each arc with the prices of its ends."""
        return self.graph.cost + self.price[self.graph.tail] - self.price[self.graph.head]


@dataclass(frozen=True, slots=True)
class Graph:
    """Arcs of the whole flow. Nodes: classes, mentees, leads, sink. `pairs`: the arcs that are pairs."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    pairs: slice
    first_mentee: int
    first_lead: int

    @property
    def sink(self) -> int:
        """The last node."""
        return len(self.supply) - 1


def most_served(network: Network) -> tuple[int, ...]:
    """How many places of each class are served when the first class comes first, then the second, and so on."""
    reached = []
    for upto in range(1, network.classes + 1):
        slots = network.slots[:upto].sum(axis=0)
        reached.append(_max_flow(network, slots))
    return tuple(now - before for now, before in zip(reached, [0, *reached[:-1]], strict=True))


def cheapest(network: Network, served: tuple[int, ...]) -> Flow:
    """The least total cost with exactly these counts. Raises SolverError if the solver fails."""
    graph = _graph(network, served)
    flow = _least(graph)
    return Flow(graph, flow, prices(graph, flow), served)


def cheapest_after(network: Network, served: tuple[int, ...], first_cost: Ints) -> Flow:
    """The least total cost among the plans with these counts and the least total of `first_cost` (one per pair).

    No big number joins the two aims, so nothing can overflow: the first is solved alone; its prices say which arcs
    every plan as good by it leaves empty or fills, and the second is solved over the arcs that are left.
    """
    graph = _graph(network, served)
    cost = np.zeros_like(graph.cost)
    cost[graph.pairs] = first_cost
    before = replace(graph, cost=cost)
    flow = _least(before)
    first = Flow(before, flow, prices(before, flow), served)
    is_free, is_full = first.reduced == 0, first.reduced < 0
    forced = np.where(is_full, graph.capacity, 0)
    supply = graph.supply.copy()
    np.subtract.at(supply, graph.tail, forced)
    np.add.at(supply, graph.head, forced)
    rest = replace(graph, capacity=np.where(is_free, graph.capacity, 0), supply=supply)
    last = _least(rest)
    return Flow(graph, last + forced, prices(rest, last), served, first)


def _least(graph: Graph) -> Ints:
    """The cheapest flow over the arcs."""
    if len(graph.cost) and int(graph.cost.max()) > MAX_COST:
        raise SolverError("costs exceed the range of the solver")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        graph.tail.astype(np.int32), graph.head.astype(np.int32), graph.capacity, graph.cost
    )
    solver.set_nodes_supplies(np.arange(len(graph.supply), dtype=np.int32), graph.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise SolverError(f"min-cost flow: {status}")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def prices(graph: Graph, flow: Ints) -> Ints:
    """Prices of the nodes under which no change of the flow pays: shortest ways in the residual graph.

    Raises SolverError if a cycle of negative cost is left, that is, if the flow is not the cheapest.
    """
    forward, backward = flow < graph.capacity, flow > 0
    tail = np.concatenate([graph.tail[forward], graph.head[backward]])
    head = np.concatenate([graph.head[forward], graph.tail[backward]])
    cost = np.concatenate([graph.cost[forward], -graph.cost[backward]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    price = np.zeros(len(graph.supply), dtype=np.int64)
    if not len(head):
        return price
    starts = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    targets = head[starts]
    for _ in range(len(graph.supply) + 1):
        best = np.minimum.reduceat(price[tail] + cost, starts)
        better = best < price[targets]
        if not better.any():
            return price
        price[targets[better]] = best[better]
    raise SolverError("the flow is not the cheapest")


def _max_flow(network: Network, slots: Ints) -> int:
    mentees, leads = len(slots), len(network.capacity)
    sink = 1 + mentees + leads
    solver = max_flow.SimpleMaxFlow()
    tail = [np.zeros(mentees), 1 + network.arcs.mentee, 1 + mentees + np.arange(leads)]
    head = [1 + np.arange(mentees), 1 + mentees + network.arcs.lead, np.full(leads, sink)]
    capacity = [slots, network.open, network.capacity]
    solver.add_arcs_with_capacity(
        np.concatenate(tail).astype(np.int32),
        np.concatenate(head).astype(np.int32),
        np.concatenate(capacity).astype(np.int64),
    )
    if solver.solve(0, sink) != solver.OPTIMAL:
        raise SolverError("maximum flow failed")
    return int(solver.optimal_flow())


def _ends(network: Network, first_lead: int, sink: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Arcs from leads to the sink: one for all places, or with a load one for each, the further the dearer."""
    leads = np.arange(len(network.capacity))
    if not network.load:
        return first_lead + leads, np.full(len(leads), sink), network.capacity, np.zeros_like(leads)
    useful = np.minimum(network.capacity, int(network.slots.sum()))
    lead = np.repeat(leads, useful)
    number = np.arange(len(lead)) - np.repeat(np.cumsum(useful) - useful, useful)
    if network.taken is not None:
        number = number + network.taken[lead]
    return first_lead + lead, np.full(len(lead), sink), np.ones_like(lead), number * network.load


def _graph(network: Network, served: tuple[int, ...]) -> Graph:
    classes, mentees = network.slots.shape
    leads = len(network.capacity)
    first_lead = classes + mentees
    sink = first_lead + leads
    class_of, mentee_of = np.nonzero(network.slots)
    pairs = slice(len(class_of), len(class_of) + len(network.arcs.cost))
    parts = [
        (class_of, classes + mentee_of, network.slots[class_of, mentee_of], np.zeros(len(class_of))),
        (
            classes + network.arcs.mentee,
            first_lead + network.arcs.lead,
            network.open,
            network.arcs.cost,
        ),
        _ends(network, first_lead, sink),
    ]
    if network.unserved_cost is not None:
        places = network.slots.sum(axis=0)
        price = np.full(mentees, network.unserved_cost)
        parts.append((classes + np.arange(mentees), np.full(mentees, sink), places, price))
    tail, head, capacity, cost = (
        np.concatenate([np.asarray(part[column], dtype=np.int64) for part in parts]) for column in range(4)
    )
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:classes] = served
    supply[sink] = -sum(served)
    return Graph(tail, head, capacity, cost, supply, pairs, classes, first_lead)
