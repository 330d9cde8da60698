"""The plan is optimal: beside every plan of small instances, under any order of rows, with locks and classes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.criteria import FACT_CRITERIA
from mayak.matching.algorithms.instance import MICRO, Instance
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    PairKey,
    Problem,
    Settings,
    Strength,
    Total,
    UnknownDistance,
    Weights,
    Within,
    fingerprint,
)

SUBJECTS = ("russian", "maths", "physics")
coordinate = st.one_of(
    st.none(), st.tuples(st.sampled_from([59.0, 59.4, 60.1]), st.sampled_from([30.0, 30.7, 31.5]))
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    mentees = tuple(draw(mentee(f"m{number}")) for number in range(draw(st.integers(0, 4))))
    leads = tuple(draw(lead(f"l{number}")) for number in range(draw(st.integers(1, 3))))
    total = draw(st.sampled_from(Total))
    objectives = [o for o in Objective if not (o is Objective.BEST_PAIRS and total is Total.DISTANCE)]
    chosen = Settings(
        objective=draw(st.sampled_from(objectives)),
        total=total,
        weights=draw(weights()),
        within=draw(st.sampled_from(Within)),
        max_distance_km=draw(st.sampled_from([None, 60.0, 100.0])),
        unknown_distance=draw(st.sampled_from(UnknownDistance)),
        require_common_need=draw(st.booleans()),
        min_score=draw(st.sampled_from([0.0, 0.0, 30.0])),
        level_from=draw(st.sampled_from([0.0, 0.1])),
        load_points=draw(st.sampled_from([0.0, 0.0, 3.5, 40.0])),
        max_travel_minutes=draw(st.sampled_from([None, None, 120.0])),
    )
    everyone = [(m.key, school.key) for m in mentees for school in leads]
    some = st.lists(st.sampled_from(everyone), unique=True, max_size=3) if everyone else st.just([])
    forbidden, last_year, refused = (tuple(draw(some)) for _ in range(3))
    doubted, earlier, preferred = (tuple(draw(some)) for _ in range(3))
    value = st.sampled_from([0.0, 0.5, 1.0])
    return Problem(
        mentees,
        leads,
        forbidden=forbidden,
        settings=chosen,
        last_year=last_year,
        refused=refused[:1],
        earlier=tuple((*pair, draw(value)) for pair in earlier),
        doubted=doubted,
        preferred=tuple((*pair, draw(value)) for pair in preferred),
    )


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """The four first criteria, and in half of the worlds some of the others."""
    first = (draw(st.sampled_from([0.0, 50.0])), 30.0, 15.0, 5.0)
    some = st.lists(st.sampled_from(FACT_CRITERIA), unique=True, max_size=7)
    added = draw(some) if draw(st.booleans()) else []
    return Weights(*first, **{name: draw(st.sampled_from([5.0, 33.3])) for name in added})


def likeness(draw: st.DrawFn) -> dict[str, Any]:
    """What the other criteria look at; any of it may be unknown."""
    return {
        "level": draw(st.sampled_from([None, 0.2, 0.45, 0.9])),
        "kind": draw(st.sampled_from([(), ("rural", "basic", "small"), ("rural", "", "large")])),
        "language": draw(st.sampled_from(["", "ru", "tt"])),
    }


@st.composite
def mentee(draw: st.DrawFn, key: str) -> Mentee:
    needs = tuple(
        Need(subject, draw(st.sampled_from([None, 5, 9])), draw(st.sampled_from([0.5, 1.0, 3.0])))
        for subject in draw(st.lists(st.sampled_from(SUBJECTS), max_size=2, unique=True))
    )
    latitude, longitude = draw(coordinate) or (None, None)
    town = draw(st.sampled_from(["", "a", "b"]))
    wanted, need_class = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    return Mentee(key, needs, latitude, longitude, town, "r", wanted, need_class, **likeness(draw))


@st.composite
def lead(draw: st.DrawFn, key: str) -> Lead:
    strengths = tuple(
        Strength(subject, draw(st.sampled_from([None, 5, 9])), draw(st.sampled_from([0.3, 1.0])))
        for subject in draw(st.lists(st.sampled_from(SUBJECTS), max_size=3, unique=True))
    )
    latitude, longitude = draw(coordinate) or (None, None)
    town, is_there = draw(st.sampled_from(["", "a"])), draw(st.integers(0, 9)) > 0
    places = draw(st.integers(0, 2))
    place = (latitude, longitude, town, "r")
    return Lead(key, places, strengths, *place, is_available=is_there, **likeness(draw))


@lru_cache(maxsize=8)
def allowed(problem: Problem) -> dict[PairKey, int]:
    """Pairs that no limit keeps out (or that are fixed), with what the solver minimises."""
    instance = Instance(problem)
    found = {}
    for block in instance.blocks():
        for row in range(block.rows.start, block.rows.stop):
            for column, school in enumerate(instance.leads):
                pair = (instance.mentees[row].key, school.key)
                if block.limits[row - block.rows.start, column] == 0 or pair in problem.fixed:
                    found[pair] = int(block.cost[row - block.rows.start, column])
    return found


def all_plans(problem: Problem) -> Iterator[tuple[PairKey, ...]]:
    """Every set of allowed pairs that keeps to the places, with the fixed pairs in it."""
    wanted = {school.key: school.leads_wanted for school in problem.mentees}
    places = {school.key: school.capacity for school in problem.leads}
    for size in range(len(allowed(problem)) + 1):
        for plan in combinations(sorted(allowed(problem)), size):
            at_mentee, at_lead = Counter(m for m, _ in plan), Counter(school for _, school in plan)
            fits = all(at_mentee[k] <= wanted[k] for k in at_mentee) and all(
                at_lead[k] <= places[k] for k in at_lead
            )
            if fits and set(problem.fixed) <= set(plan):
                yield plan


def quality(problem: Problem, plan: tuple[PairKey, ...]) -> tuple[Any, ...]:
    """What is to be as great as possible, the first first."""
    cost = sum(allowed(problem)[pair] for pair in plan)
    for schools in Counter(school for _, school in plan).values():
        cost += sum(number * round(problem.settings.load_points * MICRO) for number in range(schools))
    total = 100 * MICRO * len(plan) - cost if problem.settings.total is Total.SCORE else -cost
    count = Counter(m for m, _ in plan)
    if problem.settings.objective is Objective.BEST_PAIRS:
        return (total,)
    classes = {school.key: school.need_class for school in problem.mentees}
    if problem.settings.objective is not Objective.NEEDIEST_FIRST:
        classes = dict.fromkeys(classes, 0)
    numbers = sorted(set(classes.values()))
    first = [sum(count[k] > 0 for k in classes if classes[k] == number) for number in numbers]
    further = [sum(max(count[k] - 1, 0) for k in classes if classes[k] == number) for number in numbers]
    if problem.settings.objective is Objective.WORST_FIRST:
        worst = max((allowed(problem)[pair] for pair in plan if pair not in problem.fixed), default=0)
        return (*first, *further, -worst, total)
    if problem.settings.objective is Objective.LEAST_CHANGE:
        return (*first, *further, len(set(plan) & set(problem.last_year)), total)
    return (*first, *further, total)


def plan_of(found: Matching) -> tuple[PairKey, ...]:
    return tuple((pair.mentee, pair.lead) for pair in found.pairs)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_plan_is_better(problem: Problem) -> None:
    found = match(problem)
    assert found.proof.is_proven
    best = max(quality(problem, plan) for plan in all_plans(problem))
    assert quality(problem, plan_of(found)) == best
    if problem.settings.total is Total.SCORE:
        assert found.proof.value == best[-1]
        assert round(found.worth * MICRO) == best[-1]


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_with_locks_no_plan_that_keeps_them_is_better(problem: Problem, data: st.DataObject) -> None:
    plans = [plan for plan in all_plans(problem) if plan]
    if not plans:
        return
    fixed = tuple(data.draw(st.sampled_from(plans))[:2])
    locked = replace(problem, fixed=fixed)
    found = match(locked)
    assert set(fixed) <= set(plan_of(found))
    assert {pair.is_fixed for pair in found.pairs if (pair.mentee, pair.lead) in fixed} == {True}
    assert found.proof.is_proven
    assert quality(locked, plan_of(found)) == max(quality(locked, plan) for plan in all_plans(locked))


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(problem: Problem, random: Any) -> None:
    names = ("mentees", "leads", "forbidden", "last_year", "refused", "earlier", "doubted", "preferred")
    rows: dict[str, list[Any]] = {name: list(getattr(problem, name)) for name in names}
    for part in rows.values():
        random.shuffle(part)
    turned = replace(problem, **{name: tuple(part) for name, part in rows.items()})
    assert match(turned).pairs == match(problem).pairs
    assert fingerprint(turned) == fingerprint(problem)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_starting_from_one_candidate_each_ends_at_the_same_optimum(problem: Problem) -> None:
    whole, priced = match(problem), match(problem, all_pairs_up_to=0, candidates=1)
    assert priced.proof.is_proven
    assert quality(problem, plan_of(priced)) == quality(problem, plan_of(whole))


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_one_more_place_never_makes_the_plan_worse(problem: Problem, data: st.DataObject) -> None:
    grown = data.draw(st.sampled_from(problem.leads))
    leads = tuple(replace(s, capacity=s.capacity + 1) if s == grown else s for s in problem.leads)
    more = match(replace(problem, leads=leads))
    assert quality(problem, plan_of(more)) >= quality(problem, plan_of(match(problem)))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_wider_limit_never_serves_fewer(problem: Problem) -> None:
    if problem.settings.objective is Objective.BEST_PAIRS:
        return
    near = replace(problem, settings=replace(problem.settings, max_distance_km=50.0))
    far = replace(problem, settings=replace(problem.settings, max_distance_km=150.0))
    assert match(far).served >= match(near).served


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_parts_of_a_pair_add_up_to_its_points(problem: Problem) -> None:
    for pair in match(problem).pairs:
        assert sum(round(part * MICRO) for part in pair.contributions.values()) == round(pair.score * MICRO)
        assert 0 <= pair.score <= 100 + 1e-5


def test_the_best_pairs_may_leave_a_school_out_and_nobody_left_does_not() -> None:
    mentees = (Mentee("far", (Need("physics"),), 59.0, 30.0), Mentee("near", (Need("maths"),), 59.0, 31.0))
    leads = (
        Lead("both", 1, (Strength("maths"),), 59.0, 31.0, "", ""),
        Lead("weak", 1, (), 59.0, 31.0),
    )
    chosen = Settings(objective=Objective.BEST_PAIRS, weights=Weights(50, 50, 0, 0), min_score=10)
    problem = Problem(mentees, leads, forbidden=(("far", "weak"),), settings=chosen)
    best = match(problem)
    assert plan_of(best) == (("near", "both"),)
    assert best.unmatched == ("far",)
    nobody = match(replace(problem, settings=replace(chosen, objective=Objective.NOBODY_LEFT)))
    assert plan_of(nobody) == (("far", "both"), ("near", "weak"))


def test_the_neediest_come_first() -> None:
    mentees = (
        Mentee("a", latitude=59.0, longitude=30.0, need_class=2),
        Mentee("b", latitude=59.5, longitude=30.0),
    )
    leads = (Lead("x", 1, (), 59.0, 30.0),)
    nearest = Problem(mentees, leads, settings=Settings(total=Total.DISTANCE))
    assert plan_of(match(nearest)) == (("a", "x"),)
    neediest = replace(nearest, settings=replace(nearest.settings, objective=Objective.NEEDIEST_FIRST))
    assert plan_of(match(neediest)) == (("b", "x"),)


def test_a_school_is_never_its_own_lead() -> None:
    found = match(Problem((Mentee("a"),), (Lead("a", 3),)))
    assert found.unmatched == ("a",)


def test_the_proof_names_the_leads_that_are_full() -> None:
    mentees = tuple(Mentee(f"m{number}", leads_wanted=1) for number in range(4))
    found = match(Problem(mentees, (Lead("x", 1), Lead("y", 2))))
    (proof,) = found.proof.served
    assert (proof.served, proof.bound, proof.blocking) == (3, 3, ("x", "y"))
    assert len(found.unmatched) == 1


def test_nothing_to_match_is_no_error() -> None:
    assert match(Problem((), ())).pairs == ()
    assert match(Problem((Mentee("a"),), ())).unmatched == ("a",)
    assert match(Problem((), (Lead("x", 1),))).proof.is_proven


def test_the_pairs_of_kirovsk_as_locks_beside_the_optimum() -> None:
    """S1, domain.md A1.2: six mentees, three leads with loads 3, 2 and 1."""
    pairs = (
        ("putilovo", "priladozhskaya"),
        ("nazia", "priladozhskaya"),
        ("sukhoe", "priladozhskaya"),
        ("sinyavino", "shlisselburg"),
        ("shum", "shlisselburg"),
        ("otradnoe-3", "otradnoe-2"),
    )
    mentees = tuple(Mentee(key) for key in sorted({m for m, _ in pairs}))
    leads = (Lead("priladozhskaya", 3), Lead("shlisselburg", 2), Lead("otradnoe-2", 1))
    found = match(Problem(mentees, leads, fixed=pairs))
    assert set(plan_of(found)) == set(pairs)
    assert all(pair.is_fixed for pair in found.pairs)
    assert found.proof.is_proven
