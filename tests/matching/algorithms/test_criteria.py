"""Level, kind, language, joint work, refusals, wishes, novelty, even load, time on the way: points and exact plans."""

from collections import Counter
from dataclasses import asdict, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.comparison import compare
from mayak.matching.algorithms.criteria import FACT_CRITERIA, known_criteria
from mayak.matching.algorithms.explanation import ChangeKind, explain_unmatched
from mayak.matching.algorithms.instance import CRITERIA, MICRO, Instance, Limit
from mayak.matching.algorithms.joint import JointSettings, match_both
from mayak.matching.algorithms.matching import match, pairs_at
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Objective,
    Problem,
    Settings,
    Total,
    Weights,
    fingerprint,
    problem_to_dict,
)
from mayak.matching.algorithms.teachers.problem import Partners, TeacherProblem, take
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.selectors.snapshots import problem_from_dict
from tests.matching.algorithms.teachers.reference import tiny
from tests.matching.algorithms.test_matching import all_plans, plan_of, problems, quality

PAIR = (("a", "x"),)
ZERO = {"needs": 0.0, "distance": 0.0, "municipality": 0.0, "region": 0.0}
RURAL = ("rural", "basic", "small")


def weights(**given_: float) -> Weights:
    return Weights(**(ZERO | given_))


def pair_points(problem: Problem, criterion: str) -> float:
    """Points of the only pair by one criterion that has all the weight."""
    chosen = replace(problem, settings=replace(problem.settings, weights=weights(**{criterion: 1.0})))
    (pair,) = pairs_at(Instance(chosen), [(0, 0)], set())
    assert pair.contributions[criterion] == pair.score
    return pair.score


def two(mentee: dict[str, Any], lead: dict[str, Any], **given_: Any) -> Problem:
    return Problem((Mentee("a", **mentee),), (Lead("x", 1, **lead),), **given_)


@pytest.mark.parametrize(
    ("mine", "theirs", "points"),
    [
        (0.5, 0.8, 100.0),
        (0.5, 0.675, 50.0),
        (0.5, 0.55, 0.0),
        (0.9, 0.2, 0.0),
        (None, 0.9, 0.0),
        (0.1, None, 0.0),
    ],
)
def test_the_lead_stands_above_the_school(mine: float | None, theirs: float | None, points: float) -> None:
    """From 0.05 to 0.30 of difference the points grow evenly."""
    assert pair_points(two({"level": mine}, {"level": theirs}), "level") == pytest.approx(points, abs=2e-6)


def test_both_limits_of_the_difference_are_rules() -> None:
    problem = two({"level": 0.5}, {"level": 0.7}, settings=Settings(level_from=0.1, level_full=0.5))
    assert pair_points(problem, "level") == pytest.approx(25.0, abs=2e-6)


@pytest.mark.parametrize(
    ("mine", "theirs", "points"),
    [
        (RURAL, RURAL, 100.0),
        (RURAL, ("rural", "secondary", "small"), 66.666667),
        (RURAL, ("urban", "basic", ""), 33.333333),
        (("", "", ""), ("", "", ""), 0.0),
        ((), RURAL, 0.0),
    ],
)
def test_each_part_of_the_kind_gives_a_third(mine: Any, theirs: Any, points: float) -> None:
    assert pair_points(two({"kind": mine}, {"kind": theirs}), "kind") == points


def test_the_same_language_and_an_unknown_one() -> None:
    assert pair_points(two({"language": "tt"}, {"language": "tt"}), "language") == 100.0
    assert pair_points(two({"language": "tt"}, {"language": "ru"}), "language") == 0.0
    assert pair_points(two({"language": ""}, {"language": ""}), "language") == 0.0


def test_what_is_known_of_the_pair() -> None:
    known = two({}, {}, earlier=(("a", "x", 0.6),), doubted=PAIR, preferred=(("a", "x", 0.5),))
    nothing = two({}, {})
    found = {name: (pair_points(known, name), pair_points(nothing, name)) for name in FACT_CRITERIA[3:]}
    assert found == {
        "history": (60.0, 0.0),
        "willing": (0.0, 100.0),
        "preference": (50.0, 0.0),
        "novelty": (0.0, 100.0),
    }


def test_a_pair_that_broke_up_is_neither_good_nor_new() -> None:
    problem = two({}, {}, earlier=(("a", "x", 0.0),))
    assert (pair_points(problem, "history"), pair_points(problem, "novelty")) == (0.0, 0.0)


def test_facts_of_schools_that_take_no_part_say_nothing() -> None:
    problem = two({}, {}, earlier=(("gone", "x", 1.0),), doubted=(("a", "gone"),))
    assert (pair_points(problem, "history"), pair_points(problem, "willing")) == (0.0, 100.0)


@pytest.mark.parametrize(
    ("problem", "known"),
    [
        (two({}, {}), set()),
        (two({"level": 0.1}, {}), set()),
        (two({"level": 0.1}, {"level": 0.2}), {"level"}),
        (two({"kind": RURAL}, {"kind": ("", "", "small")}), {"kind"}),
        (two({"language": "ru"}, {"language": "tt"}), {"language"}),
        (two({}, {}, earlier=(("a", "x", 0.0),)), {"novelty"}),
        (two({}, {}, earlier=(("a", "x", 1.0),)), {"novelty", "history"}),
        (two({}, {}, doubted=PAIR, preferred=(("a", "x", 0.5),)), {"willing", "preference"}),
    ],
)
def test_criteria_of_which_something_is_known(problem: Problem, known: set[str]) -> None:
    assert known_criteria(problem) == known


@settings(max_examples=100, deadline=None)
@given(problems())
def test_a_pair_has_the_same_points_in_every_block_and_alone(problem: Problem) -> None:
    view = Instance(problem)
    everyone = [(row, column) for row in range(len(view.mentees)) for column in range(len(view.leads))]
    whole = {
        place: view.block(slice(place[0], place[0] + 1), with_score=True).score[0, place[1]]
        for place in everyone
    }
    for place, pair in zip(everyone, pairs_at(view, everyone, set()), strict=True):
        assert round(pair.score * MICRO) == whole[place]
        assert set(CRITERIA[:4]) <= set(pair.contributions) <= set(CRITERIA)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_criteria_without_a_weight_change_no_point_of_the_others(problem: Problem) -> None:
    """The same total of weights, to the last figure: what was computed before they came is computed the same."""
    plain = replace(problem.settings, weights=Weights(7.1, 30.3, 15.7, 5.9))
    view = Instance(replace(problem, settings=plain))
    raw = np.array([7.1, 30.3, 15.7, 5.9])
    assert view.points[:4].tolist() == (raw / raw.sum() * 100).tolist()
    assert view.points[4:].tolist() == [0.0] * len(FACT_CRITERIA)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_a_kept_input_is_read_back_as_it_was(problem: Problem) -> None:
    again = problem_from_dict(problem_to_dict(problem))
    assert fingerprint(again) == fingerprint(problem)
    assert asdict(again.settings) == asdict(problem.settings)
    assert plan_of(match(again)) == plan_of(match(problem))


def crowd(load: float, **given_: Any) -> Problem:
    """Three schools beside x; y lies 30 km away: 30 points less. Room for all three at both."""
    degree = 1 / 111.19508
    places = {"latitude": 50.0, "longitude": 30.0}
    chosen = {
        "objective": Objective.NOBODY_LEFT,
        "weights": Weights(0, 100, 0, 0),
        "load_points": load,
    } | given_
    return Problem(
        tuple(Mentee(f"m{number}", **places) for number in range(3)),
        (Lead("x", 3, **places), Lead("y", 3, latitude=50 + 30 * degree, longitude=30.0)),
        settings=Settings(**chosen),
    )


@pytest.mark.parametrize(
    ("load", "at_x", "score", "price"),
    [(0.0, 3, 300.0, 0.0), (14.0, 3, 300.0, 42.0), (16.0, 2, 270.0, 16.0), (29.0, 2, 270.0, 29.0)],
)
def test_a_further_school_costs_more_each(load: float, at_x: int, score: float, price: float) -> None:
    """The third school of x costs twice the load; from 15 points on the way to y is cheaper."""
    found = match(crowd(load))
    assert Counter(pair.lead for pair in found.pairs)["x"] == at_x
    assert (round(found.score, 2), round(found.load_price, 2)) == (score, price)
    assert found.worth == found.score - found.load_price
    assert found.proof.value == found.proof.bound == round(found.worth * MICRO)
    assert found.proof.is_proven


def test_locked_schools_are_counted_in_the_load() -> None:
    """One lock at x: the second and third school there cost 20 and 40, at y 30 and (the second) 50."""
    found = match(replace(crowd(20.0), fixed=(("m0", "x"),)))
    assert Counter(pair.lead for pair in found.pairs) == {"x": 2, "y": 1}
    assert round(found.load_price, 2) == 20.0
    assert found.proof.value == found.proof.bound == round(found.worth * MICRO)


def test_a_place_more_is_worth_what_it_brings_less_its_load() -> None:
    """x is full with two; the third would save the 30 points of y, and cost 2 x 10 more where y costs nothing."""
    problem = crowd(10.0)
    short = replace(problem, leads=(replace(problem.leads[0], capacity=2), problem.leads[1]))
    found = match(short)
    more = match(problem)
    assert found.lead_prices == {"x": pytest.approx(more.worth - found.worth, abs=2e-6), "y": 0.0}


@settings(max_examples=80, deadline=None)
@given(problems(), st.sampled_from([5.0, 25.0]))
def test_prices_of_leads_bound_what_a_place_more_brings(drawn: Problem, load: float) -> None:
    problem = replace(
        drawn, settings=replace(drawn.settings, load_points=load, objective=Objective.BEST_PAIRS)
    )
    problem = replace(problem, settings=replace(problem.settings, total=Total.SCORE))
    found = match(problem)
    for school in problem.leads:
        grown = tuple(replace(s, capacity=s.capacity + 1) if s == school else s for s in problem.leads)
        gain = match(replace(problem, leads=grown)).worth - found.worth
        assert found.lead_prices[school.key] >= gain - 1e-6


def test_kilometres_have_a_load_too() -> None:
    """By kilometres the third school of x costs 2 x 20 km more, so it goes the 30 km to y."""
    found = match(crowd(20.0, total=Total.DISTANCE))
    assert Counter(pair.lead for pair in found.pairs) == {"x": 2, "y": 1}
    assert (round(found.load_price, 3), found.worth) == (20.0, found.score)


def test_the_best_pairs_leave_out_a_school_that_is_not_worth_the_load() -> None:
    problem = crowd(60.0, objective=Objective.BEST_PAIRS)
    problem = replace(problem, leads=problem.leads[:1])
    found = match(problem)
    assert len(found.pairs) == 2
    why = explain_unmatched(found, found.unmatched[0])
    assert (why.full, why.too_dear, why.limits) == ((), ("x",), ())


def test_a_plan_by_hand_is_judged_with_its_load() -> None:
    found = match(crowd(16.0))
    by_hand = compare(found, [("m0", "x"), ("m1", "x"), ("m2", "x")])
    assert (round(by_hand.score, 2), round(by_hand.score_difference, 2)) == (252.0, 2.0)


def test_the_time_on_the_way_is_a_limit_of_its_own() -> None:
    """30 km are 39 km of road: 46.8 minutes at 50 km/h."""
    chosen = Settings(max_travel_minutes=46.0)
    assert round(chosen.minutes_of(30.0), 1) == 46.8
    assert round(chosen.limit_km or 0, 3) == 29.487
    problem = replace(crowd(0.0, max_travel_minutes=46.0), forbidden=tuple((f"m{n}", "x") for n in range(3)))
    limits = Instance(problem).block(slice(0, 1)).limits[0]
    assert [Limit(int(one)) for one in limits] == [Limit.FORBIDDEN, Limit.TOO_FAR]
    why = explain_unmatched(match(problem), "m0")
    assert (why.changes[0].kind, round(why.changes[0].amount, 2)) == (ChangeKind.MORE_DISTANCE, 0.51)
    wider = replace(problem, settings=replace(problem.settings, max_travel_minutes=47.0))
    assert match(wider).served == 3


@pytest.mark.parametrize(
    ("minutes", "km", "limit", "is_time"),
    [
        (None, None, None, False),
        (60.0, None, 60 / 60 * 50 / 1.3, True),
        (60.0, 20.0, 20.0, False),
        (6.0, 20.0, 6 / 60 * 50 / 1.3, True),
    ],
)
def test_the_tighter_limit_holds(
    minutes: float | None, km: float | None, limit: float | None, is_time: bool
) -> None:
    chosen = Settings(max_distance_km=km, max_travel_minutes=minutes)
    assert (chosen.limit_km, chosen.is_limit_of_time) == (limit, is_time)


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (two({"level": 1.2}, {}), ("mentees[0] (a).level", "number_range")),
        (two({}, {"level": -0.1}), ("leads[0] (x).level", "number_range")),
        (two({}, {}, earlier=(("a", "x", 2.0),)), ("earlier[0]", "number_range")),
        (two({}, {}, preferred=(("a", "x", 0.5), ("a", "x", 1.0))), ("preferred[1]", "pair_twice")),
        (two({}, {}, settings=Settings(level_from=0.3)), ("settings.level_full", "number_above")),
        (two({}, {}, settings=Settings(load_points=-1)), ("settings.load_points", "number_negative")),
        (two({}, {}, settings=Settings(road_speed_kmh=0)), ("settings.road_speed_kmh", "number_negative")),
        (two({}, {}, settings=Settings(road_factor=0.5)), ("settings.road_factor", "number_negative")),
        (
            two({}, {}, settings=Settings(max_travel_minutes=-1)),
            ("settings.max_travel_minutes", "number_negative"),
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(problem: Problem, fault: tuple[str, str]) -> None:
    (found,) = faults_of(problem)
    assert (found.place, found.code) == fault
    assert str(found).startswith(f"{found.place}: ")


def nobody_asks(schools: Problem) -> tuple[TeacherProblem, dict[str, int]]:
    """A level of teachers without needs: the joint plan is then that of the schools."""
    world = tiny(1)
    none = np.zeros(0, dtype=np.int64)
    codes = {school.key: number for number, school in enumerate((*schools.mentees, *schools.leads))}
    chosen = replace(world.settings, objective=Objective.NOBODY_LEFT, count_hours=False, groups=False)
    return replace(world, needs=take(world.needs, none), facts=(), settings=chosen), codes


@settings(max_examples=40, deadline=None)
@given(problems(), st.sampled_from([0.0, 4.0, 30.0]))
def test_both_levels_together_count_criteria_and_load_as_the_schools_alone(
    drawn: Problem, load: float
) -> None:
    chosen = replace(
        drawn.settings, objective=Objective.NOBODY_LEFT, total=Total.SCORE, load_points=load, min_score=0.0
    )
    mentees = tuple(replace(school, leads_wanted=1) for school in drawn.mentees)
    problem = replace(drawn, settings=chosen, mentees=mentees)
    teachers, codes = nobody_asks(problem)
    joint = match_both(problem, teachers, codes, JointSettings(partners=Partners.PREFER))
    plan = tuple(sorted((pair.mentee, pair.lead) for pair in joint.schools))
    best = max((quality(problem, one) for one in all_plans(problem)), default=None)
    assert joint.proof.method == "together"
    assert best is not None
    assert quality(problem, plan)[0] == best[0]
    assert quality(problem, plan)[-1] == pytest.approx(best[-1], abs=10)
    assert joint.proof.value == pytest.approx(best[-1] / MICRO, abs=1e-3)


def test_every_subset_of_criteria_gives_a_perfect_pair_100_points() -> None:
    school = {
        "level": 0.2,
        "kind": RURAL,
        "language": "ru",
        "municipality": "t",
        "region": "r",
        "latitude": 50.0,
    }
    giver = school | {"level": 0.9}
    problem = two(school | {"longitude": 30.0}, giver | {"longitude": 30.0}, preferred=(("a", "x", 1.0),))
    for chosen in combinations(
        ("distance", "region", "level", "kind", "language", "preference", "novelty"), 3
    ):
        perfect = replace(problem, settings=Settings(weights=weights(**dict.fromkeys(chosen, 3.3))))
        (pair,) = match(perfect).pairs
        assert pair.score == pytest.approx(100.0, abs=2e-6)
