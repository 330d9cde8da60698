"""Whatever is shown, nobody computes what fewer than the threshold have answered."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.surveys.algorithms.hiding import Key, classes_of, may_step, weights_of
from mayak.surveys.algorithms.tallying import classes_of_rows

KEYS = st.tuples(
    st.sampled_from(["o1", "o2", "o3"]), st.sampled_from(["t1", "t2"]), st.sampled_from(["low", "high", ""])
)


def counted(keys: list[Key]) -> dict[Key, int]:
    return {key: keys.count(key) for key in keys}


def recoded(keys: list[Key], limit: int) -> list[Key]:
    return spread(keys, limit, [0.1, 1, 1])


def spread(keys: list[Key], limit: int, weights: Sequence[float] = ()) -> list[Key]:
    numbers, rows = classes_of_rows(keys, limit=limit, weights=weights)
    return [list(numbers)[row] for row in rows]


def shown_groups(classes: list[Key]) -> list[list[int]]:
    """Every group that any page can show: a total, each breakdown, each filter, each filter with a breakdown."""
    attributes = range(len(classes[0]))
    values = [sorted({key[at] for key in classes}, key=str) for at in attributes]
    groups = [list(range(len(classes)))]
    for at in attributes:
        groups += [[i for i, key in enumerate(classes) if key[at] == value] for value in values[at]]
    for one, other in combinations(attributes, 2):
        for first, second in product(values[one], values[other]):
            groups.append([i for i, key in enumerate(classes) if key[one] == first and key[other] == second])
    return [group for group in groups if group]


@given(st.lists(KEYS, min_size=1, max_size=60), st.integers(2, 6))
@settings(max_examples=150)
def test_every_class_has_enough_answers_and_every_answer_one_class(keys: list[Key], limit: int) -> None:
    classes = classes_of(counted(keys), limit, [0.1, 1, 1])
    assert sum(classes.counts.values()) == len(keys)
    for key, count in counted(keys).items():
        assert sum(classes.parts[key].values()) == count
        for part in classes.parts[key]:
            assert all(shown in (None, true) for shown, true in zip(part, key, strict=True))
    if len(keys) >= limit:
        assert min(classes.counts.values()) >= limit
    else:
        assert list(classes.counts) == [(None, None, None)]


@given(st.lists(KEYS, min_size=5, max_size=60), st.integers(2, 5))
@settings(max_examples=150)
def test_every_group_of_every_page_is_large_enough(keys: list[Key], limit: int) -> None:
    for group in shown_groups(recoded(keys, limit)):
        assert len(group) >= limit


@given(st.lists(KEYS, min_size=3, max_size=11), st.integers(2, 3))
@settings(max_examples=60, deadline=None)
def test_no_sum_and_no_difference_of_shown_numbers_is_about_fewer_people(keys: list[Key], limit: int) -> None:
    """The attacker has every shown number and may multiply, add and subtract: all that follows is in their span."""
    if len(keys) < limit:
        return
    groups = shown_groups(recoded(keys, limit))
    shown = np.zeros((len(groups), len(keys)))
    for row, group in enumerate(groups):
        shown[row, group] = 1
    rank = np.linalg.matrix_rank(shown)
    for size in range(1, limit):
        for few in combinations(range(len(keys)), size):
            wanted = np.zeros(len(keys))
            wanted[list(few)] = 1
            assert np.linalg.matrix_rank(np.vstack([shown, wanted])) > rank, few


@given(st.lists(st.tuples(KEYS, st.booleans()), min_size=5, max_size=50), st.integers(2, 5), st.randoms())
@settings(max_examples=150)
def test_for_every_small_group_there_is_another_world_with_the_same_pages(
    rows: list[tuple[Key, bool]], limit: int, chance: object
) -> None:
    """Answers may change places within a class: every shown number stays, the answers of the small group need not."""
    keys = [key for key, _yes in rows]
    answers = [yes for _key, yes in rows]
    classes = recoded(keys, limit)
    groups = shown_groups(classes)
    pages = [sum(answers[i] for i in group) for group in groups]
    for key, count in counted(keys).items():
        if count >= limit:
            continue
        inside = [i for i, one in enumerate(keys) if one == key]
        own = {classes[i] for i in inside}
        mates = [i for i, one in enumerate(classes) if one in own]
        assert len(mates) > len(inside)
        others = [i for i in mates if i not in inside]
        swaps = [
            (i, j) for i in inside for j in others if classes[i] == classes[j] and answers[i] != answers[j]
        ]
        for i, j in swaps[:1]:
            world = list(answers)
            world[i], world[j] = world[j], world[i]
            assert [sum(world[one] for one in group) for group in groups] == pages
            assert sum(world[one] for one in inside) != sum(answers[one] for one in inside)


def test_enough_answers_of_the_same_values_are_shown_as_they_are() -> None:
    classes = classes_of({("o1", "low"): 5, ("o2", "high"): 7}, 5)
    assert classes.counts == {("o1", "low"): 5, ("o2", "high"): 7}


def test_a_small_school_is_counted_in_its_category() -> None:
    counts = {("o1", "low"): 9, ("o2", "low"): 3, ("o3", "low"): 2}
    assert classes_of(counts, 5, [0.1, 1]).counts == {("o1", "low"): 9, (None, "low"): 5}


def test_one_small_group_takes_as_many_answers_with_it_as_are_missing() -> None:
    """Without them the total minus the large group would be the small one."""
    assert classes_of({("low",): 20, ("high",): 3}, 5).counts == {("low",): 18, (None,): 5}


def test_a_minority_stays_in_the_total_of_its_district() -> None:
    counts = {("t1", "low"): 47, ("t1", "high"): 2, ("t2", "low"): 30, ("t2", "high"): 30}
    found = classes_of(counts, 5, [2, 1])
    assert found.counts == {
        ("t1", "low"): 44, ("t1", None): 5, ("t2", "low"): 30, ("t2", "high"): 30,
    }  # fmt: skip
    assert sum(count for key, count in found.counts.items() if key[0] == "t1") == 49


def test_where_no_class_has_answers_to_spare_the_smallest_goes_whole() -> None:
    assert classes_of({("a",): 5, ("b",): 6, ("c",): 1}, 5).counts == {(None,): 6, ("b",): 6}


def test_fewer_than_the_threshold_in_all_are_one_hidden_class() -> None:
    assert classes_of({("a",): 2, ("b",): 2}, 5).counts == {(None,): 4}


def test_nobody_gives_no_class() -> None:
    assert classes_of({}, 5).counts == {}


def test_what_is_hidden_already_stays_hidden() -> None:
    assert classes_of({("a", None): 3, ("a", "x"): 4}, 5).counts == {("a", None): 7}


def test_without_attributes_there_is_one_class() -> None:
    assert classes_of({(): 12}, 5).counts == {(): 12}


def test_answers_are_spread_over_their_classes_in_their_order() -> None:
    keys: list[Key] = [("high",)] * 3 + [("low",)] * 8
    assert spread(keys, 5) == [(None,)] * 3 + [("low",)] * 6 + [(None,)] * 2


def test_the_school_is_hidden_first_and_then_what_has_many_values() -> None:
    school, district, category = weights_of([200, 10, 3], [True, False, False])
    assert school < district < category


@pytest.mark.parametrize(
    ("shown", "now", "allowed"),
    [
        (0, 4, False),
        (0, 5, True),
        (5, 5, True),
        (5, 9, False),
        (5, 10, True),
        (20, 17, False),
        (20, 15, True),
    ],
)
def test_totals_are_replaced_only_by_those_of_a_group_more(shown: int, now: int, allowed: bool) -> None:
    assert may_step(shown, now, 5) is allowed
