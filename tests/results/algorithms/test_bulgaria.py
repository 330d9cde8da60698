"""Identification on real input: Bulgaria, grade 7, 2021-2023, against ranks computed by SciPy in this test.

Percentile = average rank / n of the school's mean within year and subject among schools with at least 10 participants
there; low = at most 0.25 in all six, lead = at least 0.75 in all six.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from mayak.results.algorithms.identification.data import Dataset, Procedure, Results
from mayak.results.algorithms.identification.evaluation import Decision, Identification, identify
from mayak.results.algorithms.identification.explanations import explain_listed
from mayak.results.algorithms.identification.parsing import rule_from_dict
from tests.bulgaria import SUBJECTS, Row, read_results

YEARS = (2021, 2022, 2023)
LOW, LEAD = {"at_most": 0.25}, {"at_least": 0.75}


def rule_of(limit: dict[str, float]) -> dict[str, object]:
    line = {
        "code": "P",
        "measure": "percentile",
        "count": "all",
        "years": {"each": 3},
        "min_participants": 10,
    }
    return {"code": "p", "name": "P", "status": "s", "joint": "all", "conditions": [line | limit]}


def dataset(rows: list[Row]) -> Dataset:
    schools = sorted({row.code for row in rows})
    at = {code: place for place, code in enumerate(schools)}
    procedures = tuple(Procedure("national_exam", subject, 7) for subject in SUBJECTS)
    columns = [(at[r.code], SUBJECTS.index(r.subject), r.year, r.n, r.mean) for r in rows]
    school, procedure, year, n, mean = (np.array(column) for column in zip(*columns, strict=True))
    return Dataset(
        Results(tuple(schools), procedures, school, procedure, year, n, np.full(len(n), np.nan), mean)
    )


def independent(rows: list[Row], years: tuple[int, ...]) -> tuple[list[str], list[str]]:
    """Low and lead schools by SciPy's ranks and plain loops."""
    places: dict[str, list[float]] = defaultdict(list)
    for year in years:
        for subject in SUBJECTS:
            own = [row for row in rows if (row.year, row.subject) == (year, subject) and row.n >= 10]
            for row, rank in zip(own, rankdata([row.mean for row in own], method="average"), strict=True):
                places[row.code].append(rank / len(own))
    full = {code: found for code, found in places.items() if len(found) == len(years) * len(SUBJECTS)}
    low = sorted(code for code, found in full.items() if max(found) <= 0.25)
    return low, sorted(code for code, found in full.items() if min(found) >= 0.75)


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    return read_results(shared_data / "bulgaria_nvo7", (2019, 2020, 2021, 2022, 2023))


def found(rows: list[Row], limit: dict[str, float], year: int = 2023) -> Identification:
    return identify(rule_from_dict(rule_of(limit)), dataset(rows), year)


def test_low_and_lead_schools_of_three_years(rows: list[Row]) -> None:
    low, lead = independent(rows, YEARS)
    assert (found(rows, LOW).listed, found(rows, LEAD).listed) == (low, lead)
    assert (len(low), len(lead)) == (120, 191)


@pytest.mark.parametrize("last", [2021, 2022])
def test_earlier_years_are_replayed_by_the_same_rule(rows: list[Row], last: int) -> None:
    low, lead = independent(rows, (last - 2, last - 1, last))
    assert (found(rows, LOW, last).listed, found(rows, LEAD, last).listed) == (low, lead)


def test_a_school_with_a_gap_or_few_pupils_is_left_open_not_listed(rows: list[Row]) -> None:
    result = found(rows, LOW)
    usable: dict[str, int] = defaultdict(int)
    for row in rows:
        usable[row.code] += row.n >= 10 and row.year in YEARS
    open_schools = result.with_decision(Decision.NO_DATA)
    assert open_schools
    assert all(usable[str(code)] < 6 for code in open_schools)


def test_every_listed_school_shows_six_numbers_at_or_under_the_limit(rows: list[Row]) -> None:
    for explained in explain_listed(found(rows, LOW)):
        evidence = explained.conditions[0].evidence
        assert len(evidence) == 6
        assert all(line.fired and line.value <= 0.25 and (line.n or 0) >= 10 for line in evidence)
        assert explained.way_out is not None
        assert len(explained.way_out.steps) == 1
