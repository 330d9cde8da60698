"""Workbooks, archives and JSON: content decides, and nothing dangerous is opened."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from mayak.kernel.importing import ImportProblem, Limits, open_upload

CSV = "Код;Балл\n0012;5\n".encode()


def workbook(cells: dict[str, object]) -> bytes:
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return stream.getvalue()


def code_of(data: bytes, name: str = "a.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(ImportProblem) as problem:
        open_upload(name, data, limits or Limits())
    return problem.value.code


def test_workbook_keeps_places_and_whole_numbers() -> None:
    source = open_upload("wrong-name.csv", workbook({"C4": "Балл", "D4": 5.0, "D5": 4.5, "C7": "00042"}))[0]
    assert source.kind == "xlsx"
    rows = dict(source.sheets[0].rows())
    assert rows[4] == ["", "", "Балл", 5]
    assert rows[5] == ["", "", "", 4.5]
    assert rows[7] == ["", "", "00042", ""]
    assert isinstance(rows[4][3], int)


def test_a_sheet_is_read_several_times() -> None:
    sheet = open_upload("a.xlsx", workbook({"A1": "x", "A2": 1}))[0].sheets[0]
    assert sheet.head(1) == [(1, ["x"])]
    assert list(sheet.rows()) == list(sheet.rows()) == [(1, ["x"]), (2, [1])]


def test_a_cell_in_the_far_corner_does_not_kill_the_process(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write(1_048_575, 16_383, 1)
    book.close()
    assert code_of(path.read_bytes()) == "sheet_too_wide"


def test_damaged_and_foreign_workbooks() -> None:
    good = workbook({"A1": 1})
    assert code_of(good[: len(good) // 2]) == "broken_workbook"
    assert code_of(archive({"word/document.xml": b"<x/>", "[Content_Types].xml": b""})) == "wrong_type"
    assert code_of(archive({"xl/workbook.xml": b"<broken", "[Content_Types].xml": b""})) == "broken_workbook"
    assert code_of(archive({"xl/workbook.xml": b"", "xl/vbaProject.bin": b""}), "a.xlsm") == "macros"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert code_of(ole + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert code_of(ole + "WordDocument".encode("utf-16-le"), "a.xls") == "wrong_type"


def test_zip_gives_a_source_for_each_table() -> None:
    files = {"папка/первый.csv": CSV, "../../второй.csv": CSV, "__MACOSX/._x.csv": b"\x00", "папка/": b""}
    sources = open_upload("all.zip", archive(files))
    assert [(source.name, source.archive) for source in sources] == [
        ("первый.csv", "all.zip"),
        ("второй.csv", "all.zip"),
    ]
    assert list(sources[0].sheets[0].rows())[1] == (2, ["0012", "5"])


def test_zip_names_of_windows_are_cyrillic() -> None:
    data = archive({"aaaaaaa.csv": CSV}).replace(b"aaaaaaa.csv", "Школа 1.csv".encode("cp866"))
    assert open_upload("a.zip", data)[0].name == "Школа 1.csv"


def test_archives_that_are_not_opened() -> None:
    assert code_of(archive({"inner.zip": archive({"a.csv": CSV})}), "a.zip") == "archive_nested"
    assert (
        code_of(archive({f"{n}.csv": CSV for n in range(9)}), "a.zip", Limits(archive_entries=8))
        == "archive_too_many"
    )
    assert code_of(archive({"__MACOSX/x": b"1"}), "a.zip") == "archive_empty"
    bomb = archive({"a.csv": b"0" * 30_000_000})
    assert code_of(bomb, "a.zip") == "archive_bomb"
    assert code_of(bomb, "a.zip", Limits(unpacked_bytes=1_000_000, ratio=10_000)) == "archive_bomb"
    assert code_of(archive({"xl/workbook.xml": b"0" * 30_000_000})) == "archive_bomb"
    assert code_of(CSV, "a.csv", Limits(file_bytes=10)) == "too_big"


def test_an_encrypted_entry_is_named_so() -> None:
    data = bytearray(archive({"a.csv": CSV}, zipfile.ZIP_STORED))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert code_of(bytes(data), "a.zip") == "encrypted"


def test_json_of_a_portal() -> None:
    text = '[{"ID": 1, "NAME": "Школа"}, {"ID": 2, "Cells": {"NAME": null, "YEAR": "2016-2017"}}]'
    rows = list(open_upload("a.json", text.encode())[0].sheets[0].rows())
    assert rows == [(1, ["ID", "NAME", "YEAR"]), (2, [1, "Школа", ""]), (3, [2, "", "2016-2017"])]
    assert open_upload("a", b'{"meta": 1, "items": [{"a": [1, 2]}]}')[0].sheets[0].head()[1] == (2, ["1; 2"])
    assert code_of(b'[{"a": 1}, ', "a.json") == "broken_json"
    assert code_of(b'{"a": 1}', "a.json") == "json_not_table"


def test_a_problem_speaks_without_cells() -> None:
    with pytest.raises(ImportProblem) as problem:
        open_upload("../x/отчёт.csv", b"%PDF")
    assert problem.value.place.file == "отчёт.csv"
    assert "отчёт.csv" in problem.value.message
    assert "PDF" in problem.value.message


def test_a_school_merged_down_its_subjects_stands_in_each_row(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Школа")
        sheet.merge_range(0, 1, 0, 2, "Результаты")
        sheet.write_row(1, 1, ["Предмет", "Участников"])
        sheet.merge_range(2, 0, 3, 0, "СОШ № 1")
        sheet.write_row(2, 1, ["Физика", 20])
        sheet.write_row(3, 1, ["Химия", 21])
        sheet.write_row(4, 0, ["СОШ № 2", "Физика", 10])
        sheet.merge_range(5, 2, 6, 2, 7)
        sheet.write(6, 0, "СОШ № 3")
    (source,) = open_upload("merged.xlsx", path)
    assert [cells for _number, cells in source.sheets[0].rows()] == [
        ["Школа", "Результаты", ""],
        ["Школа", "Предмет", "Участников"],
        ["СОШ № 1", "Физика", 20],
        ["СОШ № 1", "Химия", 21],
        ["СОШ № 2", "Физика", 10],
        ["", "", 7],
        ["СОШ № 3", "", ""],  # a number is not repeated: it would be counted twice
    ]
