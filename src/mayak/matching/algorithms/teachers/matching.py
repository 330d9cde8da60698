"""Pair teachers with mentors exactly: close pairs one by one, far pairs by kinds, and prices that prove the plan."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.canonical import canonical, check
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.facts import Facts, check_fixed, facts_of
from mayak.matching.algorithms.teachers.hubs import hubs_of
from mayak.matching.algorithms.teachers.plan import CRITERIA, MILLI, PlanProof, TeacherPlan
from mayak.matching.algorithms.teachers.pricing import FULL, Extra, Source, Whole
from mayak.matching.algorithms.teachers.problem import Floats, Ints, TeacherProblem
from mayak.matching.algorithms.teachers.solving import (
    Solved,
    World,
    free_pairs,
    prices_of,
    reward_of,
    solve,
    taken_of,
    worth_of,
)
from mayak.matching.algorithms.teachers.tokens import assign

KEEP: Final = 24
"""Close pairs of a need that the solver gets at first; prices bring back any other that could matter."""


@dataclass(frozen=True)
class _Made:
    """The last solution; `gain`: what the pairs that were left out could add to its total at most."""

    solved: Solved
    mentor: Ints
    direct: int
    rounds: int
    gain: int


def match_teachers(
    problem: TeacherProblem,
    *,
    keep: int | None = KEEP,
    make_source: Callable[[Scorer], Source] | None = None,
    seconds: float | None = None,
) -> TeacherPlan:
    """The optimal plan, the same for any order of rows; rows of the result are those of the sorted problem.

    Where hours or groups are counted the plan is a MIP (see ``mip``), else a flow.

    Args:
        problem: the whole input.
        keep: close pairs of a need that the solver gets at first (None = all); the result does not depend on it.
        make_source: who finds the close pairs, None = this process (see ``pricing``, ``parts``).
        seconds: after this time the plan in hand is kept with the bound that its prices prove, as soon as the number
            served (and the floor) is proven and only the total could still grow. None = until the optimum.

    Raises:
        ProblemError: the input contradicts itself; every place is named.
        SolverError: no optimum was reached.
    """
    started = time.perf_counter()
    check(problem)
    problem = canonical(problem)
    facts = facts_of(problem)
    check_fixed(problem, facts)
    if problem.settings.count_hours or problem.settings.groups:
        from mayak.matching.algorithms.teachers.mip import solve_mip  # noqa: PLC0415  # HiGHS only where it is needed

        return solve_mip(problem, facts, started=started)
    world = _world(problem, facts)
    source = Whole(world.scorer) if make_source is None else make_source(world.scorer)
    end = None if seconds is None else started + seconds
    made = _rounds(world, source, keep, end)
    mentor = np.where(world.fixed >= 0, world.fixed, made.mentor)
    proof = _proof(world, made, source.parts, time.perf_counter() - started)
    worth = worth_of(world, made.solved)
    plan = plan_of(problem, world.scorer, mentor, fixed=world.fixed, proof=proof, worth=worth)
    return _with_whole_value(world, plan)


def _rounds(world: World, source: Source, keep: int | None, end: float | None) -> _Made:
    """Solve and price until no pair is missing; after `end` as soon as only the total could still grow."""
    pairs = free_pairs(world, source.best(keep))
    without = np.zeros(len(world.fixed), dtype=np.bool_)
    hubs = hubs_of(world.scorer, without)
    rounds = 0
    while True:
        rounds += 1
        solved = solve(world, pairs, hubs)
        extra = Extra.union([]) if keep is None else source.improving(prices_of(world, solved), pairs)
        is_late = end is not None and time.perf_counter() > end and _is_total_only(world, solved, extra)
        if len(extra.pairs.need) and not is_late:
            pairs = Pairs.union([pairs, extra.pairs])
            continue
        found = assign(world.scorer, solved.flow, hubs, len(without))
        if not len(found.stuck):
            return _Made(solved, found.mentor, len(pairs.need), rounds, extra.gain)
        without[found.stuck] = True
        pairs = Pairs.union([pairs, _one_by_one(world, pairs, found.stuck)])
        hubs = hubs_of(world.scorer, without)


def _is_total_only(world: World, solved: Solved, extra: Extra) -> bool:
    """Whether the pairs left out could better the total alone: number served, floor and kept pairs are proven.

    Keeping one pair more is worth a reward that exceeds all points of all needs; so much is not to be gained where
    `gain` stays under the points of the needs that are not served.
    """
    if world.problem.settings.objective is not Objective.LEAST_CHANGE:
        return not extra.crosses
    idle = len(world.bonus) + 1 - sum(solved.flow.served)
    return not extra.crosses and extra.gain < idle * (FULL + int(world.bonus.max(initial=0)))


def fixed_needs(scorer: Scorer, facts: Facts) -> Ints:
    """The need of each locked pair: the mentee's free need that the mentor fits best, ties by the order of needs."""
    problem = scorer.problem
    fixed = np.full(len(problem.needs.mentee), -1, dtype=np.int64)
    first_need = np.searchsorted(problem.needs.mentee, np.arange(len(problem.mentees.key) + 1))
    for mentee, mentor in facts.fixed_people:
        rows = np.arange(first_need[mentee], first_need[mentee + 1])
        rows = rows[fixed[rows] < 0]
        _strength, parts = best_strengths(scorer, rows, np.full(len(rows), mentor))
        fixed[rows[int(np.argmax(parts.sum(axis=0)))]] = mentor
    return fixed


def best_strengths(scorer: Scorer, need: Ints, mentor: Ints) -> tuple[Ints, Ints]:
    """For pairs side by side the strength that gives most points (-1 = none fits), and the points by criterion."""
    owner = scorer.problem.strengths.mentor
    first = np.searchsorted(owner, mentor, side="left")
    count = np.searchsorted(owner, mentor, side="right") - first
    row = np.repeat(np.arange(len(need)), count)
    strength = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    parts, _limits, _remote, _distance = scorer.judge(need[row], strength)
    good = scorer.fit(need[row], strength)
    order = np.lexsort((strength, -parts.sum(axis=0), ~good, row))
    ranked = row[order]
    chosen = order[np.r_[True, ranked[1:] != ranked[:-1]]] if len(order) else order
    chosen = chosen[good[chosen]]
    best = np.full(len(need), -1, dtype=np.int64)
    best[row[chosen]] = strength[chosen]
    points = np.zeros((len(CRITERIA), len(need)), dtype=np.int64)
    points[:, row[chosen]] = parts[:, chosen]
    return best, points


def plan_of(
    problem: TeacherProblem,
    scorer: Scorer,
    mentor: Ints,
    *,
    fixed: Ints,
    proof: PlanProof,
    worth: tuple[Floats, Floats],
    group: Ints | None = None,
) -> TeacherPlan:
    """The plan with the points of its pairs."""
    size = len(mentor)
    rows = np.flatnonzero(mentor >= 0)
    contributions = np.zeros((len(CRITERIA), size), dtype=np.int64)
    distance = np.full(size, np.nan)
    remote = np.zeros(size, dtype=np.bool_)
    strength, parts = best_strengths(scorer, rows, mentor[rows])
    contributions[:, rows] = parts
    some = strength >= 0
    _parts, _limits, is_remote, kilometres = scorer.judge(rows[some], strength[some])
    remote[rows[some]], distance[rows[some]] = is_remote, kilometres
    return TeacherPlan(
        problem=problem,
        mentor=mentor,
        remote=remote,
        fixed=fixed >= 0,
        group=np.full(size, -1, dtype=np.int64) if group is None else group,
        contributions=contributions,
        distance=distance,
        mentor_price=worth[0],
        need_price=worth[1],
        proof=proof,
    )


def bonus_of(problem: TeacherProblem) -> Ints:
    """What serving each need is worth besides the points of its pair, in thousandths."""
    bonus: Ints = np.rint(problem.settings.weight_points * MILLI * problem.needs.weight).astype(np.int64)
    return bonus


def _world(problem: TeacherProblem, facts: Facts) -> World:
    scorer = Scorer(problem, facts)
    fixed = fixed_needs(scorer, facts)
    taken = np.bincount(fixed[fixed >= 0], minlength=len(problem.mentors.key))
    return World(
        problem,
        scorer,
        facts,
        fixed,
        problem.mentors.places - taken,
        _slots(problem, fixed),
        bonus_of(problem),
    )


def _slots(problem: TeacherProblem, fixed: Ints) -> Ints:
    """(classes, needs): 1 where a free need belongs to a class."""
    free = (fixed < 0).astype(np.int64)
    if problem.settings.objective is not Objective.NEEDIEST_FIRST or not len(free):
        return free[None, :]
    need_class = problem.mentees.need_class[problem.needs.mentee]
    classes = np.unique(need_class)
    slots: Ints = (classes[:, None] == need_class[None, :]).astype(np.int64) * free
    return slots


def _one_by_one(world: World, pairs: Pairs, needs: Ints) -> Pairs:
    """All pairs of some needs, near and far, that are not there yet."""
    mentors = len(world.places)
    known = pairs.need * mentors + pairs.mentor
    every = free_pairs(world, world.scorer.pairs(world.scorer.nearby.everywhere(needs)))
    return every.at(np.flatnonzero(~np.isin(every.need * mentors + every.mentor, known)))


def _proof(world: World, made: _Made, parts: int, seconds: float) -> PlanProof:
    solved = made.solved
    most = int(world.bonus.max(initial=0))
    whole = (FULL + most) * sum(solved.flow.served)
    fixed = int((world.fixed >= 0).sum())
    is_best = world.problem.settings.objective is Objective.BEST_PAIRS
    left = solved.flow.flow[solved.graph.parts["left"]].sum() if is_best else 0
    served = sum(solved.flow.served) - int(left) + fixed
    unproven = (
        len(world.fixed) if made.gain else served
    )  # the best pairs alone: the number follows from the points
    return PlanProof(
        method="flow",
        value=whole - solved.flow.cost,
        bound=whole - solved.bound + made.gain,
        served=served,
        served_bound=unproven if is_best else solved.most[-1].served + fixed,
        floor=None if solved.floor is None else solved.floor / MILLI,
        pairs_direct=made.direct,
        rounds=made.rounds,
        seconds=round(seconds, 3),
        parts=parts,
    )


def _with_whole_value(world: World, plan: TeacherPlan) -> TeacherPlan:
    """Value and bound with the points of the locked pairs, and without the reward of the kept ones: points alone."""
    locked = world.fixed >= 0
    taken = taken_of(world)
    added = int(plan.contributions[:, locked].sum() + world.bonus[locked].sum())
    added -= round(world.problem.settings.load_points * MILLI) * int((taken * (taken - 1) // 2).sum())
    if world.problem.settings.objective is Objective.LEAST_CHANGE:
        rows = np.flatnonzero((plan.mentor >= 0) & ~locked)
        mentee = world.problem.needs.mentee[rows]
        kept = world.scorer.known(world.facts.last_year, mentee, plan.mentor[rows])
        added -= int(kept.sum()) * reward_of(world)
    proof = replace(plan.proof, value=plan.proof.value + added, bound=plan.proof.bound + added)
    return replace(plan, proof=proof)


def with_changes(problem: TeacherProblem, **tables: object) -> TeacherProblem:
    """The same problem with other tables, facts or settings."""
    return replace(problem, **tables)  # type: ignore[arg-type]  # names of fields
