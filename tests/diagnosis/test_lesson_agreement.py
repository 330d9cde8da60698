"""Agreement of observers and hiding of small groups."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.diagnosis.algorithms.agreement import agreement, agreement_by_scale, far_apart, krippendorff_alpha
from mayak.diagnosis.algorithms.lesson_groups import shown_groups, spread_of

# K. Krippendorff, «Computing Krippendorff's Alpha-Reliability» (2011), part C-E: four observers, twelve units.
PUBLISHED = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
        strict=True,
    )
)


@pytest.mark.parametrize(("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_the_published_example(metric: str, alpha: float) -> None:
    assert krippendorff_alpha(PUBLISHED, metric) == pytest.approx(alpha, abs=0.0005)


def test_alpha_of_two_observers_on_yes_and_no_is_that_of_the_published_example() -> None:
    """The same paper, part A: ten units, alpha = 0.095."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(list(zip(meg, owen, strict=True)), "nominal") == pytest.approx(
        0.095, abs=0.0005
    )


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown metric"):
        krippendorff_alpha(PUBLISHED, "cosine")


def test_without_variation_or_without_a_second_observer_there_is_no_alpha() -> None:
    assert krippendorff_alpha([(2, 2), (2, 2)]) is None
    assert krippendorff_alpha([(1, None), (3, None)]) is None
    assert krippendorff_alpha([]) is None


def test_exact_and_adjacent_agreement_are_shares_of_the_pairs() -> None:
    found = agreement([(3, 3), (3, 2), (3, 1), (2, None)], highest=3)
    assert (found.units, found.pairs, found.exact) == (3, 3, pytest.approx(1 / 3))
    assert found.adjacent == pytest.approx(2 / 3)


def test_on_yes_and_no_adjacent_agreement_says_nothing() -> None:
    assert agreement([(0, 1), (1, 1)], highest=1).adjacent is None


def test_scales_of_different_length_are_not_mixed() -> None:
    found = agreement_by_scale([(3, (3, 3)), (1, (0, 1)), (3, (2, 0))])
    assert {highest: one.units for highest, one in found.items()} == {1: 1, 3: 2}


def test_what_lies_far_apart_comes_first() -> None:
    assert far_apart({"a": (0, 2), "b": (1, 2), "c": (3, 0), "d": (None, 3)}) == ["c", "a"]


scores = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3))), min_size=2
)


@given(scores)
def test_alpha_is_at_most_1_and_does_not_depend_on_who_is_who(
    units: list[tuple[int, int, int | None]],
) -> None:
    alpha = krippendorff_alpha(units)
    other = krippendorff_alpha([(third, first, second) for first, second, third in units])
    assert (alpha is None) == (other is None)
    if alpha is not None and other is not None:
        assert alpha <= 1 + 1e-9
        assert math.isclose(alpha, other, abs_tol=1e-9)


@given(st.lists(st.integers(0, 3), min_size=2))
def test_observers_who_always_agree_have_alpha_1(values: list[int]) -> None:
    alpha = krippendorff_alpha([(value, value) for value in values])
    assert alpha == (1.0 if len(set(values)) > 1 else None)


@given(scores)
def test_turning_the_scale_round_changes_nothing(units: list[tuple[int, int, int | None]]) -> None:
    turned = [tuple(None if value is None else 3 - value for value in unit) for unit in units]
    first, second = krippendorff_alpha(units), krippendorff_alpha(turned)
    assert first == second or math.isclose(first or 0, second or 0, abs_tol=1e-9)


def test_spread_counts_teachers_and_lessons_apart() -> None:
    found = spread_of([(1, 0.5), (1, 0.7), (2, 0.9)])
    assert found is not None
    assert (found.teachers, found.lessons, found.mean) == (2, 3, pytest.approx(0.7))
    assert found.deviation == pytest.approx(0.2)
    assert spread_of([]) is None


def test_a_single_hidden_group_would_follow_from_the_total_so_a_second_is_hidden() -> None:
    assert shown_groups({"a": 9, "b": 6, "c": 3}, 5) == {"a"}
    assert shown_groups({"a": 9, "b": 3, "c": 3}, 5) == {"a"}
    assert shown_groups({"a": 9, "b": 2, "c": 2}, 5) == frozenset()
    assert shown_groups({"a": 9, "b": 6}, 5) == {"a", "b"}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 12)), st.integers(3, 6))
def test_no_hidden_group_follows_from_the_total(teachers: dict[str, int], threshold: int) -> None:
    shown = shown_groups(teachers, threshold)
    hidden = [count for name, count in teachers.items() if name not in shown and count]
    assert all(teachers[name] >= threshold for name in shown)
    assert not (shown and hidden) or (len(hidden) > 1 and sum(hidden) >= threshold)
