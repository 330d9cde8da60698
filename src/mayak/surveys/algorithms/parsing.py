"""Between the stored document of a questionnaire and its values; every fault of a document is named with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from mayak.surveys.algorithms.definition import (
    CHOICES,
    LARGEST,
    Condition,
    Definition,
    DefinitionError,
    Fault,
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

CODE = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")
"""What a code of a section, question, option or row looks like: XLSForm and SPSS take it as it is."""

LONGEST_TEXT = 4000
MOST_QUESTIONS = 500
MOST_OPTIONS = 200
WIDEST_SCALE = 20

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


@dataclass(slots=True)
class _Reader:
    """Collects the faults, so that all of them are told at once."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: str, code: str, **values: Any) -> None:
        self.faults.append(Fault(place, code, values))

    def mapping(self, value: Any, place: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.fault(place, "not_mapping")
        return {}

    def rows(self, value: Any, place: str, most: int) -> list[Mapping[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(place, "not_list")
            return []
        if len(value) > most:
            self.fault(place, "too_many", most=most)
        return [self.mapping(row, f"{place}.{index}") for index, row in enumerate(value[:most], start=1)]

    def code(self, value: Any, place: str) -> str:
        text = str(value if value is not None else "")
        if not CODE.match(text):
            self.fault(place, "code_wrong", found=text[:80])
        return text

    def words(self, value: Any, place: str, *, required: bool = False) -> Words:
        if isinstance(value, str):
            value = {"ru": value}
        if value is None:
            value = {}
        if not isinstance(value, Mapping) or any(not isinstance(text, str) for text in value.values()):
            self.fault(place, "not_words")
            return Words()
        words = Words(ru=value.get("ru", "").strip(), en=value.get("en", "").strip())
        if required and not words.ru:
            self.fault(place, "no_text")
        if max(len(words.ru), len(words.en)) > LONGEST_TEXT:
            self.fault(place, "text_long", most=LONGEST_TEXT)
        return words

    def number(self, value: Any, place: str) -> float | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > LARGEST:
            self.fault(place, "not_number", found=str(value)[:80])
            return None
        return float(value)

    def choice(self, kinds: type[ChoiceT], value: Any, place: str) -> ChoiceT | None:
        try:
            return kinds(value)
        except ValueError:
            self.fault(place, "choice_unknown", found=str(value)[:80], known=", ".join(kinds))
            return None


def definition_from_dict(document: Any) -> Definition:
    """Read the document of a questionnaire.

    Raises:
        DefinitionError: something is wrong; all faults are named at once.
    """
    reader = _Reader()
    rows = reader.rows(reader.mapping(document, "").get("sections"), "sections", 100)
    sections = tuple(_section(reader, row, f"sections.{index}") for index, row in enumerate(rows, start=1))
    found = Definition(sections)
    _check_codes(reader, found)
    if reader.faults:
        raise DefinitionError(reader.faults)
    return found


def section_from_dict(document: Any) -> Section:
    """Read the document of one section (a block).

    Raises:
        DefinitionError: something is wrong.
    """
    reader = _Reader()
    found = _section(reader, reader.mapping(document, ""), "section")
    if reader.faults:
        raise DefinitionError(reader.faults)
    return found


def _section(reader: _Reader, row: Mapping[str, Any], place: str) -> Section:
    questions = reader.rows(row.get("questions"), f"{place}.questions", MOST_QUESTIONS)
    return Section(
        code=reader.code(row.get("code"), f"{place}.code"),
        title=reader.words(row.get("title"), f"{place}.title"),
        text=reader.words(row.get("text"), f"{place}.text"),
        questions=tuple(
            _question(reader, question, f"{place}.questions.{index}")
            for index, question in enumerate(questions, start=1)
        ),
        show_if=_show_if(reader, row.get("show_if"), f"{place}.show_if"),
    )


def _question(reader: _Reader, row: Mapping[str, Any], place: str) -> Question:
    kind = reader.choice(QuestionKind, row.get("kind"), f"{place}.kind") or QuestionKind.TEXT
    options = reader.rows(row.get("options"), f"{place}.options", MOST_OPTIONS) if kind in CHOICES else []
    lines = reader.rows(row.get("rows"), f"{place}.rows", MOST_OPTIONS) if kind == QuestionKind.MATRIX else []
    return Question(
        code=reader.code(row.get("code"), f"{place}.code"),
        kind=kind,
        text=reader.words(row.get("text"), f"{place}.text", required=True),
        help=reader.words(row.get("help"), f"{place}.help"),
        required=bool(row.get("required", False)),
        options=tuple(
            Option(
                code=reader.code(option.get("code"), f"{place}.options.{index}.code"),
                text=reader.words(option.get("text"), f"{place}.options.{index}.text", required=True),
                value=reader.number(option.get("value"), f"{place}.options.{index}.value"),
            )
            for index, option in enumerate(options, start=1)
        ),
        rows=tuple(
            Row(
                code=reader.code(line.get("code"), f"{place}.rows.{index}.code"),
                text=reader.words(line.get("text"), f"{place}.rows.{index}.text", required=True),
                meaning=dict(reader.mapping(line.get("meaning") or {}, f"{place}.rows.{index}.meaning")),
            )
            for index, line in enumerate(lines, start=1)
        ),
        scale=_scale(reader, row.get("scale"), f"{place}.scale") if kind == QuestionKind.SCALE else None,
        minimum=reader.number(row.get("minimum"), f"{place}.minimum"),
        maximum=reader.number(row.get("maximum"), f"{place}.maximum"),
        whole=bool(row.get("whole", False)),
        many_lines=bool(row.get("many_lines", False)),
        meaning=dict(reader.mapping(row.get("meaning") or {}, f"{place}.meaning")),
        show_if=_show_if(reader, row.get("show_if"), f"{place}.show_if"),
    )


def _scale(reader: _Reader, value: Any, place: str) -> Scale | None:
    row = reader.mapping(value, place)
    low, high = (reader.number(row.get(name), f"{place}.{name}") for name in ("low", "high"))
    if (
        low is None
        or high is None
        or low != int(low)
        or high != int(high)
        or not 0 < high - low <= WIDEST_SCALE
    ):
        reader.fault(place, "scale_wrong", most=WIDEST_SCALE)
        return None
    labels = reader.mapping(row.get("labels") or {}, f"{place}.labels")
    return Scale(
        low=int(low),
        high=int(high),
        low_text=reader.words(row.get("low_text"), f"{place}.low_text"),
        high_text=reader.words(row.get("high_text"), f"{place}.high_text"),
        labels={
            int(str(point)): reader.words(text, f"{place}.labels.{point}")
            for point, text in labels.items()
            if str(point).lstrip("-").isdigit()
        },
    )


def _show_if(reader: _Reader, value: Any, place: str) -> ShowIf | None:
    if not value:
        return None
    row = reader.mapping(value, place)
    conditions = []
    for index, line in enumerate(reader.rows(row.get("conditions"), f"{place}.conditions", 20), start=1):
        at = f"{place}.conditions.{index}"
        operator = reader.choice(Operator, line.get("operator"), f"{at}.operator")
        compared = line.get("value")
        if isinstance(compared, bool) or not isinstance(compared, (str, int, float, type(None))):
            reader.fault(f"{at}.value", "not_number", found=str(compared)[:80])
            compared = None
        if operator is not None:
            conditions.append(
                Condition(reader.code(line.get("question"), f"{at}.question"), operator, compared)
            )
    return ShowIf(tuple(conditions), any_of=row.get("mode") == "any") if conditions else None


def _check_codes(reader: _Reader, found: Definition) -> None:
    seen: dict[str, str] = {}
    for number, section in enumerate(found.sections, start=1):
        _once(reader, seen, f"section {section.code}", f"sections.{number}.code", section.code)
        for index, question in enumerate(section.questions, start=1):
            place = f"sections.{number}.questions.{index}"
            _once(reader, seen, question.code, f"{place}.code", question.code)
            for name, codes in (
                ("options", [option.code for option in question.options]),
                ("rows", [row.code for row in question.rows]),
            ):
                own: dict[str, str] = {}
                for position, code in enumerate(codes, start=1):
                    _once(reader, own, code, f"{place}.{name}.{position}.code", code)


def _once(reader: _Reader, seen: dict[str, str], key: str, place: str, code: str) -> None:
    if key in seen:
        reader.fault(place, "code_twice", found=code, first=seen[key])
    seen.setdefault(key, place)


def definition_to_dict(definition: Definition) -> dict[str, Any]:
    """Return the document of a questionnaire; reading it again gives the same values."""
    return {"sections": [section_to_dict(section) for section in definition.sections]}


def section_to_dict(section: Section) -> dict[str, Any]:
    """Return the document of one section."""
    return _without_empty(
        {
            "code": section.code,
            "title": _words(section.title),
            "text": _words(section.text),
            "show_if": _conditions(section.show_if),
            "questions": [question_to_dict(question) for question in section.questions],
        }
    )


def question_to_dict(question: Question) -> dict[str, Any]:
    """Return the document of one question."""
    scale = question.scale
    return _without_empty(
        {
            "code": question.code,
            "kind": question.kind.value,
            "text": _words(question.text),
            "help": _words(question.help),
            "required": question.required,
            "options": [
                _without_empty({"code": option.code, "text": _words(option.text), "value": option.value})
                for option in question.options
            ],
            "rows": [
                _without_empty({"code": row.code, "text": _words(row.text), "meaning": dict(row.meaning)})
                for row in question.rows
            ],
            "scale": None
            if scale is None
            else _without_empty(
                {
                    "low": scale.low,
                    "high": scale.high,
                    "low_text": _words(scale.low_text),
                    "high_text": _words(scale.high_text),
                    "labels": {str(point): _words(text) for point, text in scale.labels.items()},
                }
            ),
            "minimum": question.minimum,
            "maximum": question.maximum,
            "whole": question.whole,
            "many_lines": question.many_lines,
            "meaning": dict(question.meaning),
            "show_if": _conditions(question.show_if),
        }
    )


def _words(words: Words) -> dict[str, str]:
    return {name: text for name, text in (("ru", words.ru), ("en", words.en)) if text}


def _conditions(shown: ShowIf | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    return {
        "mode": "any" if shown.any_of else "all",
        "conditions": [
            _without_empty({"question": one.question, "operator": one.operator.value, "value": one.value})
            for one in shown.conditions
        ],
    }


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in row.items()
        if value is not None and value is not False and value not in ("", [], {})
    }
