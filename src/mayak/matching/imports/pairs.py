"""Ready pairs from a table: rows by the words of their headers, texts as they stand; nothing is looked up here."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mayak.kernel.importing import ImportProblem, ProblemPlace, Row, clean, open_upload
from mayak.matching.services.pair_rows import GivenPair

SCHOOL_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "mentee": (
        "школа, которой помогают",
        "школа с нор",
        "шнор",
        "школа",
        "mentee school",
        "school that gets help",
    ),
    "lead": ("школа-лидер", "школа лидер", "ведущая школа", "lead school"),
    "reason": ("почему оставить", "причина", "reason", "why it stays"),
    "notes": ("примечание", "заметки", "notes"),
}
PEOPLE_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "mentee": ("наставляемый", "фио наставляемого", "mentee", "mentee teacher"),
    "mentee_school": ("школа наставляемого", "school of the mentee"),
    "lead": ("наставник", "фио наставника", "mentor"),
    "lead_school": ("школа наставника", "school of the mentor"),
    "need": (
        "компетенция или предмет",
        "компетенция",
        "предмет",
        "competence or subject",
        "competence",
        "subject",
    ),
    "reason": SCHOOL_COLUMNS["reason"],
    "notes": SCHOOL_COLUMNS["notes"],
}
NEEDED: Final = ("mentee", "lead")


def read_pairs(name: str, data: bytes, *, of_people: bool) -> list[GivenPair]:
    """Return the rows in which a mentee or a lead is named.

    Raises:
        ImportProblem: the file cannot be read, or a column for one of the sides is missing.
    """
    words = PEOPLE_COLUMNS if of_people else SCHOOL_COLUMNS
    sheet = open_upload(name, data)[0].sheets[0]
    number, columns, headers = _header(sheet.head(), words)
    if not set(NEEDED) <= set(columns):
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows = []
    for at, cells in sheet.rows():
        texts = {role: clean(cells[place]) for role, place in columns.items() if place < len(cells)}
        if at > number and any(texts.get(role) for role in NEEDED):
            rows.append(GivenPair(at, texts, headers))
    return rows


def _header(
    head: Sequence[Row], words: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int], dict[str, str]]:
    roles = {word: role for role, known in words.items() for word in known}
    best: tuple[int, dict[str, int], dict[str, str]] = (0, {}, {})
    for number, cells in head:
        columns: dict[str, int] = {}
        headers: dict[str, str] = {}
        for place, cell in enumerate(cells):
            role = roles.get(_plain(clean(cell)))
            if role and role not in columns:
                columns[role], headers[role] = place, clean(cell)
        if len(columns) > len(best[1]):
            best = (number, columns, headers)
    return best


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[«»\"“”„]", " ", text.lower().replace("ё", "е")).strip(" .:*").split())


def example_table(*, of_people: bool) -> tuple[list[str], list[list[str]]]:
    """Return the columns of a file to fill in and an example row."""
    if of_people:
        columns = [
            "Наставляемый",
            "Школа наставляемого",
            "Наставник",
            "Школа наставника",
            "Компетенция или предмет",
            "Почему оставить",
            "Примечание",
        ]
        row = [
            "Иванова Анна Петровна",
            "МБОУ СОШ № 5",
            "Петрова Мария Ивановна",
            "МБОУ Лицей № 1",
            "Математика",
            "",
            "",
        ]
        return columns, [row]
    columns = ["Школа, которой помогают", "Школа-лидер", "Почему оставить", "Примечание"]
    return columns, [["МБОУ СОШ № 5", "МБОУ Лицей № 1", "", "Приказ от 01.09.2025"]]
