"""``identify`` on the command line: both modes, what it writes, its exit codes."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from mayak.results.models import IdentificationRun, SchoolStatus
from tests.results.identification.world import SHNOR, YEAR, District

HEADER = "Код;Школа;Муниципалитет;Год;Предмет;Кол-во участников;Ниже порога\n"
RULE = {
    "code": "two", "name": "две процедуры", "status": "low_results",
    "conditions": [{"code": "A", "title": "две", "measure": "below_share", "at_least": 0.3, "count": {"at_least": 2}}],
}  # fmt: skip
MAPPING = {
    "version": 1, "row_kind": "school", "defaults": {"kind": "regional_test", "grade": 8},
    "columns": [
        {"column": 1, "label": "Код", "role": "school_code"}, {"column": 2, "label": "Школа", "role": "school_name"},
        {"column": 3, "label": "Муниципалитет", "role": "municipality"}, {"column": 4, "label": "Год", "role": "year"},
        {"column": 5, "label": "Предмет", "role": "subject"},
        {"column": 6, "label": "Кол-во участников", "role": "participants"},
        {"column": 7, "label": "Ниже порога", "role": "below_count"},
    ],
}  # fmt: skip


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Results of three schools, the mapping and the rule."""
    rows = (
        "10;СОШ 1;Район;2024;Математика;10;3\n10;СОШ 1;Район;2024;Русский язык;20;6\n"
        "11;СОШ 2;Район;2024;Математика;10;2\n11;СОШ 2;Район;2024;Русский язык;20;6\n"
        "12;СОШ 3;Район;2024;Математика;10;9\n"
    )
    return {
        "results": write(tmp_path, "results.csv", HEADER + rows),
        "mapping": write(tmp_path, "mapping.yaml", yaml.safe_dump(MAPPING, allow_unicode=True)),
        "rule": write(tmp_path, "rule.yaml", yaml.safe_dump(RULE, allow_unicode=True)),
        "out": str(tmp_path / "out.json"),
    }


def run(files: dict[str, str], *more: str, **changes: str) -> dict[str, Any]:
    """The command over the files."""
    given = {**files, **changes}
    call_command(
        "identify", "--rule", given["rule"], "--mapping", given["mapping"], "--out", given["out"], *more, "--results",
        given["results"], stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(Path(given["out"]).read_text(encoding="utf-8"))
    return found


def refused(code: int, *arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        call_command("identify", *arguments, stdout=StringIO(), stderr=StringIO())
    assert error.value.returncode == code
    return str(error.value)


@pytest.mark.django_db
def test_files_with_a_mapping_and_a_rule_give_decisions_with_every_number(files: dict[str, str]) -> None:
    found = run(files)
    assert {row["school"]: row["decision"] for row in found["decisions"]} == {
        "10": "listed", "11": "not_listed", "12": "no_data",
    }  # fmt: skip
    first = found["decisions"][0]
    assert (first["name"], first["municipality"]) == ("СОШ 1", "Район")
    assert [(line["subject"], line["n"], line["below"], line["value"]) for line in first["conditions"][0]["lines"]] == [
        ("mathematics", 10, 3, 0.3), ("russian", 20, 6, 0.3),
    ]  # fmt: skip
    assert first["conditions"][0]["lines"][0]["interval"] == pytest.approx([0.107791, 0.603222], abs=1e-6)
    assert found["year"] == 2024
    assert found["meaning"]


@pytest.mark.django_db
def test_nothing_is_written_to_the_database(files: dict[str, str]) -> None:
    run(files)
    assert IdentificationRun.objects.count() == 0


@pytest.mark.django_db
def test_a_rule_may_name_subjects_in_words(files: dict[str, str], tmp_path: Path) -> None:
    named = {**RULE, "conditions": [
        {**RULE["conditions"][0], "count": "any", "procedures": {"subjects": ["Математика"]}}  # type: ignore[index]  # a list
    ]}  # fmt: skip
    rule = write(tmp_path, "named.yaml", yaml.safe_dump(named, allow_unicode=True))
    found = run(files, rule=rule)
    assert [row["school"] for row in found["decisions"] if row["decision"] == "listed"] == ["10", "12"]


@pytest.mark.django_db
def test_a_table_has_a_school_in_a_row_and_says_what_it_means(files: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with pytest.raises(json.JSONDecodeError):
        run(files, out=str(out))
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 4
    assert [row[0] for row in rows[1:]] == ["10", "11", "12"]
    assert all(row[-1] == rows[1][-1] != "" for row in rows[1:])


def test_the_table_of_the_database_has_codes_and_places(district: District, tmp_path: Path) -> None:
    school = next(one for one in district.schools if one.short_name == "Б")
    school.rcoi_code, school.fis_oko_login, school.settlement = "100020", "", "с. Верх"
    school.save()
    out = tmp_path / "out.csv"
    call_command(
        "identify", "--rule", "shnor", "--territory", district.territory.name, "--out", str(out), stdout=StringIO()
    )  # fmt: skip
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    region = district.territory.parent
    assert region is not None
    assert rows[2][:5] == ["100020", "Б", "с. Верх", district.territory.name, region.name]


@pytest.mark.django_db
def test_a_bad_row_is_named_and_the_code_is_1(files: dict[str, str], tmp_path: Path) -> None:
    text = Path(files["results"]).read_text(encoding="utf-8") + "13;СОШ 4;Район;2024;Математика;10;много\n"
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "identify", "--rule", files["rule"], "--mapping", files["mapping"], "--results",
            write(tmp_path, "bad.csv", text), stdout=StringIO(), stderr=errors,
        )  # fmt: skip
    assert ended.value.code == 1
    assert "bad.csv" in errors.getvalue()
    assert "7" in errors.getvalue()


@pytest.mark.django_db
def test_other_numbers_for_the_same_school_are_named_and_not_taken(
    files: dict[str, str], tmp_path: Path
) -> None:
    text = Path(files["results"]).read_text(encoding="utf-8") + "10;СОШ 1;Район;2024;Математика;10;0\n"
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "identify", "--rule", files["rule"], "--mapping", files["mapping"], "--out", files["out"], "--results",
            write(tmp_path, "twice.csv", text), stdout=StringIO(), stderr=errors,
        )  # fmt: skip
    assert ended.value.code == 1
    found = json.loads(Path(files["out"]).read_text(encoding="utf-8"))
    assert found["listed"] == 1


@pytest.mark.django_db
def test_wrong_use_is_2_and_says_what_is_wrong(files: dict[str, str], tmp_path: Path) -> None:
    wrong = write(
        tmp_path,
        "wrong.yaml",
        "code: x\nname: x\nstatus: low_results\nconditions: [{code: A, measure: luck, at_least: 2}]\n",
    )
    text = refused(2, "--rule", wrong, "--results", files["results"])
    assert "luck" in text
    assert "A" in text
    refused(2, "--rule", files["rule"], "--results", files["results"], "--save")
    assert "nope" in refused(2, "--rule", "nope")
    refused(2, "--rule", files["rule"], "--results", files["results"], "--out", str(tmp_path / "out.docx"))


@pytest.mark.django_db
def test_an_unknown_status_is_2_and_the_known_ones_are_named(files: dict[str, str], tmp_path: Path) -> None:
    rule = write(tmp_path, "status.yaml", yaml.safe_dump({**RULE, "status": "famous"}, allow_unicode=True))
    text = refused(2, "--rule", rule, "--results", files["results"])
    assert "famous" in text
    assert "low_results" in text


@pytest.mark.django_db
def test_what_the_files_do_not_say_is_asked_for(files: dict[str, str], tmp_path: Path) -> None:
    bare = write(tmp_path, "bare.csv", "Школа;Средний балл\nСОШ 1;12\nСОШ 2;15\nСОШ 3;11\n")
    text = refused(2, "--rule", files["rule"], "--results", bare)
    assert "bare.csv" in text


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_3(files: dict[str, str], tmp_path: Path) -> None:
    refused(3, "--rule", files["rule"], "--results", str(tmp_path / "none.csv"))
    refused(3, "--rule", str(tmp_path / "none.yaml"))
    lost = str(tmp_path / "lost.yaml")
    assert lost in refused(3, "--rule", files["rule"], "--mapping", lost, "--results", files["results"])
    closed = str(tmp_path / "nowhere" / "out.json")
    assert closed in refused(
        3, "--rule", files["rule"], "--mapping", files["mapping"], "--out", closed, "--results", files["results"]
    )  # fmt: skip
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    refused(3, "--rule", files["rule"], "--results", str(broken))


@pytest.mark.django_db
def test_data_that_cannot_answer_the_rule_are_4_with_the_place(files: dict[str, str]) -> None:
    text = refused(
        4,
        "--rule",
        files["rule"],
        "--mapping",
        files["mapping"],
        "--year",
        "2020",
        "--results",
        files["results"],
    )
    assert "2020" in text
    assert "A" in text


@pytest.mark.django_db
def test_several_mappings_fit_files_of_several_years(files: dict[str, str], tmp_path: Path) -> None:
    other = {**MAPPING, "columns": [
        {**column, "label": f"{column['label']} 2023"} for column in MAPPING["columns"]  # type: ignore[attr-defined]  # a list
    ]}  # fmt: skip
    second = write(tmp_path, "second.yaml", yaml.safe_dump(other, allow_unicode=True))
    header = ";".join(f"{name} 2023" for name in HEADER.strip().split(";"))
    older = write(
        tmp_path,
        "older.csv",
        f"{header}\n10;СОШ 1;Район;2023;Математика;10;1\n12;СОШ 3;Район;2023;Математика;9;1\n",
    )
    call_command(
        "identify", "--rule", files["rule"], "--mapping", second, "--mapping", files["mapping"], "--out", files["out"],
        "--results", files["results"], older, stdout=StringIO(),
    )  # fmt: skip
    assert json.loads(Path(files["out"]).read_text(encoding="utf-8"))["schools"] == 3


def test_the_database_answers_without_keeping_anything(district: District, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    call_command(
        "identify",
        "--rule",
        "shnor",
        "--territory",
        district.territory.name,
        "--out",
        str(out),
        stdout=StringIO(),
    )
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["year"], found["schools"], found["listed"]) == (YEAR, 5, 2)
    assert [row["name"] for row in found["decisions"]] == ["А", "Б", "В", "Г", "Д"]
    assert IdentificationRun.objects.count() == 0


def test_a_file_with_a_rule_works_on_the_database_too(district: District, tmp_path: Path) -> None:
    rule = write(tmp_path, "rule.yaml", yaml.safe_dump({**SHNOR, "name": "из файла"}, allow_unicode=True))
    told = StringIO()
    call_command("identify", "--rule", rule, "--territory", district.territory.path, stdout=told)
    assert "2" in told.getvalue()
    refused(2, "--rule", rule, "--territory", district.territory.path or "", "--save")


def test_a_run_is_kept_and_approved_on_request(district: District) -> None:
    place = ("--territory", district.territory.name)
    call_command("identify", "--rule", "shnor:1", *place, "--save", stdout=StringIO())
    assert [run.state for run in IdentificationRun.objects.all()] == ["draft"]
    call_command("identify", "--rule", "shnor", *place, "--approve", stdout=StringIO())
    assert SchoolStatus.objects.count() == 2


def test_an_unknown_territory_is_2(district: District) -> None:
    assert "Атлантида" in refused(2, "--rule", "shnor", "--territory", "Атлантида")
