"""ФИС ОКО tables by group of participants: statistics of marks (Ф3) and the comparison with the journal.

Their first column names the whole sample, a region, a municipality or a school; only schools become records. The school
says its login in brackets. Layouts: domain.md B7.2 and two real exports (2024, 2026).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mayak.kernel.importing import Cell, Missing, NumberProblem, Row, TableShape, parse_number
from mayak.results.algorithms.records import JournalComparison, SchoolRecord, SchoolRef

from .batches import Batch
from .codes import make_school, text_of
from .flat_schools import SchoolTable
from .mapping import ColumnMapping, Mapping
from .vocabulary import normalise

_AUTHORITY = re.compile(r"\(reg\d+(?:_m\d+)?\)", re.IGNORECASE)
_SCHOOL_WORDS = re.compile(
    r"школ|гимнази|лице[йя]|интернат|колледж|техникум|кадетск|пансион|училищ|\b[а-яё]{0,5}оу\b|\b(?:ано|чу|нчу)\b"
    r"|сош\b|оош\b|нош\b|центр образования",
    re.IGNORECASE,
)
_VERBS = {"понизили": "lower", "подтвердили": "same", "повысили": "higher"}


def is_groups_table(shape: TableShape) -> bool:
    """Is the first column «Группы участников»?"""
    return any(normalise(part) == "группы участников" for column in shape.columns for part in column.parts)


def is_journal_table(shape: TableShape, rows: Iterable[Row]) -> bool:
    """The verbs stand in the header (2024) or in the rows."""
    if any(normalise(column.label).startswith("понизили") for column in shape.columns):
        return True
    return any(text_of(cells[0]).lower().startswith("понизили") for _, cells in rows if cells)


def school_of_group(text: str) -> SchoolRef | None:
    """The school a row is about, or None for the whole sample, a region or a municipality."""
    if _AUTHORITY.search(text):
        return None
    school = make_school({"school_name": text})
    if school.login:
        return school
    return school if _SCHOOL_WORDS.search(text) else None


class MarksByGroup:
    """Ф3: percents of marks 2 to 5 by group."""

    def __init__(self, mapping: Mapping, group_column: int) -> None:
        used = [column for column in mapping.columns if column.role != "ignore"]
        percents = tuple(replace(c, unit="percent") if c.role.startswith("mark_") else c for c in used)
        self._table = SchoolTable(replace(mapping, columns=percents, school_required=False))
        self._group = group_column

    def read(self, rows: Iterable[Row], batch: Batch) -> None:
        """Read rows; each is counted once in the batch."""
        for number, cells in rows:
            batch.rows_read += 1
            text = text_of(cells[self._group]) if len(cells) > self._group else ""
            if not any(text_of(cell) for cell in cells):
                batch.skip("blank_row")
                continue
            school = school_of_group(text)
            if school is None:
                batch.skip("aggregate_row")
            else:
                self._table.read_row(number, cells, batch, school)


class JournalByGroup:
    """Comparison of marks with the journal, in both layouts: a school in one row, or in a row for each verb."""

    def __init__(self, mapping: Mapping, shape: TableShape) -> None:
        self._key = mapping.defaults
        self._total = next((c.index for c in mapping.columns if c.role == "participants"), -1)
        self._columns = _verb_columns(shape)
        self._percent = next((c.index for c in shape.columns if normalise(c.label) in ("%", "процент")), -1)
        self._school: SchoolRef | None = None
        self._open: tuple[int, dict[str, Any]] | None = None

    def read(self, rows: Iterable[Row], batch: Batch) -> None:
        """Read rows; each is counted once in the batch."""
        for number, cells in rows:
            batch.rows_read += 1
            if not any(text_of(cell) for cell in cells):
                batch.skip("blank_row")
            elif self._columns:
                self._wide_row(number, cells, batch)
            else:
                self._long_row(number, cells, batch)
        self._close(batch)

    def _wide_row(self, number: int, cells: list[Cell], batch: Batch) -> None:
        school = school_of_group(text_of(cells[0]))
        if school is None:
            batch.skip("aggregate_row")
            return
        values: dict[str, Any] = {}
        for name, index in (*self._columns.items(), ("participants", self._total)):
            values[name] = self._number(number, cells, batch, name, index)
        if _FAILED in values.values():
            batch.rows_rejected += 1
            return
        participants = values.pop("participants")
        if participants is None and not any(value is not None for value in values.values()):
            batch.skip("no_values")
            return
        batch.schools.append(self._record(number, batch, school, participants, values))
        batch.rows_recorded += 1

    def _number(self, number: int, cells: list[Cell], batch: Batch, name: str, index: int) -> Any:
        if not 0 <= index < len(cells):
            return None
        parsed = parse_number(cells[index], decimal=",")
        if isinstance(parsed, Missing):
            return None
        code = parsed.code if isinstance(parsed, NumberProblem) else "number_negative" if parsed < 0 else ""
        if (
            not code
            and not name.endswith("percent")
            and not isinstance(parsed, NumberProblem)
            and parsed != int(parsed)
        ):
            code = "count_not_whole"
        if code:
            batch.reject(number, index, cells[index], code)
            return _FAILED
        return parsed

    def _record(
        self, number: int, batch: Batch, school: SchoolRef, participants: Any, values: dict[str, Any]
    ) -> SchoolRecord:
        journal = JournalComparison(**values)
        return SchoolRecord(
            batch.place(number), school, self._key, participants=participants, journal=journal
        )

    def _long_row(self, number: int, cells: list[Cell], batch: Batch) -> None:
        text = text_of(cells[0])
        verb = next((name for word, name in _VERBS.items() if text.lower().startswith(word)), "")
        if verb:
            self._verb_row(number, cells, batch, verb)
        elif text.lower().startswith("всего"):
            batch.skip("total_row")
        else:
            self._close(batch)
            self._school = school_of_group(text)
            batch.skip("group_row" if self._school else "aggregate_row")

    def _verb_row(self, number: int, cells: list[Cell], batch: Batch, verb: str) -> None:
        if self._school is None:
            batch.skip("aggregate_row")
            return
        count = self._number(number, cells, batch, verb, self._total)
        percent = self._number(number, cells, batch, f"{verb}_percent", self._percent)
        if _FAILED in (count, percent):
            batch.rows_rejected += 1
            return
        first, values = self._open or (number, {})
        values.update({verb: count, f"{verb}_percent": percent})
        self._open = (first, values)
        batch.rows_recorded += 1

    def _close(self, batch: Batch) -> None:
        """The rows of one school are read: make its record."""
        if self._open and self._school:
            number, values = self._open
            counts = [values.get(name) for name in _VERBS.values()]
            participants = sum(counts) if None not in counts else None  # type: ignore[arg-type]  # just checked
            batch.schools.append(self._record(number, batch, self._school, participants, values))
        self._open = None


_FAILED = object()


def _verb_columns(shape: TableShape) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column in shape.columns:
        label = normalise(column.label)
        verb = next((name for word, name in _VERBS.items() if label.startswith(word)), "")
        if verb:
            columns[f"{verb}_percent" if label.endswith("%") else verb] = column.index
    return columns


def group_column(mapping: Mapping) -> ColumnMapping | None:
    """The column «Группы участников» of a guessed mapping."""
    return next(
        (column for column in mapping.columns if "группы участников" in normalise(column.label)), None
    )
