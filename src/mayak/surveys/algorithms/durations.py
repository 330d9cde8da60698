"""How long a questionnaire takes: the longest way that somebody can really go through its conditions."""

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from mayak.surveys.algorithms.answering import cleaned_answer, compares
from mayak.surveys.algorithms.definition import (
    LARGEST,
    Condition,
    Definition,
    Question,
    QuestionKind,
    Section,
    ShowIf,
)
from mayak.surveys.algorithms.satisfying import number_of, text_of

SECONDS = {
    QuestionKind.SINGLE: 7.0,
    QuestionKind.MULTIPLE: 10.0,
    QuestionKind.SCALE: 5.0,
    QuestionKind.NUMBER: 8.0,
    QuestionKind.DATE: 8.0,
    QuestionKind.TEXT: 30.0,
    QuestionKind.FILE: 40.0,
}
"""Seconds for an answer of each kind; a line of a matrix takes as long as a scale. Assumption: no document says it."""
READING_LETTERS_PER_SECOND = 20.0
"""About 200 words a minute. Assumption."""
MOST_WAYS = 1000
"""More ways at once through the conditions are not told apart."""
MOST_NAMED = 8
"""Of a question of several choices conditions may name so many options; its 256 choices are tried one by one."""

Truths: TypeAlias = frozenset[Condition]
Ways: TypeAlias = dict[tuple[Truths, bool, bool], float]
"""Seconds of the longest way with the same conditions fulfilled, the section open or not, its heading read or not."""


class _TooManyError(Exception):
    """The ways cannot be told apart with little work."""


def estimated_minutes(definition: Definition) -> float:
    """Return how long the questionnaire takes at most, in minutes: reading plus answering.

    That is the time of the longest way somebody can go: branches that exclude one another count once. It is exact for
    conditions on questions of every kind, since for each question only the answers that its conditions tell apart are
    tried. Where that is too much work (more than ``MOST_WAYS`` ways at once, or conditions on more than ``MOST_NAMED``
    options of a question of several choices), the upper bound is returned: every question asked.
    """
    try:
        return _longest(definition) / 60
    except _TooManyError:
        return upper_bound_minutes(definition)


def upper_bound_minutes(definition: Definition) -> float:
    """Return how long it would take if every question were asked, in minutes."""
    return (
        sum(
            _heading(section) + sum(_seconds(question) for question in section.questions)
            for section in definition.sections
        )
        / 60
    )


def _heading(section: Section) -> float:
    return (len(section.title.ru) + len(section.text.ru)) / READING_LETTERS_PER_SECOND


def _seconds(question: Question) -> float:
    letters = len(question.text.ru) + len(question.help.ru)
    letters += sum(len(option.text.ru) for option in question.options)
    letters += sum(len(row.text.ru) for row in question.rows)
    if question.kind == QuestionKind.MATRIX:
        answering = SECONDS[QuestionKind.SCALE] * len(question.rows)
    else:
        answering = SECONDS[question.kind]
    return answering + letters / READING_LETTERS_PER_SECOND


def _longest(definition: Definition) -> float:
    """Follow all ways at once; two that look alike from here on are one, and the longer of them counts."""
    later = _needed_later(definition)
    ways: Ways = {(frozenset(), False, False): 0.0}
    for section in definition.sections:
        opened: Ways = {}
        for (truths, _open, _read), seconds in ways.items():
            _keep(opened, (truths, _holds(section.show_if, truths), False), seconds)
        ways = opened
        for question in section.questions:
            ways = _asked(ways, section, question, later[question.code])
    return max(ways.values())


def _asked(ways: Ways, section: Section, question: Question, later: tuple[Truths, Truths]) -> Ways:
    """Go on over one question; ``later``: the conditions on it, and all conditions that are needed after it."""
    own, needed = later
    outcomes = _outcomes(question, own)
    found: Ways = {}
    for (truths, is_open, is_read), seconds in ways.items():
        if not (is_open and _holds(question.show_if, truths)):
            _keep(found, (truths & needed, is_open, is_read), seconds)
            continue
        spent = seconds + _seconds(question) + (0.0 if is_read else _heading(section))
        for outcome in outcomes:
            _keep(found, ((truths | outcome) & needed, True, True), spent)
    if len(found) > MOST_WAYS:
        raise _TooManyError
    return found


def _keep(ways: Ways, key: tuple[Truths, bool, bool], seconds: float) -> None:
    ways[key] = max(ways.get(key, 0.0), seconds)


def _holds(shown: ShowIf | None, truths: Truths) -> bool:
    if shown is None:
        return True
    results = [condition in truths for condition in shown.conditions]
    return any(results) if shown.any_of else all(results)


def _needed_later(definition: Definition) -> Mapping[str, tuple[Truths, Truths]]:
    """Return for each question the conditions on its answer, and those that anything after it looks at."""
    needed: set[Condition] = set()
    after: dict[str, Truths] = {}
    for section in reversed(definition.sections):
        for question in reversed(section.questions):
            after[question.code] = frozenset(needed)
            needed.update(question.show_if.conditions if question.show_if else ())
        needed.update(section.show_if.conditions if section.show_if else ())
    return {
        code: (frozenset(one for one in later if one.question == code), later)
        for code, later in after.items()
    }


def _outcomes(question: Question, conditions: Truths) -> list[Truths]:
    """Return which conditions can hold together, without those of which others hold all and more.

    Fulfilled conditions only ever show further questions, so the longest way lies among these.
    """
    if not conditions:
        return [frozenset()]
    found = {
        frozenset(one for one in conditions if compares(one, cleaned_answer(question, answer)))
        for answer in _answers(question, conditions)
    }
    return [one for one in found if not any(one < other for other in found)] or [frozenset()]


def _answers(question: Question, conditions: Truths) -> Iterator[Any]:
    """Yield an answer for everything that the conditions tell apart; some of them may be no answers."""
    values = [one.value for one in conditions if one.value is not None]
    match question.kind:
        case QuestionKind.SINGLE:
            yield from (option.code for option in question.options)
        case QuestionKind.MULTIPLE:
            yield from _choices(question, {text_of(value) for value in values})
        case QuestionKind.SCALE:
            yield from question.scale.points() if question.scale else ()
        case QuestionKind.NUMBER:
            yield from _numbers(question, values)
        case QuestionKind.MATRIX:
            yield {row.code: option.code for row in question.rows[:1] for option in question.options[:1]}
        case QuestionKind.DATE:
            yield from (text_of(value) for value in values)
            yield from (dt.date(1900, 1, 1 + day).isoformat() for day in range(min(len(values), 27) + 1))
        case _:
            yield from (text_of(value) for value in values)
            yield next(text for text in map(str, itertools.count()) if text not in map(text_of, values))


def _choices(question: Question, named: Iterable[str]) -> Iterator[list[str]]:
    """Yield every choice among the named options, each with and without another option."""
    chosen = [option.code for option in question.options if option.code in set(named)]
    if len(chosen) > MOST_NAMED:
        raise _TooManyError
    others = [option.code for option in question.options if option.code not in chosen][:1]
    for size in range(len(chosen) + 1):
        for some in itertools.combinations(chosen, size):
            yield list(some)
            yield [*some, *others]


def _numbers(question: Question, values: Iterable[str | float]) -> Iterator[float]:
    """Yield the bounds, the named numbers, and numbers beside and between them."""
    low = -LARGEST if question.minimum is None else question.minimum
    high = LARGEST if question.maximum is None else question.maximum
    marks = sorted({low, high, *(one for value in values if (one := number_of(value)) is not None)})
    for mark in marks:
        yield from (mark, math.floor(mark), math.ceil(mark), math.floor(mark) + 1, math.ceil(mark) - 1)
    for one, next_one in itertools.pairwise(marks):
        yield (one + next_one) / 2
