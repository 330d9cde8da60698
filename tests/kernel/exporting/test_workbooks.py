"""Large workbooks open in other programs and hold what was given."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from mayak.kernel.exporting import workbooks
from mayak.kernel.exporting.workbooks import Workbook


def rows_of(path: Path, sheet: str) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)[sheet].iter_rows(values_only=True)]


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    row = ["слово", 7, 2.5, Decimal("1.25"), None, "", dt.date(2026, 9, 1), True, float("nan"), " с краёв "]
    with Workbook(path) as book:
        book.add_sheet("Лист", [str(number) for number in range(10)], [row, ["слово"]])
    found = rows_of(path, "Лист")
    assert found[0] == [str(number) for number in range(10)]
    assert found[1] == [
        "слово",
        7,
        2.5,
        1.25,
        None,
        None,
        dt.datetime(2026, 9, 1),  # noqa: DTZ001  # openpyxl's own day
        "да",
        None,
        " с краёв ",
    ]
    assert found[2][0] == "слово"


def test_another_program_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        book.add_sheet("Лист", ["а", "б"], [["x", 1], [None, 2]])
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Лист").to_python() == [
        ["а", "б"],
        ["x", 1.0],
        ["", 2.0],
    ]


def test_a_formula_is_text_and_signs_that_xml_forbids_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        book.add_sheet("Лист", ["<&>"], [["=1+1"], ["a\x00\x0bb<c>&"], ["x" * 40_000]])
    sheet = load_workbook(path)["Лист"]
    assert [cell.value for cell in sheet["A"]][:3] == ["<&>", "=1+1", "ab<c>&"]
    assert sheet["A2"].data_type == "s"
    assert len(str(sheet["A4"].value)) == 32_767


def test_titles_of_sheets_are_allowed_and_different(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        for title in ["Итоги: 1/2", "Итоги: 1/2", "", "о" * 40]:
            book.add_sheet(title, ["а"], [])
    assert load_workbook(path).sheetnames == ["Итоги  1 2", "Итоги  1 2 2", "Таблица", "о" * 31]


def test_beyond_the_limit_of_rows_another_sheet_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "XLSX_ROWS", 4)
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        book.add_sheet("Лист", ["n"], [[number] for number in range(7)])
    assert rows_of(path, "Лист") == [["n"], [0], [1], [2]]
    assert rows_of(path, "Лист 2") == [["n"], [3], [4], [5]]
    assert rows_of(path, "Лист 3") == [["n"], [6]]


def test_a_book_without_a_sheet_has_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path):
        pass
    assert load_workbook(path).sheetnames == ["Таблица"]


def test_the_heading_stays_in_sight_and_is_bold(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        book.add_sheet("Лист", ["а"], [["б"]])
    sheet = load_workbook(path)["Лист"]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b
    assert not sheet["A2"].font.b
