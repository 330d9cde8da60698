"""From a record of a file to the columns of a stored result, the threshold included."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from mayak.results.algorithms.collect import Slot
from mayak.results.algorithms.keys import content_hash
from mayak.results.algorithms.records import Marks, SchoolRecord
from mayak.results.algorithms.scales import Scale, count_below
from mayak.results.enums import ResultBasis

LARGEST_MEAN: Final = 9999
_MEAN, _SHARE, _MAX = Decimal("0.0001"), Decimal("0.000001"), Decimal("0.01")
FROM_FILE, FROM_MARKS, FROM_SCALE = "file", "marks", "scale"


class BadRecord(Exception):  # noqa: N818 - a signal of the pipeline; the code is a line of the report
    """The values of a record contradict each other."""

    def __init__(self, code: str, value: object = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


@dataclass(frozen=True, slots=True)
class Below:
    """Who lies below the threshold, and where that comes from; both None: not known."""

    count: int | None = None
    share: float | None = None
    origin: str = ""


def basis_of(record: SchoolRecord, slot: Slot | None) -> str:
    """What the record was made from."""
    if slot is not None:
        return ResultBasis.INDIVIDUAL
    if record.journal is not None and record.marks is None and record.mean is None:
        return ResultBasis.JOURNAL
    if record.distribution and record.marks is None and record.mean is None:
        return ResultBasis.DISTRIBUTION
    return ResultBasis.AGGREGATE


def is_declaration(record: SchoolRecord) -> bool:
    """Whether the record says nothing but how many participants were declared."""
    return record.declared_participants is not None and all(
        value is None
        for value in (
            record.participants,
            record.marks,
            record.mean,
            record.below_count,
            record.below_share,
            record.journal,
        )
    )


def result_values(record: SchoolRecord, slot: Slot | None, scale: Scale | None) -> tuple[dict[str, Any], str]:
    """The columns of the row and the hash of its content (thresholds computed by us do not change the hash).

    Raises:
        BadRecord: the numbers contradict each other or do not fit.
    """
    given = _given(record, slot)
    own_hash = content_hash(given) if slot is None else _hash_of_rows(given, slot)
    below = find_below(record, scale)
    if below.count is not None and record.participants is not None and below.count > record.participants:
        raise BadRecord("below_more_than_participants", below.count)
    extra = {**given.pop("extra"), **({"below_from": below.origin} if below.origin else {})}
    values = {**given, "below": below.count, "below_share": _decimal(below.share, _SHARE), "extra": extra}
    return values, own_hash


def _hash_of_rows(given: Mapping[str, Any], slot: Slot) -> str:
    """Of a result of participants the digest of the rows says everything but what the heading declares."""
    heading = {name: given[name] for name in ("declared_participants", "scale_max")}
    return content_hash({**heading, "rows": slot.rows, "content": slot.content})


def _given(record: SchoolRecord, slot: Slot | None) -> dict[str, Any]:
    """What the file itself says."""
    if record.mean is not None and abs(record.mean) > LARGEST_MEAN:
        raise BadRecord("mean_too_big", record.mean)
    counts = record.marks if record.marks is not None and not record.marks.is_percent else Marks()
    journal = record.journal
    held_on = record.assessment.date
    extra: dict[str, Any] = {
        "quality_share": record.quality_share,
        "below_given": [record.below_count, record.below_share],
        "distribution_is_percent": record.distribution_is_percent or None,
        "held_on": held_on.isoformat() if held_on else None,
    }
    if extra["below_given"] == [None, None]:
        del extra["below_given"]
    return {
        "participants": record.participants,
        "declared_participants": record.declared_participants,
        "marks_2": _whole(counts.two),
        "marks_3": _whole(counts.three),
        "marks_4": _whole(counts.four),
        "marks_5": _whole(counts.five),
        "percents": _percents(record),
        "mean": _decimal(record.mean, _MEAN),
        "scale_max": _decimal(record.assessment.max_score, _MAX),
        "distribution": {str(score): count for score, count in (record.distribution or {}).items()},
        "journal_lowered": journal.lower if journal else None,
        "journal_confirmed": journal.same if journal else None,
        "journal_raised": journal.higher if journal else None,
        "extra": {name: value for name, value in extra.items() if value is not None},
    }


def find_below(record: SchoolRecord, scale: Scale | None) -> Below:
    """Who is below the threshold: said by the file, else the marks «2», else counted by the scale, else unknown."""
    if record.below_count is not None or record.below_share is not None:
        share = record.below_share
        if share is None and record.participants:
            share = record.below_count / record.participants if record.below_count is not None else None
        return Below(record.below_count, _in_bounds(share), FROM_FILE)
    if record.marks is not None and record.marks.two is not None:
        return _below_of_marks(record.marks)
    if scale is None or scale.pass_score is None or not record.distribution:
        return Below()
    if scale.max_score and record.assessment.max_score and scale.max_score != record.assessment.max_score:
        return Below()
    found = count_below(record.distribution, scale.pass_score)
    total = sum(record.distribution.values())
    if record.distribution_is_percent:
        return Below(None, _in_bounds(found / 100), FROM_SCALE)
    return Below(int(found), found / total if total else None, FROM_SCALE)


def _below_of_marks(marks: Marks) -> Below:
    """The threshold of ВПР and ОГЭ is the upper bound of the mark «2» (domain.md B1.1)."""
    two = marks.two or 0
    if marks.is_percent:
        return Below(None, _in_bounds(two / 100), FROM_MARKS)
    complete = None not in (marks.three, marks.four, marks.five)
    return Below(int(two), two / marks.total if marks.total and complete else None, FROM_MARKS)


def _percents(record: SchoolRecord) -> dict[str, float]:
    found: dict[str, float | None] = {}
    if record.marks is not None and record.marks.is_percent:
        marks = record.marks
        found |= {"2": marks.two, "3": marks.three, "4": marks.four, "5": marks.five}
    if record.journal is not None:
        journal = record.journal
        found |= {
            "lowered": journal.lower_percent,
            "confirmed": journal.same_percent,
            "raised": journal.higher_percent,
        }
    return {name: value for name, value in found.items() if value is not None}


def scores_of(distribution: Mapping[str, float]) -> dict[int, float]:
    """The stored distribution with whole scores as keys."""
    return {int(score): count for score, count in distribution.items()}


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _in_bounds(share: float | None) -> float | None:
    return None if share is None else min(max(share, 0.0), 1.0)


def _decimal(value: float | None, step: Decimal) -> Decimal | None:
    return None if value is None else Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
