"""Forms of lesson observation as values: numbering, trial, scores, changes of the editor."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.diagnosis.algorithms import rubric_edit
from mayak.diagnosis.algorithms.rubric import problems_of, read_rubric
from mayak.diagnosis.algorithms.rubric_scores import fits, part_results, points_of, unanswered
from mayak.diagnosis.services.lesson_reference import supplied_forms
from tests.factories.lessons import binary, definition, levels, scale


def codes(raw: dict) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in problems_of(read_rubric(raw))]


def choice(code: str, *scores: int) -> dict:
    return {"code": code, "text": "способ", "kind": "choice", "max": max(scores), "levels": levels(*scores)}


def test_criteria_are_numbered_through_all_sections_and_items_inside_them() -> None:
    raw = definition()
    raw["sections"].append(
        {"code": "s2", "title": "Вторая", "max": 0, "parts": [
            {"code": "c", "title": "Внешний", "max": 4, "parts": [
                {"code": "d", "title": "Внутренний", "max": 3, "items": [scale("i5")]}], "items": [binary("i6")]}]}
    )  # fmt: skip
    rubric = read_rubric(raw)
    assert [(part.number, part.depth) for part in rubric.parts()] == [
        ("", 0), ("1", 1), ("2", 1), ("", 0), ("3", 1), ("3.1", 2),
    ]  # fmt: skip
    assert [item.number for item in rubric.items()] == ["1.1", "1.2", "2.1", "2.2", "3.2", "3.1.1"]


def test_the_form_of_the_tests_has_no_problem() -> None:
    assert codes(definition()) == []


def test_maxima_that_do_not_add_up_are_named_at_every_place() -> None:
    raw = definition()
    raw["sections"][0]["parts"][0]["max"] = 5
    assert codes(raw) == [("part_max", "Методические"), ("part_max", "1 Цель урока")]
    raw["sections"][0]["max"] = 11
    assert codes(raw) == [("part_max", "1 Цель урока"), ("form_max", "")]


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({**scale("i1"), "levels": []}, "no_levels"),
        ({**scale("i1"), "levels": levels(0, 1, 3)}, "scale_levels"),
        ({**scale("i1"), "levels": levels(0, 1, 2, 2, 3)}, "level_twice"),
        ({**scale("i1"), "text": " "}, "no_text"),
        ({**scale("i1"), "kind": "stars"}, "kind"),
        ({**choice("i1", 1, 3), "levels": levels(3)}, "choice_levels"),
        ({**scale("i1"), "levels": [{"score": 0, "text": ""}, *levels(1, 2, 3)]}, "level_text"),
    ],
)
def test_an_item_that_nobody_can_score_is_named(item: dict, problem: str) -> None:
    raw = definition()
    raw["sections"][0]["parts"][0]["items"][0] = item
    assert [code for code, _place in codes(raw)] == [problem]


def test_a_binary_item_is_0_or_1_and_a_choice_may_begin_above_0() -> None:
    raw = definition()
    raw["sections"][0]["parts"][0]["items"][1] = {**binary("i2"), "levels": levels(0, 2)}
    assert [code for code, _place in codes(raw)] == ["binary"]
    raw["sections"][0]["parts"][0]["items"] = [choice("i1", 1, 2, 3), binary("i2")]
    assert codes(raw) == []


def test_an_empty_form_an_empty_part_and_a_code_twice_are_problems() -> None:
    assert codes({"max": 0, "levels": definition()["levels"], "sections": []}) == [("no_sections", "")]
    raw = definition()
    raw["sections"][0]["parts"][1] = {"code": "goal", "title": "Пусто", "max": 0}
    assert [code for code, _place in codes(raw)] == ["part_max", "empty_part", "codes"]


@pytest.mark.parametrize("starts", [[], [0.1, 0.5], [0, 0.5, 0.5], [0, 1.2]])
def test_levels_of_the_result_begin_at_0_and_rise(starts: list[float]) -> None:
    raw = {**definition(), "levels": [{"code": str(one), "title": "-", "from": one} for one in starts]}
    assert codes(raw) == [("result_levels", "")]


def test_the_supplied_forms_are_ready_for_use() -> None:
    found = {raw["code"]: read_rubric(raw["definition"]) for raw in supplied_forms()}
    assert {code: (rubric.max, len(list(rubric.items()))) for code, rubric in found.items()} == {
        "lesson-card": (85, 36), "lesson-stages": (43, 21),
    }  # fmt: skip
    assert [problems_of(rubric) for rubric in found.values()] == [[], []]


def test_the_supplied_card_begins_as_the_source_shows_it() -> None:
    raw = next(one for one in supplied_forms() if one["code"] == "lesson-card")
    first = next(read_rubric(raw["definition"]).criteria())
    assert (first.number, first.title, first.max) == (
        "1", "Соответствие требованиям ФГОС к формированию предметных результатов", 8,
    )  # fmt: skip
    assert (first.parts[0].number, first.parts[0].max) == ("1.1", 6)
    assert [(item.number, item.max) for item in first.parts[0].items] == [
        ("1.1.1", 2),
        ("1.1.2", 2),
        ("1.1.3", 2),
    ]


def test_the_sheet_by_stages_has_a_choice_of_levels_as_the_source_shows() -> None:
    raw = next(one for one in supplied_forms() if one["code"] == "lesson-stages")
    aims, motives = list(read_rubric(raw["definition"]).criteria())[:2]
    assert (aims.max, motives.max) == (13, 4)
    assert (aims.items[5].number, aims.items[5].kind, aims.items[5].scores) == ("1.6", "choice", (1, 2, 3))


def test_not_observed_counts_neither_in_the_points_nor_in_the_maximum() -> None:
    rubric = read_rubric(definition())
    points = points_of(rubric.items(), {"i1": 2, "i2": None, "i3": 3})
    assert (points.points, points.of, points.rated, points.share) == (5, 6, 2, 5 / 6)
    assert points_of(rubric.items(), {"i2": None}).share is None
    assert [item.code for item in unanswered(rubric, {"i1": 2, "i2": None, "i3": 3})] == ["i4"]


def test_every_observer_counts_alike() -> None:
    rubric = read_rubric(definition())
    found = part_results(rubric.criteria(), [{"i1": 3, "i2": 1}, {"i1": 0, "i2": None, "i3": 3, "i4": 3}])
    assert (found["goal"].share, found["goal"].observers) == (0.5, 2)
    assert (found["talk"].share, found["talk"].observers) == (1.0, 1)


def test_a_level_holds_from_its_start_on() -> None:
    rubric = read_rubric(definition())
    shares = [0, 0.49, 0.5, 0.79, 0.8, 1.0]
    assert [level.code for share in shares if (level := rubric.level_of(share))] == [
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
    ]
    assert rubric.level_of(None) is None


def test_only_scores_of_the_levels_fit() -> None:
    item = read_rubric(definition()).by_code["i2"]
    assert [fits(item, score) for score in (0, 1, 2, -1, None)] == [True, True, False, False, True]


def test_added_parts_get_free_codes_and_sums_follow() -> None:
    raw, section = rubric_edit.add_part({"sections": []}, "", {"title": "Раздел", "max": 0})
    raw, criterion = rubric_edit.add_part(raw, section, {"title": "Критерий", "max": 0})
    raw, inner = rubric_edit.add_part(raw, criterion, {"title": "Внутри", "max": 0})
    values = {name: value for name, value in scale("x").items() if name != "code"}
    raw, item = rubric_edit.add_item(raw, inner, values)
    assert (section, criterion, inner, item) == ("s1", "c1", "c2", "i1")
    summed = rubric_edit.with_sums(raw)
    assert [part.max for part in read_rubric(summed).parts()] == [3, 3, 3]
    assert summed["max"] == 3


def test_parts_lie_at_most_three_deep_and_items_inside_criteria_only() -> None:
    raw, section = rubric_edit.add_part({"sections": []}, "", {"title": "Раздел"})
    raw, criterion = rubric_edit.add_part(raw, section, {"title": "Критерий"})
    raw, inner = rubric_edit.add_part(raw, criterion, {"title": "Внутри"})
    for add, parent in (
        (rubric_edit.add_part, inner),
        (rubric_edit.add_item, section),
        (rubric_edit.add_part, "x"),
    ):
        with pytest.raises(rubric_edit.UnknownPart):
            add(raw, parent, {"title": "Глубже"})


def test_moving_stops_at_the_ends_and_removing_takes_all_inside() -> None:
    raw = definition()
    moved = rubric_edit.move(raw, "talk", -1)
    assert [part.code for part in read_rubric(moved).criteria()] == ["talk", "goal"]
    assert rubric_edit.move(moved, "talk", -1) == moved
    assert [item.code for item in read_rubric(rubric_edit.remove(raw, "goal")).items()] == ["i3", "i4"]
    assert raw == definition()


@given(st.lists(st.sampled_from(["up", "down"]), max_size=12), st.sampled_from(["goal", "talk", "i1", "i4"]))
def test_moving_loses_nothing(steps: list[str], code: str) -> None:
    raw = deepcopy(definition())
    for step in steps:
        raw = rubric_edit.move(raw, code, -1 if step == "up" else 1)
    assert sorted(item.code for item in read_rubric(raw).items()) == ["i1", "i2", "i3", "i4"]
    assert codes(raw) == []


@given(st.dictionaries(st.sampled_from(["i1", "i2", "i3", "i4"]), st.one_of(st.none(), st.integers(0, 1))))
def test_a_share_lies_between_0_and_1(scores: dict[str, int | None]) -> None:
    share = points_of(read_rubric(definition()).items(), scores).share
    assert share is None or 0 <= share <= 1
