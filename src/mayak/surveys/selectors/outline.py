"""A questionnaire as its author sees it: an outline with the words of every condition."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mayak.surveys.algorithms.definition import (
    CHOICES,
    Condition,
    Definition,
    Operator,
    Question,
    QuestionKind,
    Section,
    ShowIf,
)
from mayak.surveys.algorithms.satisfying import text_of
from mayak.surveys.selectors.rendering import kind_label


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """A question in one or two lines."""

    code: str
    number: int
    text: str
    kind: str
    required: bool
    options: str
    show_if: str


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section with its questions."""

    code: str
    title: str
    text: str
    show_if: str
    questions: tuple[OutlineQuestion, ...]


def outline(definition: Definition, language: str = "ru") -> list[OutlineSection]:
    """Return the sections with numbered questions."""
    sections: list[OutlineSection] = []
    number = 0
    for section in definition.sections:
        rows = []
        for question in section.questions:
            number += 1
            rows.append(_question(question, number, definition, language))
        sections.append(_section(section, tuple(rows), definition, language))
    return sections


def _section(
    section: Section, rows: tuple[OutlineQuestion, ...], definition: Definition, language: str
) -> OutlineSection:
    return OutlineSection(
        code=section.code,
        title=section.title.of(language),
        text=section.text.of(language),
        show_if=show_if_words(section.show_if, definition, language),
        questions=rows,
    )


def _question(question: Question, number: int, definition: Definition, language: str) -> OutlineQuestion:
    return OutlineQuestion(
        code=question.code,
        number=number,
        text=question.text.of(language),
        kind=kind_label(question.kind),
        required=question.required,
        options=_options(question, language),
        show_if=show_if_words(question.show_if, definition, language),
    )


def _options(question: Question, language: str) -> str:
    if question.kind == QuestionKind.SCALE and question.scale:
        return f"{question.scale.low}–{question.scale.high}"
    if question.kind not in CHOICES:
        return ""
    options = " · ".join(option.text.of(language) for option in question.options)
    if question.kind == QuestionKind.MATRIX:
        rows = " · ".join(row.text.of(language) for row in question.rows)
        options = f"{rows} → {options}"
    return Truncator(options).chars(300)


def show_if_words(shown: ShowIf | None, definition: Definition, language: str = "ru") -> str:
    """Return «shown if …» of the conditions; empty where there are none."""
    if shown is None:
        return ""
    joint = _("or") if shown.any_of else _("and")
    return f" {joint} ".join(_condition(one, definition, language) for one in shown.conditions)


def _condition(condition: Condition, definition: Definition, language: str) -> str:
    question = definition.question(condition.question)
    name = Truncator(question.text.of(language)).chars(60) if question else condition.question
    value = "" if condition.value is None else text_of(condition.value)
    if question is not None and (option := question.option(value)):
        value = option.text.of(language)
    words = {
        Operator.EQUALS: _("«%(question)s» is «%(value)s»"),
        Operator.CONTAINS: _("«%(question)s» holds «%(value)s»"),
        Operator.DIFFERS: _("«%(question)s» is another than «%(value)s»"),
        Operator.AT_LEAST: _("«%(question)s» is at least %(value)s"),
        Operator.AT_MOST: _("«%(question)s» is at most %(value)s"),
        Operator.ANSWERED: _("«%(question)s» is answered"),
    }
    return words[condition.operator] % {"question": name, "value": value}
