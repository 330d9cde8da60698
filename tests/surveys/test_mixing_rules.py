"""Which anonymous answers become permanent, and how much of their origin is kept beside them."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mayak.surveys.algorithms.mixing import NOWHERE, Sheet, choose, is_time, settle, shards_for

LEAST = 5


def sheet(number: int, organisation: int | None = 1, **groups: str) -> Sheet:
    return Sheet({"q": number}, organisation, groups)


def dealer(seed: int) -> random.Random:
    """Return the same shuffling for the same seed."""
    return random.Random(seed)  # noqa: S311  # a test repeats itself


origins = st.tuples(
    st.one_of(st.none(), st.integers(1, 4)),
    st.sampled_from(["low", "high"]),
    st.sampled_from(["n", "s", "w"]),
)
piles = st.lists(origins, max_size=60).map(
    lambda rows: [sheet(at, org, category=kind, place=place) for at, (org, kind, place) in enumerate(rows)]
)


def numbers(rows: list[Sheet]) -> list[int]:
    return sorted(row.answers["q"] for row in rows)


@given(piles)
def test_at_the_end_every_origin_is_shared_by_a_batch(rows: list[Sheet]) -> None:
    settled = settle(rows, LEAST)
    assert all(count >= LEAST for count in Counter(row.origin for row in settled).values())


@given(piles)
def test_at_the_end_no_answer_is_lost_or_doubled_unless_there_are_too_few(rows: list[Sheet]) -> None:
    expected = numbers(rows) if len(rows) >= LEAST else []
    assert numbers(settle(rows, LEAST)) == expected


@given(piles, st.integers())
def test_during_the_round_nothing_is_lost_or_doubled(rows: list[Sheet], seed: int) -> None:
    permanent, waiting = choose(rows, LEAST, dealer(seed))
    assert numbers([*permanent, *waiting]) == numbers(rows)


@given(piles, st.integers())
def test_during_the_round_what_becomes_permanent_shares_its_origin_with_a_batch(
    rows: list[Sheet], seed: int
) -> None:
    permanent, _waiting = choose(rows, LEAST, dealer(seed))
    assert all(count >= LEAST for count in Counter(row.origin for row in permanent).values())


@given(piles, st.integers())
def test_a_batch_always_waits_on_so_that_the_last_ones_are_never_alone(rows: list[Sheet], seed: int) -> None:
    permanent, waiting = choose(rows, LEAST, dealer(seed))
    assert len(waiting) >= LEAST or not permanent


@given(piles, st.integers())
def test_whoever_waits_still_has_the_whole_origin(rows: list[Sheet], seed: int) -> None:
    _permanent, waiting = choose(rows, LEAST, dealer(seed))
    given_rows = {row.answers["q"]: row.origin for row in rows}
    assert all(given_rows[row.answers["q"]] == row.origin for row in waiting)


@given(piles)
def test_an_origin_is_made_coarser_and_never_another(rows: list[Sheet]) -> None:
    before = {row.answers["q"]: row for row in rows}
    for row in settle(rows, LEAST):
        old = before[row.answers["q"]]
        assert row.organisation in {None, old.organisation}
        assert row.groups.items() <= old.groups.items()


def test_a_large_school_keeps_its_name_and_a_small_one_does_not() -> None:
    rows = [sheet(at, 1, category="low") for at in range(6)] + [
        sheet(10 + at, 2, category="low") for at in range(5)
    ]
    rows += [sheet(20, 3, category="low")] + [sheet(30 + at, 4, category="low") for at in range(4)]
    settled = Counter((row.organisation, row.groups["category"]) for row in settle(rows, LEAST))
    assert settled == {(1, "low"): 6, (2, "low"): 5, (None, "low"): 5}


def test_the_breakdown_with_most_values_falls_away_first() -> None:
    rows = [sheet(at, at, category="low", place=f"p{at}") for at in range(5)]
    assert {row.origin for row in settle(rows, LEAST)} == {(None, (("category", "low"),))}


def test_one_who_is_left_over_is_joined_by_the_smallest_group() -> None:
    rows = [sheet(at, 1, kind="a") for at in range(5)] + [sheet(10 + at, 2, kind="b") for at in range(7)]
    rows.append(sheet(99, 3, kind="c"))
    settled = Counter(row.origin for row in settle(rows, LEAST))
    assert settled == {NOWHERE: 6, (2, (("kind", "b"),)): 7}


def test_fewer_than_a_batch_are_not_returned_at_all() -> None:
    assert settle([sheet(at) for at in range(4)], LEAST) == []


def test_one_group_gives_all_but_a_batch() -> None:
    permanent, waiting = choose([sheet(at) for at in range(12)], LEAST, dealer(1))
    assert (len(permanent), len(waiting)) == (7, 5)


def test_a_group_of_less_than_two_batches_waits() -> None:
    permanent, waiting = choose([sheet(at) for at in range(9)], LEAST, dealer(1))
    assert (len(permanent), len(waiting)) == (0, 9)


def test_mixing_is_worth_it_for_two_batches_and_a_tenth_of_what_is_known() -> None:
    assert [is_time(new, known, LEAST) for new, known in [(9, 0), (10, 0), (10, 109), (10, 110), (11, 110)]] == [
        False, True, True, False, True,
    ]  # fmt: skip


def test_a_thousand_people_share_a_pool_and_there_are_at_most_sixteen() -> None:
    assert [shards_for(people) for people in (0, 999, 1000, 2500, 100_000)] == [1, 1, 1, 2, 16]
