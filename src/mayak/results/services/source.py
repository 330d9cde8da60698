"""What the pipeline needs of files: sheets that give batches of records. Formats live above, in results.imports."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mayak.results.algorithms.records import ContextRecord, ParticipantRecord, Rejected, SchoolRecord


class RecordBatch(Protocol):
    """Records of some consecutive rows of a sheet; every row is recorded, rejected or skipped."""

    schools: list[SchoolRecord]
    participants: list[ParticipantRecord]
    contexts: list[ContextRecord]
    rejected: list[Rejected]
    skipped: Counter[str]
    rows_read: int
    rows_recorded: int
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class SheetSource:
    """One sheet of one kept file; ``batches`` may be opened several times.

    ``missing`` names what a person must still say («kind», «year», …); such a sheet is not read.
    """

    file_id: int
    file: str
    sheet: str
    format: str
    is_skipped: bool
    missing: tuple[str, ...]
    batches: Callable[[], Iterator[RecordBatch]]


Source = Sequence[SheetSource]
