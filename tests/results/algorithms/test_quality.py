"""Quality signs as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.results.algorithms import quality
from mayak.results.algorithms.scales import Asked, Scale, choose_scale, count_below


def test_a_journal_gap_counts_both_directions() -> None:
    gap = quality.journal_gap(3, 4, 3, limit_percent=50)
    assert gap is not None
    assert gap.percent == 60.0
    assert quality.journal_gap(2, 6, 2, limit_percent=50) is None
    assert quality.journal_gap(None, 4, 3, limit_percent=50) is None
    assert quality.journal_gap(0, 0, 0, limit_percent=0) is None


def test_declared_and_listed() -> None:
    assert quality.count_gap(89, 50, limit=0) == 39
    assert quality.count_gap(50, 50, limit=0) is None
    assert quality.count_gap(None, 50, limit=0) is None


@pytest.mark.parametrize(
    ("percents", "seen"), [((10.01, 30, 40, 20), None), ((10, 30, 40, 19), 99.0), ((), None)]
)
def test_sums_of_per_cents(percents: tuple[float, ...], seen: float | None) -> None:
    assert quality.percent_sum(percents, limit=0.1) == seen


def test_a_peak_is_seen_only_where_a_mark_begins() -> None:
    flat = dict.fromkeys(range(25), 4)
    bounds = {3: 10.0, 4: 16.0}
    assert quality.border_peaks({**flat, 10: 20}, bounds, times=2, fewest=30) == [
        quality.Peak(3, 10, 20, 4.0)
    ]
    assert quality.border_peaks({**flat, 11: 20}, bounds, times=2, fewest=30) == []
    assert quality.border_peaks({10: 5}, bounds, times=2, fewest=30) == []


def test_a_jump_is_a_rise_and_never_a_fall() -> None:
    jump = quality.sudden_jump(0.05, 0.16, limit_points=10)
    assert jump is not None
    assert jump.points == 11.0
    assert quality.sudden_jump(0.4, 0.1, limit_points=10) is None
    assert quality.sudden_jump(None, 0.1, limit_points=10) is None


def test_unknown_is_not_few() -> None:
    assert not quality.is_few(None, limit=20)
    assert quality.is_few(19, limit=20)
    assert not quality.is_few(20, limit=20)


SCALES = [
    Scale("ege", pass_score=20, year_from=2000),
    Scale("ege", subject_id=1, pass_score=24, year_from=2015),
    Scale("ege", subject_id=1, pass_score=25, year_from=2020),
    Scale("ege", subject_id=1, territory_path="/1/7/", pass_score=30, year_from=2015),
    Scale("ege", subject_id=1, grade=11, pass_score=26, year_from=2015, year_to=2016),
    Scale("ege", subject_id=2, pass_score=5, year_from=2015, max_score=10),
]


@pytest.mark.parametrize(
    ("asked", "threshold"),
    [
        (Asked("ege", 1, None, 2018, "/1/8/"), 24),
        (Asked("ege", 1, None, 2021, "/1/8/"), 25),
        (Asked("ege", 1, 11, 2021, "/1/7/31/"), 30),
        (Asked("ege", 1, 11, 2016, "/1/8/"), 26),
        (Asked("ege", 3, None, 2018, "/1/8/"), 20),
        (Asked("ege", 2, None, 2018, "/1/8/", 100), 20),
        (Asked("ege", 2, None, 2018, "/1/8/", 10), 5),
    ],
)
def test_the_most_exact_scale_wins(asked: Asked, threshold: float) -> None:
    found = choose_scale(SCALES, asked)
    assert found is not None
    assert found.pass_score == threshold


def test_another_exam_has_no_scale() -> None:
    assert choose_scale(SCALES, Asked("oge", 1, 9, 2020, "/1/")) is None


@given(st.dictionaries(st.integers(0, 100), st.integers(0, 50)), st.integers(0, 101))
def test_below_and_not_below_make_the_whole(distribution: dict[int, float], threshold: int) -> None:
    below = count_below(distribution, threshold)
    above = sum(count for score, count in distribution.items() if score >= threshold)
    assert below + above == sum(distribution.values())
