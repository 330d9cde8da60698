"""Reading a table by its headers: words of people -> columns; nothing is guessed."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mayak.kernel.importing import Cell, ImportProblem, ProblemPlace, Row, clean, open_upload

_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\s*%?\Z")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row: its number in the file, the cells of the known columns as text, those of other columns by header."""

    number: int
    values: Mapping[str, str]
    others: Mapping[str, str]
    days: Mapping[str, dt.date]


def read_table(
    name: str, data: bytes, words: Mapping[str, Sequence[str]], *, required: Sequence[str]
) -> list[ReadRow]:
    """Return the rows of the first table of a file.

    Args:
        name: of the file.
        data: its bytes.
        words: column -> headers under which it is known.
        required: one of these columns at least must be there, and filled in each row.

    Raises:
        ImportProblem: the file cannot be read, or none of the required columns is in it.
    """
    return read_columns(name, data, words, required=required)[1]


def read_columns(
    name: str, data: bytes, words: Mapping[str, Sequence[str]], *, required: Sequence[str]
) -> tuple[frozenset[str], list[ReadRow]]:
    """Return which of the columns the table has, and its rows; otherwise as ``read_table``."""
    sheet = open_upload(name, data)[0].sheets[0]
    roles = {plain(word): role for role, known in words.items() for word in known}
    header, columns, texts = _header(sheet.head(), roles)
    if not set(required) & set(columns.values()):
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows = []
    for number, cells in sheet.rows():
        if number <= header:
            continue
        values = {role: clean(cells[at]) for at, role in columns.items() if at < len(cells)}
        if any(values.get(role) for role in required):
            others = {
                text: clean(cells[at]) for at, text in texts.items() if at < len(cells) and clean(cells[at])
            }
            days = {
                role: day for at, role in columns.items() if at < len(cells) and (day := as_day(cells[at]))
            }
            rows.append(ReadRow(number, values, others, days))
    return frozenset(columns.values()), rows


def _header(head: Sequence[Row], roles: Mapping[str, str]) -> tuple[int, dict[int, str], dict[int, str]]:
    best: tuple[int, dict[int, str], dict[int, str]] = (0, {}, {})
    for number, cells in head:
        found: dict[int, str] = {}
        others: dict[int, str] = {}
        for at, cell in enumerate(cells):
            text = clean(cell)
            role = roles.get(plain(text))
            if role and role not in found.values():
                found[at] = role
            elif text:
                others[at] = text
        if len(found) > len(best[1]):
            best = (number, found, others)
    return best


def plain(text: str) -> str:
    """Return a header or name without case, «ё», quotes and marks at its ends."""
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).strip(" .:*").split())


def as_day(cell: Cell | str) -> dt.date | None:
    """Return a date as it stands or as «12.03.2026»; None for anything else."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    found = _DAY.match(str(cell).strip())
    if not found:
        return None
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def as_number(text: str) -> float | None:
    """Return a number with a comma or a point, «85 %» as 85; None for anything else."""
    plain_text = text.strip()
    return float(plain_text.rstrip(" %").replace(",", ".")) if _NUMBER.match(plain_text) else None
