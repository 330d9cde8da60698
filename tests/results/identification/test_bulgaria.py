"""Bulgaria 2021-2023, untouched files, against NumPy that knows nothing of the product (the task's definition).

Percentile = average rank / n of the school's mean within year and subject among schools with at least 10 participants;
low = at most 0.25 in all six, lead = at least 0.75 in all six.
"""

import csv
import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from mayak.kernel.access import SYSTEM
from mayak.registry.models import Territory
from mayak.results.imports import open_results
from mayak.results.models import SchoolDecision
from mayak.results.services.identification import run_identification
from mayak.results.services.reference import load_results_reference
from tests.results.identification.world import make_rule

pytestmark = [pytest.mark.slow]

LAYOUTS = {
    2021: (("nvo-7-2021.csv",), ",", 2),
    2022: (("nvo-7-2022.csv", "nvo-7-2022-sofia.csv"), ";", 1),
    2023: (("nvo-7-2023.csv",), ",", 6),
}
FILES = [name for names, _mark, _skip in LAYOUTS.values() for name in names]


def rule(code: str, status: str, limit: dict[str, float]) -> dict[str, Any]:
    """The rule of the task as a document."""
    condition = {
        "code": "P", "title": "во всех шести", "measure": "percentile", **limit, "count": "all", "years": {"each": 3},
        "min_participants": 10,
    }  # fmt: skip
    return {"code": code, "name": code, "status": status, "conditions": [condition]}


RULES = {
    "low": rule("low", "low_results", {"at_most": 0.25}),
    "lead": rule("lead", "high_results", {"at_least": 0.75}),
}


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> dict[str, set[str]]:
    """Codes of the low and of the lead schools, by an independent computation."""
    means: dict[tuple[int, int], dict[str, float]] = {}
    for year, (names, mark, skip) in LAYOUTS.items():
        for name in names:
            with (shared_data / "bulgaria_nvo7" / name).open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.reader(stream, delimiter=mark))[skip:]
            for cells in rows:
                code = re.sub(r"\D", "", cells[4])
                for subject in (0, 1):
                    n, mean = (cells[5 + 2 * subject + shift].strip().replace(",", ".") for shift in (0, 1))
                    if code and n and mean and float(n) >= 10:
                        means.setdefault((year, subject), {}).setdefault(code, float(mean))
    places = {key: percentiles(found) for key, found in means.items()}
    schools = set.intersection(*(set(found) for found in places.values()))
    assert len(places) == 6
    return {
        "low": {school for school in schools if all(found[school] <= 0.25 for found in places.values())},
        "lead": {school for school in schools if all(found[school] >= 0.75 for found in places.values())},
    }


def percentiles(means: dict[str, float]) -> dict[str, float]:
    """Average rank / number of schools."""
    codes = list(means)
    values = np.array([means[code] for code in codes])
    lower = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return dict(zip(codes, (lower + (equal + 1) / 2) / len(values), strict=True))


@pytest.fixture
def bulgaria(db: None, shared_data: Path, tmp_path: Path) -> Territory:
    """The files, imported one after the other.

    Dobrich is a municipality of its own in some years and not in others, so the column of the municipality is not
    read: codes are unique in a region.
    """
    for name in FILES:
        path = shared_data / "bulgaria_nvo7" / name
        guessed = open_results(name, path)[0].guess.mapping
        assert guessed is not None
        columns = [
            replace(column, role="ignore") if column.role == "municipality" else column
            for column in guessed.columns
        ]
        mapping = tmp_path / f"{name}.yaml"
        mapping.write_text(replace(guessed, columns=tuple(columns)).to_yaml(), encoding="utf-8")
        call_command(
            "import-results", str(path), "--mapping", str(mapping), "--create-schools", "all",
            "--create-territories", "--create-subjects", territory="Bulgaria", stdout=StringIO(),
        )  # fmt: skip
    load_results_reference()
    return Territory.objects.get(name="Bulgaria")


def identify(
    folder: Path, document: dict[str, Any], paths: list[Path], name: str = "out.json"
) -> dict[str, Any]:
    """The command over files."""
    rule_file, out = folder / "rule.yaml", folder / name
    rule_file.write_text(json.dumps(document), encoding="utf-8")
    call_command(
        "identify", "--rule", str(rule_file), "--year", "2023", "--out", str(out), "--draws", "0", "--results",
        *map(str, paths), stdout=StringIO(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_the_independent_lists_are_not_empty(expected: dict[str, set[str]]) -> None:
    assert (len(expected["low"]), len(expected["lead"])) == (120, 191)


def test_through_the_database_the_lists_are_those_of_numpy(
    bulgaria: Territory, expected: dict[str, set[str]]
) -> None:
    for word, document in RULES.items():
        found = run_identification(make_rule(document), territory=bulgaria, year=2023, actor=SYSTEM)
        rows = SchoolDecision.objects.filter(run=found, is_listed=True)
        codes = rows.values_list("organisation__rcoi_code", flat=True)
        assert {re.sub(r"\D", "", code) for code in codes} == expected[word]
        assert found.summary["listed"] == len(expected[word])


@pytest.mark.parametrize("word", ["low", "lead"])
def test_straight_from_the_files_the_lists_are_the_same(
    shared_data: Path, tmp_path: Path, expected: dict[str, set[str]], word: str
) -> None:
    found = identify(tmp_path, RULES[word], [shared_data / "bulgaria_nvo7" / name for name in FILES])
    assert {row["school"] for row in found["decisions"] if row["decision"] == "listed"} == expected[word]
    assert found["listed"] == len(expected[word])


def test_the_order_of_the_files_does_not_matter(shared_data: Path, tmp_path: Path) -> None:
    paths = [shared_data / "bulgaria_nvo7" / name for name in FILES]
    first, second = (identify(tmp_path, RULES["low"], order) for order in (paths, paths[::-1]))
    assert first == second
