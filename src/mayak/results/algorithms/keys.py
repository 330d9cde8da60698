"""Natural keys and content hashes: what makes two rows the same, and what makes them differ."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from .records import AssessmentKey, SchoolRef

#: Kinds that are held on many days of a window by one and the same paper: the day does not make another assessment.
UNDATED = frozenset({"vpr", "national_exam", "quarter_mark"})


def canonical(key: AssessmentKey) -> AssessmentKey:
    """The key without what does not tell two assessments apart (the day of a ВПР, the maximum score)."""
    held_on = None if key.kind in UNDATED else key.date
    if held_on == key.date and key.max_score is None:
        return key
    return replace(key, date=held_on, max_score=None)


def assessment_key(
    *,
    kind: str,
    subject: str,
    grade: int | None,
    year: int,
    held_on: dt.date | None = None,
    wave: str = "",
    quarter: int | None = None,
    moment: str = "",
) -> str:
    """The natural key of an assessment as one text, its parts in the order of the arguments."""
    day = held_on.isoformat() if held_on and kind not in UNDATED else ""
    parts = (kind, subject, grade or "", year, day, wave, quarter or "", moment)
    return "|".join(str(part) for part in parts)


def school_ref_key(school: SchoolRef) -> str:
    """A hash over everything that a row says of its school, letter by letter."""
    text = "\x1f".join(value or "" for value in astuple(school))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def school_ref_text(school: SchoolRef) -> str:
    """How a row names its school, for a person: code, name, place."""
    place = ", ".join(part for part in (school.region, school.municipality, school.settlement) if part)
    code = school.login or school.raw_code or school.ogrn or school.inn or ""
    return " · ".join(part for part in (code, school.name or "", place) if part)


def content_hash(values: Mapping[str, Any]) -> str:
    """A hash of the values of a row; numbers by value (48 and 48.0 are equal), order of the names does not matter."""
    text = json.dumps(
        {name: _plain(value) for name, value in values.items()}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            str(name): _plain(item) for name, item in sorted(value.items(), key=lambda item: str(item[0]))
        }
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return format(round(float(value), 6), "g") if abs(value) < 1e6 else str(value)  # noqa: PLR2004 - %g keeps six digits
    return str(value)
