"""What keeping each pair of last year costs the total, exactly, without solving again for each.

The plan keeps the most old pairs it can, then has the best total. If one kept pair (mentee u, lead v) were worth
nothing as an old pair, the plan would change only by sending this one unit from u to v another way: the shortest in the
residual graph, first by old pairs lost, then by cost (an optimal flow stays optimal after one cheapest augmentation).
Where the cheapest way loses no old pair but this one, what it costs less than the pair is the price. A way that loses
none at all says that another old pair would be kept instead, and one that loses more is never taken: the price is 0.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mayak.matching.algorithms.network import Arcs, Bools, Flow, Ints

_FAR: Final = np.iinfo(np.int64).max // 4


def keep_prices(arcs: Arcs, flow: Flow, kept: Bools) -> dict[tuple[int, int], int]:
    """Cost that the plan would save without the wish to keep the pair, by positions of its schools.

    Two tables of shortest ways for each lead school that has kept pairs.
    """
    rows = np.flatnonzero(kept)
    if not len(rows) or flow.first is None:
        return {}
    graph, gain = flow.graph, flow.first.reduced[flow.graph.pairs]
    residual = _Residual.of(flow, flow.first)
    found = {}
    for lead in np.unique(arcs.lead[rows]).tolist():
        none, one = residual.ways_to(graph.first_lead + lead)
        for row in rows[arcs.lead[rows] == lead].tolist():
            mentee = int(arcs.mentee[row])
            node = graph.first_mentee + mentee
            # First prices: a way of reduced cost r loses r - gain old pairs in all, this one among them.
            if gain[row] == 0:
                way = one[node] if none[node] >= _FAR else _FAR
            else:
                way = none[node] if gain[row] == -1 else _FAR
            found[mentee, lead] = max(int(arcs.cost[row] - way), 0) if way < _FAR else 0
    return found


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Arcs sorted by head; `first` and `count`: where the arcs into each node begin, and how many there are."""

    tail: Ints
    cost: Ints
    first: Ints
    count: Ints

    @classmethod
    def of(cls, nodes: int, tail: Ints, head: Ints, cost: Ints) -> "_Arcs":
        order = np.argsort(head, kind="stable")
        count = np.bincount(head, minlength=nodes)
        return cls(tail[order], cost[order], np.cumsum(count) - count, count)

    def step(self, ways: Ints, heads: Ints) -> Ints:
        """The cheapest way from each node that begins with an arc into one of `heads` and goes on by `ways`."""
        count = self.count[heads]
        skip = np.repeat(self.first[heads] - (np.cumsum(count) - count), count)
        arcs = skip + np.arange(len(skip))
        result = np.full(len(ways), _FAR, dtype=np.int64)
        np.minimum.at(result, self.tail[arcs], np.repeat(ways[heads], count) + self.cost[arcs])
        return result

    def settle(self, ways: Ints) -> Ints:
        """Go on by these arcs as long as it is cheaper; they have no cycle of negative cost."""
        changed = np.flatnonzero(ways < _FAR)
        while len(changed):
            onward = self.step(ways, changed)
            changed = np.flatnonzero(onward < ways)
            ways = np.minimum(ways, onward)
        return ways


@dataclass(frozen=True, slots=True)
class _Residual:
    """Arcs along which the plan can still change: those of first reduced cost 0, and those of 1."""

    nodes: int
    none: _Arcs
    one: _Arcs

    @classmethod
    def of(cls, flow: Flow, first: Flow) -> "_Residual":
        graph = flow.graph
        forward, backward = flow.flow < graph.capacity, flow.flow > 0
        tail = np.concatenate([graph.tail[forward], graph.head[backward]])
        head = np.concatenate([graph.head[forward], graph.tail[backward]])
        lost = np.concatenate([first.reduced[forward], -first.reduced[backward]])
        cost = np.concatenate([graph.cost[forward], -graph.cost[backward]])
        nodes = len(graph.supply)
        parts = [
            _Arcs.of(nodes, tail[lost == loss], head[lost == loss], cost[lost == loss]) for loss in (0, 1)
        ]
        return cls(nodes, *parts)

    def ways_to(self, target: int) -> tuple[Ints, Ints]:
        """Cost of the cheapest way from each node whose first reduced costs add up to 0, and to 1."""
        ways = np.full(self.nodes, _FAR, dtype=np.int64)
        ways[target] = 0
        none = self.none.settle(ways)
        return none, self.none.settle(self.one.step(none, np.flatnonzero(none < _FAR)))
