"""What reading gives: a source file with its sheets, each sheet a stream of (row number, cells)."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

#: An empty cell is always the empty string, so that callers need one check only.
Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
Row = tuple[int, list[Cell]]
#: So many rows of the head are read at once.
HEAD_KEPT = 400
#: Opens the rows anew: a sheet may be read several times (look at its head, then import).
OpenRows = Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table-like sheet. Row numbers start at 1 and are those a spreadsheet program shows for the same file."""

    file: str
    name: str
    open_rows: OpenRows = field(repr=False)
    _head: list[Row] = field(default_factory=list, init=False, repr=False, compare=False)

    def rows(self) -> Iterator[Row]:
        """All rows, lazily."""
        return self.open_rows()

    def head(self, count: int = 80) -> list[Row]:
        """The first rows; kept, because opening a big workbook takes seconds and several look at its head."""
        if len(self._head) < count:
            self._head[:] = islice(self.open_rows(), max(count, HEAD_KEPT))
        return self._head[:count]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of an upload. `kind` is csv, xlsx, xls, ods or json; `archive` names the zip it came from."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]
    archive: str = ""
    encoding: str = ""
    delimiter: str = ""
    depersonalised: bool = False

    @property
    def label(self) -> str:
        """The name for a report, with the archive it came from."""
        return f"{self.archive}/{self.name}" if self.archive else self.name


def sheet_from_rows(file: str, name: str, rows: Sequence[Sequence[Cell]]) -> Sheet:
    """A sheet of rows that are already in memory (JSON, tests)."""
    return Sheet(file, name, lambda: enumerate((list(row) for row in rows), 1))
