"""Whether a questionnaire can be answered: everything that would leave somebody before a question without a way out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mayak.surveys.algorithms.definition import (
    CHOICES,
    Definition,
    Fault,
    Question,
    QuestionKind,
    ShowIf,
)
from mayak.surveys.algorithms.durations import estimated_minutes
from mayak.surveys.algorithms.satisfying import MANY, Branch, condition_fault, joined, satisfiable

NO_FREE_WORDS = frozenset({QuestionKind.TEXT, QuestionKind.FILE})
"""Kinds that a child is never asked: a name or a face could stand in the answer."""

SMALL = 1000
"""A child is asked for smaller numbers only: a telephone number could stand in a larger one."""


def problems_of(
    definition: Definition, *, short_minutes: float | None = None, for_students: bool = False
) -> list[Fault]:
    """Return what is wrong, each with its place; nothing may start with one of them.

    Args:
        definition: the questionnaire.
        short_minutes: how long it may take at most, where it is called short.
        for_students: whether children answer it.
    """
    problems: list[Fault] = []
    if not any(True for _question in definition.questions()):
        problems.append(Fault("", "no_questions"))
    problems += _empty_sections(definition)
    for place, question in _places(definition):
        problems += _of_question(place, question)
        if for_students:
            problems += _of_students(place, question)
    problems += _Paths(definition).problems()
    minutes = estimated_minutes(definition)
    if short_minutes is not None and minutes > short_minutes:
        problems.append(Fault("", "too_long", {"minutes": round(minutes, 1), "most": short_minutes}))
    return problems


def _of_students(place: str, question: Question) -> Iterator[Fault]:
    if question.kind in NO_FREE_WORDS:
        yield Fault(f"{place}.kind", "not_for_students")
    if question.kind == QuestionKind.DATE:
        yield Fault(f"{place}.kind", "day_not_for_students")
    bounds = (question.minimum, question.maximum)
    if question.kind == QuestionKind.NUMBER and any(one is None or abs(one) > SMALL for one in bounds):
        yield Fault(f"{place}.maximum", "number_not_for_students", {"most": SMALL})


def _empty_sections(definition: Definition) -> Iterator[Fault]:
    for number, section in enumerate(definition.sections, start=1):
        if not section.questions and len(definition.sections) > 1:
            yield Fault(f"sections.{number}", "section_empty")


def _places(definition: Definition) -> Iterator[tuple[str, Question]]:
    for number, section in enumerate(definition.sections, start=1):
        for index, question in enumerate(section.questions, start=1):
            yield f"sections.{number}.questions.{index}", question


def _of_question(place: str, question: Question) -> Iterator[Fault]:
    if question.kind in CHOICES and not question.options:
        yield Fault(f"{place}.options", "no_options")
    if question.kind == QuestionKind.MATRIX and not question.rows:
        yield Fault(f"{place}.rows", "no_rows")
    if question.kind == QuestionKind.SCALE and question.scale is None:
        yield Fault(f"{place}.scale", "no_scale")
    if question.kind == QuestionKind.NUMBER and not satisfiable(question, ()):
        yield Fault(f"{place}.maximum", "bounds_wrong")
    if (
        question.kind in {QuestionKind.MULTIPLE, QuestionKind.TEXT}
        and question.maximum is not None
        and question.maximum < 1
    ):
        yield Fault(f"{place}.maximum", "most_below_one")


@dataclass(slots=True)
class _Paths:
    """Ways on which a question can be reached: each is a set of conditions that must hold together."""

    definition: Definition
    earlier: dict[str, Question] = field(default_factory=dict)
    ways: dict[str, list[Branch]] = field(default_factory=dict)

    def problems(self) -> list[Fault]:
        """Walk through the questionnaire in the order in which it is asked."""
        found: list[Fault] = []
        known = {question.code for question in self.definition.questions()}
        for number, section in enumerate(self.definition.sections, start=1):
            place = f"sections.{number}"
            own = list(self._conditions(section.show_if, f"{place}.show_if", known))
            opened = self._ways(section.show_if, [frozenset()])
            if not own and section.questions and not opened:
                own.append(Fault(f"{place}.show_if", "section_never_shown"))
            found += own
            for index, question in enumerate(section.questions, start=1):
                at = f"{place}.questions.{index}"
                faults = list(self._conditions(question.show_if, f"{at}.show_if", known))
                ways = self._ways(question.show_if, opened)
                if not own and not faults and not ways:
                    code = "required_never_shown" if question.required else "never_shown"
                    faults.append(Fault(f"{at}.show_if", code))
                found += faults
                self.earlier[question.code] = question
                self.ways[question.code] = ways
        return found

    def _conditions(self, shown: ShowIf | None, place: str, known: Iterable[str]) -> Iterator[Fault]:
        for index, condition in enumerate(shown.conditions if shown else (), start=1):
            at = f"{place}.conditions.{index}"
            question = self.earlier.get(condition.question)
            if question is None:
                code = "condition_later" if condition.question in known else "condition_unknown"
                yield Fault(at, code, {"question": condition.question})
            elif fault := condition_fault(question, condition):
                yield Fault(at, fault, {"question": condition.question, "value": _shown(condition.value)})

    def _ways(self, shown: ShowIf | None, opened: list[Branch]) -> list[Branch]:
        """Return the satisfiable ways to here; too many of them count as one without conditions."""
        if shown is None:
            return opened
        choices = [[one] for one in shown.conditions] if shown.any_of else [list(shown.conditions)]
        found: list[Branch] = []
        for conditions in choices:
            ways = opened
            for condition in conditions:
                if condition.question not in self.earlier:
                    ways = []
                    break
                ways = joined(ways, self.ways[condition.question], condition, self.earlier)
            found += ways
        unique = list(dict.fromkeys(found))
        return [frozenset()] if len(unique) > MANY else unique


def _shown(value: str | float | None) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value or "")


def needed_by(definition: Definition) -> Mapping[str, list[str]]:
    """Return which codes of questions and sections depend on the answer of each question."""
    needed: dict[str, list[str]] = {}
    for section in definition.sections:
        for code, shown in (
            (section.code, section.show_if),
            *((question.code, question.show_if) for question in section.questions),
        ):
            for condition in shown.conditions if shown else ():
                needed.setdefault(condition.question, []).append(code)
    return needed
