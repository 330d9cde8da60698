"""Levels from cut-offs, the source that counts, points of candidates: properties and exact values."""

from hypothesis import given
from hypothesis import strategies as st

from mayak.diagnosis.algorithms.mentor_points import Item, breakdown
from mayak.diagnosis.algorithms.risk_levels import HIGH, LOW, MEDIUM, Cutoff, level_of, speaking

RANK = {LOW: 0, MEDIUM: 1, HIGH: 2}
numbers = st.floats(0, 100, allow_nan=False)
cutoffs = st.tuples(st.floats(0, 50), st.floats(50.1, 100)).map(lambda pair: Cutoff(*pair))


def test_the_bounds_belong_to_the_upper_part() -> None:
    cutoff = Cutoff(medium_from=30, high_from=60)
    assert [level_of(value, cutoff) for value in (0, 29.9, 30, 59.9, 60, 100)] == [
        LOW, LOW, MEDIUM, MEDIUM, HIGH, HIGH,
    ]  # fmt: skip


@given(numbers, numbers, cutoffs)
def test_a_greater_number_is_never_less_significant(one: float, other: float, cutoff: Cutoff) -> None:
    least, most = sorted([one, other])
    assert RANK[level_of(least, cutoff)] <= RANK[level_of(most, cutoff)]


@given(st.dictionaries(st.sampled_from(["hand", "survey", "data"]), st.sampled_from(["", "low", "high"])))
def test_the_first_of_the_priority_that_spoke_counts(sources: dict[str, str]) -> None:
    found = speaking(sources, ["hand", "survey", "data"])
    if found is None:
        assert not any(sources.values())
    else:
        earlier = ["hand", "survey", "data"][: ["hand", "survey", "data"].index(found)]
        assert sources[found]
        assert not any(sources.get(name) for name in earlier)


ITEMS = [Item(1, "A", 2), Item(2, "A", 2), Item(3, "B", 5)]


def test_a_breakdown_takes_the_mean_of_the_scorers() -> None:
    result = breakdown(ITEMS, [(1, 2), (1, 1), (3, 4)])
    first, second = result.groups
    assert (first.name, first.points, first.out_of) == ("A", 1.5, 2)
    assert (second.name, second.points, second.out_of) == ("B", 4, 5)
    assert (result.points, result.out_of, result.unscored) == (5.5, 7, 1)
    assert (first.items[0].least, first.items[0].most, first.items[0].scorers) == (1, 2, 2)


def test_nothing_scored_has_no_share() -> None:
    result = breakdown(ITEMS, [])
    assert result.share is None
    assert result.groups[0].share is None
    assert result.unscored == 3


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 2)), max_size=30))
def test_the_share_lies_between_0_and_1_and_the_order_of_sheets_does_not_matter(
    points: list[tuple[int, int]],
) -> None:
    result = breakdown(ITEMS, points)
    assert result.share is None or 0 <= result.share <= 1
    turned = breakdown(ITEMS, reversed(points))
    assert abs(turned.points - result.points) < 1e-9


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 2)), max_size=20))
def test_a_criterion_nobody_scored_counts_neither_way(points: list[tuple[int, int]]) -> None:
    scored = {key for key, _value in points}
    assert breakdown(ITEMS, points).out_of == sum(item.max_points for item in ITEMS if item.key in scored)
