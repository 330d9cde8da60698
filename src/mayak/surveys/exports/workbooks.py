"""A workbook of several sheets: texts stay texts, whatever they begin with."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
WIDTHS = (10, 48)


def workbook(tables: Iterable[Table]) -> bytes:
    """Return the file: a sheet for each table, headers in bold, the first row frozen."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for name, columns, rows in tables:
            sheet = book.add_worksheet(name)
            for column, title in enumerate(columns):
                longest = max((len(str(row[column])) for row in rows), default=0)
                sheet.set_column(column, column, min(max(len(title), longest, WIDTHS[0]), WIDTHS[1]))
                sheet.write_string(0, column, title, head)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, cell)
    return buffer.getvalue()


def _write(sheet: Any, number: int, column: int, value: Any, cell: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(number, column, value)
    else:
        sheet.write_string(number, column, str(value), cell)
