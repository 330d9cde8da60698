"""Changes of a questionnaire and what differs afterwards."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.surveys.algorithms.definition import (
    Condition,
    Definition,
    Operator,
    Option,
    Question,
    QuestionKind,
    Section,
    ShowIf,
    Words,
)
from mayak.surveys.algorithms.differences import ChangeKind, differences
from mayak.surveys.algorithms.editing import (
    GoneError,
    free_code,
    home_of,
    insert_block,
    move_question,
    move_section,
    next_code,
    put_question,
    put_section,
    remove_question,
    remove_section,
)
from mayak.surveys.algorithms.lines import (
    LineError,
    condition_lines,
    joined_lines,
    read_condition_lines,
    split_lines,
)
from mayak.surveys.selectors.table_words import table_words
from tests.surveys.strategies import definitions, shown


def question(code: str, asks: str = "") -> Question:
    show_if = ShowIf((Condition(asks, Operator.ANSWERED),)) if asks else None
    return Question(code, QuestionKind.TEXT, Words(f"Вопрос {code}"), show_if=show_if)


FORM = Definition(
    (
        Section("s1", Words("Первый"), questions=(question("q1"), question("q2", "q1"))),
        Section("s2", Words("Второй"), questions=(question("q3", "q1"),)),
    )
)


def order(definition: Definition) -> list[tuple[str, list[str]]]:
    return [(section.code, [one.code for one in section.questions]) for section in definition.sections]


def test_questions_move_inside_and_across_sections() -> None:
    assert order(move_question(FORM, "q2", -1)) == [("s1", ["q2", "q1"]), ("s2", ["q3"])]
    assert order(move_question(FORM, "q2", 1)) == [("s1", ["q1"]), ("s2", ["q2", "q3"])]
    assert order(move_question(FORM, "q3", -1)) == [("s1", ["q1", "q2", "q3"]), ("s2", [])]
    assert move_question(FORM, "q1", -1) == FORM
    assert move_question(FORM, "q3", 1) == FORM


def test_sections_move_and_stay_at_the_ends() -> None:
    assert [section.code for section in move_section(FORM, "s2", -1).sections] == ["s2", "s1"]
    assert move_section(FORM, "s1", -1) == FORM


def test_a_new_code_takes_the_conditions_along() -> None:
    changed = put_question(FORM, replace(question("q1"), code="first"), instead_of="q1")
    assert [one.show_if.conditions[0].question for one in changed.questions() if one.show_if] == [
        "first",
        "first",
    ]


def test_what_is_gone_is_said() -> None:
    for change in (
        lambda: remove_question(FORM, "q9"),
        lambda: remove_section(FORM, "s9"),
        lambda: move_question(FORM, "q9", 1),
        lambda: move_section(FORM, "s9", 1),
        lambda: put_question(FORM, question("q4"), section="s9"),
        lambda: put_section(FORM, FORM.sections[0], instead_of="s9"),
        lambda: home_of(FORM, "q9"),
    ):
        with pytest.raises(GoneError):
            change()


def test_removing_leaves_the_rest() -> None:
    assert order(remove_question(FORM, "q1")) == [("s1", ["q2"]), ("s2", ["q3"])]
    assert order(remove_section(FORM, "s1")) == [("s2", ["q3"])]


def test_a_block_comes_in_with_codes_of_its_own() -> None:
    changed = insert_block(FORM, FORM.sections[0])
    copy = changed.sections[-1]
    assert copy.code == "s1_2"
    assert [one.code for one in copy.questions] == ["q1_2", "q2_2"]
    assert copy.questions[1].show_if == ShowIf((Condition("q1_2", Operator.ANSWERED),))


def test_codes_that_are_free() -> None:
    assert free_code("a", {"b"}) == "a"
    assert free_code("a", {"a", "a_2"}) == "a_3"
    assert next_code("q", {"q1", "q3"}) == "q2"


def test_differences_name_what_happened() -> None:
    text = replace(question("q1"), text=Words("Иначе"), required=True)
    new = put_question(remove_question(FORM, "q3"), text, instead_of="q1")
    new = put_question(new, question("q4"), section="s2")
    found = [(one.kind, one.code, one.field) for one in differences(FORM, new)]
    assert found == [
        (ChangeKind.CHANGED, "q1", "required"),
        (ChangeKind.CHANGED, "q1", "text.ru"),
        (ChangeKind.ADDED, "q4", ""),
        (ChangeKind.REMOVED, "q3", ""),
    ]


def test_one_question_that_moved_is_one_difference() -> None:
    many = Definition((Section("s", Words(), questions=tuple(question(f"q{n}") for n in range(1, 6))),))
    last = many.sections[0].questions
    moved = Definition((replace(many.sections[0], questions=(*last[1:], last[0])),))
    assert [(one.kind, one.code, one.before, one.after) for one in differences(many, moved)] == [
        (ChangeKind.MOVED, "q1", 1, 5)
    ]
    [change] = differences(FORM, move_question(FORM, "q3", -1))
    assert (change.kind, change.code, change.field, change.before, change.after) == (
        ChangeKind.MOVED, "q3", "section", "s2", "s1",
    )  # fmt: skip


def test_options_keep_their_identity() -> None:
    options = (Option("a", Words("да")), Option("b", Words("нет")))
    old = Definition(
        (
            Section(
                "s", Words(), questions=(replace(question("q"), kind=QuestionKind.SINGLE, options=options),)
            ),
        )
    )
    changed = replace(
        old.sections[0].questions[0], options=(Option("b", Words("нет")), Option("a", Words("да!")))
    )
    fields = [one.field for one in differences(old, put_question(old, changed, instead_of="q"))]
    assert fields == ["options.a.text.ru", "options.order"]


@given(definitions(), definitions())
@settings(max_examples=40, deadline=None)
def test_the_same_has_no_differences_and_another_has_some(one: Definition, other: Definition) -> None:
    assert differences(one, one) == []
    assert (differences(one, other) == []) == (one == other)


@given(st.data(), definitions(most=3))
@settings(max_examples=40, deadline=None)
def test_conditions_survive_as_lines(data: st.DataObject, definition: Definition) -> None:
    questions = list(definition.questions())
    wanted = data.draw(shown(questions))
    words = table_words()
    cell = condition_lines(wanted, words.operators, words.any_of) if wanted else ""
    known = {one.code: one for one in questions}
    assert read_condition_lines(cell, words.operators, words.any_of, known) == wanted


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b-1", "_c"]), st.text("аб :\\n\n«", max_size=8).map(str.strip)))
)
def test_lists_survive_as_lines(pairs: list[tuple[str, str]]) -> None:
    assert split_lines(joined_lines(pairs)) == pairs


@pytest.mark.parametrize("line", ["q1", "q1 примерно a", "q1 =", "q1 отвечен да"])
def test_a_line_that_is_no_condition_is_refused(line: str) -> None:
    words = table_words()
    with pytest.raises(LineError):
        read_condition_lines(line, words.operators, words.any_of, {})
