"""Reading a list of lessons of a festival: columns by their headers; nothing is guessed."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

from mayak.diagnosis.services.lesson_lists import ListedLesson
from mayak.kernel.importing import ImportProblem, ProblemPlace, Row, clean, open_upload

WORDS: Final = Path(__file__).resolve().parent.parent / "data" / "lesson_columns.yaml"
NEEDED: Final = frozenset({"teacher", "held_on"})
ROWS_AT_MOST: Final = 1000
_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{2})-(\d{2})")


def read_lesson_list(name: str, data: bytes) -> list[ListedLesson]:
    """Return the rows of the first table of the file.

    Raises:
        ImportProblem: the file cannot be read, or no column names the teacher and the day.
    """
    sheet = open_upload(name, data)[0].sheets[0]
    header, columns = _header(sheet.head())
    if not set(columns.values()) >= NEEDED:
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows = []
    for number, cells in sheet.rows():
        values = {role: cells[index] for index, role in columns.items() if index < len(cells)}
        if number > header and any(clean(value) for value in values.values()):
            rows.append(_row(number, values))
        if len(rows) >= ROWS_AT_MOST:
            break
    return rows


def template_columns() -> list[str]:
    """Return the headings of an empty list."""
    return [str(title) for title in _words()["titles"]]


def template_example() -> list[str]:
    """Return an example row."""
    return [str(cell) for cell in _words()["example"]]


def _header(head: Sequence[Row]) -> tuple[int, dict[int, str]]:
    roles = {_plain(word): role for role, words in _words()["columns"].items() for word in words}
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in head:
        found = {index: role for index, cell in enumerate(cells) if (role := roles.get(_plain(clean(cell))))}
        if len(set(found.values())) > len(set(best[1].values())):
            best = (number, found)
    return best


def _row(number: int, values: Mapping[str, Any]) -> ListedLesson:
    problem = ""
    day = _day(values.get("held_on", ""))
    if day is None:
        problem = _("“%(text)s” is not a date") % {"text": clean(values.get("held_on", ""))}
    kind_text = clean(values.get("kind", ""))
    kind = _kinds().get(_plain(kind_text), "")
    if kind_text and not kind:
        problem = _("the kind of visit “%(text)s” is unknown") % {"text": kind_text}
    grade = _grade(values.get("grade", ""))
    if grade is None and clean(values.get("grade", "")):
        problem = _("“%(text)s” is no grade") % {"text": clean(values.get("grade", ""))}
    texts = {
        role: clean(values.get(role, "")) for role in ("teacher", "school", "subject", "topic", "video_url")
    }
    emails = tuple(word.lower() for word in re.split(r"[\s,;]+", clean(values.get("observers", ""))) if word)
    return ListedLesson(
        row=number, held_on=day, kind=kind, grade=grade, observers=emails, problem=problem, **texts
    )


def _grade(cell: Any) -> int | None:
    found = re.match(r"\d{1,2}", clean(cell))
    return int(found[0]) if found and 1 <= int(found[0]) <= 12 else None  # noqa: PLR2004  # grades


def _day(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    found = _DAY.search(clean(cell))
    if found is None:
        return None
    day, month, year, *iso = (int(part) if part else 0 for part in found.groups())
    try:
        return dt.date(year, month, day) if year else dt.date(iso[0], iso[1], iso[2])
    except ValueError:
        return None


def _kinds() -> dict[str, str]:
    return {_plain(word): kind for kind, words in _words()["kinds"].items() for word in words}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").strip(" .:").split())
