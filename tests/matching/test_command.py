"""``mayak match``: from files and from the database; the same result in any order of rows; exit codes."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from mayak.matching.algorithms.problem import Lead, Mentee, Problem
from mayak.matching.models import MatchingRun
from tests.bulgaria import coordinates, read_results, read_settlements
from tests.matching.algorithms.test_bulgaria import PLACES as PLACES_OF_A_LEAD
from tests.matching.algorithms.test_bulgaria import YEARS, independent, low_and_lead
from tests.matching.conftest import District

NEEDS = """code;школа;область;община;населено място
11;Първа;ВИДИН;ВИДИН;ГР.ВИДИН
12;Втора;ВИДИН;РУЖИНЦИ;С.РУЖИНЦИ
13;Трета;МОНТАНА;ЛОМ;ГР. ЛОМ
14;Без място;МОНТАНА;ЛОМ;С. НИКЪДЕ
"""
LEADS = """code;школа;область;община;населено място;места
21;Лицей Видин;ВИДИН;ВИДИН;ГР.ВИДИН;1
22;Лицей Лом;МОНТАНА;ЛОМ;ГР. ЛОМ;2
"""
BULGARIA = """
needs: {key: code}
leads: {key: code}
coordinates: {region: province, municipality: municipality, settlement: name, point: geo}
normalise: {same: {"СОФИЯ-ГРАД": "СОФИЯ (СТОЛИЦА)"}}
point_order: longitude latitude
"""
PLACES = """name,province,municipality,geo
Видин,Видин,Видин,"22.8667,43.9900"
Ружинци,Видин,Ружинци,"22.8333,43.6167"
Лом,Монтана,Лом,"23.2372,43.8139"
"""
MAPPING = """
needs: &schools
  key: [code, Код]
  name: школа
  region: область
  municipality: община
  settlement: населено място
leads:
  <<: *schools
  capacity: места
coordinates: {region: province, municipality: municipality, settlement: name, point: geo}
normalise: {remove: ['^(ГР|С)\\.\\s*']}
point_order: longitude latitude
"""
RULES = """
objective: nobody_left
total: distance
max_distance_km: 100
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "needs.csv": NEEDS,
        "leads.csv": LEADS,
        "places.csv": PLACES,
        "mapping.yaml": MAPPING,
        "rules.yaml": RULES,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in texts}


def run(files: dict[str, Path], **more: Any) -> tuple[dict[str, Any], str]:
    out, told = files["needs.csv"].parent / "out.json", StringIO()
    options = {
        "needs": [files["needs.csv"]],
        "leads": [files["leads.csv"]],
        "coordinates": [files["places.csv"]],
        "mapping": files["mapping.yaml"],
        "rules": files["rules.yaml"],
        "out": out,
        "stderr": told,
        **more,
    }
    call_command("match", **options)
    return json.loads(out.read_text(encoding="utf-8")), told.getvalue()


def code_of(error: pytest.ExceptionInfo[CommandError]) -> int:
    return error.value.returncode


def test_lists_of_schools_become_pairs(files: dict[str, Path]) -> None:
    found, told = run(files)
    assert [(row["mentee"], row["lead"], round(row["distance_km"], 1)) for row in found["pairs"]] == [
        ("11", "21", 0.0),
        ("12", "22", 39.2),
        ("13", "22", 0.0),
    ]
    assert found["without_coordinates"] == ["14"]
    assert found["unmatched"][0]["limits"] == {"unknown_coordinates": 2}
    assert found["proof"]["is_proven"] is True
    assert told.startswith("3 of 4 schools got a lead school out of 2; total ")
    assert told.endswith(" km; without coordinates: 1; optimum: proven\n")


def test_any_order_of_rows_gives_the_same_file(files: dict[str, Path]) -> None:
    first, _told = run(files)
    for name in ("needs.csv", "leads.csv", "places.csv"):
        head, *rows = files[name].read_text(encoding="utf-8").splitlines()
        files[name].write_text("\n".join([head, *rows[::-1]]), encoding="utf-8")
    assert run(files)[0] == first


def test_only_the_same_region(files: dict[str, Path]) -> None:
    files["rules.yaml"].write_text(RULES + "within: region\n", encoding="utf-8")
    found, _told = run(files)
    assert [(row["mentee"], row["lead"]) for row in found["pairs"]] == [("11", "21"), ("13", "22")]
    assert {row["mentee"] for row in found["unmatched"]} == {"12", "14"}


def test_locked_and_forbidden_pairs_of_the_rules(files: dict[str, Path]) -> None:
    files["rules.yaml"].write_text(
        RULES + 'locked: [["11", "22"]]\nforbidden: [["13", "22"]]\n', encoding="utf-8"
    )
    found, _told = run(files)
    assert {(row["mentee"], row["lead"], row["locked"]) for row in found["pairs"]} == {
        ("11", "22", 1),
        ("12", "22", 0),
        ("13", "21", 0),
    }


def test_csv_goes_to_the_standard_output(files: dict[str, Path], tmp_path: Path) -> None:
    out = StringIO()
    left = tmp_path / "left.csv"
    call_command(
        "match",
        needs=[files["needs.csv"]],
        leads=[files["leads.csv"]],
        coordinates=[files["places.csv"]],
        mapping=files["mapping.yaml"],
        rules=files["rules.yaml"],
        unmatched=left,
        stdout=out,
        stderr=StringIO(),
    )
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("mentee,mentee_name,lead,lead_name,score,distance_km,locked,points_needs")
    assert lines[1].startswith("11,Първа,21,Лицей Видин,")
    assert left.read_text(encoding="utf-8").splitlines()[1] == "14,Без място,unknown_coordinates:2,,,"


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("rules.yaml", "max_distance: 5", "rules.yaml: Unknown settings: max_distance."),
        ("rules.yaml", "objective: money", "rules.yaml: «objective» must be one of: best_pairs"),
        ("rules.yaml", "- a list", "rules.yaml: the file must consist of names with values."),
        ("mapping.yaml", "needs: {schol: x}", "mapping.yaml: needs: unknown: schol."),
        ("rules.yaml", "default_capacity: 1.5", "rules.yaml: «default_capacity» must be a whole number."),
        ("mapping.yaml", "needs: [1]", "mapping.yaml: needs: names with values are expected here."),
        (
            "mapping.yaml",
            "needs: {where: [1]}",
            "mapping.yaml: needs.where: names with values are expected here.",
        ),
        ("mapping.yaml", "join: [5]", "mapping.yaml: join: a list of lists of fields is expected here."),
        ("mapping.yaml", "join: [[town]]", "mapping.yaml: join: unknown: town."),
        ("needs.csv", "a;b\n1;2\n", "needs.csv: no column for: code / Код."),
        ("leads.csv", LEADS.replace("С;1", "С;1").replace("ВИДИН;1", "ВИДИН;one"), "leads.csv, row 2: «one»"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_place(
    files: dict[str, Path], file: str, text: str, words: str
) -> None:
    files[file].write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as error:
        run(files)
    assert code_of(error) == 3
    assert str(error.value).startswith(words)
    assert not (files["needs.csv"].parent / "out.json").exists()


def test_locks_that_break_a_limit_are_refused(files: dict[str, Path]) -> None:
    files["rules.yaml"].write_text(RULES + 'locked: [["11", "21"], ["12", "21"]]\n', encoding="utf-8")
    with pytest.raises(CommandError) as error:
        run(files)
    assert (code_of(error), str(error.value)) == (4, "2 fixed pairs at Лицей Видин, which has 1 places.")


def test_a_missing_file_and_a_wrong_call(files: dict[str, Path]) -> None:
    with pytest.raises(CommandError) as error:
        run(files, needs=[Path("nowhere.csv")])
    assert (code_of(error), str(error.value)) == (3, "nowhere.csv: there is no such file.")
    with pytest.raises(CommandError) as error:
        run(files, out=Path("pairs.xlsx"))
    assert code_of(error) == 2
    with pytest.raises(CommandError) as error:
        run(files, out=files["needs.csv"].parent / "nowhere" / "out.json")
    assert code_of(error) == 3
    with pytest.raises(CommandError) as error:
        call_command("match")
    assert code_of(error) == 2
    files["needs.csv"].write_text("code;школа\n", encoding="utf-8")
    with pytest.raises(CommandError) as error:
        run(files)
    assert code_of(error) == 5


def test_from_the_database_a_pairing_is_kept(district: District, tmp_path: Path) -> None:
    out = tmp_path / "pairs.json"
    call_command("match", territory="Тестовский район", year=2024, out=out, stderr=StringIO())
    kept = MatchingRun.objects.exclude(pk=district.run.pk).get()
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["served"], found["result_hash"]) == (3, kept.summary["result_hash"])
    assert kept.owner_label == "command line: match"


def test_from_the_database_nothing_stays_where_it_is_refused(district: District) -> None:
    for school in (district.north, district.middle, district.south):
        school.statuses.all().delete()
    with pytest.raises(CommandError) as error:
        call_command("match", territory="Тестовский район", year=2024)
    assert code_of(error) == 5
    assert MatchingRun.objects.count() == 1
    with pytest.raises(CommandError) as error:
        call_command("match", territory="Нет такого", year=2024)
    assert code_of(error) == 2


def test_the_words_follow_the_language(files: dict[str, Path]) -> None:
    with translation.override("ru"):
        _found, told = run(files)
    assert told


def test_bulgaria_through_the_command_line_equals_the_independent_count(
    shared_data: Path, tmp_path: Path
) -> None:
    """The figures are those of tests/matching/algorithms/test_bulgaria.py, which SciPy confirms."""
    folder = shared_data / "bulgaria_nvo7"
    rows = read_results(folder, YEARS)
    last = {row.code: row for row in sorted(rows, key=lambda row: row.year)}
    for name, codes in zip(("low", "lead"), low_and_lead(rows), strict=True):
        lines = [
            f"{code};{last[code].region};{last[code].municipality};{last[code].settlement}" for code in codes
        ]
        text = "\n".join(["code;region;municipality;settlement", *lines])
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(BULGARIA, encoding="utf-8")
    for within, (served, kilometres) in {"anywhere": (120, 2097.1), "region": (110, 1733.9)}.items():
        rules = f"total: distance\nmax_distance_km: 100\ndefault_capacity: 3\nwithin: {within}\n"
        (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
        call_command(
            "match",
            needs=[tmp_path / "low.csv"],
            leads=[tmp_path / "lead.csv"],
            coordinates=[folder / "settlements_loc.csv"],
            mapping=tmp_path / "mapping.yaml",
            rules=tmp_path / "rules.yaml",
            out=tmp_path / "out.json",
            stderr=StringIO(),
        )
        found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert (found["served"], round(found["distance_km"], 1)) == (served, kilometres)
        assert found["without_coordinates"] == []


RULE = (
    "code: {0}\nname: {0}\nstatus: low_results\nconditions:\n- {{code: P, measure: percentile, {1}, count: all, "
    "years: {{each: 3}}, min_participants: 10}}\n"
)
CHAIN = """
coordinates: {region: province, municipality: municipality, settlement: name, point: geo}
normalise: {remove: ['^(ГР|С)\\s*\\.\\s*'], same: {СОФИЯ-ГРАД: СОФИЯ (СТОЛИЦА), СОФИЯ-ОБЛАСТ: СОФИЯ, СОФИЯ ОБЛАСТ: СОФИЯ}}
point_order: longitude latitude
"""


@pytest.mark.django_db
@pytest.mark.parametrize("within", ["anywhere", "region"])
def test_other_years_from_the_files_of_results_to_the_pairs(
    shared_data: Path, tmp_path: Path, within: str
) -> None:
    """docs/howto/other-years.md word for word: the decisions of ``mayak identify`` are the lists of ``mayak match``."""
    years, folder = (2019, 2020, 2021), shared_data / "bulgaria_nvo7"
    files = [str(folder / f"nvo-7-{year}.csv") for year in years]
    for name, limit in (("low", "at_most: 0.25"), ("lead", "at_least: 0.75")):
        (tmp_path / f"{name}.yaml").write_text(RULE.format(name, limit), encoding="utf-8")
        call_command(
            "identify", "--rule", str(tmp_path / f"{name}.yaml"), "--out", str(tmp_path / f"{name}.json"),
            "--results", *files, stdout=StringIO(),
        )  # fmt: skip
    (tmp_path / "mapping.yaml").write_text(CHAIN, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(
        f"total: distance\nmax_distance_km: 100\ndefault_capacity: 3\nwithin: {within}\n", encoding="utf-8"
    )
    call_command(
        "match", needs=[tmp_path / "low.json"], leads=[tmp_path / "lead.json"],
        coordinates=[folder / "settlements_loc.csv"], mapping=tmp_path / "mapping.yaml",
        rules=tmp_path / "rules.yaml", out=tmp_path / "out.json", stderr=StringIO(),
    )  # fmt: skip
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))

    rows, places = read_results(folder, years), read_settlements(folder)
    last = {row.code: row for row in sorted(rows, key=lambda row: row.year)}
    low, lead = low_and_lead(rows, years)
    problem = Problem(
        tuple(Mentee(code) for code in low), tuple(Lead(code, PLACES_OF_A_LEAD) for code in lead)
    )
    points = {code: coordinates(row, places) for code, row in last.items()}
    regions = {code: row.region for code, row in last.items()}
    served, kilometres = independent((problem, points, regions), same_region=within == "region")
    assert (found["served"], found["distance_km"]) == (served, pytest.approx(kilometres, abs=1e-3))
    assert {row["mentee"] for row in (*found["pairs"], *found["unmatched"])} == set(low)
    assert served > 100
