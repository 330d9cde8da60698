"""Rows of a file by the names of the fields, with their place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from mayak.kernel.importing import (
    ImportProblem,
    Missing,
    NumberProblem,
    Sheet,
    clean,
    open_upload,
    parse_number,
)
from mayak.matching.imports.errors import FileFault
from mayak.matching.imports.mapping import Section

DECISION, LISTED = "decision", "listed"
"""The column of decisions that ``mayak identify`` writes; a school that is not listed there is not of the list."""
DECISIONS = {LISTED, "not_listed", "no_data", "vetoed"}
HEADER_WITHIN = 40
"""The header stands in one of so many first rows; titles above it are passed over."""


@dataclass(frozen=True)
class TableRow:
    """One row: texts by field; a field without a column is not there."""

    file: str
    number: int
    values: dict[str, str]

    def text(self, name: str) -> str:
        """Return the text of a field, empty where there is none."""
        return self.values.get(name, "")

    def number_of(self, name: str) -> float | None:
        """Return the number of a field, None for an empty cell.

        Raises:
            FileFault: the cell holds no number.
        """
        text = self.text(name)
        if not text:
            return None
        value = parse_number(text)
        if isinstance(value, NumberProblem):
            raise FileFault(
                self.file,
                _("«%(value)s» in «%(name)s» is no number.") % {"value": text, "name": name},
                row=self.number,
            )
        return None if isinstance(value, Missing) else float(value)

    def whole_of(self, name: str) -> int | None:
        """Return the whole number of a field, None for an empty cell.

        Raises:
            FileFault: the cell holds no whole number.
        """
        value = self.number_of(name)
        if value is not None and not value.is_integer():
            raise FileFault(
                self.file,
                _("«%(value)s» in «%(name)s» is no whole number.") % {"value": self.text(name), "name": name},
                row=self.number,
            )
        return None if value is None else int(value)


def read_rows(path: Path, section: Section, *, needed: tuple[str, ...]) -> Iterator[TableRow]:
    """Yield the rows of every sheet that has the needed columns and that ``where`` lets through.

    Raises:
        FileFault: the file cannot be read, or no sheet has the columns.
    """
    if not path.is_file():
        raise FileFault(path.name, _("there is no such file."))
    try:
        sources = open_upload(path.name, path)
        sheets = [sheet for source in sources for sheet in source.sheets]
    except ImportProblem as problem:
        raise FileFault(path.name, problem.message) from problem
    except OSError as error:
        raise FileFault(path.name, error.strerror or str(error)) from error
    found = [(sheet, header) for sheet in sheets if (header := _header(sheet, section, needed)) is not None]
    if not found:
        named = "; ".join(" / ".join(section.columns[name]) for name in needed)
        raise FileFault(path.name, _("no column for: %(names)s.") % {"names": named})
    for sheet, (number, labels) in found:
        yield from _rows(path.name, sheet, number, labels, section)


def _header(sheet: Sheet, section: Section, needed: tuple[str, ...]) -> tuple[int, list[str]] | None:
    for number, cells in sheet.head(HEADER_WITHIN):
        labels = [clean(cell) for cell in cells]
        if all(_column(labels, section.columns[name]) is not None for name in needed):
            return number, labels
    return None


def _column(labels: list[str], names: tuple[str, ...]) -> int | None:
    lower = [label.casefold() for label in labels]
    return next((lower.index(name.casefold()) for name in names if name.casefold() in lower), None)


def _rows(file: str, sheet: Sheet, header: int, labels: list[str], section: Section) -> Iterator[TableRow]:
    places = {name: _column(labels, names) for name, names in section.columns.items()}
    filters = {column: (_column(labels, (column,)), values) for column, values in section.where.items()}
    for column, (place, _values) in filters.items():
        if place is None:
            raise FileFault(file, _("no column for: %(names)s.") % {"names": column})
    decision = None if DECISION in section.where else _column(labels, (DECISION,))
    for number, cells in sheet.rows():
        texts = [_text(cell) for cell in cells]
        if number <= header or not any(texts):
            continue
        if _at(texts, decision) in DECISIONS - {LISTED}:
            continue
        if any(_at(texts, place) not in values for place, values in filters.values()):
            continue
        yield TableRow(
            file, number, {name: _at(texts, place) for name, place in places.items() if place is not None}
        )


def _at(texts: list[str], place: int | None) -> str:
    return texts[place] if place is not None and place < len(texts) else ""


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).replace("\ufeff", "").split())
