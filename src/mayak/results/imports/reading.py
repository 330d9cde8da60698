"""From an upload to batches of records: open, remove names, recognise, read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from mayak.kernel.importing import DEFAULT_LIMITS, ImportProblem, Limits, Row, Sheet, SourceFile, open_upload

from .batches import BATCH_ROWS, Batch
from .codes import text_of
from .flat_participants import ParticipantTable
from .flat_schools import SchoolTable
from .mapping import Mapping
from .personal import depersonalise, holds_names
from .recognise import UNKNOWN, VPR_F3, VPR_JOURNAL, FormatGuess, recognise_sheet
from .vpr_groups import JournalByGroup, MarksByGroup, group_column


class _Table(Protocol):
    def read(self, rows: Iterator[Row], batch: Batch) -> None: ...


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet and how it will be read. Replace `guess.mapping` to correct the guess (`with_mapping`)."""

    source: SourceFile
    sheet: Sheet
    guess: FormatGuess

    def with_mapping(self, mapping: Mapping) -> "SheetPlan":
        """The same sheet with a mapping that a person corrected or saved; it is bound to the columns of this sheet."""
        if self.guess.shape is None:
            return self
        bound = mapping.bind(self.guess.shape, file=self.source.label)
        kind = self.guess.format
        if kind == UNKNOWN:
            kind = "flat_participants" if bound.row_kind == "participant" else "flat_schools"
        return replace(
            self, guess=replace(self.guess, format=kind, mapping=bound, confidence=1.0, why="mapping_given")
        )

    def with_defaults(self, **changes: object) -> "SheetPlan":
        """The same sheet with year, kind, subject, … given by hand."""
        if self.guess.mapping is None:
            return self
        return replace(self, guess=replace(self.guess, mapping=self.guess.mapping.with_defaults(**changes)))


def open_results(name: str, data: bytes | Path, limits: Limits = DEFAULT_LIMITS) -> list[SheetPlan]:
    """Open an upload and guess every sheet of every file in it. Names are gone from what is returned.

    A source with `depersonalised` set must never be kept in its original form. Raises ImportProblem.
    """
    plans: list[SheetPlan] = []
    for source in open_upload(name, data, limits):
        plans.extend(plan_source(source))
    return plans


def plan_source(source: SourceFile) -> list[SheetPlan]:
    """Guess the sheets of one file, after the removal of names."""
    safe = depersonalise(source) if holds_names(source) else source
    return [SheetPlan(safe, sheet, recognise_sheet(sheet, safe)) for sheet in safe.sheets]


def read_batches(plan: SheetPlan, *, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read a sheet in batches. Every row of the sheet is counted in exactly one batch, titles and headers too."""
    label, sheet = plan.source.label, plan.sheet
    rows = sheet.rows()
    guess = plan.guess
    if guess.format == UNKNOWN or guess.shape is None or guess.mapping is None:
        yield _skip_all(label, sheet.name, rows, guess.why)
        return
    table = _table(plan)
    first = Batch(label, sheet.name)
    number_of_first = guess.mapping.first_data_row
    headers = set(guess.shape.header_rows)
    waiting: list[Row] = []
    for number, cells in rows:
        if number >= number_of_first:
            waiting.append((number, cells))
            break
        first.rows_read += 1
        first.skip("header_row" if number in headers else "title_row" if any(cells) else "blank_row")
    yield first
    width = _labelled_width(plan)
    chunk = waiting
    while chunk:
        batch = Batch(label, sheet.name)
        table.read(iter(_unshifted(chunk, width, batch)), batch)
        table_is_long = isinstance(table, JournalByGroup)
        yield batch
        chunk = list(islice(rows, None if table_is_long else batch_rows))


def _labelled_width(plan: SheetPlan) -> int | None:
    """How many cells a row of a text table may have; None where cells cannot be shifted by a delimiter."""
    shape = plan.guess.shape
    if plan.source.kind != "csv" or shape is None or not shape.header_rows:
        return None
    return max((column.index + 1 for column in shape.columns if column.parts), default=None)


def _unshifted(rows: list[Row], width: int | None, batch: Batch) -> list[Row]:
    """Rows without those that have more cells than the header: «1,СОШ 1,20,3,6» would give a mean of 3."""
    if width is None:
        return rows
    shifted = [row for row in rows if len(row[1]) > width and any(text_of(cell) for cell in row[1][width:])]
    if not shifted:
        return rows
    for number, cells in shifted:
        batch.reject(number, width, cells[width], "row_shifted", count=len(cells), width=width)
    batch.rows_read += len(shifted)
    batch.rows_rejected += len(shifted)
    bad = {number for number, _ in shifted}
    return [row for row in rows if row[0] not in bad]


def _table(plan: SheetPlan) -> _Table:
    guess = plan.guess
    mapping, shape = guess.mapping, guess.shape
    if mapping is None or shape is None:  # pragma: no cover - read_batches asked before
        raise ImportProblem("unreadable_table")
    if guess.format == VPR_JOURNAL:
        return JournalByGroup(mapping, shape)
    column = group_column(mapping)
    if guess.format == VPR_F3 and column is not None:
        return MarksByGroup(mapping, column.index)
    labels = [part for item in shape.columns for part in item.parts]
    if mapping.row_kind == "participant":
        return ParticipantTable(mapping, labels)
    return SchoolTable(mapping, labels)


def _skip_all(label: str, sheet: str, rows: Iterator[Row], why: str) -> Batch:
    batch = Batch(label, sheet)
    for _ in rows:
        batch.rows_read += 1
    if batch.rows_read:
        batch.skipped[why] += batch.rows_read
    return batch
