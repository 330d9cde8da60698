"""Fairness: shares by groups, small groups without a conclusion, thirds that names cannot decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.matching.algorithms.fairness import Case, Gap, GroupLine, audit, band, nearest_km, thirds


def cases(**groups: tuple[int, int]) -> tuple[list[Case], dict[str, str]]:
    """Return so many served of so many cases for each group; a served one has 0.5 points and 10 km."""
    rows, group_of = [], {}
    for group, (served, count) in groups.items():
        for number in range(count):
            key = f"{group}{number}"
            group_of[key] = group
            rows.append(
                Case(key, is_served=True, score=0.5, distance_km=10) if number < served else Case(key, False)
            )
    return rows, group_of


def test_a_group_served_less_often_is_told_with_both_shares() -> None:
    rows, groups = cases(rural=(6, 10), urban=(9, 10))
    found = audit(rows, groups, order=["urban", "rural"])
    assert found.lines == (
        GroupLine("urban", 10, 9, 0.5, 10.0, is_small=False),
        GroupLine("rural", 10, 6, 0.5, 10.0, is_small=False),
    )
    assert found.gaps == (Gap("rural", 0.6, "urban", 0.9),)


def test_a_difference_below_the_threshold_is_no_gap_and_an_equal_one_is() -> None:
    rows, groups = cases(rural=(8, 10), urban=(9, 10))
    assert audit(rows, groups, difference=0.11).gaps == ()
    assert [gap.group for gap in audit(rows, groups, difference=0.1).gaps] == ["rural"]


def test_a_small_group_has_a_line_and_no_conclusion() -> None:
    rows, groups = cases(rural=(0, 4), urban=(9, 10))
    found = audit(rows, groups)
    assert [(line.group, line.share, line.is_small) for line in found.lines] == [
        ("rural", 0.0, True),
        ("urban", 0.9, False),
    ]
    assert found.gaps == ()
    assert not found.is_compared


def test_a_group_without_a_pair_has_no_means() -> None:
    rows, groups = cases(rural=(0, 5), urban=(5, 5))
    line = audit(rows, groups).lines[0]
    assert (line.mean_score, line.mean_distance_km) == (None, None)


def test_nobody_asked() -> None:
    assert audit([], {}).lines == ()


def test_equal_sizes_share_a_third() -> None:
    assert thirds({"a": 100, "b": 100, "c": 100, "d": 900}) == {"a": 0, "b": 0, "c": 0, "d": 2}
    assert thirds({"a": 1, "b": 2, "c": 3}) == {"a": 0, "b": 1, "c": 2}
    assert thirds({}) == {}


@pytest.mark.parametrize(("km", "expected"), [(0, 0), (10, 0), (10.1, 1), (30, 1), (60, 2), (61, 3)])
def test_a_bound_belongs_to_the_lower_band(km: float, expected: int) -> None:
    assert band(km) == expected


def test_the_nearest_of_several_and_unknown_places() -> None:
    found = nearest_km([(60.0, 30.0), None], [(61.0, 30.0), (60.5, 30.0), None])
    assert found[0] == pytest.approx(55.597, abs=0.001)
    assert found[1] is None
    assert nearest_km([(60.0, 30.0)], []) == [None]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40))
def test_lines_add_up_and_no_gap_comes_from_a_small_group(drawn: list[tuple[str, bool]]) -> None:
    rows = [Case(str(number), served) for number, (_group, served) in enumerate(drawn)]
    groups = {str(number): group for number, (group, _served) in enumerate(drawn)}
    found = audit(rows, groups)
    assert sum(line.cases for line in found.lines) == len(drawn)
    assert sum(line.served for line in found.lines) == sum(served for _group, served in drawn)
    small = {line.group for line in found.lines if line.is_small}
    assert not small & {name for gap in found.gaps for name in (gap.group, gap.best_group)}
