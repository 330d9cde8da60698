"""Cells of a row turned into parts of an assessment key; each returns a code of rejection when it cannot."""

import datetime as dt
import re
from collections.abc import Mapping as Cells
from dataclasses import replace
from typing import Any

from mayak.results.algorithms.records import AssessmentKey

from .codes import text_of
from .titles import MAX_GRADE, MIN_GRADE, find_date, find_quarter, find_year
from .vocabulary import find_kind, subject_name

_GRADE = re.compile(r"\s*(1[0-2]|[1-9])(?!\d)", re.ASCII)
MIN_YEAR, MAX_YEAR = 1990, 2049
QUARTERS = (1, 2, 3, 4)
#: Roles that decide which assessment a row belongs to.
KEY_ROLES = ("kind", "subject", "grade", "year", "date", "quarter", "max_score")


class BadCell(Exception):  # noqa: N818 - a signal inside the package
    """A cell of the row cannot be read: its role and the code of the reason."""

    def __init__(self, role: str, code: str) -> None:
        super().__init__(code)
        self.role, self.code = role, code


def make_assessment(defaults: AssessmentKey, cells: Cells[str, object]) -> AssessmentKey:
    """The key of a row: its own cells over the defaults of the table. Raises BadCell."""
    changes: dict[str, Any] = {}
    for role, cell in cells.items():
        if text_of(cell) == "":
            continue
        name = "subject_text" if role == "subject" else role
        changes[name] = _READERS[role](cell)
    if changes.get("date") and "year" not in changes and defaults.year is None:
        changes["year"] = changes["date"].year
    return replace(defaults, **changes) if changes else defaults


def read_grade(cell: object) -> int:
    """«5», «5 класс», «5А»."""
    found = _GRADE.match(text_of(cell))
    if not found or not MIN_GRADE <= int(found.group(1)) <= MAX_GRADE:
        raise BadCell("grade", "grade_bad")
    return int(found.group(1))


def _read_year(cell: object) -> int:
    if isinstance(cell, dt.date):
        return cell.year
    year = find_year(text_of(cell))
    if year is None or not MIN_YEAR <= year <= MAX_YEAR:
        raise BadCell("year", "year_bad")
    return year


def _read_date(cell: object) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    date = find_date(text_of(cell))
    if date is None:
        raise BadCell("date", "date_bad")
    return date


def _read_quarter(cell: object) -> int:
    text = text_of(cell)
    quarter = int(text) if text.isdigit() else find_quarter(text)
    if quarter not in QUARTERS:
        raise BadCell("quarter", "quarter_bad")
    return int(quarter)


def _read_maximum(cell: object) -> float:
    text = text_of(cell).replace(",", ".")
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", text):
        raise BadCell("max_score", "number_bad")
    return float(text)


def _read_subject(cell: object) -> str:
    text = text_of(cell)
    return subject_name(text) or text


def _read_kind(cell: object) -> str:
    kind = find_kind(text_of(cell))
    if not kind:
        raise BadCell("kind", "kind_bad")
    return kind


_READERS: dict[str, Any] = {
    "kind": _read_kind,
    "subject": _read_subject,
    "grade": read_grade,
    "year": _read_year,
    "date": _read_date,
    "quarter": _read_quarter,
    "max_score": _read_maximum,
}
