"""Workbooks through calamine, after a look that they cannot take all memory.

calamine opens a sheet as a dense area: one cell in XFD1048576 makes it ask for 500 GB and the process dies. So the far
corner of every sheet is measured in the packed XML first; the same pass checks sizes and checksums of all parts.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from .content import BROKEN_ZIP, Content
from .encoding import CHUNK
from .errors import ImportProblem, ProblemPlace
from .limits import MEGABYTE, Limits
from .sheets import Cell, Row, Sheet

_FAR_CELL = re.compile(rb'r="([A-Z]{2,3})\d')
_ROW = re.compile(rb'\sr="(\d{3,})"')
#: A formula without its value: programs that only write workbooks leave it to Excel to compute. A text may be empty.
_NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL_PLACE = re.compile(rb'r="([A-Z]{1,3}\d+)"')
_NARROW = 26
#: How much of a chunk is looked at again with the next one.
_TAIL = 2048
#: Programs end an OpenDocument sheet with one empty row that is repeated to the bottom.
FEW_ROWS = 1000


def open_workbook(content: Content, kind: str, limits: Limits) -> tuple[Sheet, ...]:
    """Sheets of a workbook. Raises ImportProblem for a damaged, protected, bomb-like or too wide one."""
    place = ProblemPlace(content.name)
    if kind == "xlsx":
        check_package(content, limits, measure=True)
    elif kind == "ods":
        check_package(content, limits, measure=False)
        _measure_ods(content, limits)
    elif content.size > 100 * MEGABYTE:
        raise ImportProblem("too_big", place, size=content.size // MEGABYTE, limit=100)
    try:
        with _open(content) as book:
            names = [sheet.name for sheet in book.sheets_metadata if "Work" in str(sheet.typ)] or list(
                book.sheet_names
            )
    except PasswordError:
        raise ImportProblem("encrypted", place) from None
    except (CalamineError, OSError, ValueError):
        raise ImportProblem("broken_workbook", place) from None
    return tuple(Sheet(content.name, name, _LoadedSheet(content, name)) for name in names)


def _open(content: Content) -> CalamineWorkbook:
    if isinstance(content.data, Path):
        return CalamineWorkbook.from_path(str(content.data))
    return CalamineWorkbook.from_filelike(content.open())


class _LoadedSheet:
    """Opens a sheet once for looking at its head and reading it: loading is what costs. Let go when read to the end."""

    def __init__(self, content: Content, name: str) -> None:
        self._content, self._name = content, name
        self._sheet: CalamineSheet | None = None

    def __call__(self) -> Iterator[Row]:
        if self._sheet is None:
            self._sheet = self._load()
        yield from sheet_rows(self._sheet)
        self._sheet = None

    def _load(self) -> CalamineSheet:
        place = ProblemPlace(self._content.name, self._name)
        try:
            with _open(self._content) as book:
                return book.get_sheet_by_name(self._name)
        except PasswordError:
            raise ImportProblem("encrypted", place) from None
        except (CalamineError, OSError):
            raise ImportProblem("broken_workbook", place) from None


def sheet_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows from the first row of the sheet, cells from column A; a whole float becomes an int.

    A text that is merged down several rows of one column (a school beside its subjects) stands in each of them.
    """
    if sheet.start is None:
        return
    # iter_rows begins at row 1, but at the first used column.
    left: list[Cell] = [""] * sheet.start[1]
    tall = _tall_cells(sheet)
    kept: dict[int, tuple[int, Cell]] = {}  # column -> last row of the merged cell, its text
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row: list[Cell] = [
            int(cell) if cell.__class__ is float and cell.is_integer() else cell for cell in cells
        ]
        whole = left + row if left else row
        if tall:
            _fill_down(number, whole, tall, kept)
        yield number, whole


def _tall_cells(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Row -> (column, last row) of cells merged down one column, rows and columns as a program shows them."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        if first == last and bottom > top:
            found.setdefault(top + 1, []).append((first, bottom + 1))
    return found


def _fill_down(
    number: int, row: list[Cell], tall: dict[int, list[tuple[int, int]]], kept: dict[int, tuple[int, Cell]]
) -> None:
    for column, last in tall.get(number, ()):
        if column < len(row) and isinstance(row[column], str) and row[column]:
            kept[column] = (last, row[column])
    for column, (last, text) in list(kept.items()):
        if number > last:
            del kept[column]
        elif not row[column]:
            row[column] = text


def check_package(content: Content, limits: Limits, *, measure: bool) -> None:
    """Read every part of the package once: sizes, ratio, checksums, protection, the far corner of sheets."""
    place = ProblemPlace(content.name)
    try:
        with content.open() as stream, zipfile.ZipFile(stream) as package:
            parts = package.infolist()
            check_sizes(parts, content.name, limits, entries=limits.workbook_entries)
            for part in parts:
                _read_part(package, part, place, limits, measure=measure)
    except BROKEN_ZIP:
        raise ImportProblem("broken_workbook", place) from None


def check_sizes(parts: list[zipfile.ZipInfo], name: str, limits: Limits, *, entries: int) -> None:
    """Refuse by the declared sizes, before anything is unpacked."""
    place = ProblemPlace(name)
    if len(parts) > entries:
        raise ImportProblem("archive_too_many", place, count=len(parts), limit=entries)
    total = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if total > limits.unpacked_bytes or (total > limits.ratio_free_bytes and total / packed > limits.ratio):
        limit = min(limits.unpacked_bytes, max(limits.ratio_free_bytes, packed * limits.ratio))
        raise ImportProblem("archive_bomb", place, size=total // MEGABYTE, limit=limit // MEGABYTE)
    if any(part.flag_bits & 1 for part in parts):
        raise ImportProblem("encrypted", place)


def _read_part(
    package: zipfile.ZipFile, part: zipfile.ZipInfo, place: ProblemPlace, limits: Limits, *, measure: bool
) -> None:
    is_sheet = measure and "worksheets/" in part.filename and part.filename.endswith(".xml")
    width, height = _NARROW, 1
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            if not is_sheet:
                continue
            text = tail + chunk
            width = max(width, max((_column(letters) for letters in set(_FAR_CELL.findall(text))), default=0))
            height = max(height, max(map(int, _ROW.findall(text)), default=0))
            _refuse_bare_formulas(text, place)
            tail = text[-_TAIL:]
    if width * height > limits.sheet_cells:
        raise ImportProblem("sheet_too_wide", place, cells=width * height, limit=limits.sheet_cells)


def _refuse_bare_formulas(text: bytes, place: ProblemPlace) -> None:
    """Without this the cell would be taken for an empty one, and a number would be lost in silence."""
    for found in _NO_VALUE.finditer(text):
        start = text.rfind(b"<c ", max(0, found.start() - _TAIL), found.start())
        cell = text[start : text.find(b">", start)] if start >= 0 else b""
        at = _CELL_PLACE.search(cell)
        if at and b't="str"' not in cell:
            raise ImportProblem("formula_without_value", place, cell=at.group(1).decode())


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _measure_ods(content: Content, limits: Limits) -> None:
    """OpenDocument repeats cells and rows by attributes; count what they would unfold to (empty ones are free)."""
    counter = _OdsArea()
    place = ProblemPlace(content.name)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    try:
        with (
            content.open() as stream,
            zipfile.ZipFile(stream) as package,
            package.open("content.xml") as part,
        ):
            while chunk := part.read(CHUNK):
                parser.Parse(chunk)
                if counter.cells > limits.sheet_cells:
                    raise ImportProblem(
                        "sheet_too_wide", place, cells=counter.cells, limit=limits.sheet_cells
                    )
    except (expat.ExpatError, *BROKEN_ZIP):
        raise ImportProblem("broken_workbook", place) from None


class _OdsArea:
    """Area of the widest sheet, in cells, counted while the XML is parsed."""

    def __init__(self) -> None:
        self.cells = 0
        self._width = self._height = self._column = self._used = self._repeat = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._width = self._height = 0
        elif name == "table:table-row":
            self._column = self._used = 0
            self._repeat = int(attributes.get("table:number-rows-repeated", "1"))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += int(attributes.get("table:number-columns-repeated", "1"))
            if "office:value-type" in attributes:
                self._used = self._column

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self._height += self._repeat if self._used or self._repeat < FEW_ROWS else 0
            self._width = max(self._width, self._used)
            self.cells = max(self.cells, self._width * self._height)
