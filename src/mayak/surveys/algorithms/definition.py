"""What a questionnaire says: sections of questions as frozen values, and the document they are stored as.

The document (JSON, YAML) of a questionnaire::

    sections:
      - code: s1
        title: {ru: О вас, en: About you}
        text: {ru: "", en: ""}
        show_if: {mode: all, conditions: [{question: q1, operator: equals, value: a}]}
        questions:
          - code: q1
            kind: single            # single multiple scale matrix number date text file
            text: {ru: ..., en: ...}
            help: {ru: ..., en: ...}
            required: true
            options: [{code: a, text: {ru: ..., en: ...}, value: 1}]
            rows: [{code: r1, text: {...}}]          # matrix only: each row is answered by one option
            scale: {low: 1, high: 5, low_text: {...}, high_text: {...}, labels: {"1": {...}}}
            minimum: 0, maximum: 100, whole: true    # number; text: maximum = longest length
            many_lines: true                         # text
            meaning: {competence: lesson-goals}      # what later apps read from the answer; the engine does not look
            show_if: ...

An answer is kept under the code of its question: a code of an option; a list of codes; a number; a text; an ISO
date; a mapping of row code to option code; the key of a stored file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    MATRIX = "matrix"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FILE = "file"


class Operator(StrEnum):
    """How a condition compares the answer of an earlier question."""

    EQUALS = "equals"
    DIFFERS = "differs"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"


CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATRIX})
"""Kinds that are answered by options."""

LANGUAGES = ("ru", "en")

LARGEST = 1e12
"""No number of a questionnaire or of an answer is larger."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; an empty one in English falls back on the Russian."""

    ru: str = ""
    en: str = ""

    def of(self, language: str) -> str:
        """Return the text in the language, else in the other one."""
        return (self.en or self.ru) if language.startswith("en") else (self.ru or self.en)

    def __bool__(self) -> bool:
        return bool(self.ru or self.en)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison with the answer of an earlier question; ``value`` is a code or a number."""

    question: str
    operator: Operator
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class ShowIf:
    """When a section or a question is shown: all or any of the conditions hold."""

    conditions: tuple[Condition, ...]
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; ``value`` is its number where answers are added up."""

    code: str
    text: Words
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a matrix; ``meaning`` as in a question."""

    code: str
    text: Words
    meaning: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from ``low`` to ``high``."""

    low: int
    high: int
    low_text: Words = Words()
    high_text: Words = Words()
    labels: Mapping[int, Words] = field(default_factory=dict)

    def points(self) -> range:
        """The numbers to choose from."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    code: str
    kind: QuestionKind
    text: Words
    help: Words = Words()
    required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    scale: Scale | None = None
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    many_lines: bool = False
    meaning: Mapping[str, Any] = field(default_factory=dict)
    show_if: ShowIf | None = None

    def option(self, code: str) -> Option | None:
        """Return the option with this code."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of questions."""

    code: str
    title: Words
    text: Words = Words()
    questions: tuple[Question, ...] = ()
    show_if: ShowIf | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """All sections of a questionnaire in their order."""

    sections: tuple[Section, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Yield every question in the order in which it is asked."""
        for section in self.sections:
            yield from section.questions

    def question(self, code: str) -> Question | None:
        """Return the question with this code."""
        return next((question for question in self.questions() if question.code == code), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: ``place`` («sections.2.questions.1.options»), ``code`` of the words, their values."""

    place: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class DefinitionError(ValueError):
    """The document is not a questionnaire; ``faults`` names every place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)
