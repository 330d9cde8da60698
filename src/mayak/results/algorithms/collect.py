"""Participants of many files gathered in a stream: one slot for each school and assessment.

A slot keeps sums and a digest of its rows, never the rows: that saves some hundred megabytes for a million of them. The
digest does not depend on the order of the rows or on how they were spread over files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from .aggregate import ParticipantTotals
from .keys import canonical
from .records import AssessmentKey, ParticipantRecord, Place, SchoolRecord, SchoolRef

_DIGEST_BYTES = 16
_MODULUS = 1 << (8 * _DIGEST_BYTES)
CODE_LENGTH = 40


@dataclass(slots=True)
class Slot:
    """One school in one assessment: where it first stands, how many rows, their digest, the codes seen."""

    school: SchoolRef
    assessment: AssessmentKey
    place: Place
    first: AssessmentKey
    rows: int = 0
    digest: int = 0
    codes: set[str] = field(default_factory=set)

    @property
    def content(self) -> str:
        """The digest as text."""
        return f"{self.digest:032x}"


class ParticipantCollector:
    """Add the participants of each batch; then read one record and one slot for each school and assessment."""

    def __init__(self) -> None:
        self._totals = ParticipantTotals(file="")
        self._by_value: dict[tuple[SchoolRef, AssessmentKey], Slot] = {}
        self._finder = SlotFinder(self._make)
        self.rows = 0

    def add(self, file: str, sheet: str, records: Sequence[ParticipantRecord]) -> list[ParticipantRecord]:
        """Count the records; return those that were not counted: their code stands twice in the school's list."""
        self._finder.place = Place(file, sheet)
        find = self._finder.find
        kept: list[ParticipantRecord] = []
        doubles: list[ParticipantRecord] = []
        for record in records:
            slot = find(record)
            code = record[3]
            if code in slot.codes or len(code) > CODE_LENGTH:
                doubles.append(record)
                continue
            slot.codes.add(code)
            slot.rows += 1
            slot.digest = (slot.digest + _digest(record)) % _MODULUS
            if record[2] is not slot.assessment or record[1] is not slot.school:
                record = record._replace(school=slot.school, assessment=slot.assessment)  # noqa: PLW2901 - one for all
            kept.append(record)
        self._totals.add(kept)
        self.rows += len(kept)
        return doubles

    def results(self) -> list[tuple[SchoolRecord, Slot]]:
        """Sums with their slots, in the order in which the schools first appear."""
        found = []
        for record in self._totals.school_records():
            slot = self._by_value[record.school, record.assessment]
            found.append((replace(record, place=slot.place, assessment=slot.first), slot))
        return found

    def _make(self, record: ParticipantRecord, place: Place) -> Slot:
        key = (record.school, canonical(record.assessment))
        slot = self._by_value.get(key)
        if slot is None:
            slot = Slot(record.school, key[1], replace(place, row=record.row), record.assessment)
            self._by_value[key] = slot
        return slot


class SlotFinder:
    """Finds what belongs to the school and assessment of a record: by identity first, readers reuse the objects."""

    def __init__(self, make: Callable[[ParticipantRecord, Place], Any]) -> None:
        self._make = make
        self._by_identity: dict[tuple[int, int], Any] = {}
        self._alive: list[tuple[SchoolRef, AssessmentKey]] = []
        self.place = Place("")

    def find(self, record: ParticipantRecord) -> Any:
        """What ``make`` gave for this pair of school and assessment."""
        identity = (id(record[1]), id(record[2]))
        found = self._by_identity.get(identity)
        if found is None:
            found = self._by_identity[identity] = self._make(record, self.place)
            # The objects are kept, so that their ids stay theirs.
            self._alive.append((record[1], record[2]))
        return found


def _digest(record: ParticipantRecord) -> int:
    _, _, _, code, label, variant, primary, test, mark, journal, tasks = record
    text = f"{code}\x1f{label}\x1f{variant}\x1f{_number(primary)}\x1f{_number(test)}\x1f{mark}\x1f{journal}\x1f{tasks}"
    return int.from_bytes(blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest(), "big")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
