"""The plain table of a questionnaire: one row a question. Every fault is named with its row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml
from django.utils.translation import gettext as _

from mayak.kernel.importing import Sheet
from mayak.surveys.algorithms.definition import (
    CHOICES,
    Definition,
    DefinitionError,
    Option,
    Question,
    QuestionKind,
    Row,
    Scale,
    Section,
    ShowIf,
    Words,
)
from mayak.surveys.algorithms.editing import free_code, next_code
from mayak.surveys.algorithms.lines import LineError, read_condition_lines, split_lines
from mayak.surveys.algorithms.parsing import definition_from_dict, definition_to_dict
from mayak.surveys.algorithms.satisfying import number_of
from mayak.surveys.imports.cells import TextRow, text_rows
from mayak.surveys.imports.remarks import Imported, Remarks
from mayak.surveys.imports.xlsform_parts import NO, YES
from mayak.surveys.selectors.fault_words import fault_words
from mayak.surveys.selectors.table_words import table_words

MOST_ROWS = 1000
_OF_KIND: Mapping[str, frozenset[QuestionKind]] = {
    "options_ru": CHOICES,
    "options_en": CHOICES,
    "points": CHOICES,
    "rows_ru": frozenset({QuestionKind.MATRIX}),
    "rows_en": frozenset({QuestionKind.MATRIX}),
    "row_meanings": frozenset({QuestionKind.MATRIX}),
    "low": frozenset({QuestionKind.SCALE}),
    "high": frozenset({QuestionKind.SCALE}),
    "low_ru": frozenset({QuestionKind.SCALE}),
    "low_en": frozenset({QuestionKind.SCALE}),
    "high_ru": frozenset({QuestionKind.SCALE}),
    "high_en": frozenset({QuestionKind.SCALE}),
    "labels_ru": frozenset({QuestionKind.SCALE}),
    "labels_en": frozenset({QuestionKind.SCALE}),
}


def find_plain_sheet(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet of questions: by its name, else the first that has the column of the question."""
    words = table_words()
    named = [sheet for sheet in sheets if sheet.name.strip().lower() == words.sheet.lower()]
    wanted = words.columns["text_ru"].lower()
    return next(
        (sheet for sheet in (*named, *sheets) if wanted in [title.lower() for title in text_rows(sheet)[1]]),
        None,
    )


def read_plain_table(sheet: Sheet, others: Sequence[Sheet] = ()) -> Imported:
    """Read the table; other sheets besides the guide are named."""
    remarks = Remarks()
    for other in others:
        if other.name.strip() != table_words().guide_sheet:
            remarks.left_out(other.name, 0, _("The sheet «%(sheet)s» is not read.") % {"sheet": other.name})
    reader = _Reader(sheet.name, remarks)
    definition = reader.read(sheet)
    if definition is not None and not remarks.has_errors():
        try:
            definition = definition_from_dict(definition_to_dict(definition))
        except DefinitionError as error:
            for fault in error.faults:
                remarks.error(sheet.name, reader.row_of(fault.place), fault_words(fault))
    return Imported(remarks, None if remarks.has_errors() else definition, kind="plain")


class _Reader:
    """Reads row after row and keeps where each question stands."""

    def __init__(self, sheet: str, remarks: Remarks) -> None:
        self._sheet, self._remarks = sheet, remarks
        self._sections: list[Section] = []
        self._rows: dict[str, list[int]] = {}
        self._texts: list[tuple[int, int, TextRow]] = []
        self._codes: set[str] = set()

    def read(self, sheet: Sheet) -> Definition | None:
        number, headers, below = text_rows(sheet)
        names = self._names(headers, number)
        for count, row in enumerate(below):
            if count == MOST_ROWS:
                self._error(0, _("The table has more than %(most)s rows.") % {"most": MOST_ROWS})
                return None
            for title in row.cells.keys() - set(headers):
                text = _("Column %(column)s has no title: what stands in it is not read.") % {"column": title}
                self._remarks.left_out(self._sheet, row.number, text)
            self._row(
                TextRow(
                    row.number, {names[title]: text for title, text in row.cells.items() if title in names}
                )
            )
        if not self._sections:
            self._error(0, _("The table has no questions."))
            return None
        self._with_conditions()
        return Definition(tuple(self._sections))

    def row_of(self, place: str) -> int:
        """Return the row of a place of the document."""
        numbers = [int(part) for part in place.split(".") if part.isdigit()]
        if not numbers or numbers[0] > len(self._sections):
            return 0
        rows = self._rows[self._sections[numbers[0] - 1].code]
        return rows[numbers[1]] if ".questions." in place and numbers[1] < len(rows) else rows[0]

    def _names(self, headers: Sequence[str], number: int) -> dict[str, str]:
        known = {title.lower(): name for name, title in table_words().columns.items()}
        names: dict[str, str] = {}
        for header in filter(None, headers):
            name = known.get(header.strip().lower())
            if name is None:
                text = _("The column «%(column)s» is not known and not read.") % {"column": header[:80]}
                self._remarks.left_out(self._sheet, number, text)
            elif name in names.values():
                self._error(number, _("The column «%(column)s» occurs twice.") % {"column": header[:80]})
            else:
                names[header] = name
        return names

    def _row(self, row: TextRow) -> None:
        section = self._section(row)
        if not (row.get("text_ru") or row.get("code") or row.get("kind")):
            return
        question = self._question(row)
        if question is None:
            return
        index = self._sections.index(section)
        self._sections[index] = replace(section, questions=(*section.questions, question))
        self._rows[section.code].append(row.number)
        self._texts.append((index, len(section.questions), row))

    def _section(self, row: TextRow) -> Section:
        code = row.get("section")
        known = {section.code: section for section in self._sections}
        if code in known:
            return known[code]
        if not code and self._sections and not row.get("section_title_ru"):
            return self._sections[-1]
        section = Section(
            code or next_code("s", known), _words(row, "section_title"), _words(row, "section_text")
        )
        self._sections.append(section)
        self._rows[section.code] = [row.number]
        self._texts.append((len(self._sections) - 1, -1, row))
        return section

    def _question(self, row: TextRow) -> Question | None:
        words = table_words()
        kinds = {word: QuestionKind(name) for name, word in words.kinds.items()}
        kind = kinds.get(row.get("kind").lower()) or next(
            (one for one in QuestionKind if one.value == row.get("kind").lower()), None
        )
        if kind is None:
            text = _("The kind of answer «%(kind)s» is not known; possible are: %(known)s.")
            self._error(row.number, text % {"kind": row.get("kind")[:80], "known": ", ".join(kinds)})
            return None
        for name, allowed in _OF_KIND.items():
            if row.get(name) and kind not in allowed:
                text = _("The column «%(column)s» does not belong to this kind of answer.")
                self._remarks.left_out(self._sheet, row.number, text % {"column": words.columns[name]})
        code = row.get("code") or next_code("q", self._codes)
        self._codes.add(code)
        return Question(
            code=code,
            kind=kind,
            text=_words(row, "text"),
            help=_words(row, "help"),
            required=self._is_yes(row, "required"),
            options=self._options(row) if kind in CHOICES else (),
            rows=self._lines(row) if kind == QuestionKind.MATRIX else (),
            scale=self._scale(row) if kind == QuestionKind.SCALE else None,
            minimum=self._number(row, "minimum"),
            maximum=self._number(row, "maximum"),
            whole=self._is_yes(row, "whole"),
            many_lines=self._is_yes(row, "many_lines"),
            meaning=self._mapping(row, "meaning"),
        )

    def _options(self, row: TextRow) -> tuple[Option, ...]:
        points = self._points(row)
        texts = self._texts_of(row, "options", "o")
        for code in points.keys() - texts.keys():
            self._error(
                row.number, _("The points name the option «%(code)s», which does not exist.") % {"code": code}
            )
        return tuple(Option(code, words, points.get(code)) for code, words in texts.items())

    def _points(self, row: TextRow) -> dict[str, float]:
        found: dict[str, float] = {}
        for code, text in split_lines(row.get("points")):
            number = number_of(text)
            if not code or number is None:
                self._error(
                    row.number,
                    _("«%(line)s» is not a line «code: number».") % {"line": f"{code}: {text}"[:80]},
                )
            else:
                found[code] = number
        return found

    def _lines(self, row: TextRow) -> tuple[Row, ...]:
        meanings = self._mapping(row, "row_meanings")
        texts = self._texts_of(row, "rows", "r")
        return tuple(Row(code, words, dict(meanings.get(code) or {})) for code, words in texts.items())

    def _texts_of(self, row: TextRow, name: str, prefix: str) -> dict[str, Words]:
        found: dict[str, Words] = {}
        for written, text in split_lines(row.get(f"{name}_ru")):
            code = written or next_code(prefix, found)
            if written.lstrip("-").isdigit():
                code = free_code(f"{prefix}{written.lstrip('-')}", found)
                note = _("«%(old)s» got the code «%(code)s»: codes begin with a letter.")
                self._remarks.note(self._sheet, row.number, note % {"old": written, "code": code})
            if code in found:
                self._error(row.number, _("The code «%(found)s» occurs twice.") % {"found": code})
            found[code] = Words(text)
        return self._in_english(row, name, found)

    def _in_english(self, row: TextRow, name: str, found: dict[str, Words]) -> dict[str, Words]:
        for code, text in split_lines(row.get(f"{name}_en")):
            if code not in found:
                words = _("The English line «%(line)s» has no Russian one with its code.")
                self._error(row.number, words % {"line": f"{code}: {text}"[:80]})
            else:
                found[code] = Words(found[code].ru, text)
        return found

    def _scale(self, row: TextRow) -> Scale:
        low, high = (self._number(row, name) for name in ("low", "high"))
        if low is None or high is None or low != int(low) or high != int(high):
            self._error(row.number, _("A scale needs two whole numbers: from and to."))
        labels: dict[str, Words] = {}
        for point, text in split_lines(row.get("labels_ru")):
            labels[point] = Words(text)
        labels = self._in_english(row, "labels", labels)
        if any(not point.lstrip("-").isdigit() for point in labels):
            self._error(row.number, _("Write each on a line of its own: the point, «:» and the words."))
            labels = {}
        return Scale(
            low=int(low or 0),
            high=int(high or 0),
            low_text=_words(row, "low"),
            high_text=_words(row, "high"),
            labels={int(point): words for point, words in labels.items()},
        )

    def _number(self, row: TextRow, name: str) -> float | None:
        text = row.get(name)
        number = number_of(text) if text else None
        if text and number is None:
            values = {"column": table_words().columns[name], "text": text[:80]}
            self._error(row.number, _("Column «%(column)s»: «%(text)s» is not a number.") % values)
        return number

    def _is_yes(self, row: TextRow, name: str) -> bool:
        text = row.get(name).strip().lower()
        if text not in YES | NO:
            values = {"column": table_words().columns[name], "text": text[:80]}
            self._error(row.number, _("Column «%(column)s»: write yes or no, not «%(text)s».") % values)
        return text in YES

    def _mapping(self, row: TextRow, name: str) -> dict[str, Any]:
        text = row.get(name)
        try:
            found = yaml.safe_load(text[:20_000]) if text else {}
        except (yaml.YAMLError, ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or "&" in text:
            self._error(
                row.number, _("Column «%(column)s» cannot be read.") % {"column": table_words().columns[name]}
            )
            return {}
        return {str(key): value for key, value in found.items()}

    def _with_conditions(self) -> None:
        questions = {question.code: question for section in self._sections for question in section.questions}
        for index, position, row in self._texts:
            section = self._sections[index]
            if position < 0:
                shown = self._show_if(row, "section_show_if", questions)
                self._sections[index] = replace(section, show_if=shown)
                continue
            rows = list(section.questions)
            rows[position] = replace(rows[position], show_if=self._show_if(row, "show_if", questions))
            self._sections[index] = replace(section, questions=tuple(rows))

    def _show_if(self, row: TextRow, name: str, questions: Mapping[str, Question]) -> ShowIf | None:
        words = table_words()
        try:
            return read_condition_lines(row.get(name), words.operators, words.any_of, questions)
        except LineError as error:
            text = _("«%(line)s» is not a condition. Write it like «q1 = a» or «q2 >= 3».")
            self._error(row.number, text % {"line": error.line})
            return None

    def _error(self, row: int, text: str) -> None:
        self._remarks.error(self._sheet, row, text)


def _words(row: TextRow, name: str) -> Words:
    return Words(row.get(f"{name}_ru"), row.get(f"{name}_en"))
