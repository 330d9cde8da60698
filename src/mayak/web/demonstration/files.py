"""Files as a region would bring them: participants of one procedure and year, social passports of one year.

CSV with «;» and a byte order mark, as spreadsheet programs of the region save it; no name of a pupil anywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mayak.registry.models import Organisation
from mayak.results.enums import AssessmentKind
from mayak.web.demonstration.context import INDICATORS
from mayak.web.demonstration.scores import Floats, Part, Participants

FIRST_CODE = 10001
_CLASS_SIZE = 26
_LETTERS = "АБВГДЕЖЗИК"
_KIND_WORDS = {AssessmentKind.VPR: "ВПР", AssessmentKind.OGE: "ОГЭ", AssessmentKind.EGE: "ЕГЭ"}
_HEADERS = {
    AssessmentKind.VPR: (
        "Логин ОО", "Название ОО", "Муниципалитет", "Код участника", "Класс", "Вариант",
        "Первичный балл", "Отметка", "Отметка по журналу",
    ),
    AssessmentKind.OGE: ("Код ОО", "Название ОО", "Муниципалитет", "Код участника", "Первичный балл", "Отметка"),
    AssessmentKind.EGE: ("Код ОО", "Название ОО", "Муниципалитет", "Код участника", "Тестовый балл"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SchoolLabel:
    """How files name a school."""

    login: str
    code: str
    name: str
    municipality: str

    @property
    def cell(self) -> str:
        """The name as a cell of a CSV file."""
        return _cell(self.name)

    @classmethod
    def of(cls, school: Organisation) -> "SchoolLabel":
        """Take the label from the registry."""
        return cls(school.fis_oko_login, school.rcoi_code, school.short_name, school.territory.name)


def write_participants(folder: Path, drawn: Participants, labels: Sequence[SchoolLabel]) -> Path:
    """Write one procedure of one year; return the file."""
    procedure = drawn.procedure
    kind = procedure.kind
    path = folder / f"{_KIND_WORDS[kind]} {drawn.year} {procedure.title} {procedure.grade} класс.csv"
    is_vpr = kind == AssessmentKind.VPR
    heads = [
        f"{_cell(label.login if is_vpr else label.code)};{label.cell};{_cell(label.municipality)}"
        for label in labels
    ]
    schools = drawn.school.tolist()
    columns: list[list[str]] = [
        [heads[school] for school in schools],
        [str(FIRST_CODE + number) for number in range(len(schools))],
    ]
    if is_vpr:
        columns += [_classes(drawn, procedure.grade), [str(1 + number % 2) for number in range(len(schools))]]
    columns.append([str(score) for score in drawn.score.tolist()])
    if procedure.bounds:
        columns.append([str(mark) for mark in drawn.mark.tolist()])
    if is_vpr:
        columns.append([str(mark) if mark else "" for mark in drawn.journal.tolist()])
    save_table(path, _HEADERS[kind], (";".join(cells) for cells in zip(*columns, strict=True)))
    return path


def write_passports(
    folder: Path, part: Part, labels: Sequence[SchoolLabel], year: int, shares: Floats
) -> Path:
    """Write the social passports of one school year, named by the year in which it ends."""
    path = folder / f"Социальный паспорт {year - 1}-{year}.csv"
    headers = (
        "Логин ОО",
        "Название ОО",
        "Муниципалитет",
        "Численность обучающихся",
        *(i.header for i in INDICATORS),
    )
    rows = []
    for school, label, row in zip(part.schools, labels, shares, strict=True):
        percents = [f"{share * 100:.1f}".replace(".", ",") for share in row]
        cells = [label.login, label.cell, _cell(label.municipality), str(school.pupils), *percents]
        rows.append(";".join(cells))
    save_table(path, headers, rows)
    return path


def _classes(drawn: Participants, grade: int) -> list[str]:
    """Cut every school into classes of about 26: «5А», «5Б»."""
    sizes = np.bincount(drawn.school)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    inside = np.arange(len(drawn.school)) - starts[drawn.school]
    return [f"{grade}{_LETTERS[min(place // _CLASS_SIZE, len(_LETTERS) - 1)]}" for place in inside.tolist()]


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\n') else text


def save_table(path: Path, headers: Iterable[str], rows: Iterable[str]) -> Path:
    """Write a table as the spreadsheet programs of the regions save it; return the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\r\n".join([";".join(headers), *rows]) + "\r\n").encode("utf-8-sig"))
    return path
