"""«Почему в списке» and «что выведет из списка»: the numbers that fired, and the fewest pupils on the other side."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.evaluation import Decision, identify
from mayak.results.algorithms.identification.explanations import explain, explain_listed
from mayak.results.algorithms.identification.rules import RuleSet
from mayak.results.algorithms.identification.ways_out import first_count
from tests.results.algorithms.identification.tables import (
    MA5,
    MA9,
    PROCEDURES,
    RU5,
    RU9,
    A,
    B,
    Cells,
    counts,
    means,
    rule,
    signs,
)

SCHOOL = {
    ("x", RU5, 2025): (7, 20),
    ("x", MA5, 2025): (12, 20),
    ("x", RU9, 2025): (0, 12),
    ("x", RU5, 2024): (6, 20),
    ("x", MA5, 2024): (5, 20),
    ("x", MA9, 2025): (3, 8),
    ("y", MA9, 2024): (0, 8),
    ("y", RU9, 2024): (0, 8),
}


def test_the_reason_names_procedures_and_numbers() -> None:
    explained = explain(identify(rule(A, B), counts(SCHOOL), 2025), "x")
    first, second = explained.conditions
    assert explained.decision is Decision.LISTED
    assert first.items_fired == (MA9, MA5, RU5)
    assert (first.needed, first.counted) == (2, 4)
    shown = {line.item: (line.below, line.n, line.value, line.fired, line.few) for line in first.evidence}
    assert shown[MA9] == (3, 8, 0.375, True, True)
    assert shown[RU9] == (0, 12, 0.0, False, True)
    assert shown[RU5] == (7, 20, 0.35, True, False)
    assert second.items_fired == (RU5,)
    assert {(line.item, line.year): line.reason for line in second.missing} == {
        (MA9, 2024): CellState.NO_RESULT,
        (RU9, 2024): CellState.NO_RESULT,
    }


def test_the_interval_stands_beside_the_share() -> None:
    explained = explain(identify(rule(A), counts(SCHOOL), 2025), "x")
    interval = next(line.interval for line in explained.conditions[0].evidence if line.item == RU5)
    assert interval == pytest.approx((0.1811918, 0.5671457), abs=1e-6)


def test_the_way_out_is_the_fewest_pupils() -> None:
    """Three procedures fire; two must stop for A, and B stops with Russian: 2 of 20 there, 1 of 8 in grade 9."""
    way = explain(identify(rule(A, B), counts(SCHOOL), 2025), "x").way_out
    assert way is not None
    assert [(step.item, step.pupils) for step in way.steps] == [(RU5, 2), (MA9, 1)]
    assert (way.pupils, way.is_least) == (3, True)


def test_joined_by_all_it_is_enough_to_leave_one_condition() -> None:
    way = explain(identify(rule(A, B, joint="all"), counts(SCHOOL), 2025), "x").way_out
    assert way is not None
    assert [(step.item, step.pupils) for step in way.steps] == [(RU5, 2)]


def test_past_years_cannot_be_changed() -> None:
    listed = rule({"at_least": 0.3, "years": {"each": [-1]}})
    way = explain(identify(listed, counts(SCHOOL), 2025), "x").way_out
    assert way is not None
    assert way.steps == ()


def test_a_mean_tells_the_value_to_pass_and_no_pupils() -> None:
    data = means({("x", RU5, 2025): (30.0, 10), ("y", RU5, 2025): (50.0, 10)})
    way = explain(identify(rule({"measure": "mean", "below": 40}), data, 2025), "x").way_out
    assert way is not None
    step = way.steps[0]
    assert (step.pupils, step.value, step.reach, step.reach_excluded, way.pupils) == (
        None,
        30.0,
        40.0,
        False,
        None,
    )


def test_signs_are_told() -> None:
    high = rule({"at_most": 0.4}, veto={"signs": [], "years": {"each": 2}})
    data = counts(SCHOOL, signs=signs((0, "journal-gap", 2024), (0, "too-even", 2025), (0, "old", 2023)))
    explained = explain(identify(high, data, 2025), "x")
    assert explained.decision is Decision.VETOED
    assert explained.signs == (("journal-gap", 2024), ("too-even", 2025))
    assert explained.way_out is None


def test_an_unlisted_school_is_explained_too_and_an_unknown_one_is_an_error() -> None:
    result = identify(rule(A, B), counts(SCHOOL), 2025)
    assert explain(result, "y").decision is Decision.NO_DATA
    with pytest.raises(KeyError):
        explain(result, "z")


@given(
    st.integers(1, 400),
    st.sampled_from([0.05, 0.07, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.7, 0.95]),
    st.booleans(),
)
def test_the_edge_is_exactly_where_the_comparison_turns(n: int, limit: float, strict: bool) -> None:
    edge = first_count(n, limit, strict=strict)
    passes = [(count / n > limit) if strict else (count / n >= limit) for count in range(n + 2)]
    assert passes.index(True) == edge


@st.composite
def schools(draw: st.DrawFn) -> Cells:
    cells: dict[Any, tuple[int, int]] = {}
    for procedure, year in product(PROCEDURES[:3], (2024, 2025)):
        n = draw(st.integers(1, 5))
        cells["x", procedure, year] = (draw(st.integers(0, n)), n)
    return cells


RULES = st.sampled_from(
    [
        rule(A, B),
        rule(A, B, joint="all"),
        rule(A, {"at_least": 0.6, "count": "any"}),
        rule({"at_least": 0.3, "count": "all"}, {"above": 0.5, "count": "any", "years": {"each": 2}}),
        rule({"at_most": 0.4, "count": {"at_least": 2}}, {"below": 0.2, "years": {"running": 2}}),
    ]
)


@settings(max_examples=60, deadline=None)
@given(schools(), RULES)
def test_no_smaller_change_of_this_year_would_do(cells: Cells, rule_set: RuleSet) -> None:
    result = identify(rule_set, counts(cells), 2025)
    if result.listed != ["x"]:
        return
    way = next(explain_listed(result)).way_out
    assert way is not None
    current = [key for key in cells if key[2] == 2025]
    least = None
    for new in product(*(range(cells[key][1] + 1) for key in current)):
        changed = {**cells, **{key: (below, cells[key][1]) for key, below in zip(current, new, strict=True)}}
        moved = sum(abs(below - cells[key][0]) for key, below in zip(current, new, strict=True))
        if (least is None or moved < least) and not identify(rule_set, counts(changed), 2025).listed:
            least = moved
    assert way.pupils == (least or 0)
    steps = {(step.item, step.year): step.pupils or 0 for step in way.steps}
    after = {key: (below - steps.get((key[1], key[2]), 0), n) for key, (below, n) in cells.items()}
    assert (identify(rule_set, counts(after), 2025).listed == []) is (least is not None)


def test_no_way_out_asks_for_a_share_above_one() -> None:
    """At most twice the share of the country: where that lies above 1 no result can leave the list."""
    data = counts(
        {("x", RU5, 2025): (12, 20), ("y", RU5, 2025): (14, 20)}, territories={"country": np.zeros(2, int)}
    )
    shares = replace(data.results, below=np.full(2, np.nan), share=np.array([0.6, 0.7]))
    for times, reach in ((2, []), (1, [0.65])):
        limit = {"territory": "country", "value": "mean", "times": times}
        found = explain(identify(rule({"at_most": limit}), replace(data, results=shares), 2025), "x")
        assert found.decision is Decision.LISTED
        assert [step.reach for step in found.way_out.steps] == pytest.approx(reach)
