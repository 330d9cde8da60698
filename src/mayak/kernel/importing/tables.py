"""Where a table begins: titles above it, one or more header rows, the first row of data.

Nothing here knows what the words mean. A column is called numeric when most of its cells are numbers; a header row is
one that has text where the numbers will stand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .numbers import Missing, NumberProblem, parse_number
from .sheets import Cell, Row

MAX_HEADER_ROWS = 8
#: So many cells are no longer an accident: a header of three words, a run of three numbers.
FEW = 3
_TOTAL = re.compile(
    r"\s*(?:итого|всего|общо|общий итог|средн(?:ее|ий|яя|ие)\b(?! (?:общеобр|школ|учил))"
    r"|в среднем"
    r"|по (?:району|области|региону|муниципалитету"
    r"|городу|округу|краю|республике|мо)\b"
    r"|total|average|mean\b|grand total)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d+[.,)]?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """`index` counts from 0. `parts` are the header cells over the column from top to bottom, groups spread."""

    index: int
    parts: tuple[str, ...]

    @property
    def label(self) -> str:
        """The header cells as one line."""
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class TableShape:
    """`titles` are (row number, cells joined by " | ") of the rows above the header; `header_rows` may be empty."""

    titles: tuple[tuple[int, str], ...]
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    first_data_row: int

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The titles without their row numbers."""
        return tuple(text for _, text in self.titles)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)


def clean(cell: Cell) -> str:
    """A header or title cell as one line."""
    if cell.__class__ is str:
        return " ".join(str(cell).replace("\ufeff", "").split())
    return str(cell)


def is_total_row(cells: Sequence[Cell]) -> bool:
    """A sum or mean under (or inside) the table: «Итого», «Всего по району», «Средний балл», «Общо»."""
    texts = [cell for cell in cells[:6] if cell.__class__ is str and str(cell).strip()]
    return bool(texts) and any(_TOTAL.match(str(text)) for text in texts[:2])


def find_table(head: Sequence[Row]) -> TableShape | None:
    """Find the table in the first rows of a sheet (80 are enough). None when the sheet has no two filled rows."""
    rows = [(number, [clean(cell) for cell in cells], cells) for number, cells in head]
    filled = [(number, texts, cells) for number, texts, cells in rows if any(texts)]
    if not filled:
        return None
    width = max(len(texts) - _blank_tail(texts) for _, texts, _ in filled)
    texts_by_row = {number: (texts + [""] * width)[:width] for number, texts, _ in rows}
    kinds = {
        number: [_kind(cell) for cell in (list(cells) + [""] * width)[:width]] for number, _, cells in rows
    }
    numeric = _numeric_columns(kinds, width)
    order = [number for number, _, _ in rows]
    main = _main_row(order, kinds, numeric, texts_by_row)
    if main is None:
        return _without_header(order, texts_by_row, width)
    block = _header_block(order, main, texts_by_row, kinds, numeric)
    labelled = [number for number in block if not _is_numbering(texts_by_row[number])]
    columns = _columns(labelled, texts_by_row, width)
    titles = _titles(order, texts_by_row, block[0])
    return TableShape(titles, tuple(block), columns, block[-1] + 1)


def _blank_tail(texts: Sequence[str]) -> int:
    count = 0
    for text in reversed(texts):
        if text:
            break
        count += 1
    return count


def _kind(cell: Cell) -> str:
    """ "" empty or a missing marker, "n" number, "d" date, "t" text."""
    if cell.__class__ is str:
        value = parse_number(cell, decimal=",")
        if isinstance(value, Missing):
            return ""
        if isinstance(value, NumberProblem):
            return "n" if _ORDINAL.match(str(cell).strip()) else "t"
        return "n"
    if isinstance(cell, bool):
        return "t"
    if isinstance(cell, (int, float)):
        return "n"
    return "d"


def _numeric_columns(kinds: dict[int, list[str]], width: int) -> set[int]:
    """Columns whose cells are mostly numbers, over the rows that look like the body."""
    most = max(sum(1 for kind in row if kind) for row in kinds.values())
    body = [row for row in kinds.values() if sum(1 for kind in row if kind) >= max(2, most * 0.5)]
    numeric = set()
    for index in range(width):
        column = [row[index] for row in body if row[index]]
        if column and column.count("n") * 2 >= len(column) and "n" in column[-max(1, len(column) // 2) :]:
            numeric.add(index)
    return numeric


def _main_row(
    order: list[int], kinds: dict[int, list[str]], numeric: set[int], texts: dict[int, list[str]]
) -> int | None:
    """The first row that is filled well enough and has text where numbers will stand."""
    fill = {number: sum(1 for kind in kinds[number] if kind) for number in order}
    width = len(texts[order[0]])
    for number in order:
        row = kinds[number]
        if fill[number] < FEW and texts[number][0].endswith(":"):
            continue  # «Предмет: | География» above a narrow table
        enough = fill[number] >= max(2, width * 0.6) or (fill[number] >= FEW and fill[number] >= width * 0.15)
        if not enough:
            continue
        words = sum(1 for index in numeric if row[index] == "t")
        figures = sum(1 for index in numeric if row[index] == "n")
        if not numeric:
            return number if fill[number] >= width * 0.6 else None
        if words and (words >= figures or _side_by_side([index for index in numeric if row[index] == "n"])):
            return number
        if figures > words and fill[number] >= width * 0.6 and figures >= len(numeric) * 0.6:
            return None
    return None


def _side_by_side(indexes: list[int]) -> bool:
    """Numbers of the header stand side by side (marks 2 3 4 5, scores 0..N), the words before them."""
    indexes = sorted(indexes)
    return len(indexes) >= FEW and indexes[-1] - indexes[0] == len(indexes) - 1


def _header_block(
    order: list[int], main: int, texts: dict[int, list[str]], kinds: dict[int, list[str]], numeric: set[int]
) -> list[int]:
    """The main row with header rows right above it (group labels) and below it (second level, numbering)."""
    block = [main]
    place = order.index(main)
    for number in reversed(order[max(0, place - 4) : place]):
        row = texts[number]
        if not any(row) or "n" in kinds[number] or (row[0] and texts[block[0]][0]):
            break
        if not any(row[1:]) or _is_label_and_value(row):
            break
        block.insert(0, number)
    for number in order[place + 1 : place + MAX_HEADER_ROWS]:
        if not _continues(texts[number], kinds[number], numeric, texts[block[-1]]):
            break
        block.append(number)
    return block


def _is_label_and_value(row: list[str]) -> bool:
    """«Дата: 20.04.2026» above the header is a title, not a group label."""
    count = sum(map(bool, row))
    return bool(row[0]) and (row[0].endswith(":") or (count < FEW and bool(row[1])))


def _continues(row: list[str], kinds: list[str], numeric: set[int], above: list[str]) -> bool:
    """Is the row below a header row still part of the header?"""
    if _is_numbering(row):
        return True
    figures = [index for index in sorted(numeric) if kinds[index] == "n"]
    words = [index for index in numeric if kinds[index] == "t"]
    if not figures:
        return any(row) and (not row[0] or (bool(words) and len(words) * 2 >= len(numeric)))
    numbers = [row[index] for index in figures]
    plain = all(number.isdigit() for number in numbers)
    follows = plain and all(
        int(row[right]) - int(row[left]) == 1 if right - left == 1 else int(row[right]) <= int(row[left])
        for left, right in pairwise(figures)
    )
    return follows and len(figures) >= FEW and not row[0] and not above[figures[-1]]


def _is_numbering(row: list[str]) -> bool:
    """The row «1 2 3 4 …» under the header of official forms."""
    cells = [text for text in row if text]
    return (
        len(cells) > FEW
        and row[0] in ("1", "1.")
        and [text.rstrip(".") for text in cells] == [str(number) for number in range(1, len(cells) + 1)]
    )


def _columns(rows: list[int], texts: dict[int, list[str]], width: int) -> tuple[Column, ...]:
    levels = []
    for depth, number in enumerate(rows):
        below = [texts[lower] for lower in rows[depth + 1 :]]
        levels.append(_spread(texts[number], below, width))
    columns = []
    for index in range(width):
        parts = tuple(dict.fromkeys(level[index] for level in levels if level[index]))
        columns.append(Column(index, parts))
    return tuple(columns)


def _spread(row: list[str], below: list[list[str]], width: int) -> list[str]:
    """A group label stands over its first column; repeat it to the right over blank cells that have a lower label."""
    spread = list(row)
    group = ""
    for index in range(width):
        has_lower = any(level[index] for level in below)
        if row[index]:
            group = row[index] if has_lower else ""
        elif has_lower:
            spread[index] = group
    return spread


def _titles(order: list[int], texts: dict[int, list[str]], first: int) -> tuple[tuple[int, str], ...]:
    return tuple(
        (number, " | ".join(text for text in texts[number] if text))
        for number in order
        if number < first and any(texts[number])
    )


def _without_header(order: list[int], texts: dict[int, list[str]], width: int) -> TableShape | None:
    """A table that starts with data. Rows of one cell before it are titles."""
    start = next((number for number in order if sum(map(bool, texts[number])) >= max(2, width * 0.5)), None)
    if start is None:
        return None
    columns = tuple(Column(index, ()) for index in range(width))
    return TableShape(_titles(order, texts, start), (), columns, start)
