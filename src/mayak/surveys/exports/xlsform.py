"""A questionnaire as XLSForm: the sheets survey, choices and settings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mayak.surveys.algorithms.definition import (
    CHOICES,
    Definition,
    Question,
    QuestionKind,
    Scale,
    Section,
    ShowIf,
    Words,
)
from mayak.surveys.algorithms.expressions import expression_of, plain_number
from mayak.surveys.algorithms.satisfying import number_of

RUSSIAN, ENGLISH = "Russian (ru)", "English (en)"
SURVEY = (
    "type",
    "name",
    f"label::{RUSSIAN}",
    f"label::{ENGLISH}",
    f"hint::{RUSSIAN}",
    f"hint::{ENGLISH}",
    "required",
    "relevant",
    "constraint",
    "appearance",
    "parameters",
    "mayak_extra",
)
CHOICE = ("list_name", "name", f"label::{RUSSIAN}", f"label::{ENGLISH}", "mayak_value")
SETTINGS = ("form_title", "form_id", "version", "default_language")
RESERVED = frozenset({"data", "meta", "instanceid", "instancename", "audit", "xforms", "version"})
"""Names that programs take for themselves."""


@dataclass(slots=True)
class Sheets:
    """Rows of the three sheets by their columns."""

    survey: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    settings: list[dict[str, Any]] = field(default_factory=list)

    def tables(self) -> list[tuple[str, Sequence[str], list[list[Any]]]]:
        """Return name, columns and rows of each sheet, for a workbook."""
        return [
            (name, columns, [[row.get(column, "") for column in columns] for row in rows])
            for name, columns, rows in (
                ("survey", SURVEY, self.survey),
                ("choices", CHOICE, self.choices),
                ("settings", SETTINGS, self.settings),
            )
        ]


def xlsform_sheets(definition: Definition, *, title: str, code: str, version: int) -> Sheets:
    """Return the sheets of a questionnaire without problems; XLSForm has no place for what stands in «mayak_extra»."""
    writer = _Writer(definition)
    for section in definition.sections:
        writer.section(section)
    writer.sheets.settings.append(
        {"form_title": title, "form_id": code, "version": str(version), "default_language": RUSSIAN}
    )
    return writer.sheets


class _Writer:
    """Adds row after row; every name occurs once in the form."""

    def __init__(self, definition: Definition) -> None:
        self.sheets = Sheets()
        self._taken = set(RESERVED)
        self._questions = {question.code: question for question in definition.questions()}
        self._names: dict[str, str] = {}
        for question in self._questions.values():
            self._names[question.code] = self._name(question.code)
        for question in self._questions.values():
            for row in question.rows:
                self._names[f"{question.code}.{row.code}"] = self._name(f"{question.code}_{row.code}")

    def _name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name

    def section(self, section: Section) -> None:
        name = self._name(section.code)
        self._add(
            "begin_group",
            name,
            section.title,
            relevant=self._relevant(section.show_if),
            extra={"code": section.code} if name != section.code else {},
        )
        if section.text:
            self._add("note", self._name(f"{section.code}_text"), section.text, extra={"part": "text"})
        for question in section.questions:
            self._question(question)
        self.sheets.survey.append({"type": "end_group", "name": name})

    def _question(self, question: Question) -> None:
        if question.kind == QuestionKind.MATRIX:
            self._matrix(question)
            return
        extra = self._extra(question)
        columns: dict[str, Any] = {
            "required": "yes" if question.required else "",
            "relevant": self._relevant(question.show_if),
            "constraint": _constraint(question),
        }
        kind = {
            QuestionKind.DATE: "date",
            QuestionKind.TEXT: "text",
            QuestionKind.FILE: "file",
            QuestionKind.SCALE: "range",
            QuestionKind.NUMBER: "integer" if question.whole else "decimal",
        }.get(question.kind, "")
        if question.kind in CHOICES:
            word = "select_one" if question.kind == QuestionKind.SINGLE else "select_multiple"
            kind = f"{word} {self._options(question)}"
        if question.kind == QuestionKind.TEXT and question.many_lines:
            columns["appearance"] = "multiline"
        if question.scale is not None and question.kind == QuestionKind.SCALE:
            columns["parameters"] = self._range(question, question.scale)
        self._add(kind, self._names[question.code], question.text, question.help, extra=extra, **columns)

    def _matrix(self, question: Question) -> None:
        name = self._names[question.code]
        self._add(
            "begin_group",
            name,
            question.text,
            question.help,
            relevant=self._relevant(question.show_if),
            appearance="table-list",
            extra=self._extra(question) | {"required": question.required},
        )
        options = self._options(question)
        for row in question.rows:
            extra: dict[str, Any] = {"code": row.code}
            if row.meaning:
                extra["meaning"] = dict(row.meaning)
            self._add(
                f"select_one {options}",
                self._names[f"{question.code}.{row.code}"],
                row.text,
                required="yes" if question.required else "",
                extra=extra,
            )
        self.sheets.survey.append({"type": "end_group", "name": name})

    def _options(self, question: Question) -> str:
        name = f"{question.code}_options"
        for option in question.options:
            row: dict[str, Any] = {"list_name": name, "name": option.code, **_labels(option.text)}
            if option.value is not None:
                row["mayak_value"] = option.value
            self.sheets.choices.append(row)
        return name

    def _range(self, question: Question, scale: Scale) -> str:
        parameters = f"start={scale.low} end={scale.high} step=1"
        points = {point: words for point, words in scale.labels.items() if words and point in scale.points()}
        if not points:
            points = {
                point: words
                for point, words in ((scale.low, scale.low_text), (scale.high, scale.high_text))
                if words
            }
        if not points:
            return parameters
        name = f"{question.code}_points"
        for point, words in sorted(points.items()):
            self.sheets.choices.append({"list_name": name, "name": str(point), **_labels(words)})
        return f"{parameters} tick_labelset={name}"

    def _relevant(self, shown: ShowIf | None) -> str:
        return "" if shown is None else expression_of(shown, self._questions, self._names)

    def _extra(self, question: Question) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if self._names[question.code] != question.code:
            extra["code"] = question.code
        if question.meaning:
            extra["meaning"] = dict(question.meaning)
        if (scale := question.scale) is not None and scale.labels:
            extra["points"] = True
            for name, words in (("low_text", scale.low_text), ("high_text", scale.high_text)):
                if words:
                    extra[name] = {"ru": words.ru, "en": words.en}
        return extra

    def _add(
        self,
        kind: str,
        name: str,
        label: Words,
        hint: Words | None = None,
        *,
        extra: dict[str, Any],
        **columns: Any,
    ) -> None:
        row = {"type": kind, "name": name, **_labels(label), **_labels(hint or Words(), "hint"), **columns}
        if extra:
            row["mayak_extra"] = json.dumps(extra, ensure_ascii=False, sort_keys=True)
        self.sheets.survey.append({column: value for column, value in row.items() if value not in ("", None)})


def _labels(words: Words, column: str = "label") -> dict[str, str]:
    return {f"{column}::{RUSSIAN}": words.ru, f"{column}::{ENGLISH}": words.en}


def _constraint(question: Question) -> str:
    parts: list[str] = []
    if question.kind == QuestionKind.NUMBER:
        parts += [f". >= {plain_number(question.minimum)}"] if question.minimum is not None else []
        parts += [f". <= {plain_number(question.maximum)}"] if question.maximum is not None else []
    most = number_of(question.maximum) if question.maximum is not None else None
    if most is not None and question.kind == QuestionKind.MULTIPLE:
        parts.append(f"count-selected(.) <= {plain_number(most)}")
    if most is not None and question.kind == QuestionKind.TEXT:
        parts.append(f"string-length(.) <= {plain_number(most)}")
    return " and ".join(parts)
