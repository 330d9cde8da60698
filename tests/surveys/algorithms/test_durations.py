"""The minutes of a questionnaire are those of the longest way through it, checked against going every way."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.surveys.algorithms import durations
from mayak.surveys.algorithms.answering import asked_questions
from mayak.surveys.algorithms.checking import problems_of
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
from mayak.surveys.algorithms.durations import SECONDS, estimated_minutes, upper_bound_minutes

ABC = tuple(Option(code, Words()) for code in "abc")
SINGLE, TEXT = SECONDS[QuestionKind.SINGLE], SECONDS[QuestionKind.TEXT]


def when(*conditions: tuple[Any, ...], any_of: bool = False) -> ShowIf:
    return ShowIf(tuple(Condition(*one) for one in conditions), any_of=any_of)


def single(code: str, show_if: ShowIf | None = None) -> Question:
    return Question(code, QuestionKind.SINGLE, Words(), options=ABC, show_if=show_if)


def text(code: str, *conditions: tuple[Any, ...], letters: int = 0) -> Question:
    """A text question of 30 seconds and one more for each 20 letters of its words."""
    shown = when(*conditions) if conditions else None
    return Question(code, QuestionKind.TEXT, Words("я" * letters), show_if=shown)


def form(*questions: Question) -> Definition:
    return Definition((Section("s1", Words(), questions=questions),))


def seconds(definition: Definition) -> float:
    return round(60 * estimated_minutes(definition), 6)


def test_without_conditions_every_question_and_heading_counts() -> None:
    plain = Definition((Section("s1", Words("я" * 20), Words("я" * 40), (single("q1"), text("q2"))),))
    assert seconds(plain) == 3 + SINGLE + TEXT
    assert estimated_minutes(Definition()) == 0


def test_branches_that_exclude_one_another_count_once_and_the_longest_of_them() -> None:
    branches = form(
        single("q1"),
        text("a1", ("q1", Operator.EQUALS, "a")),
        text("b1", ("q1", Operator.EQUALS, "b"), letters=200),
        text("b2", ("q1", Operator.EQUALS, "b")),
        text("c1", ("q1", Operator.EQUALS, "c")),
    )
    assert seconds(branches) == SINGLE + 10 + 2 * TEXT
    assert round(60 * upper_bound_minutes(branches)) == SINGLE + 10 + 4 * TEXT


def test_sections_exclude_one_another_and_an_empty_one_has_no_heading() -> None:
    heading = Words("я" * 20)
    definition = Definition(
        (
            Section("s1", heading, questions=(single("q1"),)),
            Section("s2", heading, questions=(text("q2"),), show_if=when(("q1", Operator.EQUALS, "a"))),
            Section("s3", heading, questions=(text("q3", letters=200), text("q4")), show_if=when(("q1", Operator.EQUALS, "b"))),
            Section("s4", heading, questions=(text("q5", ("q2", Operator.ANSWERED)),)),
        )
    )  # fmt: skip
    assert seconds(definition) == 1 + SINGLE + 1 + 10 + 2 * TEXT  # by b: q5 and its heading need q2


def test_a_chain_ends_where_its_question_is_not_asked() -> None:
    chain = form(
        single("q1"),
        single("q2", when(("q1", Operator.EQUALS, "a"))),
        text("q3", ("q2", Operator.EQUALS, "a")),
        text("q4", ("q1", Operator.EQUALS, "b")),
    )
    assert seconds(chain) == 2 * SINGLE + TEXT


@pytest.mark.parametrize(
    ("question", "first", "second", "both"),
    [
        (single("q"), (Operator.EQUALS, "a"), (Operator.DIFFERS, "a"), False),
        (single("q"), (Operator.DIFFERS, "a"), (Operator.DIFFERS, "b"), True),
        (
            Question("q", QuestionKind.MULTIPLE, Words(), options=ABC),
            (Operator.CONTAINS, "a"),
            (Operator.CONTAINS, "b"),
            True,
        ),
        (
            Question("q", QuestionKind.MULTIPLE, Words(), options=ABC, maximum=1),
            (Operator.CONTAINS, "a"),
            (Operator.CONTAINS, "b"),
            False,
        ),
        (
            Question("q", QuestionKind.SCALE, Words(), scale=Scale(1, 5)),
            (Operator.AT_MOST, 2),
            (Operator.AT_LEAST, 3),
            False,
        ),
        (
            Question("q", QuestionKind.NUMBER, Words(), whole=True),
            (Operator.AT_LEAST, 3),
            (Operator.AT_MOST, 2),
            False,
        ),
        (
            Question("q", QuestionKind.NUMBER, Words(), minimum=2, maximum=3),
            (Operator.DIFFERS, 2),
            (Operator.DIFFERS, 3),
            True,
        ),
        (
            Question("q", QuestionKind.NUMBER, Words(), minimum=2, maximum=3, whole=True),
            (Operator.DIFFERS, 2),
            (Operator.DIFFERS, 3),
            False,
        ),
        (
            Question("q", QuestionKind.TEXT, Words()),
            (Operator.EQUALS, "0"),
            (Operator.DIFFERS, "0"),
            False,
        ),
        (
            Question("q", QuestionKind.DATE, Words()),
            (Operator.DIFFERS, "1900-01-01"),
            (Operator.DIFFERS, "2024-09-01"),
            True,
        ),
        (
            Question("q", QuestionKind.MATRIX, Words(), options=ABC, rows=(Row("r", Words()),)),
            (Operator.ANSWERED,),
            (Operator.ANSWERED,),
            True,
        ),
        (Question("q", QuestionKind.FILE, Words()), (Operator.ANSWERED,), (Operator.ANSWERED,), True),
    ],
)
def test_answers_of_every_kind_tell_branches_apart(
    question: Question, first: tuple[Any, ...], second: tuple[Any, ...], both: bool
) -> None:
    definition = form(question, text("x", ("q", *first)), text("y", ("q", *second)))
    alone = 60 * upper_bound_minutes(form(question))
    assert seconds(definition) == alone + (2 if both else 1) * TEXT


def test_too_many_ways_give_the_upper_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    switches = [single(f"q{n}") for n in range(4)]
    ends = [
        text(f"{code}{n}", (f"q{n}", Operator.EQUALS, code)) for n in range(4) for code in "ab"
    ]  # told apart only at the end: 2**4 ways
    definition = form(*switches, *ends)
    assert seconds(definition) == 4 * SINGLE + 4 * TEXT
    monkeypatch.setattr(durations, "MOST_WAYS", 15)
    assert seconds(definition) == 4 * SINGLE + 8 * TEXT


def test_conditions_on_too_many_options_give_the_upper_bound() -> None:
    options = tuple(Option(f"o{n}", Words()) for n in range(durations.MOST_NAMED + 1))
    many = Question("q", QuestionKind.MULTIPLE, Words(), options=options, maximum=1)
    ends = [text(f"t{one.code}", ("q", Operator.CONTAINS, one.code)) for one in options]
    assert seconds(form(many, *ends[:-1])) == SECONDS[QuestionKind.MULTIPLE] + TEXT
    assert seconds(form(many, *ends)) == SECONDS[QuestionKind.MULTIPLE] + TEXT * len(options)


def test_a_short_questionnaire_fits_by_its_longest_way() -> None:
    """Four branches of 60 seconds each: four minutes of questions, of which nobody answers more than one and a bit."""
    options = tuple(Option(code, Words()) for code in "abcd")
    ends = [text(f"{code}{n}", ("q", Operator.EQUALS, code)) for code in "abcd" for n in range(2)]
    definition = form(Question("q", QuestionKind.SINGLE, Words(), options=options), *ends)
    assert problems_of(definition, short_minutes=2) == []
    [fault] = problems_of(definition, short_minutes=1)
    assert (fault.code, fault.values["minutes"]) == ("too_long", 1.1)


@st.composite
def forms(draw: st.DrawFn) -> Definition:
    """Up to five questions of three options in two sections, each shown by conditions on those before."""
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 5))):
        questions.append(
            Question(
                f"q{number}",
                QuestionKind.SINGLE,
                Words("я" * draw(st.integers(0, 200))),
                options=ABC,
                show_if=_drawn(draw, [one.code for one in questions]),
            )
        )
    cut = draw(st.integers(0, len(questions)))
    return Definition(
        (
            Section("s1", Words("я" * 30), questions=tuple(questions[:cut])),
            Section(
                "s2",
                Words("я" * 50),
                questions=tuple(questions[cut:]),
                show_if=_drawn(draw, [one.code for one in questions[:cut]]),
            ),
        )
    )


def _drawn(draw: st.DrawFn, known: list[str]) -> ShowIf | None:
    if not known or draw(st.booleans()):
        return None
    condition = st.builds(
        Condition,
        st.sampled_from(known),
        st.sampled_from([Operator.EQUALS, Operator.DIFFERS, Operator.ANSWERED]),
        st.sampled_from("abc"),
    )
    return ShowIf(tuple(draw(st.lists(condition, min_size=1, max_size=2))), any_of=draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(forms())
def test_no_way_takes_longer_and_one_takes_as_long(definition: Definition) -> None:
    names = [question.code for question in definition.questions()]
    longest = 0.0
    for answers in itertools.product([None, "a", "b", "c"], repeat=len(names)):
        asked = {one.code for one in asked_questions(definition, dict(zip(names, answers, strict=True)))}
        walked = tuple(
            Section(section.code, section.title, questions=there)
            for section in definition.sections
            if (there := tuple(one for one in section.questions if one.code in asked))
        )
        longest = max(longest, upper_bound_minutes(Definition(walked)))
    assert estimated_minutes(definition) == pytest.approx(longest)
