"""The pairing as a flow: classes -> needs -> (kinds of need -> kinds of strength ->) mentors -> one sink.

Formulation. Need n has at most one mentor; mentor m has `places`. Close pairs are arcs n -> m; far pairs go through
kinds (see ``hubs``). The matrix is totally unimodular, so whole-number costs give a whole-number optimum: exact.
«Most served» is a maximum flow for each class in turn (places served together form a gammoid), then the cheapest
flow with exactly these counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from mayak.matching.algorithms.network import MAX_COST, SolverError
from mayak.matching.algorithms.teachers.direct import Pairs
from mayak.matching.algorithms.teachers.hubs import Hubs
from mayak.matching.algorithms.teachers.problem import Bools, Ints

NODE = np.int32
Nodes = NDArray[np.int32]


@dataclass(frozen=True)
class Graph:
    """Arcs with capacity and cost; `parts` names the pieces of the arc list («classes», «direct», «kinds», ...).

    Nodes: classes, needs, kinds of need, kinds of strength, mentors, sink.
    """

    tail: Nodes
    head: Nodes
    capacity: Ints
    cost: Ints
    parts: dict[str, slice]
    nodes: dict[str, int] = field(default_factory=dict)
    size: int = 0

    @property
    def sink(self) -> int:
        """The last node."""
        return self.size - 1


@dataclass(frozen=True)
class Flow:
    """A cheapest flow with these counts per class."""

    graph: Graph
    flow: Ints
    served: tuple[int, ...]

    @property
    def cost(self) -> int:
        """Total cost."""
        return int((self.flow * self.graph.cost).sum())


@dataclass(frozen=True)
class Costs:
    """What the solver minimises: of close pairs, of arcs between kinds, of serving a need, of a mentor's place k.

    `left`: price of a need without a mentor, None where classes say how many are served. `taken`: places of each
    mentor that locks have taken already, None = none: the free ones are counted on from there.
    """

    direct: Ints
    kinds: Ints
    serving: Ints
    load: int = 0
    left: Ints | None = None
    taken: Ints | None = None


def build(
    slots: Ints, places: Ints, pairs: Pairs, hubs: Hubs, *, strength_mentor: Ints, costs: Costs
) -> Graph:
    """The graph for `slots[c, n]` = 1 where need n belongs to class c, and `places` free places of the mentors."""
    classes, needs = slots.shape
    at_need, at_kind = classes, classes + needs
    at_strength = at_kind + hubs.need_count
    at_mentor = at_strength + hubs.strength_count
    sink = at_mentor + len(places)
    many = max(needs, 1)
    class_of, need_of = np.nonzero(slots)
    arcs: list[tuple[str, Ints, Ints, Ints, Ints]] = []

    def add(name: str, tail: Ints, head: Ints, capacity: Ints | int, cost: Ints | int) -> None:
        size = len(tail)
        arcs.append((name, tail, head, np.broadcast_to(capacity, size), np.broadcast_to(cost, size)))

    add("classes", class_of, at_need + need_of, 1, costs.serving[need_of])
    add("direct", at_need + pairs.need, at_mentor + pairs.mentor, 1, costs.direct)
    joins = np.flatnonzero((hubs.of_need >= 0) & (slots.sum(axis=0) > 0))
    add("joins", at_need + joins, at_kind + hubs.of_need[joins], 1, 0)
    upper = np.flatnonzero(hubs.up_need != np.arange(len(hubs.up_need)))
    add("up", at_kind + upper, at_kind + hubs.up_need[upper], many, 0)
    add("kinds", at_kind + hubs.tail, at_strength + hubs.head, many, costs.kinds)
    lower = np.flatnonzero(hubs.up_strength != np.arange(len(hubs.up_strength)))
    add("down", at_strength + hubs.up_strength[lower], at_strength + lower, many, 0)
    codes = np.unique(hubs.of_strength * max(len(places), 1) + strength_mentor)[:]
    codes = codes[codes >= 0]
    gives = codes // max(len(places), 1), codes % max(len(places), 1)
    add("gives", at_strength + gives[0], at_mentor + gives[1], places[gives[1]], 0)
    for end in _ends(at_mentor, places, costs, needs):
        add("ends", end[0], np.full(len(end[0]), sink), end[1], end[2])
    if costs.left is not None:
        add("left", at_need + need_of, np.full(len(need_of), sink), 1, costs.left[need_of])
    return _graph(
        arcs, sink + 1, {"need": at_need, "kind": at_kind, "strength": at_strength, "mentor": at_mentor}
    )


def _ends(at_mentor: int, places: Ints, costs: Costs, needs: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Tail, capacity and cost of the arcs from mentors to the sink; with a load each further place costs more."""
    mentors = np.arange(len(places))
    if costs.load <= 0:
        yield at_mentor + mentors, places, np.zeros(len(places), dtype=np.int64)
        return
    useful = np.minimum(places, needs)
    mentor = np.repeat(mentors, useful)
    number = np.arange(len(mentor)) - np.repeat(np.cumsum(useful) - useful, useful)
    if costs.taken is not None:
        number = number + costs.taken[mentor]
    yield at_mentor + mentor, np.ones(len(mentor), dtype=np.int64), number * costs.load


def _graph(arcs: "list[tuple[str, Ints, Ints, Ints, Ints]]", size: int, nodes: dict[str, int]) -> Graph:
    parts, start = {}, 0
    for name, tail, *_rest in arcs:
        parts[name] = slice(start, start + len(tail))
        start += len(tail)
    ends, heads = (np.concatenate([arc[side] for arc in arcs]).astype(NODE) for side in (1, 2))
    capacity, cost = (np.concatenate([arc[side] for arc in arcs]).astype(np.int64) for side in (3, 4))
    return Graph(ends, heads, capacity, cost, parts, nodes, size)


@dataclass(frozen=True)
class Most:
    """A maximum flow of the first classes; `reached`: the side of the cut that proves it."""

    served: int
    reached: Bools


def most_served(graph: Graph, classes: int, usable: Bools | None = None) -> list[Most]:
    """The most needs of the first class, of the first two, ... that can be served; with `usable` arcs only."""
    return [_max_flow(graph, upto, usable) for upto in range(1, classes + 1)]


def counts(most: list[Most]) -> tuple[int, ...]:
    """Needs of each class when the first comes first."""
    reached = [one.served for one in most]
    return tuple(now - before for now, before in zip(reached, [0, *reached[:-1]], strict=True))


def cheapest(graph: Graph, served: tuple[int, ...], usable: Bools | None = None) -> Flow:
    """The least cost with exactly these counts.

    Raises:
        SolverError: the solver failed, or costs exceed its range.
    """
    if len(graph.cost) and int(np.abs(graph.cost).max()) * graph.size > MAX_COST * 2**20:
        raise SolverError("costs exceed the range of the solver")
    capacity = graph.capacity if usable is None else np.where(usable, graph.capacity, 0)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(graph.tail, graph.head, capacity, graph.cost)
    supply = np.zeros(graph.size, dtype=np.int64)
    supply[: len(served)] = served
    supply[graph.sink] = -sum(served)
    solver.set_nodes_supplies(np.arange(graph.size, dtype=NODE), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise SolverError(f"min-cost flow: {status}")
    flow = np.asarray(solver.flows(np.arange(len(graph.tail), dtype=NODE)), dtype=np.int64)
    return Flow(graph, flow, served)


def prices(graph: Graph, flow: Ints, usable: Bools | None = None) -> Ints:
    """Prices of the nodes under which no change of the flow pays: shortest ways in the residual graph.

    Raises:
        SolverError: a cycle of negative cost is left, that is, the flow is not the cheapest.
    """
    forward, backward = flow < graph.capacity, flow > 0
    if usable is not None:
        forward &= usable
    tail = np.concatenate([graph.tail[forward], graph.head[backward]])
    head = np.concatenate([graph.head[forward], graph.tail[backward]])
    cost = np.concatenate([graph.cost[forward], -graph.cost[backward]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    price = np.zeros(graph.size, dtype=np.int64)
    if not len(head):
        return price
    starts = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    targets = head[starts]
    for _round in range(graph.size + 1):
        best = np.minimum.reduceat(price[tail] + cost, starts)
        better = best < price[targets]
        if not better.any():
            return price
        price[targets[better]] = best[better]
    raise SolverError("the flow is not the cheapest")


def bound(graph: Graph, served: tuple[int, ...], price: Ints, usable: Bools | None = None) -> int:
    """No flow with these counts costs less: the value of the dual at these prices, a whole number."""
    reduced = graph.cost + price[graph.tail] - price[graph.head]
    capacity = graph.capacity if usable is None else np.where(usable, graph.capacity, 0)
    least = int((np.minimum(reduced, 0) * capacity).sum())
    supply = sum(count * int(price[node]) for node, count in enumerate(served))
    return least - supply + sum(served) * int(price[graph.sink])


def _max_flow(graph: Graph, upto: int, usable: Bools | None) -> Most:
    """The most needs of the first `upto` classes that can be served."""
    capacity = graph.capacity if usable is None else np.where(usable, graph.capacity, 0)
    source = graph.size
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(graph.tail, graph.head, capacity)
    many = int(graph.capacity[graph.parts["classes"]].sum())
    starts = np.arange(upto, dtype=NODE)
    solver.add_arcs_with_capacity(
        np.full(upto, source, dtype=NODE), starts, np.full(upto, many, dtype=np.int64)
    )
    if solver.solve(source, graph.sink) != solver.OPTIMAL:
        raise SolverError("maximum flow failed")
    reached = np.zeros(graph.size, dtype=np.bool_)
    side = np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)
    reached[side[side < graph.size]] = True
    return Most(int(solver.optimal_flow()), reached)
