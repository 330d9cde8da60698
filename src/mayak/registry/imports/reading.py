"""An upload becomes a table: headings are recognised in Russian and in English, cells keep their place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.kernel.importing import ImportProblem, Limits, open_upload
from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.selectors.sheets import OWN_ID_COLUMN, Column, Key, Sheet

SIZE_LIMIT_MB: Final = 20
ROW_LIMIT: Final = 60_000
HEAD_ROWS: Final = 20
_LIMITS: Final = Limits(
    file_bytes=SIZE_LIMIT_MB * 1024 * 1024,
    unpacked_bytes=400 * 1024 * 1024,
    archive_entries=1,
    sheet_cells=5_000_000,
)


class TableProblem(Exception):  # noqa: N818 - a message for a person, as ImportProblem is
    """The file cannot be read as this table; ``message`` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number and the cells of the known columns."""

    row: int
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file and the columns that it has.

    Attributes:
        headings: field -> heading as the file writes it.
        unknown: headings that belong to no column; they are not read.
    """

    lines: list[Line]
    headings: dict[str, str]
    unknown: tuple[str, ...] = ()


def read_upload(name: str, data: bytes, sheet: Sheet, key: Key) -> Table:
    """Read the first sheet of the file that has the headings of the table.

    Raises:
        TableProblem: the file is damaged, too large, or lacks the columns that find or make a row.
    """
    try:
        sources = open_upload(name, data, _LIMITS)
        for source in sources:
            for one in source.sheets:
                head = one.head(HEAD_ROWS)
                found = _find_heading(head, sheet)
                if found is not None:
                    return _read(one.rows(), found, sheet, key)
    except ImportProblem as problem:
        raise TableProblem(problem.message) from problem
    expected = ", ".join(str(column.heading) for column in sheet.columns if column.required)
    raise TableProblem(
        _(
            "No row of the file has the headings of the table “%(table)s”. Expected: %(columns)s. Take the template."
        )
        % {"table": sheet.title, "columns": expected}
    )


@dataclass(frozen=True, slots=True)
class _Heading:
    row: int
    columns: dict[int, Column]
    texts: dict[int, str]


def _find_heading(head: list[tuple[int, list[Any]]], sheet: Sheet) -> _Heading | None:
    """The first row in which at least two headings, or all of a narrower table, are known."""
    names = heading_names(sheet)
    enough = min(2, len(sheet.columns))
    for row, cells in head:
        columns: dict[int, Column] = {}
        texts: dict[int, str] = {}
        for index, cell in enumerate(cells):
            text = str(cell).strip()
            texts[index] = text
            column = names.get(plain(text))
            if column is not None and column not in columns.values():
                columns[index] = column
        if len(columns) >= enough:
            return _Heading(row, columns, texts)
    return None


def heading_names(sheet: Sheet) -> dict[str, Column]:
    """Return every spelling of every heading, in the form in which cells are compared."""
    found: dict[str, Column] = {}
    for language in ("ru", "en"):
        with override(language):
            for column in (*sheet.columns, OWN_ID_COLUMN):
                found.setdefault(plain(str(column.heading)), column)
    for column in sheet.columns:
        found.setdefault(plain(column.field), column)
    found.setdefault("id", OWN_ID_COLUMN)
    return found


def _read(rows: Iterator[tuple[int, list[Any]]], heading: _Heading, sheet: Sheet, key: Key) -> Table:
    present = {column.field for column in heading.columns.values()}
    missing = [
        column for column in sheet.all_columns if column.field in key.fields and column.field not in present
    ]
    if missing:
        names = ", ".join(str(column.heading) for column in missing)
        raise TableProblem(
            _("The file has no column %(columns)s, by which rows are found. Add it or choose another key.")
            % {"columns": names}
        )
    lines: list[Line] = []
    for row, cells in rows:
        if row <= heading.row or not any(str(cell).strip() for cell in cells):
            continue
        if len(lines) >= ROW_LIMIT:
            raise TableProblem(
                _("The file has more than %(limit)s rows. Split it into several files.")
                % {"limit": ROW_LIMIT}
            )
        values = {
            column.field: cells[index] if index < len(cells) else ""
            for index, column in heading.columns.items()
        }
        lines.append(Line(row, values))
    if not lines:
        raise TableProblem(_("The file has headings, but no rows below them."))
    headings = {column.field: heading.texts[index] for index, column in heading.columns.items()}
    unknown = tuple(text for index, text in heading.texts.items() if text and index not in heading.columns)
    return Table(lines, headings, unknown)
