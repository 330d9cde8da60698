"""Reading a list of statuses: columns by their headers, dates as they are written; nothing is guessed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from mayak.kernel.importing import ImportProblem, ProblemPlace, Row, clean, open_upload
from mayak.results.services.status_lists import ListRow

from .titles import find_date

WORDS = Path(__file__).resolve().parent.parent / "data" / "status_list_columns.yaml"
DATES = frozenset({"valid_from", "valid_to", "act_date"})
SCHOOL = frozenset({"login", "code", "ogrn", "inn", "name"})


def read_status_list(name: str, data: bytes) -> list[ListRow]:
    """Return the rows of the first table of the file.

    Raises:
        ImportProblem: the file cannot be read, or no column names the school.
    """
    sheet = open_upload(name, data)[0].sheets[0]
    header, columns = _header(sheet.head())
    if not SCHOOL & set(columns.values()):
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows = []
    for number, cells in sheet.rows():
        if number <= header:
            continue
        values = {role: cells[index] for index, role in columns.items() if index < len(cells)}
        if any(clean(values.get(role, "")) for role in SCHOOL):
            rows.append(_row(number, values))
    return rows


def _header(head: Sequence[Row]) -> tuple[int, dict[int, str]]:
    """The row of the sheet that has the most known headers, and what its columns mean."""
    roles = _roles()
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in head:
        found = {index: role for index, cell in enumerate(cells) if (role := roles.get(_plain(clean(cell))))}
        if len(set(found.values())) > len(set(best[1].values())):
            best = (number, found)
    return best


def _row(number: int, values: Mapping[str, Any]) -> ListRow:
    read: dict[str, Any] = {}
    problem = ""
    for role, cell in values.items():
        text = clean(cell)
        if role in DATES:
            read[role] = _day(cell)
            if text and read[role] is None:
                problem = _("“%(text)s” is not a date") % {"text": text}
        elif role == "level":
            read[role] = _levels().get(_plain(text), "")
            if text and not read[role]:
                problem = _("the level “%(text)s” is unknown") % {"text": text}
        else:
            read[role] = text
    return ListRow(row=number, problem=problem, **read)


def _day(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else find_date(clean(cell))


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, list[str]]]:
    words: dict[str, dict[str, list[str]]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def _roles() -> dict[str, str]:
    return {_plain(word): role for role, words in _words()["columns"].items() for word in words}


def _levels() -> dict[str, str]:
    return {_plain(word): level for level, words in _words()["levels"].items() for word in words}


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").strip(" .:").split())
