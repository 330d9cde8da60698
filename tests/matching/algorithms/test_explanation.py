"""A school without a lead is told what stopped it and the least change that helps, tried by the solver."""

from dataclasses import replace
from typing import Any

import pytest

from mayak.matching.algorithms.explanation import Change, ChangeKind, explain_unmatched
from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.problem import Lead, Mentee, Need, Problem, Settings, Strength, Total, Within

NEAR, FAR = {"latitude": 59.0, "longitude": 30.0}, {"latitude": 60.0, "longitude": 30.0}  # 111.195 km apart
DISTANCE = Settings(total=Total.DISTANCE, max_distance_km=100.0)


def cheapest(problem: Problem, key: str = "m") -> Change | None:
    return explain_unmatched(match(problem), key).cheapest


def test_too_far_by_eleven_kilometres() -> None:
    problem = Problem((Mentee("m", **NEAR),), (Lead("x", 1, **FAR),), settings=DISTANCE)
    explained = explain_unmatched(match(problem), "m")
    (limit,) = explained.limits
    assert (limit.limit, limit.leads, limit.nearest) == (Limit.TOO_FAR, 1, "x")
    assert limit.nearest_km == pytest.approx(111.195, abs=1e-3)
    change = explained.cheapest
    assert change is not None
    assert (change.kind, change.lead, change.served, change.lead_given) == (
        ChangeKind.MORE_DISTANCE,
        "x",
        1,
        "x",
    )
    assert change.amount == pytest.approx(11.195, abs=1e-3)


def test_all_places_taken() -> None:
    mentees = (Mentee("m", **FAR), Mentee("n", **NEAR))
    problem = Problem(mentees, (Lead("x", 1, **NEAR),), settings=replace(DISTANCE, max_distance_km=150.0))
    explained = explain_unmatched(match(problem), "m")
    assert explained.limits == ()
    assert [(full.lead, full.capacity) for full in explained.full] == [("x", 1)]
    assert explained.cheapest == Change(ChangeKind.MORE_PLACES, "x", 1.0, 2, "x")


def test_a_place_at_another_lead_may_free_the_one_that_is_needed() -> None:
    """m can only go to x; n holds x because y is full: one more place at y would do, but x is what m is told of."""
    mentees = (Mentee("m", region="a"), Mentee("n", region="a"))
    problem = Problem(mentees, (Lead("x", 1, region="a"),), settings=Settings(within=Within.REGION))
    (left,) = match(problem).unmatched
    assert cheapest(problem, left) == Change(ChangeKind.MORE_PLACES, "x", 1.0, 2, "x")


SCHOOL: dict[str, Any] = {"needs": (Need("maths"),), **NEAR, "municipality": "a", "region": "r"}


@pytest.mark.parametrize(
    ("lead", "settings", "limit", "kind"),
    [
        (
            Lead("x", 1, **NEAR, region="q"),
            Settings(within=Within.REGION),
            Limit.TERRITORY,
            ChangeKind.OTHER_TERRITORY,
        ),
        (Lead("x", 1), DISTANCE, Limit.UNKNOWN_COORDINATES, ChangeKind.SET_COORDINATES),
        (
            Lead("x", 1, **NEAR),
            Settings(require_common_need=True),
            Limit.NO_COMMON_NEED,
            ChangeKind.OTHER_LIMIT,
        ),
        (Lead("x", 1, **FAR), Settings(min_score=20), Limit.LOW_SCORE, ChangeKind.OTHER_LIMIT),
    ],
)
def test_each_limit_names_itself_and_its_change(
    lead: Lead, settings: Settings, limit: Limit, kind: ChangeKind
) -> None:
    problem = Problem((Mentee("m", **SCHOOL),), (lead,), settings=settings)
    explained = explain_unmatched(match(problem), "m")
    assert [count.limit for count in explained.limits] == [limit]
    assert explained.cheapest is not None
    assert (explained.cheapest.kind, explained.cheapest.served) == (kind, 1)


def test_a_forbidden_pair() -> None:
    problem = Problem((Mentee("m"),), (Lead("x", 1),), forbidden=(("m", "x"),))
    assert cheapest(problem) == Change(ChangeKind.ALLOW_PAIR, "x", 0.0, 1, "x")


def test_several_limits_at_once_offer_no_single_change() -> None:
    settings = replace(DISTANCE, within=Within.REGION)
    problem = Problem(
        (Mentee("m", **NEAR, region="a"),), (Lead("x", 1, **FAR, region="b"),), settings=settings
    )
    explained = explain_unmatched(match(problem), "m")
    assert [count.limit for count in explained.limits] == [Limit.TERRITORY, Limit.TOO_FAR]
    assert explained.cheapest is None


def test_no_leads_at_all() -> None:
    explained = explain_unmatched(match(Problem((Mentee("m"),), ())), "m")
    assert (explained.limits, explained.full, explained.changes) == ((), (), ())


def test_a_school_with_a_lead_is_not_unmatched() -> None:
    with pytest.raises(KeyError):
        explain_unmatched(match(Problem((Mentee("m"),), (Lead("x", 1),))), "m")


def test_points_of_a_pair_by_criterion() -> None:
    mentee = Mentee(
        "m", (Need("maths", 9, 3.0), Need("russian", 5, 1.0)), **NEAR, municipality="a", region="r"
    )
    lead = Lead(
        "x",
        1,
        (Strength("maths", 5, 0.8), Strength("russian", None, 1.0)),
        **NEAR,
        municipality="b",
        region="r",
    )
    (pair,) = match(Problem((mentee,), (lead,))).pairs
    needs = 50 * (0.75 * 0.8 * 0.5 + 0.25)  # another grade counts half
    expected = {"needs": needs, "distance": 30.0, "municipality": 0.0, "region": 5.0}
    assert pair.contributions == pytest.approx(expected, abs=1e-6)
    assert pair.score == pytest.approx(needs + 35.0, abs=1e-6)
