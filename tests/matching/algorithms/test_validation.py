"""Contradictory input is refused with its place, and nothing is computed."""

from typing import Any

import pytest

from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    Problem,
    Settings,
    Strength,
    Total,
    Weights,
    Within,
)

M, N, X = Mentee("m"), Mentee("n"), Lead("x", 1)


def faults(problem: Problem) -> list[tuple[str, str]]:
    with pytest.raises(ProblemError) as raised:
        match(problem)
    assert [str(fault) for fault in raised.value.faults]
    return [(fault.place, fault.code) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("mentees", "leads", "more", "expected"),
    [
        ((M, M), (X,), {}, [("mentees[1] (m)", "key_twice")]),
        ((M,), (Lead("x", -1),), {}, [("leads[0] (x).capacity", "number_negative")]),
        ((Mentee("m", leads_wanted=0),), (X,), {}, [("mentees[0] (m).leads_wanted", "number_negative")]),
        ((Mentee("m", latitude=59.0),), (X,), {}, [("mentees[0] (m)", "coordinate_alone")]),
        ((Mentee("m", (), 99.0, 30.0),), (X,), {}, [("mentees[0] (m).latitude", "number_range")]),
        ((Mentee("m", (Need("ru", None, -1.0),)),), (X,), {}, [("mentees[0] (m).needs", "number_negative")]),
        (
            (M,),
            (Lead("x", 1, (Strength("ru", None, -1.0),)),),
            {},
            [("leads[0] (x).strengths", "number_negative")],
        ),
        ((M,), (X,), {"fixed": (("m", "z"),)}, [("fixed[0]", "school_unknown")]),
        ((M,), (X,), {"forbidden": (("z", "x"),)}, [("forbidden[0]", "school_unknown")]),
        ((M,), (X,), {"fixed": (("m", "x"),), "forbidden": (("m", "x"),)}, [("fixed[0]", "fixed_forbidden")]),
        ((M,), (X,), {"fixed": (("m", "x"), ("m", "x"))}, [("fixed[1]", "pair_twice")]),
        ((M, N), (X,), {"fixed": (("m", "x"), ("n", "x"))}, [("fixed[1]", "fixed_capacity")]),
        ((M,), (X, Lead("y", 1)), {"fixed": (("m", "x"), ("m", "y"))}, [("fixed[1]", "fixed_wanted")]),
    ],
)
def test_what_is_wrong_is_named(mentees: Any, leads: Any, more: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(Problem(mentees, leads, **more)) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(weights=Weights(0, 0, 0, 0)), ("settings.weights", "weights_zero")),
        (Settings(weights=Weights(-1)), ("settings.weights.needs", "number_negative")),
        (
            Settings(objective=Objective.BEST_PAIRS, total=Total.DISTANCE),
            ("settings.total", "best_by_distance"),
        ),
        (Settings(max_distance_km=-1), ("settings.max_distance_km", "number_negative")),
        (Settings(nearest=0), ("settings.nearest", "number_negative")),
        (Settings(other_grade=1.5), ("settings.other_grade", "number_range")),
        (Settings(min_score=101), ("settings.min_score", "number_range")),
        (Settings(distance_scale_km=0), ("settings.distance_scale_km", "number_negative")),
    ],
)
def test_settings_that_mean_nothing(settings: Settings, expected: tuple[str, str]) -> None:
    assert faults(Problem((M,), (X,), settings=settings)) == [expected]


def test_a_lock_that_breaks_a_limit_is_refused_unless_it_is_an_exception() -> None:
    far = Problem(
        (Mentee("m", (), 59.0, 30.0, region="a"),),
        (Lead("x", 1, (), 61.0, 30.0, region="b"),),
        fixed=(("m", "x"),),
        settings=Settings(max_distance_km=100, within=Within.REGION),
    )
    with pytest.raises(ProblemError, match=r"fixed\[0\].*m – x.*territory, too_far"):
        match(far)
    allowed = Problem(far.mentees, far.leads, far.fixed, exceptions=(("m", "x"),), settings=far.settings)
    assert [pair.is_fixed for pair in match(allowed).pairs] == [True]
