"""Pairing on real input: low schools of Bulgaria (grade 7, 2021-2023) with lead schools, against SciPy.

At most 3 schools per lead, at most 100 km by haversine; first the most schools served, then the least total distance;
with and without «same region only». Schools without coordinates are reported and left out. The list of low and lead
schools, the distances and the assignment are computed here a second time, by other means.
"""

import math
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from mayak.matching.algorithms.explanation import explain_unmatched
from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.problem import Lead, Mentee, Problem, Settings, Total, Within
from tests.bulgaria import SUBJECTS, Row, coordinates, read_results, read_settlements

YEARS = (2021, 2022, 2023)
PLACES = 3
LIMIT_KM = 100.0
UNSERVED = 1e6
EXPECTED = {Within.ANYWHERE: (120, 2097.1), Within.REGION: (110, 1733.9)}

Input = tuple[Problem, dict[str, tuple[float, float] | None], dict[str, str]]


def low_and_lead(rows: list[Row], years: tuple[int, ...] = YEARS) -> tuple[list[str], list[str]]:
    ranks: dict[str, list[float]] = defaultdict(list)
    for year in years:
        for subject in SUBJECTS:
            own = [row for row in rows if (row.year, row.subject) == (year, subject) and row.n >= 10]
            for row, rank in zip(own, rankdata([row.mean for row in own]), strict=True):
                ranks[row.code].append(rank / len(own))
    six = {code: found for code, found in ranks.items() if len(found) == len(years) * len(SUBJECTS)}
    low = [code for code, found in six.items() if max(found) <= 0.25]
    return low, [code for code, found in six.items() if min(found) >= 0.75]


@pytest.fixture(scope="module")
def bulgaria(shared_data: Path) -> Input:
    folder = shared_data / "bulgaria_nvo7"
    rows = read_results(folder, YEARS)
    places = read_settlements(folder)
    last = {row.code: row for row in sorted(rows, key=lambda row: row.year)}
    points = {code: coordinates(row, places) for code, row in last.items()}
    regions = {code: row.region for code, row in last.items()}
    low, lead = low_and_lead(rows)

    def where(code: str) -> dict[str, Any]:
        latitude, longitude = points[code] or (None, None)
        return {"latitude": latitude, "longitude": longitude, "region": regions[code]}

    mentees = tuple(Mentee(code, **where(code)) for code in low)
    leads = tuple(Lead(code, PLACES, **where(code)) for code in lead)
    return (
        Problem(mentees, leads, settings=Settings(total=Total.DISTANCE, max_distance_km=LIMIT_KM)),
        points,
        regions,
    )


def kilometres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Haversine once more, by the school book."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(x) for x in point] for point in (one, two))
    h = (1 - math.cos(lat2 - lat1)) / 2 + math.cos(lat1) * math.cos(lat2) * (1 - math.cos(lon2 - lon1)) / 2
    return 2 * 6371.0088 * math.asin(math.sqrt(max(h, 0.0)))


def independent(bulgaria: Input, *, same_region: bool) -> tuple[int, float]:
    """Served schools and kilometres by the assignment of schools to single places, staying without one costing most."""
    problem, points, regions = bulgaria
    low = [school.key for school in problem.mentees if points[school.key]]
    lead = [school.key for school in problem.leads if points[school.key]]
    cost = np.full((len(low), len(lead) * PLACES + len(low)), UNSERVED)
    for i, one in enumerate(low):
        for j, two in enumerate(lead):
            distance = kilometres(points[one], points[two])  # type: ignore[arg-type]  # both known
            if distance <= LIMIT_KM and (regions[one] == regions[two] or not same_region):
                cost[i, j * PLACES : (j + 1) * PLACES] = distance
    rows, columns = linear_sum_assignment(cost)
    chosen = cost[rows, columns]
    return int((chosen < UNSERVED).sum()), float(chosen[chosen < UNSERVED].sum())


@pytest.mark.parametrize("within", [Within.ANYWHERE, Within.REGION])
def test_the_most_schools_then_the_least_distance(bulgaria: Input, within: Within) -> None:
    problem = replace(bulgaria[0], settings=replace(bulgaria[0].settings, within=within))
    found = match(problem)
    served, distance = independent(bulgaria, same_region=within is Within.REGION)
    assert (found.served, found.distance_km) == (served, pytest.approx(distance, abs=1e-3))
    assert (served, round(distance, 1)) == EXPECTED[within]
    assert found.proof.is_proven
    assert found.proof.gap == 0
    assert max(Counter(pair.lead for pair in found.pairs).values()) <= PLACES
    assert all(pair.distance_km is not None and pair.distance_km <= LIMIT_KM for pair in found.pairs)
    assert len(found.unmatched) == len(problem.mentees) - served


def test_any_order_of_rows_gives_the_same_pairs(bulgaria: Input) -> None:
    problem = bulgaria[0]
    turned = replace(problem, mentees=problem.mentees[::-1], leads=problem.leads[::-1])
    assert match(turned).pairs == match(problem).pairs


def test_few_candidates_at_first_reach_the_same_optimum(bulgaria: Input) -> None:
    whole, priced = match(bulgaria[0]), match(bulgaria[0], all_pairs_up_to=0, candidates=2)
    assert (priced.served, priced.proof.value) == (whole.served, whole.proof.value)
    assert priced.proof.is_proven
    assert priced.proof.pairs_left_out > 0


def test_schools_without_coordinates_are_reported_and_left_out(bulgaria: Input) -> None:
    """In these three years all have them; every tenth low school and every fifth lead school loses them here."""
    problem, points, regions = bulgaria
    lost = {school.key for school in (*problem.mentees[::10], *problem.leads[::5])}
    partly = replace(
        problem,
        mentees=tuple(
            replace(s, latitude=None, longitude=None) if s.key in lost else s for s in problem.mentees
        ),
        leads=tuple(replace(s, latitude=None, longitude=None) if s.key in lost else s for s in problem.leads),
    )
    found = match(partly)
    known = {code: None if code in lost else point for code, point in points.items()}
    served, distance = independent((partly, known, regions), same_region=False)
    assert (found.served, found.distance_km) == (served, pytest.approx(distance, abs=1e-3))
    assert not lost & {key for pair in found.pairs for key in (pair.mentee, pair.lead)}
    for key in (school.key for school in problem.mentees[::10]):
        explained = explain_unmatched(found, key, with_changes=False)
        assert [(c.limit, c.leads) for c in explained.limits] == [
            (Limit.UNKNOWN_COORDINATES, len(problem.leads))
        ]
