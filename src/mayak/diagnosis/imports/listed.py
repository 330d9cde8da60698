"""Reading a simple list: columns by their headers, texts and days as they are written; nothing is guessed."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mayak.kernel.importing import Cell, ImportProblem, ProblemPlace, Row, clean, open_upload

WORDS = Path(__file__).resolve().parent.parent / "data" / "measure_columns.yaml"
ROWS_AT_MOST = 5000
_DAY = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the file: its number and its cells by what they mean."""

    row: int
    cells: Mapping[str, Cell]

    def text(self, role: str) -> str:
        """The cell as one line."""
        return clean(self.cells.get(role, ""))

    def day(self, role: str) -> dt.date | None:
        """The cell as a day; None where it is empty or no day."""
        cell: Any = self.cells.get(role, "")
        if isinstance(cell, dt.datetime):
            return cell.date()
        return cell if isinstance(cell, dt.date) else _find_day(clean(cell))


def read_listed(name: str, data: bytes, kind: str, *, needed: str) -> list[ListedRow]:
    """Return the rows of the first sheet whose needed cell is filled.

    Args:
        name: of the file.
        data: its content.
        kind: a list of ``measure_columns.yaml``.
        needed: the column without which the table is not understood.

    Raises:
        ImportProblem: the file cannot be read, or no column has the needed heading.
    """
    sheet = open_upload(name, data)[0].sheets[0]
    header, columns = _header(sheet.head(), kind)
    if needed not in columns.values():
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    found: list[ListedRow] = []
    for number, cells in sheet.rows():
        if number <= header or len(found) >= ROWS_AT_MOST:
            continue
        row = ListedRow(number, {role: cells[index] for index, role in columns.items() if index < len(cells)})
        if row.text(needed):
            found.append(row)
    return found


def _header(head: Sequence[Row], kind: str) -> tuple[int, dict[int, str]]:
    roles = _roles(kind)
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in head:
        found = {index: role for index, cell in enumerate(cells) if (role := roles.get(_plain(clean(cell))))}
        if len(set(found.values())) > len(set(best[1].values())):
            best = (number, found)
    return best


@lru_cache(maxsize=4)
def _roles(kind: str) -> dict[str, str]:
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))[kind]
    return {_plain(word): role for role, found in words.items() for word in found}


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").strip(" .:").split())


def _find_day(text: str) -> dt.date | None:
    iso, plain = _ISO.search(text), _DAY.search(text)
    try:
        if iso:
            return dt.date(*map(int, iso.groups()))
        if plain:
            day, month, year = map(int, plain.groups())
            return dt.date(year, month, day)
    except ValueError:
        return None
    return None
