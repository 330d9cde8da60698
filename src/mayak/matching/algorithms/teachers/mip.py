"""Pair teachers where hours or groups count: a mixed integer programme, solved by HiGHS with bound and gap.

Formulation. x[n, m] = 1: mentor m takes need n.  sum_m x[n, m] <= 1;  sum_n x[n, m] <= places[m];
sum_n hours[n] x[n, m] <= hours[m];  groups of a mentor by topic t: min y[m, t] <= sum_{n of t} x[n, m] <= max y[m, t],
sum_t y[m, t] <= places[m].  Even load: sum_n x[n, m] <= 1 + sum_k e[m, k], place k + 1 costs k times the price.  A
locked mentee e with mentor m: sum_{n of e} x[n, m] >= 1; which need goes to m is decided with everything else, and as
few needs as possible go to a mentor from whom the rules keep them.
Aims one after the other (served by class, kept pairs or floor, total), each held by a row.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.mip import Ending, Floats
from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer, lowest
from mayak.matching.algorithms.teachers.facts import Facts, places_in_people
from mayak.matching.algorithms.teachers.matching import (
    best_strengths,
    bonus_of,
    match_teachers,
    plan_of,
)
from mayak.matching.algorithms.teachers.plan import MILLI, PlanProof, TeacherPlan
from mayak.matching.algorithms.teachers.problem import FactKind, Ints, TeacherProblem
from mayak.matching.algorithms.teachers.programme import Locks, Programme

EVERY_PAIR_UP_TO: Final = 3_000_000
KEEP: Final = 40
"""Pairs of a need in larger worlds; the bound of the whole then comes from the flow over all pairs."""
HALF: Final = 0.5


@dataclass(frozen=True)
class _Aim:
    """One step: what is maximised (by column of x), by its name."""

    name: str
    gain: Floats


@dataclass(frozen=True)
class _Reached:
    """A step that is done; `bound` is at least `value`."""

    name: str
    value: float
    bound: float
    ending: Ending


def solve_mip(problem: TeacherProblem, facts: Facts, *, started: float) -> TeacherPlan:
    """The plan with hours and groups; `problem` is sorted and checked."""
    scorer = Scorer(problem, facts)
    pairs, locks, is_whole = _pairs(scorer, facts)
    found = _reach_all(problem, facts, pairs, locks, soft_groups=False)
    missing = 0
    if found is None:
        found = _reach_all(problem, facts, pairs, locks, soft_groups=True)
        if found is None:
            raise ProblemError(_contradiction(problem, pairs, locks))
        missing = round(-found[1][0].value)
    values, steps, floor = found
    chosen = np.flatnonzero(values > HALF)
    mentor = np.full(len(problem.needs.mentee), -1, dtype=np.int64)
    mentor[pairs.need[chosen]] = pairs.mentor[chosen]
    total = round(steps[-1].value * MILLI)
    fixed = _fixed(pairs, locks, chosen, len(mentor))
    extra = np.flatnonzero(locks.extra)
    spare = pairs.score[extra] + bonus_of(problem)[pairs.need[extra]]
    bound, most = (
        _bounds(problem, steps, total, len(chosen))
        if is_whole
        else _bounds_of_flow(problem, total, len(chosen), (int(spare.sum()), len(spare)))
    )
    proof = PlanProof(
        method="mip",
        value=total,
        bound=bound,
        served=len(chosen),
        served_bound=most,
        floor=None if floor is None else floor / MILLI,
        pairs_direct=len(pairs.need),
        rounds=len(steps),
        seconds=round(time.perf_counter() - started, 3),
        missing_in_groups=missing,
    )
    worth = np.full(len(problem.mentors.key), np.nan), np.full(len(mentor), np.nan)
    group = _group_numbers(problem, mentor)
    return plan_of(problem, scorer, mentor, fixed=fixed, proof=proof, worth=worth, group=group)


def _fixed(pairs: Pairs, locks: Locks, chosen: Ints, needs: int) -> Ints:
    """The mentor of the need of each lock, -1 elsewhere; of several needs with that mentor the one with most points."""
    fixed = np.full(needs, -1, dtype=np.int64)
    for number in range(len(locks)):
        rows = chosen[locks.of[chosen] == number]
        best = rows[np.argmax(pairs.score[rows])]
        fixed[pairs.need[best]] = pairs.mentor[best]
    return fixed


def _contradiction(problem: TeacherProblem, pairs: Pairs, locks: Locks) -> list[Fault]:
    """The smallest set of locks that no plan can keep together: none of them can be spared."""
    spared: set[int] = set()
    for number in range(len(locks)):
        without = frozenset({*spared, number})
        programme = Programme(problem, pairs, locks, soft_groups=True, without=without)
        if programme.model.solve(time_limit_s=problem.settings.time_limit_s).ending is Ending.INFEASIBLE:
            spared.add(number)
    needed = [people for number, people in enumerate(locks.people) if number not in spared]
    return [
        Fault(
            f"fixed ({problem.mentees.key[mentee]} – {problem.mentors.key[mentor]})",
            "fixed_together",
            {"count": len(needed)},
        )
        for mentee, mentor in needed
    ]


def _pairs(scorer: Scorer, facts: Facts) -> tuple[Pairs, Locks, bool]:
    """The pairs of the programme, those of locked people among them, and whether they are all that the rules allow."""
    problem = scorer.problem
    needs, width = np.arange(len(problem.needs.mentee)), len(problem.mentors.key)
    is_whole = scorer.nearby.everywhere_count() <= EVERY_PAIR_UP_TO
    if is_whole:
        pairs = scorer.pairs(scorer.nearby.everywhere(needs))
    else:
        near = [part.at(lowest(part.need, -part.score, part.mentor, KEEP)) for part in scorer.best(None)]
        pairs = Pairs.union([*near, _of_flow(scorer, near)])
    pairs = pairs.at(np.flatnonzero(problem.mentors.places[pairs.mentor] > 0))
    known = pairs.need * width + pairs.mentor
    wanted = [
        need * width + mentor
        for mentee, mentor in facts.fixed_people
        for need in np.flatnonzero(problem.needs.mentee == mentee).tolist()
    ]
    new = np.setdiff1d(np.array(wanted, dtype=np.int64), known)
    need, mentor = new // max(width, 1), new % max(width, 1)
    strength, parts = best_strengths(scorer, need, mentor)
    locked = Pairs(need, mentor, strength, parts.sum(axis=0), np.zeros(len(new), dtype=np.bool_))
    pairs = Pairs.union([pairs, locked])
    people = problem.needs.mentee[pairs.need] * width + pairs.mentor
    of = np.full(len(people), -1, dtype=np.int64)
    for number, (mentee, other) in enumerate(facts.fixed_people):
        of[people == mentee * width + other] = number
    extra = np.isin(pairs.need * width + pairs.mentor, new)
    return pairs, Locks(facts.fixed_people, of, extra), is_whole


def _of_flow(scorer: Scorer, near: list[Pairs]) -> Pairs:
    """The pairs of the best plan without hours and groups: the far ones among them are worth a column."""
    plan = match_teachers(_unit(scorer.problem))
    rows = np.flatnonzero(plan.mentor >= 0)
    strength, parts = best_strengths(scorer, rows, plan.mentor[rows])
    width = len(scorer.problem.mentors.key)
    known = np.concatenate([part.need * width + part.mentor for part in near])
    new = np.flatnonzero(~np.isin(rows * width + plan.mentor[rows], known) & (strength >= 0))
    return Pairs(
        rows[new],
        plan.mentor[rows][new],
        strength[new],
        parts.sum(axis=0)[new],
        plan.remote[rows][new],
    )


def _unit(problem: TeacherProblem) -> TeacherProblem:
    """The same without hours and groups: a relaxation whose optimum bounds every plan (places of groups in people)."""
    settings = problem.settings
    load = 0.0 if settings.groups else settings.load_points  # a group of many is one place
    return replace(
        problem,
        mentors=replace(problem.mentors, places=places_in_people(problem)),
        settings=replace(settings, count_hours=False, groups=False, load_points=load),
    )


def _reach_all(
    problem: TeacherProblem, facts: Facts, pairs: Pairs, locks: Locks, *, soft_groups: bool
) -> tuple[Floats, list[_Reached], int | None] | None:
    """All aims in their order; None where the rules leave no plan."""
    programme = Programme(problem, pairs, locks, soft_groups=soft_groups)
    steps: list[_Reached] = []
    limit = problem.settings.time_limit_s
    if len(programme.slack):
        found = programme.reach(-np.ones(len(programme.slack)), programme.slack, time_limit_s=limit)
        steps.append(_Reached("missing", found.objective, found.bound, found.ending))
    if locks.extra.any():
        found = programme.reach(-locks.extra.astype(float), programme.x, time_limit_s=limit)
        steps.append(_Reached("against the rules", found.objective, found.bound, found.ending))
    floor, values = None, np.zeros(len(pairs.need))
    for aim in _aims(problem, facts, pairs):
        if aim.name == "floor":
            floor = _lift_floor(programme, pairs, locks, time_limit_s=limit)
            continue
        gain, columns = aim.gain, programme.x
        if aim.name == "total":
            gain, columns = np.r_[gain, programme.load], np.r_[columns, programme.further]
        found = programme.reach(gain, columns, time_limit_s=limit)
        if found.ending is Ending.INFEASIBLE:
            return None
        values = found.values[programme.x]
        steps.append(_Reached(aim.name, found.objective, found.bound, found.ending))
    return values, steps, floor


def _aims(problem: TeacherProblem, facts: Facts, pairs: Pairs) -> list[_Aim]:
    objective = problem.settings.objective
    ones = np.ones(len(pairs.need))
    total = _Aim("total", (pairs.score + bonus_of(problem)[pairs.need]) / MILLI)
    if objective is Objective.BEST_PAIRS:
        return [total]
    if objective is Objective.NEEDIEST_FIRST:
        need_class = problem.mentees.need_class[problem.needs.mentee[pairs.need]]
        classes = np.unique(problem.mentees.need_class[problem.needs.mentee]).tolist()
        return [*(_Aim("served", (need_class == one).astype(float)) for one in classes), total]
    aims = [_Aim("served", ones)]
    if objective is Objective.WORST_FIRST:
        aims.append(_Aim("floor", ones))
    if objective is Objective.LEAST_CHANGE:
        kept = Scorer.known(facts.last_year, problem.needs.mentee[pairs.need], pairs.mentor)
        aims.append(_Aim("kept", kept.astype(float)))
    return [*aims, total]


def _lift_floor(programme: Programme, pairs: Pairs, locks: Locks, *, time_limit_s: float) -> int | None:
    """The greatest score that all free pairs can have with as many served; forbids the pairs below it."""
    free = locks.of < 0
    values = np.unique(pairs.score[free])
    if not len(values):
        return None
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high + 1) // 2
        below = programme.x[free & (pairs.score < values[middle])]
        found = programme.model.without(below).solve(time_limit_s=time_limit_s)
        if found.ending is Ending.INFEASIBLE:
            high = middle - 1
        else:
            low = middle
    below = programme.x[free & (pairs.score < values[low])]
    if len(below):
        programme.model.rows(1, np.zeros(len(below), dtype=np.int64), below, most=0.0)
    return int(values[low])


def _bounds(problem: TeacherProblem, steps: list[_Reached], total: int, served: int) -> tuple[int, int]:
    """Bounds of the total in thousandths and of the served needs."""
    last = steps[-1]
    bound = total if last.ending is Ending.OPTIMAL else int(np.ceil(last.bound * MILLI))
    counted = [step for step in steps if step.name == "served"]
    open_steps = [step for step in counted if step.ending is not Ending.OPTIMAL]
    most = served if not open_steps else int(sum(np.floor(step.bound + HALF) for step in counted))
    return max(bound, total), max(most, served)


def _bounds_of_flow(
    problem: TeacherProblem, total: int, served: int, spare: tuple[int, int]
) -> tuple[int, int]:
    """The same where not every pair stood in the programme: the flow over all pairs, without hours, groups and locks.

    `spare`: points and count of the pairs that locks alone let in. A floor, kept pairs or classes are no part of the
    flow's bound: then a thousandth of a point stays open, and the plan is not called proven.
    """
    objective = problem.settings.objective
    simple = objective in {Objective.BEST_PAIRS, Objective.NOBODY_LEFT}
    free = tuple(one for one in problem.facts if one.kind is not FactKind.FIXED)
    unit = _unit(replace(problem, facts=free))
    aim = objective if simple else Objective.NOBODY_LEFT
    proof = match_teachers(replace(unit, settings=replace(unit.settings, objective=aim))).proof
    bound = max(proof.bound + spare[0], total + (0 if simple else 1))
    return bound, served if objective is Objective.BEST_PAIRS else max(proof.served_bound + spare[1], served)


def _group_numbers(problem: TeacherProblem, mentor: Ints) -> Ints:
    """For needs in groups the running number of the group of that mentor; -1 elsewhere."""
    group: Any = np.full(len(mentor), -1, dtype=np.int64)
    if not problem.settings.groups:
        return np.asarray(group)
    for one in np.unique(mentor[mentor >= 0]).tolist():
        if problem.mentors.group_max[one] <= 0:
            continue
        rows = np.flatnonzero(mentor == one)
        _topics, number = np.unique(problem.needs.topic[rows], return_inverse=True)
        group[rows] = number
    return np.asarray(group)
