"""One solution of the network that holds the pairs in hand: most served, the floor, the cheapest flow, its prices."""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.facts import Facts
from mayak.matching.algorithms.teachers.graph import (
    Costs,
    Flow,
    Graph,
    Most,
    bound,
    build,
    cheapest,
    counts,
    most_served,
    prices,
)
from mayak.matching.algorithms.teachers.hubs import Hubs
from mayak.matching.algorithms.teachers.plan import MILLI
from mayak.matching.algorithms.teachers.pricing import FULL, Cut, Prices, opened
from mayak.matching.algorithms.teachers.problem import Bools, Floats, Ints, TeacherProblem


@dataclass(frozen=True)
class World:
    """What stays the same while pairs are added."""

    problem: TeacherProblem
    scorer: Scorer
    facts: Facts
    fixed: Ints  # mentor of each fixed need, -1 = free
    places: Ints
    slots: Ints
    bonus: Ints


@dataclass(frozen=True)
class Solved:
    """A cheapest flow, the prices and the bound that prove it, the cuts that prove the steps before it."""

    graph: Graph
    flow: Flow
    price: Ints
    bound: int
    most: list[Most]
    floor: int | None
    next_floor: Most | None


def free_pairs(world: World, pairs: Pairs) -> Pairs:
    """The pairs of needs and mentors that locks leave free."""
    return opened(pairs, world.fixed < 0, world.places > 0)


def _costs(world: World, pairs: Pairs, hubs: Hubs) -> Costs:
    settings, most = world.problem.settings, int(world.bonus.max(initial=0))
    direct = FULL - pairs.score
    if settings.objective is Objective.LEAST_CHANGE:
        kept = world.scorer.known(world.facts.last_year, world.problem.needs.mentee[pairs.need], pairs.mentor)
        direct = direct - kept * reward_of(world)
    left = FULL + world.bonus if settings.objective is Objective.BEST_PAIRS else None
    load = round(settings.load_points * MILLI)
    return Costs(direct, FULL - hubs.score, most - world.bonus, load, left, taken_of(world))


def taken_of(world: World) -> Ints:
    """Places of each mentor that locks have taken."""
    return np.bincount(world.fixed[world.fixed >= 0], minlength=len(world.places))


def reward_of(world: World) -> int:
    """More than everything else together, so that no other gain outweighs one kept pair."""
    load = round(world.problem.settings.load_points * MILLI) * int(world.places.max(initial=0))
    return (len(world.bonus) + 1) * (FULL + int(world.bonus.max(initial=0)) + load)


def solve(world: World, pairs: Pairs, hubs: Hubs) -> Solved:
    """The optimum over these pairs, step by step of the aim.

    Raises:
        SolverError: no optimum was reached.
    """
    objective = world.problem.settings.objective
    graph = build(
        world.slots,
        world.places,
        pairs,
        hubs,
        strength_mentor=world.problem.strengths.mentor,
        costs=_costs(world, pairs, hubs),
    )
    classes = len(world.slots)
    if objective is Objective.BEST_PAIRS:
        most: list[Most] = []
        served = tuple(world.slots.sum(axis=1).tolist())
    else:
        most = most_served(graph, classes)
        served = counts(most)
    floor, usable, next_floor = None, None, None
    if objective is Objective.WORST_FIRST and sum(served):
        floor, next_floor = _floor(graph, pairs, hubs, sum(served))
        usable = _above(graph, pairs, hubs, floor)
    flow = cheapest(graph, served, usable)
    price = prices(graph, flow.flow, usable)
    return Solved(graph, flow, price, bound(graph, served, price, usable), most, floor, next_floor)


def _floor(graph: Graph, pairs: Pairs, hubs: Hubs, served: int) -> tuple[int, Most | None]:
    """The greatest score that all pairs of a plan with so many pairs can have, with the proof."""
    values = np.unique(np.concatenate([pairs.score, hubs.score]))
    low, high, proof = 0, len(values) - 1, None
    while low < high:
        middle = (low + high + 1) // 2
        most = most_served(graph, 1, _above(graph, pairs, hubs, int(values[middle])))[0]
        if most.served == served:
            low = middle
        else:
            high, proof = middle - 1, most
    if proof is None or low + 1 >= len(values):
        above = _above(graph, pairs, hubs, int(values[low]) + 1)
        proof = most_served(graph, 1, above)[0]
    return int(values[low]), proof


def _above(graph: Graph, pairs: Pairs, hubs: Hubs, floor: int) -> Bools:
    usable = np.ones(len(graph.tail), dtype=np.bool_)
    usable[graph.parts["direct"]] = pairs.score >= floor
    usable[graph.parts["kinds"]] = hubs.score >= floor
    return usable


def prices_of(world: World, solved: Solved) -> Prices:
    """What the plan says to those who look for close pairs that it lacks."""
    nodes = solved.graph.nodes
    need = slice(nodes["need"], nodes["need"] + len(world.fixed))
    mentor = slice(nodes["mentor"], nodes["mentor"] + len(world.places))
    cuts = [Cut(one.reached[need], one.reached[mentor]) for one in solved.most]
    if solved.next_floor is not None and solved.floor is not None:
        cuts.append(Cut(solved.next_floor.reached[need], solved.next_floor.reached[mentor], solved.floor))
    is_change = world.problem.settings.objective is Objective.LEAST_CHANGE
    return Prices(
        solved.price[need],
        solved.price[mentor],
        world.fixed < 0,
        world.places > 0,
        tuple(cuts),
        reward_of(world) if is_change else 0,
        solved.floor,
    )


def worth_of(world: World, solved: Solved) -> tuple[Floats, Floats]:
    """Points that one more place of each mentor is worth, and points that serving each need costs the others."""
    nodes, price = solved.graph.nodes, solved.price
    needs, mentors = len(world.fixed), len(world.places)
    at_sink = price[solved.graph.sink]
    mentor = np.maximum(at_sink - price[nodes["mentor"] : nodes["mentor"] + mentors], 0)
    need = np.maximum(at_sink - price[nodes["need"] : nodes["need"] + needs], 0)
    return mentor / MILLI, need / MILLI
