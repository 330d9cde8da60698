"""Answers are counted by question and class, and no question is shown for fewer than the threshold."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.surveys.algorithms.cubes import (
    dump_cube,
    everything,
    load_cube,
    only_for_all,
    slices,
    stepped,
    tally,
    total_cube,
    where,
)
from mayak.surveys.algorithms.hiding import Key
from mayak.surveys.algorithms.parsing import definition_from_dict
from mayak.surveys.algorithms.tallying import Columns, Cube, build_cube, layout_of


def text(words: str) -> dict[str, str]:
    return {"ru": words, "en": ""}


DEFINITION = definition_from_dict(
    {
        "sections": [
            {
                "code": "s",
                "title": text("О работе"),
                "questions": [
                    {
                        "code": "yes", "kind": "single", "text": text("Да?"), "required": True,
                        "options": [{"code": "y", "text": text("да"), "value": 1}, {"code": "n", "text": text("нет"), "value": 0}],
                    },
                    {"code": "mark", "kind": "scale", "text": text("Оценка"), "required": True, "scale": {"low": 1, "high": 5}},
                    {
                        "code": "why", "kind": "multiple", "text": text("Почему?"),
                        "options": [{"code": "a", "text": text("а")}, {"code": "b", "text": text("б")}],
                        "show_if": {"mode": "all", "conditions": [{"question": "yes", "operator": "equals", "value": "n"}]},
                    },
                    {"code": "pupils", "kind": "number", "text": text("Сколько?"), "whole": True},
                    {"code": "since", "kind": "date", "text": text("С какого дня?")},
                    {
                        "code": "each", "kind": "matrix", "text": text("Каждое"),
                        "options": [{"code": "lo", "text": text("мало")}, {"code": "hi", "text": text("много")}],
                        "rows": [{"code": "r1", "text": text("одно")}, {"code": "r2", "text": text("другое")}],
                    },
                    {"code": "more", "kind": "text", "text": text("Ещё")},
                ],
            }
        ]
    }
)  # fmt: skip
LAYOUT = layout_of(DEFINITION)


def cube_of(rows: list[tuple[Key, dict[str, Any]]], limit: int = 5) -> Cube:
    columns = Columns(LAYOUT)
    for start in range(0, len(rows), 3):
        columns.add([answers for _key, answers in rows[start : start + 3]])
    return build_cube(columns, [key for key, _answers in rows], attributes=["category"], limit=limit)


def rows_of(category: str, count: int, **answers: Any) -> list[tuple[Key, dict[str, Any]]]:
    return [((category,), dict(answers)) for _number in range(count)]


def of(cube: Cube, code: str, **chosen: str) -> Any:
    item = LAYOUT.item(code)
    assert item is not None
    return tally(cube, item, where(cube, chosen))


def test_the_layout_has_a_place_for_every_question_and_line() -> None:
    assert [(item.code, item.start, item.options) for item in LAYOUT.items] == [
        ("yes", 1, ("y", "n")),
        ("mark", 4, ("1", "2", "3", "4", "5")),
        ("why", 10, ("a", "b")),
        ("pupils", 13, ()),
        ("since", 14, ()),
        ("each/r1", 15, ("lo", "hi")),
        ("each/r2", 18, ("lo", "hi")),
        ("more", 21, ()),
    ]
    assert LAYOUT.width == 22
    assert [item.code for item in LAYOUT.items if item.is_for_all] == ["yes", "mark"]


def test_choices_scales_and_lines_are_counted() -> None:
    rows = rows_of("low", 6, yes="y", mark=5, each={"r1": "hi"}) + rows_of("low", 2, yes="n", mark=2)
    cube = cube_of(rows)
    assert cube.count == 8
    yes = of(cube, "yes")
    assert (yes.n, yes.counts, yes.share(0), yes.mean) == (8, (6, 2), 0.75, 0.75)
    mark = of(cube, "mark")
    assert (mark.n, mark.counts, mark.mean, mark.median) == (8, (0, 2, 0, 0, 6), 4.25, 5.0)
    assert (of(cube, "each/r1").n, of(cube, "each/r1").counts) == (6, (0, 6))
    assert of(cube, "each/r2").n == 0


def test_several_choices_are_counted_by_who_has_answered() -> None:
    rows = rows_of("low", 3, yes="n", why=["a", "b"]) + rows_of("low", 2, yes="n", why=["b"])
    why = of(cube_of(rows), "why")
    assert (why.n, why.counts, why.share(1)) == (5, (3, 5), 1.0)
    assert why.mean is None


def test_numbers_have_mean_median_and_bars_that_do_not_tell_the_ends() -> None:
    values = [3, 17, 20, 41, 1873]
    rows = [(("low",), {"pupils": value}) for value in values]
    pupils = of(cube_of(rows), "pupils")
    assert (pupils.n, pupils.mean, pupils.median) == (5, 390.8, 20.0)
    assert [bar for bar in pupils.bars if bar[2]] == [(0.0, 200.0, 4), (1800.0, 2000.0, 1)]


def test_few_whole_numbers_are_bars_of_their_own() -> None:
    rows = [(("low",), {"pupils": value}) for value in [1, 1, 2, 3, 3]]
    assert of(cube_of(rows), "pupils").bars == ((1.0, 1.0, 2), (2.0, 2.0, 1), (3.0, 3.0, 2))


def test_dates_are_counted_by_month() -> None:
    rows = [
        (("low",), {"since": day})
        for day in ["2026-01-09", "2026-01-30", "2026-03-01", "2025-12-31", "2026-03-31"]
    ]
    bars = of(cube_of(rows), "since").bars
    assert [(divmod(int(month), 12), count) for month, _same, count in bars] == [
        ((2025, 11), 1),
        ((2026, 0), 2),
        ((2026, 2), 2),
    ]


def test_texts_are_only_counted() -> None:
    rows = rows_of("low", 5, more="x") + rows_of("low", 3)
    assert of(cube_of(rows), "more").n == 5


def test_a_breakdown_has_its_groups_and_the_rest_that_is_not_shown_apart() -> None:
    cube = cube_of(rows_of("low", 12, yes="y") + rows_of("high", 2, yes="n"))
    groups = slices(cube, "category", everything(cube))
    item = LAYOUT.items[0]
    assert [(one.value, tally(cube, item, one.mask).counts) for one in groups] == [
        ("low", (9, 0)),
        (None, (3, 2)),
    ]
    assert of(cube, "yes").counts == (12, 2)
    assert of(cube, "yes", category="high").n == 0
    assert of(cube, "yes", region="x").n == 0
    assert slices(cube, "region", everything(cube)) == []


def test_a_question_that_few_of_a_group_have_answered_is_not_shown_for_it() -> None:
    rows = (
        rows_of("low", 20, yes="n", why=["a"])
        + rows_of("high", 18, yes="y")
        + rows_of("high", 2, yes="n", why=["b"])
    )
    cube = cube_of(rows)
    assert of(cube, "yes", category="high").n == 20
    assert of(cube, "why", category="high").n == 0
    assert of(cube, "why", category="low").counts == (17, 0)
    assert of(cube, "why").counts == (20, 2)


def test_a_question_that_fewer_than_the_threshold_have_answered_is_hidden_altogether() -> None:
    cube = cube_of(rows_of("low", 20, yes="y") + rows_of("low", 4, yes="n", why=["a"]))
    assert of(cube, "yes").n == 24
    assert of(cube, "why").n == 0


def test_fewer_answers_than_the_threshold_give_nothing() -> None:
    cube = cube_of(rows_of("low", 4, yes="y"))
    assert (cube.count, of(cube, "yes").n, total_cube(cube).count) == (0, 0, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]), st.sampled_from(["y", "n"]),
            st.one_of(st.none(), st.integers(1, 5)), st.one_of(st.none(), st.integers(0, 300)),
        ),
        min_size=5, max_size=70,
    )
)  # fmt: skip
@settings(max_examples=100)
def test_every_number_of_every_group_rests_on_enough_answers_and_the_total_is_whole(rows: list[Any]) -> None:
    answers = [
        (
            (category,),
            {"yes": yes, **({"mark": mark} if mark else {}), **({"pupils": n} if n is not None else {})},
        )
        for category, yes, mark, n in rows
    ]
    cube = cube_of(answers)
    for item in LAYOUT.items:
        true = sum(item.question.code in given for _key, given in answers)
        assert tally(cube, item, everything(cube)).n == (true if true >= 5 else 0)
        for group in slices(cube, "category", everything(cube)):
            n = tally(cube, item, group.mask).n
            assert n == 0 or n >= 5
    back = load_cube(dump_cube(cube))
    assert back.classes == cube.classes
    assert back.attributes == cube.attributes
    assert np.array_equal(back.sums, cube.sums)
    assert {code: one.values.tolist() for code, one in back.values.items()} == {
        code: one.values.tolist() for code, one in cube.values.items()
    }


def test_while_a_round_runs_only_questions_for_everybody_are_summed_up() -> None:
    cube = only_for_all(cube_of(rows_of("low", 9, yes="n", mark=3, why=["a"], pupils=7)), LAYOUT)
    assert (of(cube, "yes").n, of(cube, "mark").n, of(cube, "why").n, of(cube, "pupils").n) == (9, 9, 0, 0)
    assert cube.attributes == ()


def test_a_step_takes_over_only_what_a_group_more_have_answered() -> None:
    before = cube_of(rows_of("low", 10, yes="y", pupils=4))
    after = cube_of(
        rows_of("low", 10, yes="y", pupils=4)
        + rows_of("low", 4, yes="n", why=["a"])
        + rows_of("low", 2, yes="n", pupils=90)
    )
    found = stepped(before, after, LAYOUT)
    assert (of(found, "yes").counts, found.count) == ((10, 6), 16)
    assert (of(found, "pupils").n, of(found, "pupils").mean) == (10, 4.0)
    with pytest.raises(ValueError, match="2 answers more"):
        stepped(before, cube_of(rows_of("low", 12, yes="y")), LAYOUT)
