"""Pairing of 4,000 low with 2,000 lead schools, the 50 nearest of each: ours with its proof, the bare solver, SciPy.

Target: under 5 s. Run: python benchmarks/pairing.py [low] [lead]
All three solve the same instance (most schools served, then the least total distance) and must agree on it.
"""

import sys

import numpy as np
from machine import describe, median_seconds, peak_megabytes
from ortools.graph.python import min_cost_flow
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mayak.matching.algorithms.instance import MILLIMETRES, Instance
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.problem import Lead, Mentee, Problem, Settings, Total

NEAREST = 50
TARGET_SECONDS = 5
SAME_KM = 1e-3


def country(low: int, lead: int) -> Problem:
    """Schools around 300 towns between 45-65 N and 30-130 E; 1 to 3 places per lead (fixed seed)."""
    generator = np.random.default_rng(2025)
    towns = np.column_stack([generator.uniform(45, 65, 300), generator.uniform(30, 130, 300)])

    def places(count: int) -> np.ndarray:
        return towns[generator.integers(0, 300, count)] + generator.normal(0, 0.4, (count, 2))

    mentees = tuple(Mentee(f"m{k:06}", (), float(p[0]), float(p[1])) for k, p in enumerate(places(low)))
    capacity = generator.integers(1, 4, lead).tolist()
    leads = tuple(
        Lead(f"l{k:06}", capacity[k], (), float(p[0]), float(p[1])) for k, p in enumerate(places(lead))
    )
    return Problem(mentees, leads, settings=Settings(total=Total.DISTANCE, nearest=NEAREST))


def arcs_of(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mentee, lead and millimetres of every allowed pair."""
    found = []
    for block in Instance(problem).blocks():
        row, column = np.nonzero(block.limits == 0)
        found.append((row + block.rows.start, column, block.cost[row, column]))
    mentees, leads, costs = (np.concatenate(part) for part in zip(*found, strict=True))
    return mentees, leads, costs


def bare_solver(problem: Problem, arcs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[int, float]:
    """OR-Tools alone: maximum flow of least cost, no proof, no candidates, no explanation."""
    mentee, lead, cost = arcs
    low, leads = len(problem.mentees), len(problem.leads)
    source, sink = low + leads, low + leads + 1
    capacity = np.array([school.capacity for school in problem.leads])
    tail = np.concatenate([np.full(low, source), mentee, low + np.arange(leads)]).astype(np.int32)
    head = np.concatenate([np.arange(low), low + lead, np.full(leads, sink)]).astype(np.int32)
    room = np.concatenate([np.ones(low), np.ones(len(cost)), capacity]).astype(np.int64)
    price = np.concatenate([np.zeros(low), cost, np.zeros(leads)]).astype(np.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, price)
    solver.set_node_supply(source, low)
    solver.set_node_supply(sink, -low)
    assert solver.solve_max_flow_with_min_cost() == solver.OPTIMAL
    return int(solver.maximum_flow()), solver.optimal_cost() / MILLIMETRES


def scipy_sparse(problem: Problem, arcs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[int, float]:
    """SciPy: a column for each place and one for staying alone, which costs more than any way of serving."""
    mentee, lead, cost = arcs
    low = len(problem.mentees)
    capacity = np.array([school.capacity for school in problem.leads])
    first = np.concatenate([[0], np.cumsum(capacity)])
    repeat = capacity[lead]
    row = np.repeat(mentee, repeat)
    offset = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    column = np.repeat(first[lead], repeat) + offset
    alone = float(cost.max()) * (low + 1)
    values = np.concatenate([np.repeat(cost, repeat) + 1.0, np.full(low, alone)])
    rows = np.concatenate([row, np.arange(low)])
    columns = np.concatenate([column, first[-1] + np.arange(low)])
    graph = csr_matrix((values, (rows, columns)), shape=(low, first[-1] + low))
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(graph)
    served = chosen_columns < first[-1]
    total = np.asarray(graph[chosen_rows[served], chosen_columns[served]]).sum() - served.sum()
    return int(served.sum()), float(total) / MILLIMETRES


def main() -> None:
    """Measure and compare."""
    low, lead = (int(value) for value in sys.argv[1:] or (4000, 2000))
    problem = country(low, lead)
    print(describe("numpy", "scipy", "ortools"))
    arcs = arcs_of(problem)
    places = sum(school.capacity for school in problem.leads)
    print(
        f"{low} low schools, {lead} leads with {places} places, {len(arcs[0])} pairs ({NEAREST} nearest each)\n"
    )
    ours = match(problem)
    seconds, text = median_seconds(lambda: match(problem))
    print(
        f"ours, from schools to pairs with proof   {text}   {ours.served} served, {ours.distance_km:.3f} km"
    )
    print(f"  gap {ours.proof.gap} {ours.proof.unit}, served proven: {ours.proof.is_proven}")
    print(f"  {'under' if seconds < TARGET_SECONDS else 'OVER'} {TARGET_SECONDS} s")
    for name, solve in (
        ("bare OR-Tools on ready pairs", bare_solver),
        ("SciPy sparse on ready pairs", scipy_sparse),
    ):
        served, distance = solve(problem, arcs)
        _, text = median_seconds(lambda solve=solve: solve(problem, arcs))
        print(f"{name:40} {text}   {served} served, {distance:.3f} km")
        assert served == ours.served
        assert abs(distance - ours.proof.value / MILLIMETRES) < SAME_KM
    print(f"\npeak memory {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
