"""Questionnaires for Hypothesis: everything that files keep, with conditions that can hold."""

from typing import Any

from hypothesis import strategies as st

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

LETTERS = st.characters(categories=["L", "Nd", "Po"], exclude_characters="$`")
PLAIN = st.text(LETTERS, min_size=1, max_size=12)
TEXTS = st.one_of(
    PLAIN, st.sampled_from(["=1+1", "Да; нет: «и» так", "a\nb", 'it\'s "so"', "<b>x</b>", "\\n", "№ 5", "-3"])
)
WORDS = st.builds(Words, TEXTS, st.one_of(st.just(""), TEXTS))
MAYBE = st.one_of(st.just(Words()), WORDS)
NUMBERS = st.integers(-1000, 1000).map(lambda n: n / 4)


@st.composite
def questions(draw: st.DrawFn, code: str, earlier: list[Question]) -> Question:
    """A question of any kind."""
    kind = draw(st.sampled_from(QuestionKind))
    parts: dict[str, Any] = {}
    if kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATRIX}:
        codes = draw(st.lists(st.sampled_from(["a", "b", "c", "d-1", "_e"]), min_size=1, unique=True))
        parts["options"] = tuple(
            Option(one, draw(WORDS), draw(st.one_of(st.none(), NUMBERS))) for one in codes
        )
    if kind == QuestionKind.MATRIX:
        codes = draw(st.lists(st.sampled_from(["r1", "r2", "R-3"]), min_size=1, unique=True))
        parts["rows"] = tuple(Row(one, draw(WORDS), draw(meanings())) for one in codes)
    if kind == QuestionKind.SCALE:
        low = draw(st.integers(-3, 3))
        high = low + draw(st.integers(1, 10))
        points = draw(st.lists(st.integers(low, high), unique=True, max_size=3))
        labels = {point: draw(WORDS) for point in sorted(points)}
        parts["scale"] = Scale(low, high, draw(MAYBE), draw(MAYBE), labels)
    if kind == QuestionKind.NUMBER:
        parts["whole"] = draw(st.booleans())
        low_bound, high_bound = sorted([draw(NUMBERS), draw(NUMBERS)])
        if parts["whole"]:
            low_bound, high_bound = float(int(low_bound)), float(int(high_bound))
        parts["minimum"] = draw(st.sampled_from([None, low_bound]))
        parts["maximum"] = draw(st.sampled_from([None, high_bound]))
    if kind in {QuestionKind.MULTIPLE, QuestionKind.TEXT}:
        parts["maximum"] = draw(st.sampled_from([None, 1.0, 3.0]))
    return Question(
        code=code,
        kind=kind,
        text=draw(WORDS),
        help=draw(MAYBE),
        required=draw(st.booleans()),
        many_lines=kind == QuestionKind.TEXT and draw(st.booleans()),
        meaning=draw(meanings()),
        show_if=draw(shown(earlier)),
        **parts,
    )


def meanings() -> st.SearchStrategy[dict[str, Any]]:
    """What later apps read."""
    return st.sampled_from([{}, {"competence": "lesson-goals"}, {"risk": "Ф1", "level": 3, "of": ["a", "b"]}])


@st.composite
def shown(draw: st.DrawFn, earlier: list[Question]) -> ShowIf | None:
    """Conditions on earlier questions, or none."""
    if not earlier or draw(st.booleans()):
        return None
    asked = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=3))
    conditions = tuple(draw(conditions_on(question)) for question in asked)
    return ShowIf(conditions, any_of=len(conditions) > 1 and draw(st.booleans()))


@st.composite
def conditions_on(draw: st.DrawFn, question: Question) -> Condition:
    """A condition that alone can hold."""
    kind = question.kind
    answered = Condition(question.code, Operator.ANSWERED)
    if kind in {QuestionKind.MATRIX, QuestionKind.FILE} or draw(st.booleans()):
        return answered
    if kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        same = Operator.EQUALS if kind == QuestionKind.SINGLE else Operator.CONTAINS
        value: str | float = draw(st.sampled_from([option.code for option in question.options]))
        return Condition(question.code, draw(st.sampled_from([same, Operator.DIFFERS])), value)
    if kind in {QuestionKind.SCALE, QuestionKind.NUMBER}:
        operators = [Operator.EQUALS, Operator.DIFFERS, Operator.AT_LEAST, Operator.AT_MOST]
        value = float(draw(st.integers(-5, 5))) if kind == QuestionKind.SCALE else draw(NUMBERS)
        return Condition(question.code, draw(st.sampled_from(operators)), value)
    value = "2026-09-01" if kind == QuestionKind.DATE else draw(st.one_of(PLAIN, st.just('it\'s "so"')))
    return Condition(question.code, draw(st.sampled_from([Operator.EQUALS, Operator.DIFFERS])), value)


@st.composite
def definitions(draw: st.DrawFn, most: int = 5) -> Definition:
    """A questionnaire of one to three sections."""
    earlier: list[Question] = []
    sections = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        show_if = draw(shown(list(earlier)))
        own = []
        for _index in range(draw(st.integers(1, most))):
            question = draw(questions(f"q{len(earlier) + 1}", list(earlier)))
            own.append(question)
            earlier.append(question)
        code = draw(st.sampled_from([f"s{number}", f"q{number}"]))
        sections.append(Section(code, draw(MAYBE), draw(MAYBE), tuple(own), show_if))
    return Definition(tuple(sections))
