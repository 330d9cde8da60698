"""A tiny reader of the Bulgarian national exam (grade 7, by school) for tests that need real input as it is published.

It knows the five layouts of shared/data/bulgaria_nvo7 and nothing else: delimiter, byte order marks, title rows and
the place of the columns differ by year; the code of a school is written 100020, 102 003 or 100-02.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

# year -> (files, delimiter, rows before the data, column of the code)
LAYOUTS = {
    2019: (("nvo-7-2019.csv",), ";", 1, 3),
    2020: (("nvo-7-2020.csv",), ";", 1, 3),
    2021: (("nvo-7-2021.csv",), ",", 2, 4),
    2022: (("nvo-7-2022.csv", "nvo-7-2022-sofia.csv"), ";", 1, 4),
    2023: (("nvo-7-2023.csv",), ",", 6, 4),
}
SUBJECTS = ("БЕЛ", "МАТ")


@dataclass(frozen=True)
class Row:
    """One school, year and subject."""

    code: str
    region: str
    municipality: str
    settlement: str
    year: int
    subject: str
    n: int
    mean: float


def read_results(folder: Path, years: tuple[int, ...]) -> list[Row]:
    """All results with a number of pupils and a mean; a school printed twice in a year counts once."""
    found: dict[tuple[str, int, str], Row] = {}
    for year in years:
        files, delimiter, skip, code_at = LAYOUTS[year]
        for name in files:
            with (folder / name).open(encoding="utf-8-sig", newline="") as file:
                for cells in list(csv.reader(file, delimiter=delimiter))[skip:]:
                    for row in _rows(cells, year, code_at):
                        found.setdefault((row.code, row.year, row.subject), row)
    return list(found.values())


def read_settlements(folder: Path) -> dict[tuple[str, str, str], tuple[float, float] | None]:
    """(region, municipality, name) -> (latitude, longitude), and (region, "", name) where the name is unique there."""
    places: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    with (folder / "settlements_loc.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if not line["geo"]:
                continue
            longitude, latitude = map(float, line["geo"].split(","))
            region, name = plain(line["province"]), plain(line["name"])
            for municipality in (plain(line["municipality"]), ""):
                places.setdefault((region, municipality, name), []).append((latitude, longitude))
    return {key: points[0] if len(set(points)) == 1 else None for key, points in places.items()}


def coordinates(
    row: Row, places: dict[tuple[str, str, str], tuple[float, float] | None]
) -> tuple[float, float] | None:
    """Where the settlement of a school lies; None where it is not found or not unique."""
    return places.get((row.region, row.municipality, row.settlement)) or places.get(
        (row.region, "", row.settlement)
    )


def plain(name: str) -> str:
    """СОФИЯ-ГРАД, София (столица) and the like under one name; kind of the place dropped."""
    text = re.sub(r"^(ГР|С|МАН|МИН\.?\s*С)\s*\.\s*", "", name.strip().upper())
    text = re.sub(r"\s+", " ", text.replace("\ufeff", ""))
    return {"СОФИЯ-ГРАД": "СОФИЯ (СТОЛИЦА)", "СОФИЯ-ОБЛАСТ": "СОФИЯ", "СОФИЯ ОБЛАСТ": "СОФИЯ"}.get(text, text)


def _rows(cells: list[str], year: int, code_at: int) -> list[Row]:
    code = re.sub(r"\D", "", cells[code_at]) if len(cells) > code_at else ""
    if not code:
        return []
    found = []
    for number, subject in enumerate(SUBJECTS):
        n, mean = (cells[5 + 2 * number + shift].strip().replace(",", ".") for shift in (0, 1))
        if n and mean and int(float(n)) > 0:
            place = (plain(cells[0]), plain(cells[1]), plain(cells[2]))
            found.append(Row(code, *place, year, subject, int(float(n)), float(mean)))
    return found
