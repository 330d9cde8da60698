"""Combining sources, packing, adding up, clustering, points by task: rules as properties and exact values."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mayak.diagnosis.algorithms.combining import (
    Statement,
    combine,
    need_weight,
    newest,
    severity_of_level,
    severity_of_share,
)
from mayak.diagnosis.algorithms.matrix import add_up
from mayak.diagnosis.algorithms.packing import pack, unpack, unpack_many
from mayak.diagnosis.algorithms.task_results import Task, columns_of, read_points, shares
from mayak.diagnosis.algorithms.together import clusters, find_together, jaccard

WEIGHTS = {"self": 0.5, "test": 1.0, "lesson": 0.8, "request": 0.5}
DAY = dt.date(2026, 3, 12)
severities = st.floats(0, 3, allow_nan=False)
statements = st.lists(
    st.builds(
        Statement,
        source=st.sampled_from(sorted(WEIGHTS)),
        severity=severities,
        at=st.dates(dt.date(2020, 1, 1), DAY),
        wants_help=st.sampled_from([None, False, True]),
    ),
    max_size=12,
)


def say(source: str, severity: float, day: int = 1, *, wish: bool | None = None) -> Statement:
    return Statement(source, severity, dt.date(2026, 3, day), wish)


# Combining


def test_the_weighted_mean_of_two_sources() -> None:
    found = combine([say("self", 3), say("test", 1.5)], WEIGHTS)
    assert found is not None
    assert found.severity == pytest.approx((0.5 * 3 + 1.0 * 1.5) / 1.5)
    assert found.sources == ("self", "test")
    assert found.wants_help is False


def test_of_one_source_only_the_newest_counts() -> None:
    found = combine([say("test", 3, 1), say("test", 1, 9), say("test", 2, 5)], WEIGHTS)
    assert found is not None
    assert found.severity == 1


def test_of_two_statements_of_one_day_the_later_one_counts() -> None:
    assert newest([say("test", 3), say("test", 1)])["test"].severity == 1


def test_a_source_without_weight_is_shown_and_does_not_count() -> None:
    assert combine([say("self", 3)], {"self": 0.0}) is None
    assert combine([say("rumour", 3)], WEIGHTS) is None
    assert combine([], WEIGHTS) is None


def test_a_wish_for_help_of_any_source_counts() -> None:
    found = combine([say("test", 0), say("request", 2, wish=True)], WEIGHTS)
    assert found is not None
    assert found.wants_help


@pytest.mark.parametrize("severity", [-0.1, 3.1])
def test_a_severity_outside_the_scale_is_no_severity(severity: float) -> None:
    with pytest.raises(ValueError, match="severity"):
        combine([say("test", severity)], WEIGHTS)


@given(statements)
def test_the_combination_lies_between_the_sources_that_count(given_statements: list[Statement]) -> None:
    found = combine(given_statements, WEIGHTS)
    counted = newest(given_statements)
    if not counted:
        assert found is None
        return
    assert found is not None
    values = [one.severity for one in counted.values()]
    assert min(values) <= found.severity <= max(values)
    assert found.sources == tuple(sorted(counted))


@given(statements, st.sampled_from(sorted(WEIGHTS)))
def test_a_greater_severity_of_a_source_never_makes_the_combination_smaller(
    given_statements: list[Statement], source: str
) -> None:
    last = dt.date(2027, 1, 1)
    low = combine([*given_statements, Statement(source, 0.5, last)], WEIGHTS)
    high = combine([*given_statements, Statement(source, 2.5, last)], WEIGHTS)
    assert low is not None
    assert high is not None
    assert low.severity <= high.severity


def test_shares_and_levels_as_severities() -> None:
    assert severity_of_share(1) == 0
    assert severity_of_share(0) == 3
    assert severity_of_share(0.65) == pytest.approx(1.05)
    assert severity_of_level(3) == 0
    assert severity_of_level(0.5) == 2.5
    with pytest.raises(ValueError, match="share"):
        severity_of_share(1.01)
    with pytest.raises(ValueError, match="level"):
        severity_of_level(-1)


def test_the_weight_of_a_need_grows_with_the_wish_and_ends_at_one() -> None:
    assert need_weight(1.5, wants_help=False, bonus=0.2) == 0.5
    assert need_weight(1.5, wants_help=True, bonus=0.2) == 0.7
    assert need_weight(3, wants_help=True, bonus=0.2) == 1


# Packing and adding up

packed_people = st.lists(
    st.dictionaries(st.integers(1, 12), st.tuples(severities, st.booleans()), max_size=8), max_size=6
)


@given(packed_people)
def test_packing_keeps_severities_to_the_hundredth(people: list[dict[int, tuple[float, bool]]]) -> None:
    for one in people:
        assert unpack(pack(one)) == {
            key: (round(value * 100) / 100, wish) for key, (value, wish) in one.items()
        }


@given(packed_people, st.lists(st.integers(1, 14), unique=True, max_size=10))
def test_many_people_at_once_say_the_same_as_each_alone(
    people: list[dict[int, tuple[float, bool]]], asked: list[int]
) -> None:
    rows = unpack_many([pack(one) for one in people], asked)
    found = {
        (int(person), asked[int(column)]): (round(float(severity), 2), bool(wish))
        for person, column, severity, wish in zip(
            rows.person, rows.column, rows.severity, rows.wish, strict=True
        )
    }
    assert found == {
        (index, key): (round(value * 100) / 100, wish)
        for index, one in enumerate(people)
        for key, (value, wish) in one.items()
        if key in asked
    }
    assert rows.people == len(people)


def test_a_matrix_adds_up_by_place() -> None:
    people = [{1: (2.0, True), 2: (1.0, False)}, {1: (1.5, False)}, {2: (3.0, True)}]
    rows = unpack_many([pack(one) for one in people], [1, 2])
    sums = add_up(rows, np.array([0, 0, 1]), 2, 1.5)
    assert sums.known.tolist() == [[2, 1], [0, 1]]
    assert sums.deficits.tolist() == [[2, 0], [0, 1]]
    assert sums.severity.tolist() == [[3.5, 1.0], [0.0, 3.0]]
    assert sums.wishes.tolist() == [[1, 0], [0, 1]]


@given(packed_people)
def test_the_total_is_the_sum_of_the_places(people: list[dict[int, tuple[float, bool]]]) -> None:
    rows = unpack_many([pack(one) for one in people], list(range(1, 13)))
    sums = add_up(rows, np.arange(len(people), dtype=np.int64) % 2, 2, 1.5)
    total = sums.total_of(np.array([0, 1]))
    alone = add_up(rows, np.zeros(len(people), dtype=np.int64), 1, 1.5)
    assert total.known.tolist() == alone.known.tolist()
    assert total.deficits.tolist() == alone.deficits.tolist()
    assert total.severity == pytest.approx(alone.severity)


# Clustering

tables = arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 6)))


def test_the_distance_of_jaccard() -> None:
    table = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=np.bool_)
    assert jaccard(table)[0, 1] == pytest.approx(1 - 2 / 3)
    assert jaccard(table)[0, 2] == 1
    assert jaccard(table)[2, 2] == 0


def test_average_linkage_takes_the_mean_of_all_pairs() -> None:
    distance = np.array([[0, 0.2, 0.5], [0.2, 0, 0.9], [0.5, 0.9, 0]])
    assert clusters(distance, 0.1) == [(0,), (1,), (2,)]
    assert clusters(distance, 0.3) == [(0, 1), (2,)]
    assert clusters(distance, 0.69) == [(0, 1), (2,)]
    assert clusters(distance, 0.70) == [(0, 1, 2)]


def test_a_group_needs_three_people_with_half_of_the_deficits() -> None:
    table = np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=np.bool_)
    found = find_together(table, limit=0.6, share=0.5, smallest=3)
    assert [(one.competences, one.people, one.distance) for one in found] == [((0, 1), (0, 1, 2), 0.0)]


def test_nothing_known_proposes_nothing() -> None:
    assert find_together(np.zeros((0, 3), dtype=np.bool_), limit=0.6, share=0.5, smallest=3) == []
    assert find_together(np.zeros((5, 3), dtype=np.bool_), limit=0.6, share=0.5, smallest=3) == []


@given(tables, st.floats(0, 0.95))
def test_clusters_are_a_partition_and_grow_with_the_limit(table: np.ndarray, limit: float) -> None:
    distance = jaccard(table)
    found = clusters(distance, limit)
    assert sorted(index for one in found for index in one) == list(range(table.shape[1]))
    assert len(clusters(distance, 1)) <= len(found) <= len(clusters(distance, 0) or [0])


@given(tables, st.randoms())
def test_the_order_of_the_people_changes_nothing(table: np.ndarray, random) -> None:
    order = list(range(len(table)))
    random.shuffle(order)
    args = {"limit": 0.6, "share": 0.5, "smallest": 3}
    first = find_together(table, **args)
    second = find_together(table[order], **args)
    assert [(one.competences, {*one.people}) for one in first] == [
        (one.competences, {order[index] for index in one.people}) for one in second
    ]


@given(tables)
def test_everybody_in_a_group_has_the_share_and_nobody_else(table: np.ndarray) -> None:
    for one in find_together(table, limit=0.6, share=0.5, smallest=3):
        has = table[:, list(one.competences)].sum(axis=1) * 2 >= len(one.competences)
        assert {*one.people} == {int(index) for index in np.flatnonzero(has)}
        assert len(one.people) >= 3


# Points by task

WHOLE = Task("9", 3, ("Части речи", "Находить"))
PARTS = [Task("9.1", 1, ("Части речи", "Находить")), Task("9.2", 2, ("Части речи", "Объяснять"))]
FIRST = Task("1", 2, ("Правописание", "Писать"))


def test_a_paper_lists_the_parts_or_the_whole_task() -> None:
    tasks = [FIRST, WHOLE, *PARTS]
    assert columns_of(tasks, 3) == [FIRST, *PARTS]
    assert columns_of(tasks, 2) == [FIRST, WHOLE]
    assert columns_of(tasks, 4) is None
    assert columns_of([], 3) is None


def test_points_are_read_or_refused_never_guessed() -> None:
    columns = [FIRST, *PARTS]
    assert read_points("2;1;0", columns) == [2, 1, 0]
    assert read_points("1,5;X;-", columns) == [1.5, 0, 0]
    assert read_points("2;1", columns) is None
    assert read_points("3;1;0", columns) is None
    assert read_points("2;a;0", columns) is None
    assert read_points("2;-1;0", columns) is None


def test_shares_by_topic_and_skill_the_weakest_first() -> None:
    columns = [FIRST, *PARTS]
    rows = [[2.0, 1.0, 0.0], [1.0, 1.0, 1.0]]
    topics = shares(rows, columns, 0)
    assert [(one.words, one.got, one.possible, one.codes) for one in topics] == [
        ("Части речи", 3.0, 6.0, ("9.1", "9.2")),
        ("Правописание", 3.0, 4.0, ("1",)),
    ]
    assert [(one.words, one.share) for one in shares(rows, columns, 1)] == [
        ("Объяснять", 0.25),
        ("Писать", 0.75),
        ("Находить", 1.0),
    ]
