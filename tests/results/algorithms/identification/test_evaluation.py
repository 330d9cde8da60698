"""Who is on the list: the ШНОР rule by hand, the unknown, vetoes, and a slow independent evaluation of random rules."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.data import Dataset, Procedure, Results
from mayak.results.algorithms.identification.evaluation import Decision, identify
from mayak.results.algorithms.identification.messages import DataError
from tests.results.algorithms.identification.tables import (
    MA5,
    MA9,
    PROCEDURES,
    RU5,
    RU9,
    A,
    B,
    Cells,
    context,
    counts,
    means,
    rule,
    signs,
)

SHNOR = rule(A, B)
LISTED, NOT_LISTED, NO_DATA, VETOED = Decision.LISTED, Decision.NOT_LISTED, Decision.NO_DATA, Decision.VETOED
OTHER = {("other", procedure, year): (0, 10) for procedure in PROCEDURES for year in (2023, 2024, 2025)}


def decision(rule_set: r.RuleSet, cells: Cells, year: int = 2025, **more: Any) -> Decision:
    result = identify(rule_set, counts({**OTHER, **cells}, **more), year)
    return Decision(int(result.decision[result.schools.index("x")]))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({("x", RU5, 2025): (3, 10), ("x", MA5, 2025): (3, 10)}, LISTED),
        (
            {
                ("x", RU5, 2025): (3, 10),
                ("x", MA5, 2025): (2, 10),
                ("x", MA5, 2024): (9, 10),
                ("x", RU5, 2024): (0, 9),
            },
            NOT_LISTED,
        ),
        ({("x", RU5, 2025): (3, 10), ("x", RU5, 2024): (3, 10)}, LISTED),
        ({("x", RU5, 2025): (3, 10), ("x", MA5, 2024): (10, 10), ("x", MA5, 2025): (0, 10)}, NOT_LISTED),
        (
            {
                ("x", RU5, 2025): (29, 100),
                ("x", MA5, 2025): (100, 100),
                ("x", RU5, 2024): (1, 10),
                ("x", MA5, 2024): (0, 1),
            },
            NOT_LISTED,
        ),
        ({("x", RU5, 2025): (7, 23), ("x", MA5, 2025): (30, 100)}, LISTED),
        ({("x", RU5, 2024): (9, 10), ("x", MA5, 2024): (9, 10)}, NO_DATA),
        ({("x", RU5, 2025): (0, 0), ("x", MA5, 2025): (0, 0)}, NO_DATA),
    ],
)
def test_shnor_2025(cells: Cells, expected: Decision) -> None:
    assert decision(SHNOR, cells) is expected


def test_joined_by_all_a_school_must_meet_both() -> None:
    only_a = {
        ("x", RU5, 2025): (3, 10),
        ("x", MA5, 2025): (3, 10),
        ("x", RU5, 2024): (0, 10),
        ("x", MA5, 2024): (0, 10),
    }
    both = only_a | {("x", RU5, 2024): (3, 10)}
    assert decision(rule(A, B, joint="all"), only_a) is NOT_LISTED
    assert decision(rule(A, B, joint="all"), both) is LISTED


def test_each_year_counts_for_itself_and_running_asks_the_same_procedure() -> None:
    cells = {
        ("x", RU5, 2025): (5, 10),
        ("x", MA5, 2025): (0, 10),
        ("x", RU5, 2024): (0, 10),
        ("x", MA5, 2024): (5, 10),
    }
    assert decision(rule({"at_least": 0.3, "years": {"each": 2}}), cells) is LISTED
    assert decision(rule({"at_least": 0.3, "years": {"running": 2}}), cells) is NOT_LISTED


def test_years_may_be_listed_by_the_calendar() -> None:
    cells = {("x", RU5, 2023): (5, 10), ("x", RU5, 2025): (0, 10)}
    assert decision(rule({"at_least": 0.3, "years": {"each": [2023]}}), cells) is LISTED
    assert decision(rule({"at_least": 0.3, "years": {"each": [-2]}}), cells, 2025) is LISTED


def test_all_leaves_a_school_with_a_gap_open_and_skip_does_not() -> None:
    cells = {("x", RU5, 2025): (5, 10)}
    filtered = {"at_least": 0.3, "count": "all", "procedures": {"kinds": ["vpr"]}}
    assert decision(rule(filtered), cells) is NO_DATA
    assert decision(rule(filtered | {"missing": "skip"}), cells) is LISTED
    assert decision(rule(filtered | {"missing": "skip", "min_measured": 2}), cells) is NO_DATA
    assert decision(rule(filtered), {("x", RU5, 2025): (0, 10)}) is NOT_LISTED


def test_a_result_of_few_pupils_is_not_looked_at() -> None:
    cells = {("x", RU5, 2025): (9, 9), ("x", MA5, 2025): (5, 10)}
    assert decision(rule({"at_least": 0.3, "min_participants": 10}), cells) is LISTED
    assert decision(rule({"at_least": 0.6, "min_participants": 10}), cells) is NOT_LISTED


def test_a_quality_sign_stands_against_the_list() -> None:
    cells = {("x", RU5, 2025): (0, 10)}
    high = rule({"at_most": 0.05, "procedures": {"subjects": ["russian"]}}, veto={"years": {"each": 3}})
    assert decision(high, cells, signs=signs()) is LISTED
    assert decision(high, cells, signs=signs((1, "journal-gap", 2023))) is VETOED
    assert decision(high, cells, signs=signs((1, "journal-gap", 2022))) is LISTED
    assert decision(high, cells, signs=signs((0, "journal-gap", 2025))) is LISTED


def test_against_the_territory() -> None:
    cells = {("x", RU5, 2025): (4, 20), ("other", RU5, 2025): (1, 10), ("far", RU5, 2025): (9, 10)}
    territories = {"region": np.array([1, 0, 0])}
    against = {"at_least": {"territory": "region", "value": "pooled", "times": 1.2}}
    assert decision(rule(against), cells, territories=territories) is LISTED  # 0.2 >= 1.2 x 5 / 30
    against["at_least"]["times"] = 1.21
    assert decision(rule(against), cells, territories=territories) is NOT_LISTED
    against["at_least"] |= {"value": "mean", "times": 1.0}
    assert decision(rule(against), cells, territories=territories) is LISTED  # 0.2 >= 0.15
    against["at_least"] |= {"value": "median", "plus": 0.06}
    assert decision(rule(against), cells, territories=territories) is NOT_LISTED  # 0.2 < 0.21


def test_context_against_a_number_and_the_territory() -> None:
    shares = {(0, "low_income", 2025): 0.1, (1, "low_income", 2025): 0.2, (1, "single_parent", 2025): 0.5}
    one = {"measure": "context_share", "above": 0.15, "indicators": ["low_income", "single_parent"]}
    assert decision(rule(one), {("x", RU5, 2025): (0, 1)}, context=context(shares)) is LISTED
    all_of = rule(one | {"count": "all", "above": 0.3})
    assert decision(all_of, {("x", RU5, 2025): (0, 1)}, context=context(shares)) is NOT_LISTED


def test_percentile_is_the_average_rank_among_the_schools_of_enough_pupils() -> None:
    points = {"a": (10, 10), "b": (20, 10), "c": (20, 10), "d": (30, 10), "e": (1, 9)}
    data = means({(school, RU5, 2025): value for school, value in points.items()})
    result = identify(rule({"measure": "percentile", "at_most": 0.625, "min_participants": 10}), data, 2025)
    assert result.outcomes[0].cells.value[:, 0, 0].tolist()[:4] == [0.25, 0.625, 0.625, 1.0]
    assert np.isnan(result.outcomes[0].cells.value[4, 0, 0])
    assert result.listed == ["a", "b", "c"]
    assert result.with_decision(Decision.NO_DATA) == ["e"]


@pytest.mark.parametrize(
    ("rule_set", "year", "place", "code"),
    [
        (SHNOR, 2022, "conditions[0] (A).years", "no_results_year"),
        (SHNOR, 2023, "conditions[1] (B).years", "no_results_year"),
        (
            rule(A | {"procedures": {"subjects": ["physics"]}}),
            2025,
            "conditions[0] (A).procedures.subjects",
            "no_results_of",
        ),
        (rule({"measure": "mean", "below": 30}), 2025, "conditions[0] (A).measure", "no_values"),
        (
            rule({"at_least": 0.3, "count": {"at_least": 5}}),
            2025,
            "conditions[0] (A).count",
            "count_over_data",
        ),
        (
            rule({"measure": "context_share", "above": 0.3, "indicators": ["x"]}),
            2025,
            "conditions[0] (A)",
            "no_context",
        ),
        (rule({"at_least": {"territory": "region"}}), 2025, "conditions[0] (A)", "no_territory"),
        (rule(A, veto={}), 2025, "veto", "no_signs"),
        (rule(A, year_from=2026), 2025, "year_from", "rule_not_in_force"),
        (rule({"at_least": 0.3, "years": {"each": [2025]}}), 2024, "conditions[0] (A).years", "years_future"),
    ],
)
def test_a_condition_without_data_is_refused_with_its_place(
    rule_set: r.RuleSet, year: int, place: str, code: str
) -> None:
    with pytest.raises(DataError) as raised:
        identify(rule_set, counts(OTHER), year)
    assert (place, code) in [(problem.place, problem.code) for problem in raised.value.problems]


def test_a_missing_indicator_or_year_of_the_context_is_named() -> None:
    asked = rule(
        {
            "measure": "context_share",
            "above": 0.3,
            "indicators": ["low_income", "mobility"],
            "years": {"each": 2},
        }
    )
    data = counts(OTHER, context=context({(0, "low_income", 2025): 0.5}))
    with pytest.raises(DataError, match="mobility") as raised:
        identify(asked, data, 2025)
    assert [problem.code for problem in raised.value.problems] == ["no_indicator", "no_context_year"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"school": np.array([0, 5])}, "row_range"),
        ({"procedure": np.array([0, 0])}, "row_twice"),
        ({"below": np.array([11.0, 0.0])}, "row_below"),
        ({"share": np.array([0.1, 1.2])}, "row_share"),
        ({"n": np.array([10])}, "length_wrong"),
    ],
)
def test_broken_rows_are_named(change: dict[str, Any], code: str) -> None:
    columns: dict[str, Any] = {
        "school": np.array([0, 0]),
        "procedure": np.array([0, 1]),
        "year": np.array([2025, 2025]),
        "n": np.array([10, 10]),
        "below": np.array([1.0, 2.0]),
        "mean": np.array([1.0, 2.0]),
    }
    with pytest.raises(DataError) as raised:
        Results(("x",), PROCEDURES, **(columns | change))
    assert raised.value.problems[0].code == code


SCHOOLS = ("a", "b", "c")
YEARS = (2023, 2024, 2025)


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    keys = [(s, p, y) for s in SCHOOLS for p in PROCEDURES[:3] for y in YEARS]
    cells = {}
    for key in keys:
        if draw(st.integers(0, 4)):
            n = draw(st.integers(1, 6))
            cells[key] = (draw(st.integers(0, n)), n)
    for year in YEARS:
        cells["z", RU5, year] = cells["z", MA5, year] = (0, 5)
    return cells


@st.composite
def rule_sets(draw: st.DrawFn) -> r.RuleSet:
    lines = []
    for number in range(draw(st.integers(1, 2))):
        quantifier = draw(st.sampled_from(["any", "all", {"at_least": 2}]))
        years = draw(st.sampled_from(["current", {"running": 2}, {"each": 2}, {"each": [0, -2]}]))
        comparison = draw(st.sampled_from(["at_least", "above", "at_most", "below"]))
        missing = draw(st.sampled_from(["unknown", "skip"]))
        line = {comparison: draw(st.sampled_from([0.2, 0.25, 0.5])), "count": quantifier, "years": years}
        lines.append(line | {"missing": missing, "min_participants": draw(st.integers(1, 3)) + number * 3})
    return rule(*lines, joint=draw(st.sampled_from(["any", "all"])))


def slow_decision(rule_set: r.RuleSet, cells: Cells, school: str) -> Decision:
    """Three-valued logic written out for one school, without arrays."""
    answers = [slow_condition(condition, cells, school) for condition in rule_set.conditions]
    if rule_set.joint.quantifier is r.Quantifier.ANY:
        best = max(answers)
        return {2: LISTED, 1: NO_DATA, 0: NOT_LISTED}[best]
    return {2: LISTED, 1: NO_DATA, 0: NOT_LISTED}[min(answers)]


def slow_condition(condition: r.Condition, cells: Cells, school: str) -> int:
    years = condition.years.of(2025)
    if condition.years.mode is r.YearsMode.EACH:
        taken = {p for _, p, y in cells if y in years}
        return min(slow_count(condition, cells, school, (year,), taken) for year in years)
    return slow_count(condition, cells, school, years, {p for _, p, y in cells if y in years})


def slow_count(
    condition: r.Condition, cells: Cells, school: str, years: tuple[int, ...], taken: set[Procedure]
) -> int:
    tests = {
        "at_least": lambda share: share >= condition.limit,
        "above": lambda share: share > condition.limit,
        "at_most": lambda share: share <= condition.limit,
        "below": lambda share: share < condition.limit,
    }
    yes = no = full = 0
    for procedure in taken:
        found = [cells.get((school, procedure, year)) for year in years]
        usable = [cell for cell in found if cell is not None and cell[1] >= condition.min_participants]
        fired = [tests[condition.comparison](below / n) for below, n in usable]
        is_full = len(usable) == len(years)
        full += is_full
        yes += is_full and all(fired)
        no += not all(fired)
    if condition.missing is r.Missing.UNKNOWN:
        needed = condition.count.needed(len(taken))
        return 2 if yes >= needed else 0 if len(taken) - no < needed else 1
    needed = full if condition.count.quantifier is r.Quantifier.ALL else condition.count.needed(len(taken))
    if full < max(1, needed):
        return 1
    return 2 if yes >= needed else 0


@settings(max_examples=150, deadline=None)
@given(tables(), rule_sets())
def test_the_arrays_say_what_a_slow_reading_says(cells: Cells, rule_set: r.RuleSet) -> None:
    names = (*SCHOOLS, "z")
    result = identify(rule_set, counts(cells, names), 2025)
    assert [Decision(d) for d in result.decision] == [slow_decision(rule_set, cells, name) for name in names]


@settings(max_examples=60, deadline=None)
@given(tables(), rule_sets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_schools_does_not_matter(
    cells: Cells, rule_set: r.RuleSet, random: Any
) -> None:
    rows, names = list(cells.items()), [*SCHOOLS, "z"]
    random.shuffle(rows)
    random.shuffle(names)
    first = identify(rule_set, counts(cells, (*SCHOOLS, "z")), 2025)
    second = identify(rule_set, counts(dict(rows), tuple(names)), 2025)
    assert sorted(map(str, first.listed)) == sorted(map(str, second.listed))


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(["unknown", "skip"]))
def test_one_more_failing_pupil_never_takes_a_school_off_the_list(cells: Cells, missing: str) -> None:
    rule_set = rule(A | {"missing": missing}, B | {"missing": missing})
    before = identify(rule_set, counts(cells, (*SCHOOLS, "z")), 2025)
    worse = {key: (min(below + (key[0] == "a"), n), n) for key, (below, n) in cells.items()}
    after = identify(rule_set, counts(worse, (*SCHOOLS, "z")), 2025)
    assert set(before.listed) <= set(after.listed)


def test_nothing_is_said_of_schools_without_a_row() -> None:
    data = counts({("a", MA9, 2025): (1, 2), ("a", RU9, 2025): (2, 2)}, ("a", "b"))
    assert isinstance(data, Dataset)
    assert identify(rule(A), data, 2025).decision.tolist() == [LISTED, NO_DATA]
    assert MA5 not in {
        cell for outcome in identify(rule(A), data, 2025).outcomes for cell in outcome.cells.items
    }
