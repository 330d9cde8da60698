"""From flow to people: every unit of flow through the kinds becomes a need with a mentor.

Units that meet in a node may go on in each other's place at no cost, so pairs that may not be (the own colleague, a
refusal) are swapped away; a need for which no swap is left is told, and gets its far pairs one by one instead.
"""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.problem import Within
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.graph import Flow
from mayak.matching.algorithms.teachers.hubs import Hubs
from mayak.matching.algorithms.teachers.problem import Bools, Employer, Ints

HUB_PARTS = ("up", "kinds", "down", "gives")


@dataclass(frozen=True)
class Assignment:
    """`mentor` of each need (-1 = none); `stuck`: needs whose pair may not be and cannot be swapped away."""

    mentor: Ints
    stuck: Ints


def assign(scorer: Scorer, flow: Flow, hubs: Hubs, needs: int) -> Assignment:
    """Read the plan from the flow."""
    graph = flow.graph
    first_mentor, first_need = graph.nodes["mentor"], graph.nodes["need"]
    mentor = np.full(needs, -1, dtype=np.int64)
    part = graph.parts["direct"]
    used = np.flatnonzero(flow.flow[part] > 0) + part.start
    mentor[graph.tail[used] - first_need] = graph.head[used] - first_mentor
    part = graph.parts["joins"]
    used = np.flatnonzero(flow.flow[part] > 0) + part.start
    token, node = (graph.tail[used] - first_need).astype(np.int64), graph.head[used].astype(np.int64)
    if not len(token):
        return Assignment(mentor, np.zeros(0, dtype=np.int64))
    last = node
    for low, high in _layers(flow, hubs):
        here = (node >= low) & (node < high)
        last = np.where(here & (low >= graph.nodes["strength"]), node, last)
        node = _push(flow, token, node, (low, high))
    mentor[token] = node - first_mentor
    stuck = _swap(scorer, mentor, token, last)
    return Assignment(mentor, stuck)


def _layers(flow: Flow, hubs: Hubs) -> list[tuple[int, int]]:
    """Nodes in the order in which all flow has arrived: kinds with region, without; strengths without, with."""
    nodes = flow.graph.nodes
    middle, cut = nodes["kind"] + len(hubs.up_need), nodes["strength"] + len(hubs.up_strength)
    return [
        (nodes["kind"], middle),
        (middle, nodes["strength"]),
        (cut, nodes["mentor"]),
        (nodes["strength"], cut),
    ]


def _push(flow: Flow, token: Ints, node: Ints, layer: tuple[int, int]) -> Ints:
    """Move the units that stand in these nodes one arc on, in the order of needs and of arcs."""
    graph, (low, high) = flow.graph, layer
    here = (node >= low) & (node < high)
    if not here.any():
        return node
    numbers = np.concatenate(
        [np.arange(graph.parts[name].start, graph.parts[name].stop) for name in HUB_PARTS]
    )
    tail = graph.tail[numbers]
    arcs = numbers[(tail >= low) & (tail < high) & (flow.flow[numbers] > 0)]
    arcs = arcs[np.lexsort((graph.head[arcs], graph.tail[arcs]))]
    goes = np.repeat(graph.head[arcs], flow.flow[arcs])
    rows = np.flatnonzero(here)
    rows = rows[np.lexsort((token[rows], node[rows]))]
    moved = node.copy()
    moved[rows] = goes
    return moved


def _swap(scorer: Scorer, mentor: Ints, token: Ints, last: Ints) -> Ints:
    """Swap forbidden pairs away within a kind of strength; return the needs that are left stuck."""
    bad = token[is_barred(scorer, token, mentor[token])]
    if not len(bad):
        return bad
    by_kind: dict[int, Ints] = {}
    kind_of = dict(zip(token.tolist(), last.tolist(), strict=True))
    for kind in {kind_of[need] for need in bad.tolist()}:
        by_kind[kind] = token[last == kind]
    stuck = []
    for need in bad.tolist():
        own = np.full(1, need, dtype=np.int64)
        if not is_barred(scorer, own, mentor[own]).any():
            continue  # an earlier swap has mended it
        others = by_kind[kind_of[need]]
        same = np.full(len(others), need, dtype=np.int64)
        fine = ~is_barred(scorer, same, mentor[others])
        fine &= ~is_barred(scorer, others, np.full(len(others), mentor[need], dtype=np.int64))
        choice = others[fine & (others != need)]
        if not len(choice):
            stuck.append(need)
            continue
        other = int(choice[0])
        mentor[need], mentor[other] = mentor[other], mentor[need]
    return np.array(stuck, dtype=np.int64)


def is_barred(scorer: Scorer, need: Ints, mentor: Ints) -> Bools:
    """Whether a pair may not be made by kind: the person itself, never, the employer, fewer points than its kind."""
    problem, facts = scorer.problem, scorer.facts
    mentee = problem.needs.mentee[need]
    bad: Bools = scorer.same_person[mentee] == mentor
    bad = bad | scorer.known(facts.never, mentee, mentor)
    if scorer.full["novelty"]:
        bad |= scorer.known(facts.last_year, mentee, mentor)
    if scorer.settings.employer is Employer.OTHER:
        school = problem.mentees.school[mentee]
        bad |= (school == problem.mentors.school[mentor]) & (school >= 0)
    if scorer.settings.within is Within.REGION:
        region = problem.mentees.region[mentee]
        bad |= (region != problem.mentors.region[mentor]) | (region < 0)
    return bad
