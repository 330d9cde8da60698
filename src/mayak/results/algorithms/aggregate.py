"""Participants summed up to schools, in a stream: a million rows keep only one counter per school and assessment."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .records import (
    AssessmentKey,
    JournalComparison,
    Marks,
    ParticipantRecord,
    Place,
    SchoolRecord,
    SchoolRef,
)


@dataclass(slots=True)
class _Sum:
    first_row: int
    rows: int = 0
    scores: Counter[float | None] = field(default_factory=Counter)
    tests: Counter[float | None] = field(default_factory=Counter)
    marks: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)


class ParticipantTotals:
    """Add batches, then read one SchoolRecord for each school and assessment.

    The mean is that of the test score where there is one, else of the primary score; participants are those who have a
    score or a mark, `declared_participants` counts all listed rows.
    """

    def __init__(self, *, file: str, sheet: str = "") -> None:
        self._file, self._sheet = file, sheet
        self._sums: dict[tuple[int, int], _Sum] = {}
        self._keys: dict[tuple[int, int], tuple[SchoolRef, AssessmentKey]] = {}
        self._merged: dict[tuple[SchoolRef, AssessmentKey], tuple[int, int]] = {}

    def add(self, records: Iterable[ParticipantRecord]) -> None:
        """Count the records of a batch. Schools and assessments are compared by identity first: readers reuse them."""
        sums = self._sums
        for row, school, assessment, _, _, _, primary, test, mark, journal, _ in records:
            key = (id(school), id(assessment))
            total = sums.get(key)
            if total is None:
                total = self._first(key, school, assessment, row)
            total.rows += 1
            total.scores[primary] += 1
            if test is not None:
                total.tests[test] += 1
            total.marks[mark, journal] += 1

    def _first(self, key: tuple[int, int], school: SchoolRef, assessment: AssessmentKey, row: int) -> _Sum:
        # The pair is kept, so that its ids stay taken as long as the sums live.
        self._keys[key] = (school, assessment)
        known = self._merged.setdefault((school, assessment), key)
        total = self._sums[known] if known in self._sums else _Sum(row)
        self._sums[key] = total
        return total

    def school_records(self) -> Iterator[SchoolRecord]:
        """One record for each school and assessment, in the order they first appear."""
        for (school, assessment), key in self._merged.items():
            yield self._record(school, assessment, self._sums[key])

    def _record(self, school: SchoolRef, assessment: AssessmentKey, total: _Sum) -> SchoolRecord:
        counted = total.tests or total.scores
        values = {score: count for score, count in counted.items() if score is not None}
        marks = Counter[int]()
        for (mark, _), count in total.marks.items():
            if mark is not None:
                marks[mark] += count
        taken = max(sum(values.values()), sum(marks.values()))
        whole = all(float(score).is_integer() for score in values)
        return SchoolRecord(
            place=Place(self._file, self._sheet, total.first_row),
            school=school,
            assessment=assessment,
            participants=taken,
            marks=Marks(marks[2] + marks[1], marks[3], marks[4], marks[5]) if marks else None,
            mean=sum(score * count for score, count in values.items()) / sum(values.values())
            if values
            else None,
            distribution={int(score): count for score, count in sorted(values.items())}
            if values and whole
            else None,
            declared_participants=total.rows,
            journal=_compare(total.marks),
        )


def _compare(pairs: Counter[tuple[int | None, int | None]]) -> JournalComparison | None:
    known = [
        (mark - journal, n)
        for (mark, journal), n in pairs.items()
        if mark is not None and journal is not None
    ]
    if not known:
        return None
    return JournalComparison(
        lower=sum(n for gap, n in known if gap < 0),
        same=sum(n for gap, n in known if gap == 0),
        higher=sum(n for gap, n in known if gap > 0),
    )
