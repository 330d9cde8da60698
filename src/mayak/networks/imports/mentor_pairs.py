"""Ready mentor pairs from a table: rows by the words of their headers, texts and days as they stand."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mayak.kernel.importing import Cell, ImportProblem, ProblemPlace, Row, clean, open_upload
from mayak.networks.services.pair_list_rows import ListedPair

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "mentor": ("наставник", "фио наставника", "mentor"),
    "mentor_school": ("школа наставника", "место работы наставника", "school of the mentor"),
    "mentee": ("наставляемый", "фио наставляемого", "mentee"),
    "mentee_school": ("школа наставляемого", "место работы наставляемого", "school of the mentee"),
    "kind": ("вид", "вид наставничества", "kind"),
    "form": ("форма", "форма наставничества", "form"),
    "subject": ("предмет", "subject"),
    "competence": ("компетенция", "competence"),
    "goal": ("цель", "цель пары", "goal"),
    "starts_on": ("начало", "с", "дата начала", "from"),
    "ends_on": ("окончание", "по", "дата окончания", "until"),
}
NEEDED: Final = ("mentor", "mentee")
ROWS_AT_MOST: Final = 2000
EXAMPLE: Final = (
    "Петрова Мария Ивановна", "МБОУ Лицей № 1", "Иванова Анна Петровна", "МБОУ СОШ № 5", "традиционная",
    "учитель – учитель", "Математика", "", "Освоить задания второй части ОГЭ", "01.10.2025", "31.05.2026",
)  # fmt: skip
TITLES: Final = (
    "Наставник", "Школа наставника", "Наставляемый", "Школа наставляемого", "Вид", "Форма", "Предмет", "Компетенция",
    "Цель", "Начало", "Окончание",
)  # fmt: skip
TITLE_OF: Final = dict(zip(COLUMNS, TITLES, strict=True))
"""Column -> its header in the file to fill in, by which the report names places."""
_DAY: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")


def read_mentor_pairs(name: str, data: bytes) -> list[ListedPair]:
    """Return the rows in which a mentor or a mentee is named; a group takes one row for each mentee.

    Raises:
        ImportProblem: the file cannot be read, a needed column is missing, or there are too many rows.
    """
    sheet = open_upload(name, data)[0].sheets[0]
    number, columns = _header(sheet.head())
    if not set(NEEDED) <= set(columns):
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows: list[ListedPair] = []
    for at, cells in sheet.rows():
        if at <= number or len(rows) >= ROWS_AT_MOST:
            continue
        found = {role: cells[place] for role, place in columns.items() if place < len(cells)}
        texts = {role: clean(cell) for role, cell in found.items()}
        if any(texts.get(role) for role in NEEDED):
            days = {role: _day(found.get(role, "")) for role in ("starts_on", "ends_on")}
            rows.append(ListedPair(row=at, texts=texts, days=days))
    return rows


def _header(head: Sequence[Row]) -> tuple[int, dict[str, int]]:
    roles = {word: role for role, words in COLUMNS.items() for word in words}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in head:
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            role = roles.get(_plain(clean(cell)))
            if role is not None:
                columns.setdefault(role, place)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").strip(" .:*").split())


def _day(cell: Cell) -> dt.date | None:
    value: Any = cell
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = _DAY.match(clean(cell))
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
