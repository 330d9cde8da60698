"""Partnerships of this year and of past ones from a table: texts by the words of the headers, nothing is looked up."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mayak.kernel.importing import ImportProblem, ProblemPlace, Row, clean, open_upload
from mayak.matching.services.pair_rows import GivenPair

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "year": ("учебный год", "school year"),
    "mentee": (
        "школа, которой помогают",
        "школа с нор",
        "шнор",
        "школа",
        "school that gets help",
        "mentee school",
    ),
    "lead": ("школа-лидер", "школа лидер", "ведущая школа", "школа-партнер", "lead school"),
    "state": ("состояние", "state"),
    "content": ("содержание помощи", "содержание", "предметы", "what the help is about"),
    "basis": ("основание", "приказ", "распоряжение", "basis"),
    "starts_on": ("начало", "с", "term from"),
    "ends_on": ("окончание", "по", "term to"),
    "reason": ("причина завершения", "почему завершено", "why it ended"),
}
NEEDED: Final = ("mentee", "lead")
EXAMPLE: Final = (
    "2024/25", "МБОУ СОШ № 5", "МБОУ Лицей № 1", "действует", "Математика, 9 класс; дефицит кадров",
    "№ 354 от 18.10.2022", "01.09.2024", "31.05.2025", "",
)  # fmt: skip
HEADERS: Final = (
    "Учебный год", "Школа, которой помогают", "Школа-лидер", "Состояние", "Содержание помощи", "Основание", "Начало",
    "Окончание", "Причина завершения",
)  # fmt: skip


def read_partnerships(name: str, data: bytes) -> list[GivenPair]:
    """Return the rows in which a school is named.

    Raises:
        ImportProblem: the file cannot be read, or the column of one of the sides is missing.
    """
    sheet = open_upload(name, data)[0].sheets[0]
    number, columns, headers = _header(sheet.head())
    if not set(NEEDED) <= set(columns):
        raise ImportProblem("unreadable_table", ProblemPlace(name, sheet.name))
    rows = []
    for at, cells in sheet.rows():
        texts = {role: clean(cells[place]) for role, place in columns.items() if place < len(cells)}
        if at > number and any(texts.get(role) for role in NEEDED):
            rows.append(GivenPair(at, texts, headers))
    return rows


def _header(head: Sequence[Row]) -> tuple[int, dict[str, int], dict[str, str]]:
    roles = {word: role for role, known in COLUMNS.items() for word in known}
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
