"""Large workbooks: sheets of some million cells, several times faster than a cell at a time.

Words stand once in the table of shared strings; cells carry no address (the format allows it: they follow one another).
Formats are few on purpose: a bold heading, plain cells, days.
"""

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from mayak.kernel.exporting.tables import XLSX_ROWS, XLSX_TEXT

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORBIDDEN_IN_TITLE = "[]:*?/\\"
_TITLE_LETTERS = 31
_ROWS_AT_ONCE = 500
_EPOCH = dt.date(1899, 12, 30)
_BOLD, _DAY = 1, 2
_EMPTY = "<c/>"

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)  # fmt: skip


class Workbook(AbstractContextManager["Workbook"]):
    """An xlsx file that is written sheet after sheet; leaving the block writes the rest of it."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._titles: list[str] = []
        self._strings: dict[str, int] = {}
        self._cells: dict[str, str] = {}

    def add_sheet(self, title: str, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
        """Write a sheet with a heading that stays in sight; beyond the limit of rows another one goes on."""
        iterator = iter(rows)
        number = 1
        is_open = True
        while is_open:
            own = self._title(title if number == 1 else f"{title[: _TITLE_LETTERS - 4]} {number}")
            self._titles.append(own)
            name = f"xl/worksheets/sheet{len(self._titles)}.xml"
            with self._archive.open(name, "w", force_zip64=True) as file:
                is_open = self._write(file, [str(column) for column in columns], iterator)
            number += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file."""
        if kind is None:
            self._finish()
        self._archive.close()

    def _title(self, title: str) -> str:
        """Return a title that the format allows and that is not taken."""
        plain = "".join(" " if letter in _FORBIDDEN_IN_TITLE else letter for letter in title).strip(" '")
        plain = plain[:_TITLE_LETTERS].rstrip(" '") or _("Table")
        found, number = plain, 2
        while found.lower() in {one.lower() for one in self._titles}:
            found = f"{plain[: _TITLE_LETTERS - 4]} {number}"
            number += 1
        return found

    def _write(self, file: IO[bytes], columns: Sequence[str], rows: Any) -> bool:
        """Write one sheet; return whether rows are left for another."""
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{min(max(len(column) + 2, 10), 48)}" customWidth="1"/>'
            for at, column in enumerate(columns, start=1)
        )
        file.write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>".encode()
        )
        heading = "".join(f'<c t="s" s="{_BOLD}"><v>{self._string(column)}</v></c>' for column in columns)
        file.write(f"<row>{heading}</row>".encode())
        cell, lines, written = self._cell, [], 1
        left = False
        for row in rows:
            lines.append(f"<row>{''.join([cell(value) for value in row])}</row>")
            written += 1
            if len(lines) == _ROWS_AT_ONCE:
                file.write("".join(lines).encode())
                lines.clear()
            if written == XLSX_ROWS:
                left = True
                break
        file.write("".join(lines).encode() + b"</sheetData></worksheet>")
        return left

    def _cell(self, value: object) -> str:
        kind = type(value)
        if kind is str:
            return self._cells.get(value) or self._word(value)  # type: ignore[arg-type, call-overload]  # it is a str
        if value is None:
            return _EMPTY
        if kind is int:
            return f"<c><v>{value}</v></c>"
        return self._other(value)

    def _other(self, value: object) -> str:
        match value:
            case bool():
                return self._word(_("yes") if value else _("no"))
            case int() | float() | Decimal():
                return f"<c><v>{value}</v></c>" if math.isfinite(value) else _EMPTY
            case dt.date():
                day = value.date() if isinstance(value, dt.datetime) else value
                return f'<c s="{_DAY}"><v>{(day - _EPOCH).days}</v></c>'
            case _:
                return self._word(str(value))

    def _word(self, text: str) -> str:
        if not text:
            return _EMPTY
        found = self._cells[text] = f'<c t="s"><v>{self._string(text)}</v></c>'
        return found

    def _string(self, text: str) -> int:
        return self._strings.setdefault(_ILLEGAL.sub("", text)[:XLSX_TEXT], len(self._strings))

    def _finish(self) -> None:
        if not self._titles:
            self.add_sheet(_("Table"), [], [])
        with self._archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as file:
            file.write(f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(self._strings)}">'.encode())
            for text in self._strings:
                file.write(f'<si><t xml:space="preserve">{escape(text)}</t></si>'.encode())
            file.write(b"</sst>")
        numbers = range(1, len(self._titles) + 1)
        parts = {f"worksheets/sheet{number}": "worksheet" for number in numbers}
        parts |= {"sharedStrings": "sharedStrings", "styles": "styles"}
        self._part("xl/styles.xml", _STYLES)
        self._part(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
            + "".join(
                f'<Override PartName="/xl/{part}.xml" ContentType="{_CONTENT}.{kind}+xml"/>'
                for part, kind in parts.items()
            )
            + "</Types>",
        )
        self._part("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        self._part(
            "xl/_rels/workbook.xml.rels", _relations([(kind, f"{part}.xml") for part, kind in parts.items()])
        )
        sheets = "".join(
            f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
            for number, title in zip(numbers, self._titles, strict=True)
        )
        self._part(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        )

    def _part(self, name: str, text: str) -> None:
        self._archive.writestr(name, text)


def _relations(parts: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
