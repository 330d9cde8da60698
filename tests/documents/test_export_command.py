"""``mayak export``: files, words and exit codes."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import load_workbook

from mayak.documents.models import GeneratedDocument
from mayak.networks.models import Partnership
from mayak.registry.models import LegalAct
from tests.documents.conftest import District, texts


def export(*arguments: object) -> str:
    out = io.StringIO()
    call_command("export", *map(str, arguments), stdout=out)
    return out.getvalue().strip()


def refused(*arguments: object) -> tuple[str, int]:
    with pytest.raises(CommandError) as caught:
        export(*arguments)
    return str(caught.value), caught.value.returncode


def test_the_order_of_a_pairing(approved: District, tmp_path: Path) -> None:
    path = export(
        "partnership-order", "--run", approved.run.pk, "--out", tmp_path / "papers", "--place", "Городок"
    )
    assert path == str(tmp_path / "papers" / f"partnership-order-{approved.run.pk}-2024-25.docx")
    found = texts(Path(path).read_bytes())
    assert found[:4] == [
        "Комитет образования Тестовского района",
        "РАСПОРЯЖЕНИЕ",
        "от ________________ № ________",
        "Городок",
    ]
    assert GeneratedDocument.objects.get().owner_label == "command line: export"


def test_the_order_is_registered_when_asked(approved: District, tmp_path: Path) -> None:
    export(
        *("partnership-order", "--territory", "Тестовский район", "--year", 2024, "--out", tmp_path),
        *("--number", "263", "--date", "12.10.2024", "--register"),
    )
    act = LegalAct.objects.get()
    assert (act.number, str(act.date)) == ("263", "2024-10-12")
    assert set(Partnership.objects.values_list("basis", flat=True)) == {act.pk}
    assert len(list(tmp_path.glob("*.docx"))) == 1


def test_the_list_of_a_pairing(approved: District, tmp_path: Path) -> None:
    path = export("partnership-list", "--run", approved.run.pk, "--out", tmp_path)
    assert Path(path).name == f"partnership-list-{approved.run.pk}-2024-25.xlsx"
    assert load_workbook(path).active.max_row == 3


def test_a_draft_is_marked(district: District, tmp_path: Path) -> None:
    path = export("partnership-order", "--run", district.run.pk, "--out", tmp_path)
    assert Document(path).paragraphs[0].text == "ПРОЕКТ"


def test_wrong_calls(approved: District, tmp_path: Path) -> None:
    out = ("--out", tmp_path)
    assert refused("partnership-order", *out) == ("Give --run, or --territory and --year.", 2)
    assert refused("partnership-order", "--run", 999_999, *out) == ("There is no pairing 999999.", 2)
    assert refused("partnership-list", "--territory", "Нет", "--year", 2024) == (
        "There is no territory “Нет”.",
        2,
    )
    none = ("There is no approved pairing of this territory and year.", 2)
    assert refused("partnership-list", "--territory", "Тестовский район", "--year", 2020) == none
    register = refused("partnership-order", "--run", approved.run.pk, "--register", *out)
    assert register == ("--register needs --number and --date.", 2)
    assert list(tmp_path.glob("*.docx")) == []


def test_what_a_service_refuses_is_exit_code_4(district: District, tmp_path: Path) -> None:
    numbered = ("--number", "5", "--date", "2024-10-12", "--out", tmp_path)
    assert refused("partnership-order", "--run", district.run.pk, *numbered) == (
        "The pairs are not approved yet: a draft has neither number nor date.",
        4,
    )
    assert GeneratedDocument.objects.count() == 0


def test_schools_are_exported_as_before(approved: District, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    assert export("schools", path, "--territory", "Тестовский район") == f"{path}: 3 rows"
    assert path.read_text(encoding="utf-8-sig").splitlines()[0].startswith("Territory;Name;Short name;Kind")
    assert refused("schools", tmp_path / "schools.txt") == ("The file must end with .csv or .xlsx.", 2)


@pytest.mark.parametrize("kind", ["results", "context"])
def test_lists_without_rows_have_their_head(db: None, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.xlsx"
    assert export(kind, path, "--year", 2024) == f"{path}: 0 rows"
    assert load_workbook(path).active.max_row == 1
