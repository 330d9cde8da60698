"""The command line: exit codes, mapping file, report file, export."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from mayak.registry.models import Territory
from mayak.results import jobs
from mayak.results.imports.stored import stored_sheets
from mayak.results.models import ImportBatch, SchoolResult
from tests.factories.registry import MunicipalityFactory, OrganisationFactory
from tests.factories.results import BatchFactory, ResultSubjectFactory, SchoolResultFactory
from tests.results.conftest import Load

pytestmark = pytest.mark.django_db

TEXT = "Логин;Кол-во участников;2;3;4;5\nedu100001;40;4;16;15;5\n"
VPR = ("--kind", "vpr", "--year", "2024", "--grade", "5", "--subject", "Математика")


@pytest.fixture
def district() -> Territory:
    ResultSubjectFactory()
    district = MunicipalityFactory(name="Тосненский район", code="41648000")
    OrganisationFactory(territory=district, fis_oko_login="edu100001")
    return district


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: object) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("import-results", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.mark.parametrize("territory", ["41648000", "Тосненский район"])
def test_all_rows_taken_is_0(district: Territory, file: Path, territory: str) -> None:
    code, _ = run(file, "--territory", territory, *VPR)
    assert code == 0
    assert SchoolResult.objects.visible().count() == 1


def test_everything_known_already_is_0_too(district: Territory, file: Path) -> None:
    run(file, "--territory", "41648000", *VPR)
    assert run(file, "--territory", "41648000", *VPR)[0] == 0
    assert SchoolResult.objects.count() == 1


def test_some_rows_rejected_is_1(district: Territory, file: Path) -> None:
    file.write_text(TEXT + "edu999999;40;4;16;15;5\n", encoding="utf-8")
    assert run(file, "--territory", "41648000", *VPR)[0] == 1
    assert SchoolResult.objects.visible().count() == 1


@pytest.mark.parametrize(
    "arguments",
    [(), ("--territory", "nowhere", *VPR), ("--territory", "41648000", "--kind", "vpr")],
    ids=["no territory", "unknown territory", "no year"],
)
def test_wrong_use_is_2(district: Territory, file: Path, arguments: tuple[str, ...]) -> None:
    MunicipalityFactory()
    assert run(file, *arguments)[0] == 2
    assert not SchoolResult.objects.exists()


def test_a_wrong_mapping_is_2_and_names_the_place(district: Territory, file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("version: 1\ncolumns:\n- {column: 1, role: nonsense}\n", encoding="utf-8")
    code, text = run(file, "--territory", "41648000", "--mapping", mapping)
    assert code == 2
    assert "columns[1].role" in text


def test_an_unreadable_file_is_3(district: Territory, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"\x89PNG\r\n")
    assert run(bad, "--territory", "41648000", *VPR)[0] == 3
    assert run(tmp_path / "missing.csv", "--territory", "41648000", *VPR)[0] == 3


def test_nothing_taken_is_4(district: Territory, file: Path) -> None:
    file.write_text(TEXT.replace("edu100001", "edu999999"), encoding="utf-8")
    assert run(file, "--territory", "41648000", *VPR)[0] == 4
    assert not SchoolResult.objects.exists()


def test_another_import_in_writing_is_4(district: Territory, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs, "WAIT_SECONDS", 0)
    monkeypatch.setattr(jobs.time, "sleep", lambda seconds: None)
    BatchFactory(state="staging")
    assert run(file, "--territory", "41648000", *VPR)[0] == 4


def test_a_mapping_file_reads_what_the_guess_cannot(
    district: Territory, file: Path, tmp_path: Path, load: Load
) -> None:
    guess = load(district, {"table.csv": TEXT}, only_trial=True)
    mapping = stored_sheets(guess)[0].plan.guess.mapping
    assert mapping is not None
    path = tmp_path / "mapping.yaml"
    text = mapping.with_defaults(kind="vpr", year=2024, grade=5, subject_text="Математика").to_yaml()
    path.write_text(text, encoding="utf-8")
    assert run(file, "--territory", "41648000", "--mapping", path)[0] == 0
    assert SchoolResult.objects.visible().get().assessment.year == 2024


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_the_report_file_has_every_line(district: Territory, file: Path, tmp_path: Path, ending: str) -> None:
    file.write_text(TEXT + "edu999999;40;4;16;15;5\n", encoding="utf-8")
    path = tmp_path / f"report.{ending}"
    run(file, "--territory", "41648000", *VPR, "--report", path)
    read: Any = json.loads if ending == "json" else yaml.safe_load
    report = read(path.read_text(encoding="utf-8"))
    assert report["version"] == 1
    assert report["results"]["created"] == 1
    assert [(line["row"], line["code"]) for line in report["lines"]] == [(3, "school_unknown")]


def test_a_trial_run_leaves_no_trace(district: Territory, file: Path, media: Path) -> None:
    code, text = run(file, "--territory", "41648000", *VPR, "--trial-run")
    assert code == 0
    assert "1" in text
    assert not ImportBatch.objects.exists()
    assert not SchoolResult.objects.exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["schools", "results", "context"])
def test_lists_are_exported(tmp_path: Path, ending: str, what: str) -> None:
    SchoolResultFactory()
    path = tmp_path / f"list.{ending}"
    call_command("export", what, str(path), stdout=io.StringIO())
    assert path.stat().st_size > 20


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export", "schools", str(tmp_path / "list.pdf"))
