"""Looking for what names a person in files: .docx, .xlsx and text; what cannot be read is said, never passed over."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document
from python_calamine import CalamineError, CalamineWorkbook

from mayak.kernel.importing.content import BROKEN_ZIP
from mayak.kernel.importing.limits import MEGABYTE
from mayak.kernel.personal.scan import PersonalTrace, scan_lines, scan_text

UNPACKED_BYTES: Final = 200 * MEGABYTE
"""A package that is bigger unpacked is not opened."""

_TEXT_ENDINGS: Final = ("txt", "csv", "md", "json", "xml", "html", "htm")


@dataclass(frozen=True, slots=True)
class FileScan:
    """What was found; ``unread`` says in words why a file, or a part of it, could not be looked at."""

    name: str
    traces: tuple[PersonalTrace, ...]
    unread: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether the whole file was read and names nobody."""
        return not self.traces and not self.unread


def scan_file(name: str, data: bytes) -> FileScan:
    """Look at a file by the ending of its name; the name itself is looked at too."""
    own = tuple(scan_text(name.rpartition(".")[0], place=_("name of the file")))
    ending = name.rpartition(".")[2].lower()
    readers = {"docx": _docx_lines, "xlsx": _xlsx_lines}
    if ending in _TEXT_ENDINGS:
        return FileScan(name, own + tuple(scan_text(_decoded(data))))
    if ending not in readers:
        return FileScan(name, own, _("Files of this kind are not read: look through it yourself."))
    if _is_too_big(data):
        return FileScan(name, own, _("The file is damaged or too big: look through it yourself."))
    try:
        return FileScan(name, own + tuple(scan_lines(readers[ending](data))))
    except (*BROKEN_ZIP, CalamineError, SyntaxError):
        return FileScan(name, own, _("The file is damaged or too big: look through it yourself."))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def _is_too_big(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES
    except BROKEN_ZIP:
        return True


def _docx_lines(data: bytes) -> Iterator[tuple[str, str]]:
    """Paragraphs, tables, headers and footers, and who is named as author in the properties."""
    document = Document(io.BytesIO(data))
    properties = document.core_properties
    for text in (properties.author, properties.last_modified_by, properties.title, properties.comments):
        if text:
            yield _("properties of the file"), text
    yield from _paragraphs(document.paragraphs)
    yield from _tables(document.tables)
    for section in document.sections:
        for part in (section.header, section.footer):
            for paragraph in part.paragraphs:
                yield _("header or footer"), paragraph.text
            yield from _tables(part.tables)


def _paragraphs(paragraphs: Any) -> Iterator[tuple[str, str]]:
    for number, paragraph in enumerate(paragraphs, start=1):
        yield _("paragraph %(number)s") % {"number": number}, paragraph.text


def _tables(tables: Any) -> Iterator[tuple[str, str]]:
    for number, table in enumerate(tables, start=1):
        for row, cells in enumerate(table.rows, start=1):
            seen: set[Any] = set()
            for cell in cells.cells:
                if cell._tc not in seen:  # a merged cell is given once for each column
                    seen.add(cell._tc)
                    yield _("table %(table)s, row %(row)s") % {"table": number, "row": row}, cell.text


def _xlsx_lines(data: bytes) -> Iterator[tuple[str, str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in book.sheet_names:
        for row, cells in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), start=1):
            # A name may stand in three cells side by side.
            line = " ".join(_cell_text(cell) for cell in cells if cell != "")
            yield _("sheet “%(sheet)s”, row %(row)s") % {"sheet": sheet, "row": row}, line


def _cell_text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
