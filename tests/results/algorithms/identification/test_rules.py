"""A rule is data: what is supplied can be read, what is wrong is refused with its place."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

import mayak.results
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import MESSAGES, RuleError
from mayak.results.algorithms.identification.parsing import fingerprint, rule_from_dict, rule_to_dict

SUPPLIED = sorted((Path(mayak.results.__file__).parent / "data" / "rule_sets").glob("*.yaml"))
SHARE = {"code": "A", "measure": "below_share", "at_least": 0.3}


def rule(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "code": "test",
        "name": "Test",
        "status": "low_results",
        "joint": "any",
        "conditions": [copy.deepcopy(SHARE)],
    }
    return data | changes


def condition(**changes: Any) -> dict[str, Any]:
    return rule(conditions=[SHARE | changes])


def problems(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as raised:
        rule_from_dict(data)
    assert all(str(problem).startswith(problem.place or "rule") for problem in raised.value.problems)
    return [(problem.place, problem.code) for problem in raised.value.problems]


@pytest.mark.parametrize("path", SUPPLIED, ids=lambda path: path.stem)
def test_a_supplied_rule_reads_and_writes_back(path: Path) -> None:
    read = rule_from_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert rule_from_dict(rule_to_dict(read)) == read
    assert read.source
    assert read.assumptions


def test_shnor_2025_says_what_the_act_says_and_marks_the_joint_as_assumed() -> None:
    path = next(path for path in SUPPLIED if path.stem == "shnor_2025")
    shnor = rule_from_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    first, second = shnor.conditions
    assert (first.limit, first.comparison, first.count) == (
        0.3,
        "at_least",
        r.Count(r.Quantifier.AT_LEAST, 2),
    )
    assert (second.limit, second.count.quantifier, second.years.of(2025)) == (0.3, "any", (2025, 2024))
    assert shnor.joint.quantifier is r.Quantifier.ANY
    assert shnor.is_assumed("joint")
    assert not shnor.is_assumed("A.at_least")


def test_all_needs_every_result_unless_told_otherwise() -> None:
    assert rule_from_dict(condition(count="all")).conditions[0].missing is r.Missing.UNKNOWN
    assert rule_from_dict(condition(count="any")).conditions[0].missing is r.Missing.SKIP


def test_the_fingerprint_changes_with_a_number_and_not_with_the_order_of_fields() -> None:
    data = rule()
    turned = dict(reversed(data.items()))
    assert fingerprint(rule_from_dict(data)) == fingerprint(rule_from_dict(turned))
    assert fingerprint(rule_from_dict(data)) != fingerprint(rule_from_dict(condition(at_least=0.31)))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rule(color="red"), [("color", "field_unknown")]),
        (condition(treshold=0.3), [("conditions[0].treshold", "field_unknown")]),
        (rule(conditions=[]), [("conditions", "conditions_empty")]),
        (rule(name=""), [("", "field_missing")]),
        (rule(name=7), [("name", "type_wrong")]),
        (rule(conditions="A"), [("conditions", "type_wrong"), ("conditions", "conditions_empty")]),
        (rule(joint="some"), [("joint", "choice_unknown")]),
        (rule(joint={"at_least": 2}), [("joint", "joint_too_many")]),
        (rule(year_from=2025, year_to=2024), [("year_to", "period_reversed")]),
        (rule(assumptions=["A.at_least", "B.at_least"]), [("assumptions[1]", "choice_unknown")]),
        (rule(conditions=[{"code": "A", "at_least": 0.3}]), [("conditions[0]", "field_missing")]),
        (condition(at_most=0.5), [("conditions[0]", "comparison_one")]),
        (condition(at_least="0.3"), [("conditions[0].at_least", "type_wrong")]),
        (condition(at_least=30), [("conditions[0].at_least", "number_range")]),
        (condition(at_least=0), [("conditions[0].at_least", "always_holds")]),
        (
            rule(conditions=[{"code": "A", "measure": "below_share", "above": 1}]),
            [("conditions[0].above", "never_holds")],
        ),
        (condition(min_participants=0), [("conditions[0].min_participants", "number_range")]),
        (condition(years={"running": 0}), [("conditions[0].years.running", "number_range")]),
        (condition(years={"each": []}), [("conditions[0].years.each", "years_empty")]),
        (condition(years={"each": [0, 2024]}), [("conditions[0].years.each", "years_mixed")]),
        (condition(years={"each": [0, 0]}), [("conditions[0].years.each", "years_twice")]),
        (condition(years={"each": [1]}), [("conditions[0].years.each", "years_future")]),
        (condition(indicators=["low_income"]), [("conditions[0].indicators", "field_foreign")]),
        (condition(measure="context_share"), [("conditions[0]", "field_missing")]),
        (condition(among="region"), [("conditions[0].among", "field_foreign")]),
        (
            condition(measure="percentile", at_least={"territory": "region"}),
            [("conditions[0].territory", "field_foreign")],
        ),
        (
            condition(
                procedures={"kinds": ["oge"], "subjects": ["maths"], "grades": [9]}, count={"at_least": 2}
            ),
            [("conditions[0].count", "count_too_many")],
        ),
        (condition(procedures={"grades": [13]}), [("conditions[0].procedures.grades[0]", "number_range")]),
        (rule(conditions=[SHARE, SHARE | {"at_least": 0.4}]), [("conditions[1]", "code_twice")]),
        (rule(conditions=[SHARE, SHARE | {"code": "B"}]), [("conditions[1]", "condition_twice")]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(data: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(data) == expected


def test_everything_wrong_is_said_at_once() -> None:
    data = condition(at_least="much", min_participants=-1, wrong=1) | {"joint": 3}
    assert {code for _, code in problems(data)} == {
        "type_wrong",
        "number_range",
        "field_unknown",
        "choice_unknown",
    }


LOW_ALL = {"code": "B", "measure": "below_share", "below": 0.2, "count": "all"}


@pytest.mark.parametrize(
    ("first", "second", "joint", "contradicts"),
    [
        (SHARE, LOW_ALL, "all", True),
        (SHARE, LOW_ALL, {"at_least": 2}, True),
        (SHARE, LOW_ALL, "any", False),
        (SHARE, LOW_ALL | {"count": "any"}, "all", False),
        (SHARE, LOW_ALL | {"below": 0.4}, "all", False),
        (SHARE, LOW_ALL | {"below": 0.3}, "all", True),
        (SHARE, {"code": "B", "measure": "below_share", "at_most": 0.3, "count": "all"}, "all", False),
        (SHARE, LOW_ALL | {"years": {"each": [-1]}}, "all", False),
        (SHARE | {"procedures": {"kinds": ["oge"]}}, LOW_ALL, "all", True),
        (SHARE, LOW_ALL | {"procedures": {"kinds": ["oge"]}}, "all", False),
        (SHARE, LOW_ALL | {"min_participants": 10}, "all", False),
        (SHARE, {"code": "B", "measure": "percentile", "below": 0.2, "count": "all"}, "all", False),
    ],
)
def test_conditions_that_exclude_each_other_are_refused(
    first: dict[str, Any], second: dict[str, Any], joint: Any, *, contradicts: bool
) -> None:
    pair = [first | {"missing": "unknown"}, second | {"missing": "unknown"}]
    if contradicts:
        assert problems(rule(conditions=pair, joint=joint)) == [("conditions[1]", "contradiction")]
    else:
        rule_from_dict(rule(conditions=pair, joint=joint))


def test_every_message_has_its_parameters_in_words() -> None:
    assert all(text and text == text.strip() for text in MESSAGES.values())
