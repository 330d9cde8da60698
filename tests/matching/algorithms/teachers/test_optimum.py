"""A plan of teachers is the best one: beside a dense assignment, and beside every plan of tiny worlds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import TeacherSettings
from tests.matching.algorithms.teachers.reference import best_of_all, load_of, tiny, varied, worth_of
from tests.matching.algorithms.teachers.worlds import best_total, matrix, shuffled, world

seeds = st.integers(0, 10**9)
objectives = st.sampled_from(Objective)
counted = st.sampled_from([(True, False), (False, True), (True, True)])
"""Whether hours, whether groups are counted."""


@settings(max_examples=90, deadline=None)
@given(seed=seeds, keep=st.sampled_from([None, 0, 1, 3]))
def test_the_most_needs_then_the_most_points_as_a_dense_assignment(seed: int, keep: int | None) -> None:
    problem = varied(seed)
    plan = match_teachers(problem, keep=keep)
    assert worth_of(plan) == best_total(problem)


@settings(max_examples=55, deadline=None)
@given(seed=seeds, keep=st.sampled_from([None, 1, 3]))
def test_the_most_points_alone_as_a_dense_assignment(seed: int, keep: int | None) -> None:
    problem = varied(seed, objective=Objective.BEST_PAIRS)
    plan = match_teachers(problem, keep=keep)
    assert worth_of(plan) == best_total(problem, all_served=False)[1:]


@settings(max_examples=25, deadline=None)
@given(seed=seeds, objective=objectives, keep=st.sampled_from([1, 2]))
def test_few_candidates_at_first_reach_what_all_reach(seed: int, objective: Objective, keep: int) -> None:
    problem = varied(seed, objective=objective)
    assert worth_of(match_teachers(problem, keep=keep)) == worth_of(match_teachers(problem, keep=None))


@settings(max_examples=90, deadline=None)
@given(seed=seeds, objective=objectives, load=st.sampled_from([0.0, 0.0, 8.0]))
def test_no_plan_of_all_is_better_by_places(seed: int, objective: Objective, load: float) -> None:
    problem = tiny(seed, objective=objective, load_points=load)
    best = best_of_all(problem)
    assume(best is not None)
    plan = match_teachers(problem, keep=2)
    assert (plan.proof.method, worth_of(plan)) == ("flow", best)


@settings(max_examples=90, deadline=None)
@given(seed=seeds, objective=objectives, rules=counted, load=st.sampled_from([0.0, 0.0, 8.0]))
def test_no_plan_of_all_is_better_by_hours_and_groups(
    seed: int, objective: Objective, rules: tuple[bool, bool], load: float
) -> None:
    hours, grouped = rules
    problem = tiny(seed, grouped=grouped, objective=objective, count_hours=hours, load_points=load)
    best = best_of_all(problem)
    assume(best is not None)
    plan = match_teachers(problem)
    assert (plan.proof.method, worth_of(plan)) == ("mip", best)


@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans(), grouped=st.booleans())
def test_the_bound_meets_the_value_and_the_points_shown(
    seed: int, objective: Objective, hours: bool, grouped: bool
) -> None:
    plan = match_teachers(tiny(seed, grouped=grouped, objective=objective, count_hours=hours))
    proof = plan.proof
    assert proof.is_proven
    assert (proof.gap, proof.served) == (0, plan.served)
    assert proof.value == worth_of(plan)[-1]
    if objective is Objective.WORST_FIRST and plan.served:
        assert proof.floor == worth_of(plan)[1] / 1000


@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans(), grouped=st.booleans())
def test_the_order_of_rows_cannot_matter(seed: int, objective: Objective, hours: bool, grouped: bool) -> None:
    problem = tiny(seed, grouped=grouped, objective=objective, count_hours=hours)
    one, other = match_teachers(problem), match_teachers(shuffled(problem, seed + 1))
    assert one.mentor.tolist() == other.mentor.tolist()
    assert list(one.pairs()) == list(other.pairs())


@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives)
def test_points_of_a_pair_are_those_of_its_best_strength(seed: int, objective: Objective) -> None:
    problem = varied(seed, objective=objective)
    plan, scores = match_teachers(problem), matrix(problem)
    for need, mentor in enumerate(plan.mentor.tolist()):
        expected = 0 if mentor < 0 else scores[need, mentor]
        assert plan.contributions[:, need].sum() == expected


@pytest.mark.parametrize("load", [0.0, 5.0, 40.0])
def test_the_price_of_further_places_spreads_the_load(load: float) -> None:
    """A need that costs more by load than it brings is still served: most served comes first."""
    problem = world(11, 12, 8, settings=TeacherSettings(same_role=False, load_points=load))
    plan = match_teachers(problem)
    free = match_teachers(replace(problem, settings=replace(problem.settings, load_points=0.0)))
    assert plan.served == free.served
    assert plan.total * 1000 - load_of(plan.problem, plan.mentor) <= free.total * 1000
    squares = [int((np.bincount(one.mentor[one.mentor >= 0]) ** 2).sum()) for one in (plan, free)]
    assert squares[0] <= squares[1]


def test_a_world_without_people_has_an_empty_plan() -> None:
    for mentees, mentors in ((0, 3), (3, 0), (0, 0)):
        for hours in (False, True):
            plan = match_teachers(world(1, mentees, mentors, settings=TeacherSettings(count_hours=hours)))
            assert (plan.served, plan.proof.is_proven, list(plan.pairs())) == (0, True, [])
            assert len(plan.uncovered()) == len(plan.problem.needs.mentee)
