"""What keeps a questionnaire from being started, checked against trying out every answer."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.surveys.algorithms.answering import asked_questions
from mayak.surveys.algorithms.checking import needed_by, problems_of
from mayak.surveys.algorithms.definition import (
    Condition,
    Definition,
    Operator,
    Option,
    Question,
    QuestionKind,
    Row,
    Scale,
    Section,
    ShowIf,
    Words,
)

TEXT = Words("Вопрос")
YES_NO = (Option("yes", Words("да")), Option("no", Words("нет")))


def single(code: str, show_if: ShowIf | None = None, **parts: Any) -> Question:
    return Question(code, QuestionKind.SINGLE, TEXT, options=YES_NO, show_if=show_if, **parts)


def when(*conditions: tuple[Any, ...], any_of: bool = False) -> ShowIf:
    return ShowIf(tuple(Condition(*one) for one in conditions), any_of=any_of)


def form(*questions: Question) -> Definition:
    return Definition((Section("s1", Words("Раздел"), questions=questions),))


def codes(definition: Definition, **promises: Any) -> list[tuple[str, str]]:
    return [(fault.place, fault.code) for fault in problems_of(definition, **promises)]


def test_a_plain_questionnaire_has_no_problems() -> None:
    assert codes(form(single("q1"), single("q2", when(("q1", Operator.EQUALS, "yes"))))) == []


def test_nothing_to_ask_is_a_problem() -> None:
    assert codes(Definition()) == [("", "no_questions")]
    empty = Definition((Section("s1", Words()), Section("s2", Words(), questions=(single("q"),))))
    assert codes(empty) == [("sections.1", "section_empty")]


@pytest.mark.parametrize(
    ("question", "place", "code"),
    [
        (Question("q", QuestionKind.SINGLE, TEXT), "options", "no_options"),
        (Question("q", QuestionKind.MULTIPLE, TEXT), "options", "no_options"),
        (Question("q", QuestionKind.MATRIX, TEXT, options=YES_NO), "rows", "no_rows"),
        (Question("q", QuestionKind.SCALE, TEXT), "scale", "no_scale"),
        (Question("q", QuestionKind.NUMBER, TEXT, minimum=5, maximum=4), "maximum", "bounds_wrong"),
        (
            Question("q", QuestionKind.NUMBER, TEXT, minimum=1.2, maximum=1.8, whole=True),
            "maximum",
            "bounds_wrong",
        ),
        (Question("q", QuestionKind.MULTIPLE, TEXT, options=YES_NO, maximum=0), "maximum", "most_below_one"),
        (Question("q", QuestionKind.TEXT, TEXT, maximum=0), "maximum", "most_below_one"),
    ],
)
def test_a_question_that_nobody_can_answer(question: Question, place: str, code: str) -> None:
    assert codes(form(question)) == [(f"sections.1.questions.1.{place}", code)]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (("nobody", Operator.EQUALS, "yes"), "condition_unknown"),
        (("q2", Operator.EQUALS, "yes"), "condition_later"),
        (("q3", Operator.EQUALS, "yes"), "condition_later"),
        (("q1", Operator.EQUALS, "perhaps"), "condition_no_option"),
        (("q1", Operator.AT_LEAST, 1.0), "condition_operator"),
        (("q1", Operator.EQUALS, None), "condition_no_value"),
        (("n", Operator.AT_LEAST, 11.0), "condition_out_of_bounds"),
        (("n", Operator.EQUALS, 1.5), "condition_out_of_bounds"),
        (("n", Operator.EQUALS, "много"), "condition_no_number"),
        (("s", Operator.EQUALS, 6.0), "condition_off_scale"),
        (("s", Operator.AT_MOST, 0.0), "condition_off_scale"),
        (("d", Operator.EQUALS, "вчера"), "condition_no_date"),
        (("t", Operator.CONTAINS, ""), "condition_no_value"),
        (("m", Operator.EQUALS, "r1"), "condition_operator"),
        (("f", Operator.EQUALS, "a"), "condition_operator"),
    ],
)
def test_a_condition_that_can_never_hold(condition: tuple[Any, ...], code: str) -> None:
    definition = form(
        single("q1"),
        Question("n", QuestionKind.NUMBER, TEXT, minimum=0, maximum=10, whole=True),
        Question("s", QuestionKind.SCALE, TEXT, scale=Scale(1, 5)),
        Question("d", QuestionKind.DATE, TEXT),
        Question("t", QuestionKind.TEXT, TEXT),
        Question("m", QuestionKind.MATRIX, TEXT, options=YES_NO, rows=(Row("r1", TEXT),)),
        Question("f", QuestionKind.FILE, TEXT),
        single("q2", when(condition)),
        single("q3"),
    )
    assert codes(definition) == [("sections.1.questions.8.show_if.conditions.1", code)]


def test_conditions_in_a_circle_are_named() -> None:
    definition = form(
        single("q1", when(("q2", Operator.ANSWERED))), single("q2", when(("q1", Operator.ANSWERED)))
    )
    assert codes(definition) == [
        ("sections.1.questions.1.show_if.conditions.1", "condition_later"),
        ("sections.1.questions.2.show_if", "never_shown"),
    ]


def test_conditions_that_contradict_each_other() -> None:
    both = when(("q1", Operator.EQUALS, "yes"), ("q1", Operator.EQUALS, "no"))
    assert codes(form(single("q1"), single("q2", both))) == [
        ("sections.1.questions.2.show_if", "never_shown")
    ]
    assert codes(form(single("q1"), single("q2", both, required=True))) == [
        ("sections.1.questions.2.show_if", "required_never_shown")
    ]
    either = ShowIf(both.conditions, any_of=True)
    assert codes(form(single("q1"), single("q2", either, required=True))) == []


def test_a_contradiction_along_a_chain_is_found() -> None:
    definition = form(
        single("q1"),
        single("q2", when(("q1", Operator.EQUALS, "yes"))),
        single("q3", when(("q2", Operator.ANSWERED), ("q1", Operator.EQUALS, "no"))),
    )
    assert codes(definition) == [("sections.1.questions.3.show_if", "never_shown")]


def test_a_section_that_is_never_shown() -> None:
    closed = when(("q1", Operator.EQUALS, "yes"), ("q1", Operator.DIFFERS, "yes"))
    definition = Definition(
        (
            Section("s1", Words(), questions=(single("q1"),)),
            Section("s2", Words(), questions=(single("q2"),), show_if=closed),
        )
    )
    assert codes(definition) == [("sections.2.show_if", "section_never_shown")]


def test_a_short_questionnaire_fits_in_its_minutes() -> None:
    many = form(*(Question(f"q{n}", QuestionKind.TEXT, TEXT) for n in range(5)))
    [fault] = problems_of(many, short_minutes=2)
    assert (fault.place, fault.code, fault.values["most"]) == ("", "too_long", 2)
    assert fault.values["minutes"] == pytest.approx(2.5, abs=0.1)
    assert problems_of(many, short_minutes=3) == []


def test_students_are_asked_for_no_text_and_no_file() -> None:
    definition = form(
        single("q1"), Question("q2", QuestionKind.TEXT, TEXT), Question("q3", QuestionKind.FILE, TEXT)
    )
    assert codes(definition) == []
    assert codes(definition, for_students=True) == [
        ("sections.1.questions.2.kind", "not_for_students"),
        ("sections.1.questions.3.kind", "not_for_students"),
    ]


def test_students_are_asked_for_no_day_and_for_small_numbers_only() -> None:
    """A date of birth and a telephone number tell who somebody is as well as a name does."""
    definition = form(
        Question("q1", QuestionKind.DATE, TEXT),
        Question("q2", QuestionKind.NUMBER, TEXT),
        Question("q3", QuestionKind.NUMBER, TEXT, minimum=0, maximum=10_000),
        Question("q4", QuestionKind.NUMBER, TEXT, minimum=0, maximum=1000),
    )
    assert codes(definition) == []
    assert codes(definition, for_students=True) == [
        ("sections.1.questions.1.kind", "day_not_for_students"),
        ("sections.1.questions.2.maximum", "number_not_for_students"),
        ("sections.1.questions.3.maximum", "number_not_for_students"),
    ]


def test_who_depends_on_a_question_is_known() -> None:
    definition = form(single("q1"), single("q2", when(("q1", Operator.ANSWERED))))
    assert needed_by(definition) == {"q1": ["q2"]}


# Against trying everything out: three questions with two options and one with two of three ticks


@st.composite
def small(draw: st.DrawFn) -> Definition:
    earlier: list[Question] = []
    for number in range(1, 5):
        shown = None
        if earlier and draw(st.booleans()):
            picked = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=3))
            conditions = tuple(draw(condition(question)) for question in picked)
            shown = ShowIf(conditions, any_of=draw(st.booleans()))
        kind = draw(st.sampled_from([QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.SCALE]))
        parts: dict[str, Any] = {"options": YES_NO} if kind != QuestionKind.SCALE else {"scale": Scale(1, 3)}
        if kind == QuestionKind.MULTIPLE:
            parts["maximum"] = draw(st.sampled_from([None, 1.0]))
        earlier.append(Question(f"q{number}", kind, TEXT, show_if=shown, **parts))
    cut = draw(st.integers(1, 4))
    return Definition(
        (
            Section("s1", Words(), questions=tuple(earlier[:cut])),
            *([Section("s2", Words(), questions=tuple(earlier[cut:]))] if cut < 4 else []),
        )
    )


@st.composite
def condition(draw: st.DrawFn, question: Question) -> Condition:
    if question.kind == QuestionKind.SCALE:
        operator = draw(
            st.sampled_from([Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUALS, Operator.DIFFERS])
        )
        return Condition(question.code, operator, float(draw(st.integers(1, 3))))
    operator = draw(st.sampled_from([Operator.EQUALS, Operator.DIFFERS, Operator.ANSWERED]))
    value = None if operator == Operator.ANSWERED else draw(st.sampled_from(["yes", "no"]))
    return Condition(question.code, operator, value)


def possible(question: Question) -> list[Any]:
    if question.kind == QuestionKind.SCALE:
        return [None, 1, 2, 3]
    if question.kind == QuestionKind.SINGLE:
        return [None, "yes", "no"]
    return [None, ["yes"], ["no"]] + ([["yes", "no"]] if question.maximum is None else [])


@given(small())
@settings(max_examples=150, deadline=None)
def test_exactly_the_questions_that_no_answers_lead_to_are_named(definition: Definition) -> None:
    questions = list(definition.questions())
    reached: set[str] = set()
    for answers in itertools.product(*map(possible, questions)):
        given_answers = {question.code: answer for question, answer in zip(questions, answers, strict=True)}
        reached |= {question.code for question in asked_questions(definition, given_answers)}
    places = {
        f"sections.{number}.questions.{index}.show_if": question.code
        for number, section in enumerate(definition.sections, start=1)
        for index, question in enumerate(section.questions, start=1)
    }
    named = {places[fault.place] for fault in problems_of(definition)}
    assert named == {question.code for question in questions} - reached
