"""All seven files of the national exam, not a byte edited: every header variant, every row, against another reading."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mayak.results.algorithms.records import AssessmentKey

from .conftest import Result

BG, MATH = "Български език и литература", "Математика"
#: file: header and title rows, delimiter, index of the code, decimal sign, maximum
FILES = {
    "nvo-7-2018.csv": (1, ";", 3, ".", 65.0),
    "nvo-7-2019.csv": (1, ";", 3, ".", None),
    "nvo-7-2020.csv": (1, ";", 3, ".", None),
    "nvo-7-2021.csv": (2, ",", 4, ",", None),
    "nvo-7-2022.csv": (1, ";", 4, ",", None),
    "nvo-7-2022-sofia.csv": (1, ";", 4, ",", None),
    "nvo-7-2023.csv": (6, ",", 4, ".", 100.0),
}
Independent = dict[tuple[str, str], tuple[int, float | None]]


def independent(path: Path, skip: int, mark: str, code: int, decimal: str) -> tuple[int, Independent]:
    """The rows by the standard reader and nothing else."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=mark))
    values: Independent = {}
    for row in rows[skip:]:
        for subject, at in ((BG, 5), (MATH, 7)):
            if row[at]:
                mean = float(row[at + 1].replace(decimal, ".")) if row[at + 1] else None
                values[row[code].replace(" ", ""), subject] = (int(row[at]), mean)
    return len(rows), values


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_stored_as_it_stands(
    name: str, read_shared: Callable[[str], Result], shared_folder: Path
) -> None:
    skip, mark, code, decimal, maximum = FILES[name]
    rows, expected = independent(shared_folder / "bulgaria_nvo7" / name, skip, mark, code, decimal)
    result = read_shared(f"bulgaria_nvo7/{name}")
    assert result.plan.guess.format == "flat_schools"
    assert result.plan.guess.mapping is not None
    assert result.plan.guess.mapping.missing == ()
    got = {(r.school.code, r.assessment.subject_text): (r.participants, r.mean) for r in result.schools}
    assert got == expected
    assert len(result.schools) == len(expected)
    assert (result.tally.rows_read, result.tally.rows_recorded) == (rows, rows - skip)
    assert sum(result.tally.skipped.values()) == skip
    assert result.rejected == []
    keys = {record.assessment for record in result.schools}
    year = int(name[6:10])
    key = AssessmentKey(kind="national_exam", grade=7, year=year, max_score=maximum)
    assert keys == {replace(key, subject_text=BG), replace(key, subject_text=MATH)}


def test_rows_of_sofia_are_those_of_the_whole_country(read_shared: Callable[[str], Result]) -> None:
    country, sofia = (read_shared(f"bulgaria_nvo7/nvo-7-2022{tail}.csv") for tail in ("", "-sofia"))
    known = {(r.school.code, r.assessment): (r.participants, r.mean) for r in country.schools}
    assert len(sofia.schools) == 414
    assert all(known[r.school.code, r.assessment] == (r.participants, r.mean) for r in sofia.schools)


def test_a_mean_that_is_kept_back_and_a_subject_nobody_took(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("bulgaria_nvo7/nvo-7-2023.csv")
    alone = [r for r in result.schools if r.place.row == 395]
    assert [(r.assessment.subject_text, r.participants, r.mean) for r in alone] == [(BG, 1, None)]


def test_codes_of_2018_are_another_numbering(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("bulgaria_nvo7/nvo-7-2018.csv")
    first = result.schools[0].school
    assert (first.code, first.raw_code, first.code_system) == ("100-02", "100-02", "hyphenated")
    assert {record.school.code_system for record in result.schools} == {"hyphenated"}
    assert "codes_hyphenated" in (result.plan.guess.mapping.notes if result.plan.guess.mapping else ())
    spaced = read_shared("bulgaria_nvo7/nvo-7-2021.csv").schools[0].school
    assert (spaced.code, spaced.raw_code, spaced.code_system) == ("105201", "105 201", "digits")
