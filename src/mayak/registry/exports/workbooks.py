"""A registry table as .xlsx or .csv: headings, rows or an example row, a sheet of explanations."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from django.db.models import Model
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.kernel.exporting.tables import csv_text, write_csv
from mayak.registry.selectors.sheets import RELATED, Column, Kind, Sheet, cell_value, choice_labels

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_CHUNK: Final = 1000
_WIDTHS: Final = (10, 50)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file to download."""

    name: str
    content: bytes
    content_type: str


def export_file(sheet: Sheet, scope: Scope, *, file_format: str) -> TableFile:
    """Return all rows of the table that the scope shows; an import of the file changes nothing."""
    return _file(sheet, _rows(sheet, scope), file_format, name=str(sheet.title))


def template_file(sheet: Sheet, *, file_format: str) -> TableFile:
    """Return the headings with one example row; the workbook explains every column on its second sheet."""
    example = [[str(column.example) for column in sheet.all_columns]]
    name = _("%(table)s, template") % {"table": sheet.title}
    return _file(sheet, example, file_format, name=name)


def _rows(sheet: Sheet, scope: Scope) -> Iterator[list[Any]]:
    rows: Iterable[Model] = sheet.rows(scope).iterator(chunk_size=_CHUNK)
    for row in rows:
        yield [cell_value(row, column) for column in sheet.all_columns]


def _file(sheet: Sheet, rows: Iterable[Sequence[Any]], file_format: str, *, name: str) -> TableFile:
    headings = [str(column.heading) for column in sheet.all_columns]
    if file_format == "csv":
        return TableFile(f"{name}.csv", write_csv(headings, rows), CSV)
    return TableFile(f"{name}.xlsx", _workbook(sheet, headings, rows), XLSX)


def _workbook(sheet: Sheet, headings: list[str], rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E3E1DA"})
        formats = {
            "date": book.add_format({"num_format": "dd.mm.yyyy"}),
            "text": book.add_format({"num_format": "@"}),
        }
        page = book.add_worksheet(str(sheet.title)[:31])
        for index, heading in enumerate(headings):
            page.set_column(index, index, min(max(len(heading) + 2, _WIDTHS[0]), _WIDTHS[1]))
            page.write_string(0, index, heading, head)
        page.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                _write(page, (number, index), value, sheet.all_columns[index], formats)
        _explanations(book, sheet, head)
    return buffer.getvalue()


def _write(page: Any, place: tuple[int, int], value: Any, column: Column, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if column.kind == Kind.DATE and not isinstance(value, str):
        page.write_datetime(*place, value, formats["date"])
    elif column.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.OWN_ID) and not isinstance(value, str):
        page.write_number(*place, value)
    else:
        # Codes stay text: a leading zero is part of them.
        page.write_string(*place, str(value), formats["text"])


def _explanations(book: Any, sheet: Sheet, head: Any) -> None:
    page = book.add_worksheet(_("Explanations"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 14)
    page.set_column(2, 2, 80)
    for index, heading in enumerate((_("Column"), _("Required"), _("What stands in it"))):
        page.write_string(0, index, heading, head)
    for number, column in enumerate(sheet.all_columns, start=1):
        page.write_string(number, 0, str(column.heading), wrap)
        page.write_string(number, 1, csv_text(column.required), wrap)
        page.write_string(number, 2, explain(column), wrap)


def explain(column: Column) -> str:
    """Return in words what may stand in the cells of a column."""
    kinds = {
        Kind.INTEGER: _("A whole number."),
        Kind.DECIMAL: _("A number; comma or dot."),
        Kind.DATE: _("A date: 01.09.2024."),
        Kind.BOOLEAN: _("Yes or no."),
        Kind.ORGANISATION: _(
            "Code (ФИС ОКО login, ОГРН, РЦОИ code), short name, or name with the code in brackets."
        ),
    }
    parts = [str(column.help)] if column.help else []
    if column.kind in kinds:
        parts.append(kinds[column.kind])
    if column.kind in RELATED and not column.help:
        parts.append(_("Several values are separated by semicolons."))
    if column.kind == Kind.CHOICE:
        parts.append(_("One of: %(values)s.") % {"values": ", ".join(choice_labels(column).values())})
    if column.example:
        parts.append(_("Example: %(example)s.") % {"example": column.example})
    return " ".join(parts)
