"""A questionnaire as a form: values with everything that the templates of questions draw."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from mayak.surveys.algorithms.answering import LONGEST_ANSWER, asked_questions, holds
from mayak.surveys.algorithms.definition import Definition, Fault, Question, QuestionKind, ShowIf, Words
from mayak.surveys.selectors.fault_words import fault_words

FIELD = "q-"
"""What the name of every field of a question begins with."""


@dataclass(frozen=True, slots=True)
class ShownOption:
    """One option or point of a scale."""

    value: str
    text: str
    is_chosen: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of a matrix with its own options."""

    name: str
    code: str
    text: str
    options: tuple[ShownOption, ...]
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question as a field.

    Attributes:
        name: of the field in the posted form.
        number: place among the questions that are asked now; 0 for one that is not asked.
        value: what stands in a field of text, number or date; the kept name of a file.
        fault: what is wrong with the answer, in words; empty where nothing is.
        is_asked: whether the answers given so far lead to it.
        conditions: when it is shown, as JSON for the script of the page; empty where always.
        least, most, step: attributes of a number; ``most`` is the longest text or the most options of others.
        low_text, high_text: words at the ends of a scale.
    """

    code: str
    name: str
    kind: str
    number: int
    text: str
    help: str
    required: bool
    is_asked: bool
    conditions: str
    value: str = ""
    fault: str = ""
    options: tuple[ShownOption, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    columns: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    step: str = ""
    low_text: str = ""
    high_text: str = ""
    many_lines: bool = False

    @property
    def has_hints(self) -> bool:
        """Whether points of a scale have words of their own."""
        return any(option.hint for option in self.options)

    @property
    def is_group(self) -> bool:
        """Whether several inputs answer it, so that a legend names them."""
        return self.kind in {
            QuestionKind.SINGLE,
            QuestionKind.MULTIPLE,
            QuestionKind.SCALE,
            QuestionKind.MATRIX,
        }


@dataclass(frozen=True, slots=True)
class ShownSection:
    """One section; ``is_asked`` says whether any of its questions is asked now."""

    code: str
    title: str
    text: str
    is_asked: bool
    conditions: str
    questions: tuple[ShownQuestion, ...]
    language: str = "ru"


def form_sections(
    definition: Definition,
    answers: Mapping[str, Any] | None = None,
    faults: Sequence[Fault] = (),
    language: str = "ru",
) -> list[ShownSection]:
    """Return all sections; questions that are not asked for these answers are marked so, not left out.

    Args:
        definition: the questionnaire.
        answers: what was given so far, raw or clean.
        faults: of ``clean_answers``; each stands at its question.
        language: of the texts, «ru» or «en».
    """
    given = answers or {}
    numbers = {
        question.code: number for number, question in enumerate(asked_questions(definition, given), start=1)
    }
    asked = {code: given.get(code) for code in numbers}
    with override(language):
        words = {fault.place: fault_words(fault, definition, language) for fault in reversed(faults)}
        return [
            ShownSection(
                code=section.code,
                title=section.title.of(language),
                text=section.text.of(language),
                is_asked=holds(section.show_if, asked) and any(q.code in numbers for q in section.questions),
                conditions=conditions_json(section.show_if),
                questions=tuple(
                    _shown(
                        question,
                        given.get(question.code),
                        words.get(question.code, ""),
                        numbers.get(question.code, 0),
                        language,
                    )
                    for question in section.questions
                ),
                language=language,
            )
            for section in definition.sections
        ]


def conditions_json(shown: ShowIf | None) -> str:
    """Return the conditions for the script of the page; empty where there are none."""
    if shown is None:
        return ""
    rows = [[one.question, one.operator.value, one.value] for one in shown.conditions]
    return json.dumps({"any": shown.any_of, "conditions": rows}, ensure_ascii=False)


def _shown(question: Question, value: Any, fault: str, number: int, language: str) -> ShownQuestion:
    return ShownQuestion(
        code=question.code,
        name=f"{FIELD}{question.code}",
        kind=question.kind.value,
        number=number,
        text=question.text.of(language),
        help=question.help.of(language),
        required=question.required,
        is_asked=number > 0,
        conditions=conditions_json(question.show_if),
        value=_value(question, value),
        fault=fault,
        options=_options(question, value, language),
        rows=_rows(question, value, bool(fault), language),
        columns=tuple(option.text.of(language) for option in question.options)
        if question.kind == QuestionKind.MATRIX
        else (),
        many_lines=question.many_lines,
        **_limits(question),
        **_ends(question, language),
    )


def _value(question: Question, value: Any) -> str:
    if value is None or isinstance(value, list | Mapping):
        return ""
    return str(value)


def _options(question: Question, value: Any, language: str) -> tuple[ShownOption, ...]:
    if question.kind == QuestionKind.SCALE and question.scale is not None:
        labels = question.scale.labels
        return tuple(
            ShownOption(
                str(point), str(point), str(value) == str(point), labels.get(point, Words()).of(language)
            )
            for point in question.scale.points()
        )
    if question.kind not in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        return ()
    chosen = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    return tuple(
        ShownOption(option.code, option.text.of(language), option.code in chosen)
        for option in question.options
    )


def _rows(question: Question, value: Any, is_faulty: bool, language: str) -> tuple[ShownRow, ...]:
    given = value if isinstance(value, Mapping) else {}
    return tuple(
        ShownRow(
            name=f"{FIELD}{question.code}-{row.code}",
            code=row.code,
            text=row.text.of(language),
            options=tuple(
                ShownOption(option.code, option.text.of(language), given.get(row.code) == option.code)
                for option in question.options
            ),
            is_missing=is_faulty and question.required and not given.get(row.code),
        )
        for row in question.rows
    )


def _limits(question: Question) -> dict[str, str]:
    if question.kind == QuestionKind.NUMBER:
        return {
            "least": _plain(question.minimum),
            "most": _plain(question.maximum),
            "step": "1" if question.whole else "any",
        }
    if question.kind == QuestionKind.TEXT:
        return {"most": _plain(question.maximum or LONGEST_ANSWER)}
    if question.kind == QuestionKind.MULTIPLE:
        return {"most": _plain(question.maximum)}
    return {}


def _ends(question: Question, language: str) -> dict[str, str]:
    scale = question.scale
    if scale is None:
        return {}
    return {"low_text": scale.low_text.of(language), "high_text": scale.high_text.of(language)}


def _plain(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else str(value)


def kind_label(kind: QuestionKind) -> str:
    """Return how the interface calls a kind of question."""
    return {
        QuestionKind.SINGLE: _("one option"),
        QuestionKind.MULTIPLE: _("several options"),
        QuestionKind.SCALE: _("scale"),
        QuestionKind.MATRIX: _("table of questions"),
        QuestionKind.NUMBER: pgettext("kind of answer", "number"),
        QuestionKind.DATE: _("date"),
        QuestionKind.TEXT: _("free text"),
        QuestionKind.FILE: _("file"),
    }[kind]
