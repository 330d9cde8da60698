"""Points of several experts put together; differences of two measurements."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mayak.diagnosis.algorithms.changes import Change, Measured, difference, reached, within_chance
from mayak.diagnosis.algorithms.contest_scores import Criterion, outcome

A, B = Criterion(1, 10, 1.5), Criterion(2, 5, 1)


def test_the_sum_is_of_means_times_weights() -> None:
    found = outcome([A, B], [{1: 8, 2: 4}, {1: 6, 2: 5}], spread_limit=34)
    assert [(one.mean, one.spread, one.is_apart) for one in found.criteria] == [
        (7, 20, False),
        (4.5, 20, False),
    ]
    assert (found.total, found.maximum, found.expert_totals, found.experts) == (15, 20, (16, 14), 2)
    assert (found.share, found.spread, found.apart) == (75, 10, 0)


def test_points_far_from_each_other_are_apart_from_the_limit_on() -> None:
    found = outcome([A], [{1: 9}, {1: 5}], spread_limit=40)
    assert (found.criteria[0].spread, found.criteria[0].is_apart, found.apart) == (40, True, 1)


def test_half_a_sheet_does_not_count() -> None:
    found = outcome([A, B], [{1: 8, 2: 4}, {1: 0}], spread_limit=34)
    assert (found.experts, found.total) == (1, 16)


def test_without_sheets_there_is_nothing() -> None:
    found = outcome([A, B], [], spread_limit=34)
    assert (found.experts, found.total, found.spread, found.share) == (0, 0, 0, 0)
    assert found.criteria[0].points == ()


def test_without_weight_the_share_is_nothing() -> None:
    assert outcome([Criterion(1, 10, 0)], [{1: 5}], spread_limit=34).share == 0


sheets = st.lists(st.fixed_dictionaries({1: st.floats(0, 10), 2: st.floats(0, 5)}), min_size=1, max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets)
def test_the_sum_lies_within_its_bounds_and_between_the_experts(rows: list[dict[int, float]]) -> None:
    found = outcome([A, B], rows, spread_limit=34)
    assert -1e-9 <= found.total <= found.maximum + 1e-9
    assert min(found.expert_totals) - 1e-9 <= found.total <= max(found.expert_totals) + 1e-9
    assert 0 <= found.spread <= 100 + 1e-9


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets)
def test_the_order_of_the_experts_does_not_matter(rows: list[dict[int, float]]) -> None:
    one, other = outcome([A, B], rows, spread_limit=34), outcome([A, B], rows[::-1], spread_limit=34)
    assert one.total == pytest.approx(other.total)


def test_less_is_better_where_that_is_wanted() -> None:
    found = difference(Measured(0.4, 100), Measured(0.2, 100), direction="down", is_share=True, small=10)
    assert (found.change, round(found.delta or 0, 3), found.is_small, found.may_be_chance) == (
        Change.BETTER,
        -0.2,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("direction", "later", "change"),
    [
        ("up", 3, Change.BETTER),
        ("up", 1, Change.WORSE),
        ("down", 3, Change.WORSE),
        ("neutral", 3, Change.MORE),
        ("neutral", 1, Change.LESS),
        ("up", 2, Change.SAME),
    ],
)
def test_the_meaning_follows_from_the_direction(direction: str, later: float, change: Change) -> None:
    found = difference(Measured(2), Measured(later), direction=direction, is_share=False, small=10)
    assert found.change == change


def test_a_small_change_is_no_change() -> None:
    found = difference(
        Measured(0.400, 1000), Measured(0.405, 1000), direction="down", is_share=True, small=10, same=0.01
    )
    assert (found.change, found.may_be_chance) == (Change.SAME, False)


def test_a_small_group_and_chance_are_said() -> None:
    found = difference(Measured(0.5, 8), Measured(0.25, 12), direction="down", is_share=True, small=10)
    assert (found.change, found.is_small, found.may_be_chance) == (Change.BETTER, True, True)


def test_without_a_second_measurement_nothing_is_known() -> None:
    found = difference(Measured(0.5, 8), None, direction="down", is_share=True, small=10)
    assert (found.change, found.delta) == (Change.UNKNOWN, None)


def test_chance_needs_to_know_the_groups() -> None:
    assert not within_chance(Measured(0.5), Measured(0.4, 10))
    assert within_chance(Measured(0.5, 10), Measured(0.4, 10))
    assert not within_chance(Measured(0.5, 1000), Measured(0.4, 1000))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 500), st.integers(1, 500))
def test_turning_the_order_round_turns_the_meaning_round(a: float, b: float, n: int, m: int) -> None:
    there = difference(Measured(a, n), Measured(b, m), direction="up", is_share=True, small=10)
    back = difference(Measured(b, m), Measured(a, n), direction="up", is_share=True, small=10)
    pairs = {Change.BETTER: Change.WORSE, Change.WORSE: Change.BETTER, Change.SAME: Change.SAME}
    assert back.change == pairs[there.change]
    assert back.may_be_chance == there.may_be_chance


@pytest.mark.parametrize(
    ("result", "forecast", "direction", "expected"),
    [(0.2, 0.3, "down", True), (0.4, 0.3, "down", False), (4.1, 4.0, "up", True), (1, 2, "neutral", None)],
)
def test_a_forecast_is_reached_in_the_wanted_direction(
    result: float, forecast: float, direction: str, expected: bool | None
) -> None:
    assert reached(result, forecast, direction=direction) is expected
