"""By territories the same plan comes out as in one piece, with the same proof; a time limit leaves a bound that holds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.division import can_be_closed, divide
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.packing import pack_problem, unpack_problem
from mayak.matching.algorithms.teachers.parts import Here, Step, Task, match_by_parts
from mayak.matching.algorithms.teachers.plan import PlanProof, TeacherPlan
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    PairFact,
    Partners,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
    columns,
)
from tests.matching.algorithms.teachers.worlds import shuffled, with_column, world

MUNICIPALITIES, REGIONS = 9, 3
SETTINGS = st.builds(
    TeacherSettings,
    objective=st.sampled_from(Objective),
    within=st.sampled_from(Within),
    employer=st.sampled_from(Employer),
    partners=st.sampled_from([Partners.NONE, Partners.PREFER]),
    allow_remote=st.booleans(),
    max_distance_km=st.sampled_from([None, 15.0, 60.0]),
    load_points=st.sampled_from([0.0, 3.0]),
    min_score=st.sampled_from([0.0, 30.0]),
    weights=st.builds(
        TeacherWeights,
        region=st.sampled_from([0.0, 10.0]),
        partner=st.sampled_from([0.0, 10.0]),
        novelty=st.sampled_from([0.0, 10.0]),
        history=st.sampled_from([0.0, 10.0]),
    ),
)
"""Rules without hours and groups."""


def country(seed: int, rules: TeacherSettings, *, mentees: int = 24, mentors: int = 16) -> TeacherProblem:
    """Nine municipalities of three regions along a road of about 250 km; some things are known of pairs."""
    rng = np.random.default_rng(seed)
    made = world(seed, mentees, mentors, topics=2, settings=rules)

    def spread(people: object, count: int) -> object:
        place = rng.integers(-1, MUNICIPALITIES, count)
        known = rng.random(count) < 0.85
        return with_column(
            people,
            municipality=place,
            region=np.where(place < 0, -1, place // (MUNICIPALITIES // REGIONS)),
            school=place + 1 + rng.integers(0, 2, count) * (MUNICIPALITIES + 1),
            latitude=np.where(known, 56.0 + rng.random(count) * 0.1, np.nan),
            longitude=40 + np.maximum(place, 0) * 0.45 + rng.random(count) * 0.3,
        )

    kinds = [FactKind.FORBIDDEN, FactKind.REFUSED, FactKind.LAST_YEAR, FactKind.GOOD, FactKind.PREFERENCE]
    facts = {
        (mentee, mentor): PairFact(mentee, mentor, kinds[rng.integers(len(kinds))], 0.5)
        for mentee, mentor in zip(
            rng.choice(made.mentees.key, 12).tolist(), rng.choice(made.mentors.key, 12).tolist(), strict=True
        )
        if mentee != mentor
    }
    return replace(
        made,
        mentees=spread(made.mentees, mentees),
        mentors=spread(made.mentors, mentors),
        facts=tuple(facts.values()),
        partners=frozenset((int(one), int(other)) for one, other in rng.integers(0, 20, (12, 2)).tolist()),
    )


def locked(problem: TeacherProblem) -> TeacherProblem:
    """The same with a lock on one pair of its plan, and on one that crosses the country where there is room."""
    pairs = [(pair.mentee, pair.mentor) for pair in match_teachers(problem).pairs()][::7]
    return replace(
        problem, facts=(*problem.facts, *(PairFact(*pair, FactKind.FIXED) for pair in dict.fromkeys(pairs)))
    )


def said(proof: PlanProof) -> PlanProof:
    """The proof without what the way of computing it says."""
    return replace(proof, seconds=0.0, parts=0)


def result(proof: PlanProof) -> tuple[int, int, int, int]:
    return proof.value, proof.bound, proof.served, proof.served_bound


def parts_of(problem: TeacherProblem, size: int) -> "tuple[int, bool]":
    problem = canonical(problem)
    found = divide(Scorer(problem, facts_of(problem)), size)
    return len(found.parts), found.is_closed


def kept(plan: TeacherPlan) -> int:
    """Pairs of last year, where they are kept on purpose."""
    if plan.problem.settings.objective is not Objective.LEAST_CHANGE:
        return 0
    old = {(one.mentee, one.mentor) for one in plan.problem.facts if one.kind is FactKind.LAST_YEAR}
    return sum((pair.mentee, pair.mentor) in old for pair in plan.pairs())


def same(one: TeacherPlan, other: TeacherPlan) -> None:
    assert said(one.proof) == said(other.proof)
    assert np.array_equal(one.mentor, other.mentor)
    assert np.array_equal(one.contributions, other.contributions)
    assert np.array_equal(one.mentor_price, other.mentor_price)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), SETTINGS, st.sampled_from([1, 2, 24]), st.sampled_from([4, 9]), st.booleans())
def test_by_territories_the_plan_is_that_of_the_whole(
    seed: int, rules: TeacherSettings, keep: int, size: int, with_locks: bool
) -> None:
    problem = country(seed, rules)
    problem = locked(problem) if with_locks else problem
    whole = match_teachers(problem, keep=keep)
    plan = match_by_parts(problem, keep=keep, size=size)
    count, is_closed = parts_of(problem, size)
    assert plan.proof.parts == (count if count > 1 else 0)
    if is_closed:
        assert result(plan.proof) == result(whole.proof)
        assert plan.total == pytest.approx(plan.contributions.sum() / 1000)
    else:
        same(plan, whole)


@pytest.mark.parametrize("objective", list(Objective))
def test_prices_call_pairs_back_over_several_rounds(objective: Objective) -> None:
    """One close pair of each need at first: the others come by prices, from the territories as from the whole."""
    rounds = set()
    for seed in range(8):
        problem = country(seed, TeacherSettings(objective=objective), mentees=40, mentors=24)
        whole, plan = match_teachers(problem, keep=1), match_by_parts(problem, keep=1, size=8)
        same(plan, whole)
        assert plan.proof.is_proven
        assert result(plan.proof) == result(match_teachers(problem).proof)
        rounds.add(plan.proof.rounds)
    assert max(rounds) > 1


@pytest.mark.parametrize("objective", [one for one in Objective if one is not Objective.WORST_FIRST])
@pytest.mark.parametrize(
    "rules",
    [
        {"within": Within.REGION},
        {"within": Within.MUNICIPALITY},
        {"allow_remote": False, "max_distance_km": 5.0},
    ],
)
def test_territories_that_nothing_joins_are_solved_one_by_one(objective: Objective, rules: dict) -> None:
    problem = country(3, TeacherSettings(objective=objective, **rules), mentees=60, mentors=40)
    steps: list[Step] = []

    class Noting(Here):
        def __call__(self, tasks: Sequence[Task]) -> list[bytes]:
            steps.extend(task.step for task in tasks)
            return super().__call__(tasks)

    plan = match_by_parts(problem, compute=Noting(), size=10)
    assert plan.proof.parts >= 3
    assert steps == [Step.WHOLE] * plan.proof.parts
    assert plan.proof.is_proven
    assert result(plan.proof) == result(match_teachers(problem).proof)


def test_the_worst_pair_is_one_for_all_territories_so_they_are_joined_by_prices() -> None:
    rules = TeacherSettings(objective=Objective.WORST_FIRST, within=Within.REGION)
    problem = country(5, rules, mentees=60, mentors=40)
    assert not can_be_closed(problem)
    same(match_by_parts(problem, size=10), match_teachers(problem))


def test_a_time_limit_leaves_a_bound_that_holds() -> None:
    gaps = []
    for seed in range(30):
        objective = list(Objective)[seed % len(Objective)]
        problem = country(seed, TeacherSettings(objective=objective), mentees=80, mentors=40)
        best = match_teachers(problem).proof
        for plan in (
            match_teachers(problem, keep=1, seconds=0),
            match_by_parts(problem, keep=1, size=20, seconds=0),
        ):
            assert plan.proof.value <= best.value <= plan.proof.bound
            assert plan.proof.served_bound >= best.served
            if objective is not Objective.BEST_PAIRS:
                assert (plan.proof.served, plan.proof.floor) == (best.served, best.floor)
                assert kept(plan) == kept(match_teachers(problem))
            assert plan.proof.is_proven == (plan.proof.value == plan.proof.bound)
            gaps.append(plan.proof.gap)
    assert max(gaps) > 0, "some plan was stopped before its proof"
    assert np.median(gaps) < 0.005


def test_the_order_of_rows_makes_no_difference() -> None:
    problem = country(8, TeacherSettings(), mentees=40, mentors=24)
    same(match_by_parts(problem, size=8), match_by_parts(shuffled(problem, 1), size=8))


@given(st.integers(0, 10**6), SETTINGS)
@settings(max_examples=30, deadline=None)
def test_a_problem_comes_back_from_its_bytes(seed: int, rules: TeacherSettings) -> None:
    problem = country(seed, rules)
    data = pack_problem(problem, {"keep": 3})
    back, words = unpack_problem(data)
    assert words == {"keep": 3}
    assert (back.settings, back.facts, back.partners) == (problem.settings, problem.facts, problem.partners)
    for name in ("mentees", "needs", "mentors", "strengths"):
        for one, other in zip(
            columns(getattr(problem, name)).values(), columns(getattr(back, name)).values(), strict=True
        ):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == other.dtype
    assert pack_problem(back, words) == data, "the same work has the same fingerprint"


def test_parts_hold_every_need_once_and_their_size() -> None:
    problem = canonical(country(2, TeacherSettings(), mentees=200, mentors=60))
    division = divide(Scorer(problem, facts_of(problem)), 60)
    needs = np.concatenate([part.need for part in division.parts])
    assert sorted(needs.tolist()) == list(range(len(problem.needs.mentee)))
    municipality = problem.mentees.municipality[problem.needs.mentee]
    assert max(np.bincount(municipality + 1)) <= 60, "no municipality must be cut"
    for part in division.parts:
        outside = np.setdiff1d(needs, part.need)
        assert not np.intersect1d(municipality[part.need], municipality[outside]).size
        assert len(part.need) <= 60


def test_a_large_municipality_is_cut_and_the_plan_stays_the_same() -> None:
    problem = country(4, TeacherSettings(), mentees=60, mentors=40)
    everybody = {"municipality": np.zeros(60, dtype=np.int64), "region": np.zeros(60, dtype=np.int64)}
    problem = replace(problem, mentees=with_column(problem.mentees, **everybody))
    count, is_closed = parts_of(problem, 20)
    assert (count >= len(problem.needs.mentee) // 20, is_closed) == (True, False)
    same(match_by_parts(problem, size=20, keep=2), match_teachers(problem, keep=2))


def test_a_small_pairing_stays_in_one_piece() -> None:
    problem = country(2, TeacherSettings())
    assert match_by_parts(problem).proof.parts == 0
