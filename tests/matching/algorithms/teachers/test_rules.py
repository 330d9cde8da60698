"""Hard rules of a pairing of teachers hold in every plan, whatever the aim."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.plan import TeacherPlan
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    PairFact,
    Partners,
    TeacherProblem,
    TeacherSettings,
    take,
)
from tests.matching.algorithms.teachers.reference import broken, tiny, varied, worth_of
from tests.matching.algorithms.teachers.worlds import matrix, with_column, world

seeds = st.integers(0, 10**9)
objectives = st.sampled_from(Objective)
OPEN = TeacherSettings(same_role=False, require_same_subject=False, max_distance_km=None)
"""Settings under which nearly everybody may help everybody."""


def people(plan: TeacherPlan) -> list[tuple[int, int]]:
    """Rows of mentee and mentor of all pairs."""
    rows = np.flatnonzero(plan.mentor >= 0)
    return list(zip(plan.problem.needs.mentee[rows].tolist(), plan.mentor[rows].tolist(), strict=True))


def keys(plan: TeacherPlan) -> list[tuple[str, str]]:
    return [(pair.mentee, pair.mentor) for pair in plan.pairs()]


def with_facts(problem: TeacherProblem, *facts: tuple[str, str, FactKind]) -> TeacherProblem:
    return replace(problem, facts=tuple(PairFact(*fact) for fact in facts))


@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans(), grouped=st.booleans())
def test_capacity_hours_and_group_sizes_are_kept(
    seed: int, objective: Objective, hours: bool, grouped: bool
) -> None:
    plan = match_teachers(tiny(seed, grouped=grouped, objective=objective, count_hours=hours))
    assert list(broken(plan.problem, plan.mentor)) == []


@settings(max_examples=35, deadline=None)
@given(seed=seeds, hours=st.booleans())
def test_people_of_a_group_share_a_mentor_and_a_topic(seed: int, hours: bool) -> None:
    plan = match_teachers(tiny(seed, grouped=True, count_hours=hours))
    problem = plan.problem
    topics = {}
    for need in np.flatnonzero(plan.group >= 0).tolist():
        group = int(plan.mentor[need]), int(plan.group[need])
        assert topics.setdefault(group, int(problem.needs.topic[need])) == problem.needs.topic[need]
    takes = problem.mentors.group_max > 0
    assert [bool(one) for one in plan.group >= 0] == [
        bool(mentor >= 0 and takes[mentor]) for mentor in plan.mentor.tolist()
    ]


@settings(max_examples=45, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans())
def test_a_refusal_and_a_ban_are_never_paired(seed: int, objective: Objective, hours: bool) -> None:
    """Every pair of a plan is refused in turn: none comes back, and the plan made again is not better."""
    problem = replace(tiny(seed, objective=objective, count_hours=hours), facts=())
    before = match_teachers(problem)
    never = keys(before)
    kinds = (FactKind.REFUSED, FactKind.FORBIDDEN)
    facts = ((*pair, kinds[number % 2]) for number, pair in enumerate(never))
    after = match_teachers(with_facts(problem, *facts))
    assert not set(keys(after)) & set(never)
    assert after.served <= before.served or objective is Objective.BEST_PAIRS


@settings(max_examples=45, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans())
def test_a_person_is_never_the_own_mentor(seed: int, objective: Objective, hours: bool) -> None:
    problem = varied(seed, objective=objective, count_hours=hours)
    assert all(mentee != mentor for mentee, mentor in keys(match_teachers(problem)))


def test_the_only_mentor_of_oneself_stays_without_one() -> None:
    """The far way through kinds would lead a person back to the own strengths."""
    problem = group_world(1)
    alone = replace(
        problem,
        mentors=with_column(problem.mentors, key=problem.mentees.key.copy()),
        settings=replace(problem.settings, groups=False),
    )
    assert match_teachers(alone).served == 0
    assert match_teachers(replace(alone, mentors=problem.mentors)).served == 1


@pytest.mark.parametrize("employer", Employer)
@settings(max_examples=30, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans())
def test_the_rule_of_the_own_employer(
    employer: Employer, seed: int, objective: Objective, hours: bool
) -> None:
    plan = match_teachers(varied(seed, objective=objective, employer=employer, count_hours=hours))
    mentees, mentors = plan.problem.mentees, plan.problem.mentors
    own = {bool(mentees.school[one] == mentors.school[other]) for one, other in people(plan)}
    allowed = {Employer.ANY: {True, False}, Employer.OTHER: {False}, Employer.SAME: {True}}[employer]
    assert own <= allowed


@pytest.mark.parametrize("within", [Within.REGION, Within.MUNICIPALITY])
@settings(max_examples=30, deadline=None)
@given(seed=seeds, objective=objectives)
def test_nobody_leaves_the_territory(within: Within, seed: int, objective: Objective) -> None:
    """An unknown territory is in no territory."""
    plan = match_teachers(varied(seed, objective=objective, within=within))
    for mentee, mentor in people(plan):
        place = getattr(plan.problem.mentees, within.value)[mentee]
        assert place == getattr(plan.problem.mentors, within.value)[mentor]
        assert place >= 0


@settings(max_examples=25, deadline=None)
@given(seed=seeds, objective=objectives)
def test_where_partner_schools_are_required_only_they_help(seed: int, objective: Objective) -> None:
    problem = varied(seed, objective=objective, partners=Partners.REQUIRE, employer=Employer.ANY)
    plan = match_teachers(problem)
    schools = plan.problem.mentees.school, plan.problem.mentors.school
    assert {(int(schools[0][one]), int(schools[1][other])) for one, other in people(plan)} <= problem.partners


@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives)
def test_a_meeting_is_near_and_the_rest_is_remote(seed: int, objective: Objective) -> None:
    plan = match_teachers(varied(seed, objective=objective, max_distance_km=30.0))
    mentees, mentors = plan.problem.mentees, plan.problem.mentors
    for pair, (mentee, mentor) in zip(plan.pairs(), people(plan), strict=True):
        if pair.is_remote:
            assert (mentees.remote[mentee], mentors.remote[mentor]) == (True, True)
            assert plan.problem.settings.allow_remote
        else:
            assert (mentees.in_person[mentee], mentors.in_person[mentor]) == (True, True)
            same = mentees.municipality[mentee] == mentors.municipality[mentor] >= 0
            assert same if pair.distance_km is None else pair.distance_km <= 30


@settings(max_examples=45, deadline=None)
@given(seed=seeds, objective=objectives, hours=st.booleans())
def test_locks_are_kept_and_the_rest_is_the_best_beside_them(
    seed: int, objective: Objective, hours: bool
) -> None:
    """Where only some pairs of the best plan are locked, nothing that it is worth changes (each mentee has one need)."""
    problem = one_need_each(
        replace(tiny(seed, objective=objective, count_hours=hours, load_points=8.0), facts=())
    )
    before = match_teachers(problem)
    locked = sorted(set(keys(before)))[::2]
    after = match_teachers(with_facts(problem, *((*pair, FactKind.FIXED) for pair in locked)))
    assert {(pair.mentee, pair.mentor) for pair in after.pairs() if pair.is_fixed} == set(locked)
    assert after.proof.is_proven
    assert after.proof.value == worth_of(after)[-1]
    if objective is not Objective.WORST_FIRST:  # the floor is that of the pairs that are free
        assert worth_of(after) == worth_of(before)


@settings(max_examples=45, deadline=None)
@given(seed=seeds, objective=objectives, grouped=st.booleans())
def test_the_pairs_of_a_plan_can_always_be_locked(seed: int, objective: Objective, grouped: bool) -> None:
    """Which of the mentee's needs goes to the mentor of the lock is chosen so that hours and groups are kept."""
    problem = replace(tiny(seed, grouped=grouped, objective=objective, count_hours=True), facts=())
    before = match_teachers(problem)
    locked = sorted(set(keys(before)))
    after = match_teachers(with_facts(problem, *((*pair, FactKind.FIXED) for pair in locked)))
    assert set(locked) <= set(keys(after))
    assert {(pair.mentee, pair.mentor) for pair in after.pairs() if pair.is_fixed} == set(locked)
    assert (list(broken(after.problem, after.mentor)), after.proof.is_proven) == ([], True)
    if objective is not Objective.WORST_FIRST:
        assert worth_of(after) == worth_of(before)


@settings(max_examples=35, deadline=None)
@given(seed=seeds, hours=st.booleans())
def test_a_lock_may_join_people_whom_the_rules_keep_apart(seed: int, hours: bool) -> None:
    problem = replace(tiny(seed, count_hours=hours, within=Within.MUNICIPALITY), facts=())
    scores = matrix(problem)
    plan = match_teachers(problem)
    roomy = (plan.problem.mentors.places > 0) & ~(plan.problem.mentors.hours < 3)
    found = np.argwhere((scores < 0) & roomy[None, :])
    assume(len(found))
    need, mentor = found[0].tolist()
    mentee = int(plan.problem.needs.mentee[need])
    pair = str(plan.problem.mentees.key[mentee]), str(plan.problem.mentors.key[mentor])
    assume(pair[0] != pair[1])
    assert pair in keys(match_teachers(with_facts(problem, (*pair, FactKind.FIXED))))


def one_need_each(problem: TeacherProblem) -> TeacherProblem:
    """Only the first need of each mentee."""
    first = np.unique(problem.needs.mentee, return_index=True)[1]
    return replace(problem, needs=take(problem.needs, first))


def group_world(mentees: int, *, least: int = 3, most: int = 4, places: int = 1) -> TeacherProblem:
    """Needs of one topic, one each, and one mentor who takes groups of it."""
    problem = one_need_each(world(1, mentees, 1, topics=1, settings=replace(OPEN, groups=True)))
    nothing = np.zeros(mentees, dtype=np.int64)
    fill = np.ones(1, dtype=np.int64)
    return replace(
        problem,
        mentees=with_column(problem.mentees, remote=np.ones(mentees, dtype=np.bool_)),
        needs=with_column(problem.needs, subject=nothing - 1, topic=nothing),
        mentors=with_column(
            problem.mentors,
            key=np.array(["guide"]),
            remote=np.ones(1, dtype=np.bool_),
            places=fill * places,
            group_min=fill * least,
            group_max=fill * most,
        ),
        strengths=with_column(
            problem.strengths, topic=np.zeros(len(problem.strengths.topic), dtype=np.int64)
        ),
    )


@pytest.mark.parametrize(("mentees", "served"), [(1, 0), (2, 0), (3, 3), (4, 4), (6, 4)])
def test_a_group_is_closed_or_has_at_least_three(mentees: int, served: int) -> None:
    plan = match_teachers(group_world(mentees))
    assert (plan.served, plan.proof.missing_in_groups) == (served, 0)


def test_a_mentor_takes_no_more_groups_than_places() -> None:
    problem = group_world(6)
    topics = with_column(problem.needs, topic=np.repeat(np.arange(2), 3))
    strengths = take(problem.strengths, np.zeros(2, dtype=np.int64))
    both = replace(problem, needs=topics, strengths=with_column(strengths, topic=np.arange(2)))
    assert match_teachers(both).served == 3
    wider = replace(both, mentors=with_column(both.mentors, places=np.array([2])))
    plan = match_teachers(wider)
    assert (plan.served, Counter(plan.group.tolist())) == (6, {0: 3, 1: 3})


@pytest.mark.parametrize(("mentees", "locks", "missing"), [(1, 1, 2), (2, 1, 1), (2, 2, 1), (3, 2, 0)])
def test_a_group_that_locks_force_open_tells_how_many_are_missing(
    mentees: int, locks: int, missing: int
) -> None:
    """The nearest plan: the group takes all it can get, and says how far below the least size it stays."""
    problem = group_world(mentees)
    locked = [str(key) for key in problem.mentees.key[:locks]]
    plan = match_teachers(with_facts(problem, *((key, "guide", FactKind.FIXED) for key in locked)))
    assert (plan.served, plan.proof.missing_in_groups) == (mentees, missing)
    assert plan.proof.is_proven == (missing == 0)


def test_locks_of_a_group_are_counted_in_people_not_in_groups() -> None:
    problem = group_world(5)
    four, five = (
        with_facts(problem, *((str(key), "guide", FactKind.FIXED) for key in problem.mentees.key[:count]))
        for count in (4, 5)
    )
    assert match_teachers(four).served == 4
    with pytest.raises(ProblemError) as refused:
        match_teachers(five)
    assert {fault.code for fault in refused.value.faults} == {"fixed_capacity"}
