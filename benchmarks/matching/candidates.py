"""The same instance for every solver: a territory with the 20 best mentors of each need, and ours on it.

python -m benchmarks.matching.candidates <instance.npz>: the flow of the product on it, with prices and proof, as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.matching.report import peak_of
from benchmarks.matching.territories import territory
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer, lowest
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.graph import Costs, bound, build, cheapest, prices
from mayak.matching.algorithms.teachers.hubs import Hubs
from mayak.matching.algorithms.teachers.matching import bonus_of

CANDIDATES = 20
SERVED = 1_000_000
"""A served need is worth so much besides its points: 1,000 points, in thousandths."""
BLOCK = 400


def write(mentees: int, mentors: int, file: Path) -> int:
    """Write the instance; returns the number of pairs."""
    problem = canonical(territory(mentees, mentors))
    scorer = Scorer(problem, facts_of(problem))
    needs = np.arange(len(problem.needs.mentee))
    parts = []
    for start in range(0, len(needs), BLOCK):
        pairs = scorer.pairs(scorer.nearby.everywhere(needs[start : start + BLOCK]))
        parts.append(pairs.at(lowest(pairs.need, -pairs.score, pairs.mentor, CANDIDATES)))
    pairs = Pairs.union(parts)
    np.savez(
        file,
        needs=len(needs),
        need=pairs.need,
        mentor=pairs.mentor,
        weight=pairs.score + bonus_of(problem)[pairs.need] + SERVED,
        places=problem.mentors.places,
    )
    return len(pairs.need)


def solve(file: str) -> dict[str, object]:
    """The product's flow: optimum, prices of the nodes, bound."""
    with np.load(file) as stored:
        a = {key: stored[key] for key in stored.files}
    started = time.perf_counter()
    none = np.zeros(0, dtype=np.int64)
    needs, top = int(a["needs"]), int(a["weight"].max())
    pairs = Pairs(a["need"], a["mentor"], none, a["weight"], none.astype(np.bool_))
    hubs = Hubs(np.full(needs, -1), none, 0, 0, none, none, none, none, none)
    graph = build(
        np.ones((1, needs), dtype=np.int64),
        a["places"],
        pairs,
        hubs,
        strength_mentor=none,
        costs=Costs(top - a["weight"], none, np.zeros(needs, np.int64), 0, np.full(needs, top)),
    )
    flow = cheapest(graph, (needs,))
    least = bound(graph, (needs,), prices(graph, flow.flow))
    seconds = time.perf_counter() - started
    assert least == flow.cost
    left = int(flow.flow[graph.parts["left"]].sum())
    value = top * needs - flow.cost
    return {"seconds": seconds, "value": value, "served": needs - left, "peak": peak_of()}


if __name__ == "__main__":
    print(json.dumps(solve(sys.argv[1])))
