"""Tables as files that Excel opens at once: csv (UTF-8 with BOM, semicolons, decimal comma) and xlsx.

Cells that come from people may begin with ``=`` or ``@``: a spreadsheet would run them as a formula. In csv
they get an apostrophe in front, in xlsx they are written as text. Neither holds all rows in memory.
"""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

Row: TypeAlias = Sequence[object]

BOM = b"\xef\xbb\xbf"
XLSX_ROWS = 1_048_576
XLSX_TEXT = 32_767
"""Limits of the format: rows of a sheet and letters of a cell."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_FORMULA_INSIDE = re.compile(r"(?<=[;,\t\r\n])(?=[=@＝＠]|[-+－＋][^\W\d])")
_GUARD_INSIDE = re.compile(r"(?<=[;,\t\r\n])'(?=[=@＝＠]|[-+－＋][^\W\d])")
_SEPARATORS = frozenset(';,\t"\r\n')
"""Signs at which some program begins another cell: words with one of them stand in quotes, whatever the separator."""
_CHUNK_ROWS = 500
_WIDTH_LIMITS = (8, 60)
_ROWS_MEASURED = 100
"""How many first rows say how wide the columns of a sheet are."""


def stream_csv(columns: Sequence[object], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the file in pieces of some hundred rows, so that a long list needs no memory."""
    yield BOM + csv_line(columns)
    lines: list[bytes] = []
    for row in rows:
        lines.append(csv_line(row))
        if len(lines) == _CHUNK_ROWS:
            yield b"".join(lines)
            lines.clear()
    yield b"".join(lines)


def csv_line(values: Iterable[object]) -> bytes:
    """Return one line; every csv file of the site is written by it or by ``csv_quoted``."""
    return (";".join(csv_cell(value) for value in values) + "\r\n").encode()


def csv_quoted(cells: Iterable[str], *, separator: str = ";", end: str = "\r\n") -> bytes:
    """Return one line of texts that are guarded already."""
    return (separator.join(_quoted(cell) for cell in cells) + end).encode()


def csv_cell(value: object) -> str:
    """Return a cell of a csv file, in quotes where it needs them."""
    text = csv_text(value)
    return text if isinstance(value, int | float | Decimal) else _quoted(text)


def _quoted(text: str) -> str:
    return text if _SEPARATORS.isdisjoint(text) else '"' + text.replace('"', '""') + '"'


def write_csv(columns: Sequence[object], rows: Iterable[Row]) -> bytes:
    """Return the whole csv file."""
    return b"".join(stream_csv(columns, rows))


def write_xlsx(columns: Sequence[object], rows: Iterable[Row], *, title: str = "") -> bytes:
    """Return the whole xlsx file; the rows themselves are never held in memory together."""
    buffer = io.BytesIO()
    _write_workbook(buffer, columns, rows, title)
    return buffer.getvalue()


def save_xlsx(path: Path, columns: Sequence[object], rows: Iterable[Row], *, title: str = "") -> None:
    """Write the xlsx file to a path."""
    with path.open("wb") as file:
        _write_workbook(file, columns, rows, title)


def csv_text(value: object) -> str:
    """Return a value as the text of a csv cell: decimal comma, day.month.year, no formula."""
    text = ""
    match value:
        case None:
            pass
        case bool():
            text = _("yes") if value else _("no")
        case float() | Decimal():
            text = str(value).replace(".", ",") if math.isfinite(value) else ""
        case int():
            text = str(value)
        case dt.datetime():
            text = f"{_local(value):%d.%m.%Y %H:%M}"
        case dt.date():
            text = f"{value:%d.%m.%Y}"
        case _:
            text = guarded(str(value))
    return text


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet would take it for a formula.

    The same inside of it after a sign at which a program with another separator begins the next cell.
    """
    inner = _FORMULA_INSIDE.sub("'", text)
    return f"'{inner}" if len(text) > 1 and text.startswith(_FORMULA_STARTS) else inner


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given, for tables that come back as files."""
    inner = text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text
    return _GUARD_INSIDE.sub("", inner)


def _write_workbook(file: Any, columns: Sequence[object], rows: Iterable[Row], title: str) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        remaining = iter(rows)
        first = list(islice(remaining, _ROWS_MEASURED))
        headings = [str(column) for column in columns]
        writer = _SheetWriter(book, headings, _widths(headings, first), title)
        for row in chain(first, remaining):
            writer.add(row)


def _widths(columns: Sequence[str], first: Sequence[Row]) -> list[int]:
    """Return the widths of the columns by their headings and the first rows, in letters."""
    low, high = _WIDTH_LIMITS
    longest = [len(heading) for heading in columns]
    for row in first:
        for column, value in enumerate(row[: len(longest)]):
            longest[column] = max(longest[column], len(csv_text(value)))
    return [min(max(letters + 2, low), high) for letters in longest]


class _SheetWriter:
    """Writes rows; begins another sheet where the format's limit of rows is reached."""

    def __init__(self, book: Any, columns: Sequence[str], widths: Sequence[int], title: str) -> None:
        self.book = book
        self.columns = columns
        self.widths = widths
        self.title = _sheet_title(title)
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.long = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd.mm.yyyy"})
        self.moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        self.sheets = 0
        self._begin()

    def add(self, row: Row) -> None:
        if self.next_row == XLSX_ROWS:
            self._begin()
        for column, value in enumerate(row):
            self._cell(column, value)
        self.next_row += 1

    def _begin(self) -> None:
        self.sheets += 1
        self.sheet = self.book.add_worksheet(
            self.title if self.sheets == 1 else f"{self.title[:27]} {self.sheets}"
        )
        for column, (heading, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(0, column, heading, self.head)
        self.sheet.freeze_panes(1, 0)
        self.next_row = 1

    def _cell(self, column: int, value: object) -> None:
        match value:
            case None | "":
                return
            case bool():
                self.sheet.write_string(self.next_row, column, _("yes") if value else _("no"))
            case int() | float() | Decimal():
                if math.isfinite(value):
                    self.sheet.write_number(self.next_row, column, value)
            case dt.datetime():
                self.sheet.write_datetime(
                    self.next_row, column, _local(value).replace(tzinfo=None), self.moment
                )
            case dt.date():
                self.sheet.write_datetime(self.next_row, column, value, self.day)
            case _:
                text = str(value)[:XLSX_TEXT]
                is_long = len(text) >= _WIDTH_LIMITS[1]
                self.sheet.write_string(self.next_row, column, text, self.long if is_long else None)


def _sheet_title(title: str) -> str:
    """Return a name that the format allows: 31 letters, none of ``[]:*?/\\``, no apostrophe at the ends."""
    allowed = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    return allowed.strip(" '")[:31].rstrip(" '") or str(_("Table"))


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
