"""One other solver on one instance, in its own process and with its own packages (nothing of the project is imported).

python peer.py <solver> <instance.npz> [seconds]: prints {"seconds", "value", "served", "bound"} as JSON.
A pairing: columns need, mentor, weight (most total weight), places. A programme: gain, high, row, column, value, least,
most. Building the solver's own model is part of its time; importing it and reading the file are not.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

MODULES = {
    "scipy_dense": ["scipy.optimize"],
    "scipy_sparse": ["scipy.sparse.csgraph"],
    "networkx": ["networkx"],
    "pulp_cbc": ["pulp"],
    "programme_cbc": ["pulp"],
    "matching_hr": ["matching.games"],
    "mentor_match": ["matching.process"],
}


def greedy(a):
    """The heaviest pair that is still possible, one after the other: what a person with a spreadsheet does."""
    free, places = np.ones(a["needs"], bool), a["places"].copy()
    chosen = []
    need, mentor = a["need"].tolist(), a["mentor"].tolist()
    for row in np.argsort(-a["weight"], kind="stable").tolist():
        if free[need[row]] and places[mentor[row]] > 0:
            free[need[row]] = False
            places[mentor[row]] -= 1
            chosen.append(row)
    return chosen


def scipy_dense(a):
    """linear_sum_assignment on a full matrix of needs and places."""
    from scipy.optimize import linear_sum_assignment

    first = np.r_[0, np.cumsum(a["places"])]
    matrix = np.zeros((int(a["needs"]), int(first[-1])))
    row, seat, pair = _seats(a, first)
    matrix[row, seat] = a["weight"][pair]
    rows, seats = linear_sum_assignment(matrix, maximize=True)
    good = matrix[rows, seats] > 0
    mentor = np.searchsorted(first, seats[good], side="right") - 1
    return _rows_of(a, rows[good], mentor)


def scipy_sparse(a):
    """min_weight_full_bipartite_matching with a seat of its own for every need that stays alone."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    needs, first = int(a["needs"]), np.r_[0, np.cumsum(a["places"])]
    row, seat, pair = _seats(a, first)
    top = float(a["weight"].max()) + 1
    value = np.r_[top - a["weight"][pair], np.full(needs, top)]
    rows, seats = np.r_[row, np.arange(needs)], np.r_[seat, first[-1] + np.arange(needs)]
    graph = csr_matrix((value, (rows, seats)), shape=(needs, int(first[-1]) + needs))
    rows, seats = min_weight_full_bipartite_matching(graph)
    good = seats < first[-1]
    return _rows_of(a, rows[good], np.searchsorted(first, seats[good], side="right") - 1)


def networkx(a):
    """min_cost_flow (network simplex)."""
    import networkx as nx

    graph = nx.DiGraph()
    needs, top = int(a["needs"]), int(a["weight"].max())
    graph.add_node("s", demand=-needs)
    graph.add_node("t", demand=needs)
    for need in range(needs):
        graph.add_edge("s", need, capacity=1, weight=0)
        graph.add_edge(need, "t", capacity=1, weight=top)
    for need, mentor, weight in zip(*_triples(a), strict=True):
        graph.add_edge(need, ("m", mentor), capacity=1, weight=top - weight)
    for mentor, places in enumerate(a["places"].tolist()):
        graph.add_edge(("m", mentor), "t", capacity=places, weight=0)
    flow = nx.min_cost_flow(graph)
    ends = list(zip(*_triples(a)[:2], strict=True))
    return [row for row, (need, mentor) in enumerate(ends) if flow[need].get(("m", mentor), 0)]


def pulp_cbc(a):
    """PuLP with its CBC: a 0-1 programme."""
    import pulp

    problem = pulp.LpProblem("pairs", pulp.LpMaximize)
    x = [pulp.LpVariable(f"x{row}", cat="Binary") for row in range(len(a["need"]))]
    of_need, of_mentor = {}, {}
    for row, (need, mentor) in enumerate(zip(*_triples(a)[:2], strict=True)):
        of_need.setdefault(need, []).append(x[row])
        of_mentor.setdefault(mentor, []).append(x[row])
    problem += pulp.lpDot(a["weight"].tolist(), x)
    for columns in of_need.values():
        problem += pulp.lpSum(columns) <= 1
    for mentor, columns in of_mentor.items():
        problem += pulp.lpSum(columns) <= int(a["places"][mentor])
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    return [row for row, column in enumerate(x) if column.value() > 0.5]


def matching_hr(a):
    """The package `matching`: hospital-resident (stable, not the best total), wishes by points on both sides."""
    from matching.games import HospitalResident

    sys.setrecursionlimit(10**7)  # it copies its players by recursion, and breaks at 300 of them otherwise
    wishes, hosts = {}, {}
    for row in np.argsort(-a["weight"], kind="stable").tolist():
        need, mentor = f"n{a['need'][row]}", f"m{a['mentor'][row]}"
        wishes.setdefault(need, []).append(mentor)
        hosts.setdefault(mentor, []).append(need)
    capacity = {mentor: int(a["places"][int(mentor[1:])]) for mentor in hosts}
    game = HospitalResident.create_from_dictionaries(wishes, hosts, capacity)
    found = game.solve(optimal="resident")
    pairs = [(int(str(n)[1:]), int(str(mentor)[1:])) for mentor, mine in found.items() for n in mine]
    return _rows_of(a, np.array([p[0] for p in pairs], int), np.array([p[1] for p in pairs], int))


def mentor_match(a):
    """The package `mentor-match`: a score for each of all pairs, Munkres on the full matrix; a mentor per place."""
    from matching.match import Match
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.process import process_data
    from matching.rules.rule import Disqualify

    weight = {(n, m): w for n, m, w in zip(*_triples(a), strict=True)}

    class Points:
        def apply(self, match: Match) -> int:
            return weight.get((match.mentee.grade, match.mentor.grade), 0)

    seats = np.repeat(np.arange(len(a["places"])), a["places"])
    mentees = [Mentee(grade=n, email=f"n{n}") for n in range(int(a["needs"]))]
    mentors = [Mentor(grade=m, email=f"m{number}") for number, m in enumerate(seats.tolist())]
    closed = Disqualify(lambda match: (match.mentee.grade, match.mentor.grade) not in weight)
    process_data(mentors, mentees, [[Points(), closed]])
    pairs = [(one.grade, other.grade) for one in mentees for other in one.mentors]
    return _rows_of(a, np.array([p[0] for p in pairs], int), np.array([p[1] for p in pairs], int))


def _triples(a):
    """Needs, mentors, weights as lists."""
    return a["need"].tolist(), a["mentor"].tolist(), a["weight"].tolist()


def _seats(a, first):
    """Row, seat and pair number of every pair with every place of its mentor."""
    count = a["places"][a["mentor"]]
    pair = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    return a["need"][pair], first[a["mentor"][pair]] + offset, pair


def _rows_of(a, need, mentor):
    width = int(a["mentor"].max(initial=0)) + 1
    known = a["need"] * width + a["mentor"]
    order = np.argsort(known)
    return order[np.searchsorted(known[order], need * width + mentor)]


def programme_cbc(a, limit):
    """A mixed integer programme by PuLP and CBC: seconds, value, bound."""
    import pulp

    problem = pulp.LpProblem("programme", pulp.LpMaximize)
    x = [
        pulp.LpVariable(f"x{row}", 0, float(high), cat="Integer")
        for row, high in enumerate(a["high"].tolist())
    ]
    problem += pulp.lpDot(a["gain"].tolist(), x)
    rows = [[] for _ in a["least"]]
    for row, column, value in zip(*(a[name].tolist() for name in ("row", "column", "value")), strict=True):
        rows[row].append((x[column], value))
    for row, (low, high) in enumerate(zip(a["least"].tolist(), a["most"].tolist(), strict=True)):
        left = pulp.LpAffineExpression(rows[row])
        if low == high:
            problem += left == low
            continue
        if low > -np.inf:
            problem += left >= low
        if high < np.inf:
            problem += left <= high
    problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit, gapRel=0.0))
    values = np.array([round(column.value() or 0) for column in x])
    is_proven = problem.sol_status == pulp.LpSolutionOptimal
    return {"value": round(float(a["gain"] @ values)), "proven": is_proven}


def peak():
    """Peak memory in megabytes, of a solver that is a process of its own too."""
    with Path("/proc/self/status").open(encoding="utf-8") as status:
        own = max(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main() -> None:
    """Solve and print."""
    name, file = sys.argv[1:3]
    with np.load(file) as stored:
        a = {key: stored[key] for key in stored.files}
    for module in MODULES.get(name, []):
        importlib.import_module(module)
    started = time.perf_counter()
    if name == "programme_cbc":
        found = programme_cbc(a, float(sys.argv[3]))
        print(json.dumps({"seconds": time.perf_counter() - started, "peak": peak(), **found}))
        return
    chosen = np.asarray(globals()[name](a), dtype=np.int64)
    seconds = time.perf_counter() - started
    assert len(np.unique(a["need"][chosen])) == len(chosen)
    assert (np.bincount(a["mentor"][chosen], minlength=len(a["places"])) <= a["places"]).all()
    value = int(a["weight"][chosen].sum())
    print(json.dumps({"seconds": seconds, "value": value, "served": len(chosen), "peak": peak()}))


if __name__ == "__main__":
    main()
