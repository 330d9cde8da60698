"""Whether conditions on the answer of one question can hold: alone, and together."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from mayak.surveys.algorithms.definition import LARGEST, Condition, Operator, Question, QuestionKind

Branch: TypeAlias = frozenset[Condition]
MANY = 256
"""More ways to a question are not followed: it counts as reachable."""

_KNOWN_OPTION = frozenset({Operator.EQUALS, Operator.DIFFERS, Operator.CONTAINS})
_BOUNDS = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
OPERATORS: Mapping[QuestionKind, tuple[Operator, ...]] = {
    QuestionKind.SINGLE: (Operator.EQUALS, Operator.DIFFERS, Operator.ANSWERED),
    QuestionKind.MULTIPLE: (Operator.CONTAINS, Operator.DIFFERS, Operator.ANSWERED),
    QuestionKind.SCALE: (
        Operator.EQUALS,
        Operator.DIFFERS,
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.ANSWERED,
    ),
    QuestionKind.NUMBER: (
        Operator.EQUALS,
        Operator.DIFFERS,
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.ANSWERED,
    ),
    QuestionKind.DATE: (Operator.EQUALS, Operator.DIFFERS, Operator.ANSWERED),
    QuestionKind.TEXT: (Operator.EQUALS, Operator.DIFFERS, Operator.ANSWERED),
    QuestionKind.MATRIX: (Operator.ANSWERED,),
    QuestionKind.FILE: (Operator.ANSWERED,),
}
"""How the answer of each kind is compared; «equals» and «contains» mean the same for options."""


def number_of(value: str | float | None) -> float | None:
    """Return the value as a finite number, if it is one."""
    try:
        found = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def text_of(value: str | float | None) -> str:
    """Return the value as the answer of a form would be written."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def condition_fault(question: Question, condition: Condition) -> str:
    """Return why the condition can never hold for this question; empty where it can."""
    operator, value = condition.operator, condition.value
    if not _fits(question.kind, operator):
        return "condition_operator"
    if operator == Operator.ANSWERED:
        return ""
    if value is None or value == "":
        return "condition_no_value"
    check = _VALUE_FAULTS.get(question.kind)
    return check(question, condition) if check else ""


def _option_fault(question: Question, condition: Condition) -> str:
    return "" if question.option(text_of(condition.value)) else "condition_no_option"


def _number_fault(question: Question, condition: Condition) -> str:
    if number_of(condition.value) is None:
        return "condition_no_number"
    if satisfiable(question, (condition,)):
        return ""
    return "condition_off_scale" if question.kind == QuestionKind.SCALE else "condition_out_of_bounds"


def _date_fault(_question: Question, condition: Condition) -> str:
    try:
        is_date = dt.date.fromisoformat(str(condition.value)).isoformat() == condition.value
    except ValueError:
        is_date = False
    return "" if is_date else "condition_no_date"


_VALUE_FAULTS: Mapping[QuestionKind, Callable[[Question, Condition], str]] = {
    QuestionKind.SINGLE: _option_fault,
    QuestionKind.MULTIPLE: _option_fault,
    QuestionKind.SCALE: _number_fault,
    QuestionKind.NUMBER: _number_fault,
    QuestionKind.DATE: _date_fault,
}


def _fits(kind: QuestionKind, operator: Operator) -> bool:
    allowed = OPERATORS[kind]
    if operator in {Operator.EQUALS, Operator.CONTAINS}:
        return Operator.EQUALS in allowed or Operator.CONTAINS in allowed
    return operator in allowed


def satisfiable(question: Question, conditions: Iterable[Condition]) -> bool:
    """Whether some answer to the question fulfils all the conditions on it."""
    own = list(conditions)
    if any(condition.operator != Operator.ANSWERED and condition.value in (None, "") for condition in own):
        return False
    if any(not _fits(question.kind, condition.operator) for condition in own):
        return False
    some = _SOME.get(question.kind)
    return some(question, own) if some else True


def _some_option(question: Question, conditions: list[Condition]) -> bool:
    return any(_fulfils(option.code, conditions) for option in question.options)


def _some_point(question: Question, conditions: list[Condition]) -> bool:
    points = question.scale.points() if question.scale else ()
    return any(all(_one_number(point, condition) for condition in conditions) for point in points)


def _some_row(question: Question, _conditions: list[Condition]) -> bool:
    return bool(question.rows and question.options)


def _fulfils(answer: str, conditions: list[Condition]) -> bool:
    return all(
        condition.operator == Operator.ANSWERED
        or (text_of(condition.value) == answer) is (condition.operator != Operator.DIFFERS)
        for condition in conditions
    )


def _one_number(answer: float, condition: Condition) -> bool:
    value = number_of(condition.value)
    if condition.operator == Operator.ANSWERED:
        return True
    if value is None:
        return False
    if condition.operator == Operator.AT_LEAST:
        return answer >= value
    if condition.operator == Operator.AT_MOST:
        return answer <= value
    return (answer == value) is (condition.operator != Operator.DIFFERS)


def _some_options(question: Question, conditions: list[Condition]) -> bool:
    codes = {option.code for option in question.options}
    wanted = {
        text_of(one.value) for one in conditions if one.operator in {Operator.EQUALS, Operator.CONTAINS}
    }
    barred = {text_of(one.value) for one in conditions if one.operator == Operator.DIFFERS}
    most = len(codes) if question.maximum is None else question.maximum
    return bool(wanted <= codes - barred and max(1, len(wanted)) <= most and (wanted or codes - barred))


def _some_number(question: Question, conditions: list[Condition]) -> bool:
    low = -LARGEST if question.minimum is None else question.minimum
    high = LARGEST if question.maximum is None else question.maximum
    for condition in conditions:
        value = number_of(condition.value)
        if condition.operator == Operator.ANSWERED:
            continue
        if value is None:
            return False
        if condition.operator in {Operator.AT_LEAST, Operator.EQUALS, Operator.CONTAINS}:
            low = max(low, value)
        if condition.operator in {Operator.AT_MOST, Operator.EQUALS, Operator.CONTAINS}:
            high = min(high, value)
    barred = {number_of(one.value) for one in conditions if one.operator == Operator.DIFFERS}
    if question.whole:
        low, high = math.ceil(low), math.floor(high)
        if high - low > len(barred):
            return True
        return any(low + step not in barred for step in range(int(high - low) + 1))
    return low < high or (low == high and low not in barred)


def _some_text(_question: Question, conditions: list[Condition]) -> bool:
    wanted = {
        text_of(one.value) for one in conditions if one.operator in {Operator.EQUALS, Operator.CONTAINS}
    }
    barred = {text_of(one.value) for one in conditions if one.operator == Operator.DIFFERS}
    return len(wanted) <= 1 and not wanted & barred


_SOME: Mapping[QuestionKind, Callable[[Question, list[Condition]], bool]] = {
    QuestionKind.SINGLE: _some_option,
    QuestionKind.MULTIPLE: _some_options,
    QuestionKind.SCALE: _some_point,
    QuestionKind.NUMBER: _some_number,
    QuestionKind.DATE: _some_text,
    QuestionKind.TEXT: _some_text,
    QuestionKind.MATRIX: _some_row,
}


def joined(
    ways: list[Branch], others: list[Branch], condition: Condition, questions: Mapping[str, Question]
) -> list[Branch]:
    """Return the ways on which both lists and the condition hold together, without the impossible ones."""
    if len(ways) * len(others) > MANY:
        return [frozenset()]
    found: dict[Branch, None] = {}
    for way in ways:
        for other in others:
            branch = way | other | {condition}
            if _possible(branch, questions):
                found[branch] = None
    return list(found)


def _possible(branch: Branch, questions: Mapping[str, Question]) -> bool:
    by_question: dict[str, list[Condition]] = {}
    for condition in branch:
        by_question.setdefault(condition.question, []).append(condition)
    return all(satisfiable(questions[code], conditions) for code, conditions in by_question.items())
