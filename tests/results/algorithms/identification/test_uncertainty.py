"""Intervals, stability and value added, each beside an independent computation."""

import csv
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, rankdata

from mayak.results.algorithms.identification.evaluation import identify
from mayak.results.algorithms.identification.intervals import wilson
from mayak.results.algorithms.identification.stability import StabilityMethod, redrawn, stability
from mayak.results.algorithms.identification.value_added import NotShown, ValueAddedRule, value_added
from mayak.results.algorithms.identification.values import average_rank_share
from tests.results.algorithms.identification.tables import MA5, RU5, A, B, context, counts, means, rule, signs

RULES = [
    rule(A, B),
    rule(A, B, joint="all"),
    rule({"at_least": 0.3, "count": "all"}, {"above": 0.5, "years": {"each": 2}}),
    rule({"at_most": 0.4, "count": "all", "missing": "skip", "years": {"each": 2}}),
    rule(
        {"below": 0.5, "count": {"at_least": 2}, "min_participants": 3},
        {"at_least": 0.2, "years": {"running": 2}},
    ),
]
CELLS = {
    ("x", RU5, 2025): (1, 3),
    ("x", MA5, 2025): (2, 4),
    ("x", RU5, 2024): (1, 2),
    ("x", MA5, 2024): (0, 3),
    ("y", RU5, 2025): (0, 3),
    ("y", MA5, 2025): (2, 2),
    ("y", RU5, 2024): (0, 4),
}


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (3, 10, 0.1077913, 0.6032219),
    ],
)
def test_wilson(count: int, n: int, low: float, high: float) -> None:
    found = wilson(np.array([float(count)]), np.array([n]))
    assert [float(bound[0]) for bound in found] == pytest.approx([low, high], abs=1e-6)


def test_wilson_equals_the_published_example() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), p. 857: 81 of 263 gives 0.2553 to 0.3662."""
    low, high = wilson(np.array([81.0]), np.array([263]))
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.2553, 0.3662)


def test_wilson_says_nothing_of_nobody() -> None:
    assert np.isnan(wilson(np.array([0.0, math.nan]), np.array([0, 5]))).all()


def by_enumeration(rule_number: int, school: str, prior: float) -> float:
    """Every outcome of every result of one school, with its probability."""
    own = {key: value for key, value in CELLS.items() if key[0] == school}
    rest = {key: value for key, value in CELLS.items() if key[0] != school}
    total = 0.0
    for drawn in product(*(range(n + 1) for _, n in own.values())):
        cells = {key: (below, n) for (key, (_, n)), below in zip(own.items(), drawn, strict=True)}
        chance = math.prod(
            binom.pmf(below, n, (seen + prior) / (n + 2 * prior))
            for (seen, n), below in zip(own.values(), drawn, strict=True)
        )
        if school in identify(RULES[rule_number], counts(cells | rest), 2025).listed:
            total += chance
    return total


@pytest.mark.parametrize("prior", [0.0, 0.5])
@pytest.mark.parametrize("number", range(len(RULES)))
def test_stability_is_the_sum_over_all_outcomes(number: int, prior: float) -> None:
    found = stability(identify(RULES[number], counts(CELLS), 2025), prior=prior)
    assert found.method is StabilityMethod.EXACT
    expected = [by_enumeration(number, school, prior) for school in ("x", "y")]
    assert found.listed.tolist() == pytest.approx(expected, abs=1e-12)


def test_drawing_agrees_with_the_exact_answer_and_repeats_with_its_seed() -> None:
    result = identify(RULES[0], counts(CELLS), 2025)
    drawn = redrawn(result, draws=600, seed=7)
    assert drawn.listed.tolist() == redrawn(result, draws=600, seed=7).listed.tolist()
    assert drawn.listed == pytest.approx(stability(result).listed, abs=0.07)


def test_a_vetoed_school_is_never_listed_and_context_is_not_redrawn() -> None:
    listed = rule(
        {"at_least": 0.1},
        {"measure": "context_share", "above": 0.3, "indicators": ["low"]},
        joint="all",
        veto={},
    )
    shares = context({(0, "low", 2025): 0.5, (1, "low", 2025): 0.1})
    found = stability(identify(listed, counts(CELLS, context=shares, signs=signs()), 2025))
    assert found.method is StabilityMethod.EXACT
    assert 0.5 < found.listed[0] < 1
    assert found.listed[1] == 0
    vetoed = stability(identify(listed, counts(CELLS, context=shares, signs=signs((0, "s", 2025))), 2025))
    assert vetoed.listed.tolist() == [0, 0]


def test_means_are_redrawn_only_where_the_spread_of_pupils_is_known() -> None:
    points = {(school, RU5, 2025): (value, 25) for school, value in {"a": 30.0, "b": 39.5, "c": 60.0}.items()}
    low = rule({"measure": "mean", "below": 40})
    assert np.isnan(stability(identify(low, means(points), 2025)).listed).all()
    found = stability(identify(low, means(points, sd=10.0), 2025), draws=2000)
    assert found.method is StabilityMethod.REDRAWN
    assert found.listed.tolist() == pytest.approx([1.0, 0.599, 0.0], abs=0.04)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 2)), min_size=1, max_size=30))
def test_percentiles_are_average_ranks(rows: list[tuple[int, int]]) -> None:
    values, groups = np.array([float(v) for v, _ in rows]), np.array([g for _, g in rows])
    found = average_rank_share(values, groups)
    for group in set(groups.tolist()):
        own = groups == group
        expected = np.full(own.sum(), np.nan) if group < 0 else rankdata(values[own]) / own.sum()
        np.testing.assert_array_equal(found[own], expected)


def test_value_added_on_the_schools_of_california(shared_data: Path) -> None:
    """Result against four indicators; the cross-validated R² equals leaving out each of 300 schools one by one."""
    names = ("meals", "ell", "mobility", "not.hsg")
    with (shared_data / "california_api_1999_2000" / "apipop.csv").open(encoding="utf-8", newline="") as file:
        rows = [[row["api00"], *(row[name] for name in names)] for row in csv.DictReader(file)]
    table = np.array([[float(cell) if cell else math.nan for cell in row] for row in rows])
    whole = value_added(table[:, 0], table[:, 1:], names)
    assert whole.is_shown
    assert whole.r2 == pytest.approx(whole.r2_fit, abs=0.005)
    assert 0.5 < whole.r2 < 0.9
    complete = table[~np.isnan(table).any(axis=1)][:300]
    part = value_added(complete[:, 0], complete[:, 1:], names)
    expected = []
    for left in range(len(complete)):
        rest = np.delete(complete, left, axis=0)
        beta = np.linalg.lstsq(np.column_stack([np.ones(len(rest)), rest[:, 1:]]), rest[:, 0], rcond=None)[0]
        expected.append(beta[0] + complete[left, 1:] @ beta[1:])
    np.testing.assert_allclose(part.expected, expected, rtol=1e-9)
    means_without = [np.delete(complete[:, 0], left).mean() for left in range(len(complete))]
    r2 = 1 - ((complete[:, 0] - expected) ** 2).sum() / ((complete[:, 0] - means_without) ** 2).sum()
    assert part.r2 == pytest.approx(r2)


def test_nothing_is_shown_where_data_do_not_carry_it() -> None:
    generator = np.random.default_rng(5)
    x = generator.random((200, 2))
    noise, line = generator.random(200), 50 + 20 * x[:, 0]
    names = ("a", "b")
    assert value_added(line[:40], x[:40], names).reason is NotShown.FEW_SCHOOLS
    assert value_added(noise, x, names).reason is NotShown.POOR_MODEL
    assert np.isnan(value_added(noise, x, names).expected).all()
    assert value_added(line, np.ones((200, 2)), names).reason is NotShown.NO_CONTEXT
    gaps = np.where(np.arange(200)[:, None] < 120, np.nan, x)
    assert value_added(line, gaps, names).reason is NotShown.NO_CONTEXT
    assert value_added(line, gaps, names, ValueAddedRule(least_coverage=0.3)).is_shown


def test_an_indicator_that_repeats_others_is_dropped_by_name() -> None:
    x = np.random.default_rng(5).random((200, 2))
    found = value_added(50 + 20 * x[:, 0] - x[:, 1], np.column_stack([x, x.sum(axis=1)]), ("a", "b", "sum"))
    assert (found.used, found.dropped) == (("a", "b"), ("sum",))
    assert found.coefficients == pytest.approx((50.0, 20.0, -1.0))
