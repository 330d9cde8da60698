"""Which questions are asked, and whether an answer is one: pure functions over a definition and the answers given."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from mayak.surveys.algorithms.definition import (
    LARGEST,
    Condition,
    Definition,
    Fault,
    Operator,
    Question,
    QuestionKind,
    ShowIf,
)

LONGEST_ANSWER = 4000
"""Letters of a free text, where the question names no smaller number."""


def holds(shown: ShowIf | None, answers: Mapping[str, Any]) -> bool:
    """Whether the section or question is shown for these answers."""
    if shown is None:
        return True
    results = [compares(one, answers.get(one.question)) for one in shown.conditions]
    return any(results) if shown.any_of else all(results)


def compares(condition: Condition, answer: Any) -> bool:
    """Whether the condition holds for this answer to its question; never for no answer."""
    is_given = answer not in (None, "", [], {})
    if condition.operator == Operator.ANSWERED:
        return is_given
    if not is_given:
        return False
    if condition.operator in (Operator.AT_LEAST, Operator.AT_MOST):
        found, bound = _number(answer), _number(condition.value)
        if found is None or bound is None:
            return False
        return found >= bound if condition.operator == Operator.AT_LEAST else found <= bound
    given = [str(one) for one in answer] if isinstance(answer, list) else [_text(answer)]
    same = _text(condition.value) in given
    return not same if condition.operator == Operator.DIFFERS else same


def _number(value: Any) -> float | None:
    try:
        found = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _text(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def asked_questions(definition: Definition, answers: Mapping[str, Any]) -> list[Question]:
    """Return the questions that are asked of somebody who has given these answers.

    An answer to a question that is itself not asked counts as none, so that chains of conditions hold together.
    """
    seen: dict[str, Any] = {}
    asked: list[Question] = []
    for section in definition.sections:
        is_open = holds(section.show_if, seen)
        for question in section.questions:
            if is_open and holds(question.show_if, seen):
                asked.append(question)
                seen[question.code] = answers.get(question.code)
    return asked


def clean_answers(
    definition: Definition, given: Mapping[str, Any], *, complete: bool = True
) -> tuple[dict[str, Any], list[Fault]]:
    """Return what counts of the given answers, and what is wrong with them (``place`` is the code of the question).

    Answers to questions that are not asked fall away. ``complete`` also wants every required question answered.
    """
    cleaned: dict[str, Any] = {}
    faults: list[Fault] = []
    for question in asked_questions(definition, given):
        value = given.get(question.code)
        if value in (None, "", [], {}):
            if complete and question.required:
                faults.append(Fault(question.code, "required"))
            continue
        found, fault = _clean(question, value)
        if fault is not None:
            faults.append(fault)
        elif found is not None:
            cleaned[question.code] = found
            if complete and question.kind == QuestionKind.MATRIX and question.required:
                missing = [row.code for row in question.rows if row.code not in found]
                if missing:
                    faults.append(Fault(question.code, "rows_missing", {"count": len(missing)}))
    return cleaned, faults


def cleaned_answer(question: Question, value: Any) -> Any:
    """Return the value as it would be kept as the answer to the question; None where it is no answer."""
    return _clean(question, value)[0]


def _clean(question: Question, value: Any) -> tuple[Any, Fault | None]:
    clean = _CLEANERS[question.kind]
    return clean(question, value)


def _clean_single(question: Question, value: Any) -> tuple[Any, Fault | None]:
    code = str(value)
    return (code, None) if question.option(code) else (None, Fault(question.code, "option_unknown"))


def _clean_multiple(question: Question, value: Any) -> tuple[Any, Fault | None]:
    codes = {str(one) for one in (value if isinstance(value, list) else [value])}
    known = [option.code for option in question.options if option.code in codes]
    if len(known) != len(codes):
        return None, Fault(question.code, "option_unknown")
    if question.maximum is not None and len(known) > question.maximum:
        return None, Fault(question.code, "too_many_options", {"most": int(question.maximum)})
    return known, None


def _clean_scale(question: Question, value: Any) -> tuple[Any, Fault | None]:
    found = _number(value)
    if (
        question.scale is None
        or found is None
        or found != int(found)
        or int(found) not in question.scale.points()
    ):
        return None, Fault(question.code, "off_scale")
    return int(found), None


def _clean_matrix(question: Question, value: Any) -> tuple[Any, Fault | None]:
    if not isinstance(value, Mapping):
        return None, Fault(question.code, "option_unknown")
    rows = {row.code for row in question.rows}
    options = {option.code for option in question.options}
    found = {str(row): str(option) for row, option in value.items() if option not in (None, "")}
    if set(found) - rows or set(found.values()) - options:
        return None, Fault(question.code, "option_unknown")
    return {row.code: found[row.code] for row in question.rows if row.code in found}, None


def _clean_number(question: Question, value: Any) -> tuple[Any, Fault | None]:
    found = _number(value)
    if found is None or abs(found) > LARGEST:
        return None, Fault(question.code, "not_number")
    if question.whole and found != int(found):
        return None, Fault(question.code, "not_whole")
    if question.minimum is not None and found < question.minimum:
        return None, Fault(question.code, "too_small", {"least": _text(question.minimum)})
    if question.maximum is not None and found > question.maximum:
        return None, Fault(question.code, "too_large", {"most": _text(question.maximum)})
    return int(found) if found == int(found) else found, None


def _clean_date(question: Question, value: Any) -> tuple[Any, Fault | None]:
    try:
        return dt.date.fromisoformat(str(value)).isoformat(), None
    except ValueError:
        return None, Fault(question.code, "not_date")


def _clean_text(question: Question, value: Any) -> tuple[Any, Fault | None]:
    text = str(value).replace("\x00", "").strip()
    most = int(question.maximum or LONGEST_ANSWER)
    if len(text) > most:
        return None, Fault(question.code, "text_long", {"most": most})
    return text or None, None


def _clean_file(question: Question, value: Any) -> tuple[Any, Fault | None]:
    return (str(value), None) if isinstance(value, str) else (None, Fault(question.code, "not_file"))


_CLEANERS = {
    QuestionKind.SINGLE: _clean_single,
    QuestionKind.MULTIPLE: _clean_multiple,
    QuestionKind.SCALE: _clean_scale,
    QuestionKind.MATRIX: _clean_matrix,
    QuestionKind.NUMBER: _clean_number,
    QuestionKind.DATE: _clean_date,
    QuestionKind.TEXT: _clean_text,
    QuestionKind.FILE: _clean_file,
}
