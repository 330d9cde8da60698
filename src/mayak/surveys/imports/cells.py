"""Cells of a sheet as texts, rows as mappings of header to text."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category

from mayak.kernel.importing import Cell, Sheet
from mayak.surveys.algorithms.satisfying import text_of


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row that holds something; empty cells are left out."""

    number: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return the text under a header, empty where there is none."""
        return self.cells.get(name, "")


def cell_text(cell: Cell) -> str:
    """Return the cell as a person would write it, without control signs."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return text_of(float(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or category(sign) not in {"Cc", "Cs"}).strip()


def text_rows(sheet: Sheet) -> tuple[int, list[str], Iterator[TextRow]]:
    """Return the row of the headers, the headers, and the rows below; the first row with a text holds the headers."""
    rows = sheet.rows()
    for number, cells in rows:
        headers = _once([cell_text(cell) for cell in cells])
        if any(headers):
            return number, headers, _below(headers, rows)
    return 0, [], iter(())


def _once(headers: list[str]) -> list[str]:
    """Return the headers with a number behind each that repeats an earlier one, so that its cells are not lost."""
    seen: dict[str, int] = {}
    found = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        found.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return found


def column_letter(index: int) -> str:
    """Return how a spreadsheet program calls a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _below(headers: list[str], rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[TextRow]:
    for number, cells in rows:
        found: dict[str, str] = {}
        for index, cell in enumerate(cells):
            text = cell_text(cell)
            if text:
                header = headers[index] if index < len(headers) else ""
                found[header or column_letter(index)] = text
        if found:
            yield TextRow(number, found)
