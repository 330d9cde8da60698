"""A plan made by hand beside the optimum; loads of the leads; distances."""

import numpy as np
import pytest

from mayak.matching.algorithms.comparison import BrokenLimit, compare, loads, network_load
from mayak.matching.algorithms.distance import haversine_km
from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.problem import Lead, Mentee, Problem, Settings, Total

MENTEES = (Mentee("m", (), 59.0, 30.0), Mentee("n", (), 60.0, 30.0))
LEADS = (Lead("x", 1, (), 59.0, 30.0), Lead("y", 1, (), 60.0, 30.0))
PROBLEM = Problem(MENTEES, LEADS, settings=Settings(total=Total.DISTANCE, max_distance_km=120))


def test_a_plan_by_hand_is_judged_by_the_same_points() -> None:
    found = compare(match(PROBLEM), [("m", "y"), ("n", "x")])
    assert (found.served, found.served_difference) == (2, 0)
    assert found.distance_km == pytest.approx(2 * 111.195, abs=2e-3)
    assert found.distance_difference_km == pytest.approx(-2 * 111.195, abs=2e-3)
    assert found.score_difference > 0
    assert found.only_by_hand == (("m", "y"), ("n", "x"))
    assert found.only_optimal == (("m", "x"), ("n", "y"))
    assert found.broken == ()


def test_the_optimum_beside_itself_differs_in_nothing() -> None:
    best = match(PROBLEM)
    found = compare(best, [(pair.mentee, pair.lead) for pair in best.pairs])
    assert (found.score_difference, found.distance_difference_km, len(found.kept)) == (0, 0, 2)


def test_broken_limits_are_told_not_refused() -> None:
    near = Problem(MENTEES, LEADS, forbidden=(("m", "x"),), settings=Settings(max_distance_km=50))
    found = compare(match(near), [("m", "x"), ("n", "x")])
    assert found.broken == (
        BrokenLimit("m", "x", Limit.FORBIDDEN),
        BrokenLimit("m", "x", None),
        BrokenLimit("n", "x", Limit.TOO_FAR),
        BrokenLimit("n", "x", None),
    )


def test_unknown_schools_and_repeated_pairs_are_refused() -> None:
    with pytest.raises(ProblemError) as raised:
        compare(match(PROBLEM), [("m", "z"), ("m", "x"), ("m", "x")])
    assert [(f.place, f.code) for f in raised.value.faults] == [
        ("pairs[0]", "school_unknown"),
        ("pairs[2]", "pair_twice"),
    ]


def test_sixteen_schools_and_two_leads_are_a_problem() -> None:
    """S0: 16 schools with low results, 2 lead schools; the load 8 : 1 follows from them (domain.md A0.2)."""
    mentees = tuple(Mentee(f"m{number:02}") for number in range(16))
    problem = Problem(mentees, (Lead("nikolskoye", 8), Lead("tosno", 8)))
    load = network_load(problem)
    assert (load.mentees, load.leads, load.ratio, load.places_missing, load.is_heavy) == (16, 2, 8.0, 0, True)
    by_lead = loads(problem.leads, [(pair.mentee, pair.lead) for pair in match(problem).pairs], warning=3)
    assert [(row.lead, row.schools, row.is_heavy) for row in by_lead] == [
        ("nikolskoye", 8, True),
        ("tosno", 8, True),
    ]


def test_places_that_are_missing_are_counted() -> None:
    load = network_load(Problem((Mentee("a", leads_wanted=2), Mentee("b")), (Lead("x", 1),)))
    assert (load.places_missing, load.is_heavy) == (2, False)
    assert network_load(Problem((Mentee("a"),), ())).ratio == float("inf")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((0, 0), (0, 180), 20015.115),
        ((0, 0), (1, 0), 111.1951),
        ((59.9, 30.3), (59.9, 30.3), 0.0),
        ((90, 0), (-90, 55), 20015.115),
    ],
)
def test_great_circle(one: tuple[float, float], two: tuple[float, float], expected: float) -> None:
    found = haversine_km(*(np.array([float(value)]) for value in (*one, *two)))
    assert found[0] == pytest.approx(expected, abs=1e-3)


def test_an_unknown_place_has_no_distance() -> None:
    assert np.isnan(haversine_km(np.array([np.nan]), np.array([1.0]), np.array([1.0]), np.array([1.0])))[0]
