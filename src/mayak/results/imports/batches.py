"""What reading gives: batches of records, and a tally that proves that no row was lost or invented."""

from collections import Counter
from dataclasses import dataclass, field

from mayak.results.algorithms.records import ContextRecord, ParticipantRecord, Place, Rejected, SchoolRecord

#: Rows in one batch: enough for speed, little enough for memory.
BATCH_ROWS = 10_000


@dataclass(slots=True)
class Batch:
    """Records of some consecutive rows of one sheet. Every row is counted once: recorded, rejected or skipped.

    A row is `recorded` when it gave at least one record. A wide row (two subjects) with one bad cell is recorded for
    the other subject, and the bad cell stands in `rejected`; `rows_partial` counts such rows.
    """

    file: str
    sheet: str
    schools: list[SchoolRecord] = field(default_factory=list)
    participants: list[ParticipantRecord] = field(default_factory=list)
    contexts: list[ContextRecord] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    rows_recorded: int = 0
    rows_rejected: int = 0
    rows_partial: int = 0

    def place(self, row: int, column: int | None = None) -> Place:
        """The place of a cell; `column` counts from 0."""
        return Place(self.file, self.sheet, row, None if column is None else column + 1)

    def reject(self, row: int, column: int | None, value: object, code: str, **params: object) -> None:
        """Note a bad cell. The value is cut: a report is no place for novels."""
        text = "" if value is None else " ".join(str(value).split())
        self.rejected.append(Rejected(self.place(row, column), text[:80], code, params))

    def skip(self, reason: str) -> None:
        """Count a row that holds nothing to record."""
        self.skipped[reason] += 1


@dataclass(slots=True)
class Tally:
    """Sums over batches."""

    rows_read: int = 0
    rows_recorded: int = 0
    rows_rejected: int = 0
    rows_partial: int = 0
    schools: int = 0
    participants: int = 0
    contexts: int = 0
    rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        """Add one batch."""
        self.rows_read += batch.rows_read
        self.rows_recorded += batch.rows_recorded
        self.rows_rejected += batch.rows_rejected
        self.rows_partial += batch.rows_partial
        self.schools += len(batch.schools)
        self.participants += len(batch.participants)
        self.contexts += len(batch.contexts)
        self.rejected += len(batch.rejected)
        self.skipped.update(batch.skipped)

    @property
    def is_conserved(self) -> bool:
        """Is every row accounted for?"""
        return self.rows_read == self.rows_recorded + self.rows_rejected + sum(self.skipped.values())
