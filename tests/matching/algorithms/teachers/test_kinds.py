"""Far pairs by kinds are the same pairs as one by one: every arc has exactly the points of the pairs it stands for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers import mip
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.hubs import Hubs, hubs_of
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
)
from mayak.matching.algorithms.teachers.tokens import is_barred
from tests.matching.algorithms.teachers.reference import best_of_all, tiny, varied, worth_of
from tests.matching.algorithms.teachers.worlds import best_total, matrix, world

seeds = st.integers(0, 10**9)


def points_by_kinds(hubs: Hubs, need: int, strength: int) -> list[int]:
    """Points of all arcs that lead from a need to a strength: between its kinds, and between those of the country."""
    if hubs.of_need[need] < 0 or hubs.of_strength[strength] < 0:
        return []
    kinds = {int(hubs.of_need[need]), int(hubs.up_need[hubs.of_need[need]])}
    others = {int(hubs.of_strength[strength]), int(hubs.up_strength[hubs.of_strength[strength]])}
    arcs = zip(hubs.tail.tolist(), hubs.head.tolist(), hubs.score.tolist(), strict=True)
    return [score for tail, head, score in arcs if tail in kinds and head in others]


def far_pairs(problem: TeacherProblem, scorer: Scorer) -> list[tuple[int, int]]:
    """Needs and strengths that are not looked at one by one and that nothing special keeps apart."""
    needs, strengths = np.arange(len(problem.needs.mentee)), len(problem.strengths.mentor)
    near = scorer.nearby.of(needs)
    close = set(zip(near.need.tolist(), problem.strengths.mentor[near.strength].tolist(), strict=True))
    return [
        (need, strength)
        for need in needs.tolist()
        for strength in range(strengths)
        if (need, int(problem.strengths.mentor[strength])) not in close
        and not is_barred(scorer, np.array([need]), problem.strengths.mentor[[strength]])[0]
    ]


@settings(max_examples=35, deadline=None)
@given(seed=seeds, within=st.sampled_from([Within.ANYWHERE, Within.REGION]))
def test_a_far_pair_through_kinds_has_the_points_of_the_pair(seed: int, within: Within) -> None:
    problem = canonical(varied(seed, within=within))
    scorer = Scorer(problem, facts_of(problem))
    hubs = hubs_of(scorer, np.zeros(len(problem.needs.mentee), dtype=np.bool_))
    for need, strength in far_pairs(problem, scorer):
        one, other = np.array([need]), np.array([strength])
        parts, limits, _remote, _distance = scorer.judge(one, other)
        allowed = bool(scorer.fit(one, other)[0]) and limits[0] == 0
        points = int(parts.sum()) if allowed else None
        assert max(points_by_kinds(hubs, need, strength), default=None) == points


@settings(max_examples=35, deadline=None)
@given(seed=seeds)
def test_a_close_pair_never_has_more_points_through_kinds(seed: int) -> None:
    problem = canonical(varied(seed))
    scorer = Scorer(problem, facts_of(problem))
    hubs = hubs_of(scorer, np.zeros(len(problem.needs.mentee), dtype=np.bool_))
    needs = np.arange(len(problem.needs.mentee))
    near = scorer.nearby.of(needs)
    barred = is_barred(scorer, near.need, problem.strengths.mentor[near.strength])
    parts, _limits, _remote, _distance = scorer.judge(near.need, near.strength)
    for row in np.flatnonzero(~barred).tolist():
        through = points_by_kinds(hubs, int(near.need[row]), int(near.strength[row]))
        assert max(through, default=0) <= parts[:, row].sum()


@settings(max_examples=25, deadline=None)
@given(seed=seeds, employer=st.sampled_from([Employer.ANY, Employer.OTHER]))
def test_everybody_far_and_alike_still_reaches_the_dense_optimum(seed: int, employer: Employer) -> None:
    """All help is remote and of one kind: people of the same school and the same persons must be swapped apart."""
    rules = TeacherSettings(
        employer=employer,
        same_role=False,
        require_same_subject=False,
        max_distance_km=0.0,
        weights=TeacherWeights(kind=0, language=0, grades=0, level=0, subject=0, municipality=0),
    )
    problem = world(seed, 9, 7, topics=1, settings=rules)
    for table in (problem.mentees, problem.mentors):
        table.remote[:] = True
        table.municipality[:] = np.arange(len(table.key)) + (0 if table is problem.mentees else 50)
        table.region[:] = 0
        table.school[:] %= 3
    problem.strengths.topic[:] = 0
    problem.strengths.level[:] = 1.0
    plan = match_teachers(problem, keep=1)
    assert worth_of(plan) == best_total(problem)
    assert plan.proof.is_proven
    scores = matrix(problem)
    assert all(scores[need, plan.mentor[need]] >= 0 for need in np.flatnonzero(plan.mentor >= 0))


@settings(max_examples=25, deadline=None)
@given(seed=seeds, objective=st.sampled_from(Objective), grouped=st.booleans())
def test_in_a_large_world_the_bound_comes_from_the_flow_and_holds(
    seed: int, objective: Objective, grouped: bool
) -> None:
    """With few candidates in the programme the plan may stay below the best one, and never says otherwise."""
    problem = tiny(seed, objective=objective, grouped=grouped, count_hours=True)
    best = best_of_all(problem)
    if best is None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mip, "EVERY_PAIR_UP_TO", -1)
        patch.setattr(mip, "KEEP", 1)
        plan = match_teachers(problem)
    assert worth_of(plan) <= best
    assert plan.proof.bound >= plan.proof.value
    if plan.proof.is_proven:
        assert worth_of(plan) == best
    if objective is Objective.BEST_PAIRS:
        assert plan.proof.bound >= best[-1]


def test_a_plan_by_kinds_needs_few_pairs_one_by_one() -> None:
    """Memory grows with people and kinds: of 40,000 pairs of a world without neighbours none stands alone."""
    problem = world(5, 200, 200, settings=TeacherSettings(same_role=False, max_distance_km=0.0))
    for table in (problem.mentees, problem.mentors):
        table.remote[:] = True
        table.municipality[:] = -1
        table.latitude[:] = np.nan
    plan = match_teachers(problem)
    assert (plan.proof.pairs_direct, plan.proof.is_proven) == (0, True)
    assert plan.served > 200
    assert bool(plan.remote[plan.mentor >= 0].all())
