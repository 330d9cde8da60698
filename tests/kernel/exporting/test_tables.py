"""Tables as files: what Excel and our own importer read back."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy, override
from openpyxl import load_workbook

from mayak.kernel.exporting import tables
from mayak.kernel.exporting.responses import attachment, table_response

MOMENT = dt.datetime(2025, 9, 1, 9, 30, tzinfo=dt.UTC)


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


def test_csv_begins_with_bom_and_uses_semicolons_and_crlf() -> None:
    content = tables.write_csv(
        ["Школа", "Средний балл"], [["СОШ № 1", 3.5], ["ООШ; «Заря»", Decimal("4.25")]]
    )
    assert content == '\ufeffШкола;Средний балл\r\nСОШ № 1;3,5\r\n"ООШ; «Заря»";4,25\r\n'.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (-5, "-5"),
        (-0.5, "-0,5"),
        (float("nan"), ""),
        (float("inf"), ""),
        (dt.date(2024, 2, 29), "29.02.2024"),
        (MOMENT, "01.09.2025 12:30"),
        (dt.datetime(2025, 1, 2, 3, 4), "02.01.2025 03:04"),  # noqa: DTZ001  # a moment without zone stays as it is
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+7 912 000-00-00", "'+7 912 000-00-00"),
        ("-", "-"),
        ("\t=1", "'\t'=1"),
        ("СОШ № 7", "СОШ № 7"),
    ],
)
def test_text_of_a_csv_cell(value: object, text: str) -> None:
    assert tables.csv_text(value) == text


def test_yes_and_no_are_words() -> None:
    with override("en"):
        assert (tables.csv_text(True), tables.csv_text(False)) == ("yes", "no")


def test_csv_is_streamed_in_pieces() -> None:
    pieces = list(tables.stream_csv(["n"], ([number] for number in range(1200))))
    assert len(pieces) == 4  # the mark, 500 rows with the header, 500, 200
    assert b"".join(pieces).count(b"\r\n") == 1201


def test_xlsx_keeps_types() -> None:
    rows = [["СОШ № 1", 12, 3.5, True, dt.date(2025, 9, 1), MOMENT, None, float("nan")]]
    with override("en"):
        content = tables.write_xlsx([gettext_lazy("yes"), *"bcdefgh"], rows, title="Итоги [2025/26]: все")
    assert cells(content) == [
        ["yes", "b", "c", "d", "e", "f", "g", "h"],
        [
            "СОШ № 1",
            12,
            3.5,
            "yes",
            dt.datetime(2025, 9, 1),  # noqa: DTZ001  # the format knows no zones
            dt.datetime(2025, 9, 1, 12, 30),  # noqa: DTZ001  # the format knows no zones
            None,
            None,
        ],
    ]
    assert load_workbook(io.BytesIO(content)).sheetnames == ["Итоги  2025 26   все"]


def test_columns_of_xlsx_are_as_wide_as_their_heading_and_first_rows() -> None:
    rows = [["СОШ № 1", dt.date(2026, 2, 1), 5, "слово " * 30]]
    book = load_workbook(io.BytesIO(tables.write_xlsx(["Школа", "Срок", "Дни", "Текст"], rows)))
    [sheet] = book.worksheets
    assert [round(sheet.column_dimensions[name].width) for name in "ABCD"] == [10, 13, 9, 61]
    assert [sheet[f"{name}2"].alignment.wrap_text for name in "AD"] == [None, True]


def test_xlsx_writes_a_formula_as_text() -> None:
    book = load_workbook(io.BytesIO(tables.write_xlsx(["a"], [["=1+1"], ["http://x/"]])))
    assert [(cell.value, cell.data_type) for cell in book.worksheets[0]["A"][1:]] == [
        ("=1+1", "s"),
        ("http://x/", "s"),
    ]


def test_xlsx_goes_on_with_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "XLSX_ROWS", 3)
    content = tables.write_xlsx(["n"], [[1], [2], [3]], title="Ряд")
    assert cells(content) == [["n"], [1], [2]]
    assert cells(content, sheet=1) == [["n"], [3]]
    assert load_workbook(io.BytesIO(content)).sheetnames == ["Ряд", "Ряд 2"]


def test_xlsx_to_a_path(tmp_path: Path) -> None:
    tables.save_xlsx(tmp_path / "a.xlsx", ["n"], [["x" * 40_000]])
    assert len(str(cells((tmp_path / "a.xlsx").read_bytes())[1][0])) == 32_767


def test_download_of_csv() -> None:
    response = table_response(["n"], [[1]], file_format="csv", name="Школы")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(response) == b"\xef\xbb\xbfn\r\n1\r\n"  # type: ignore[arg-type]  # a streamed answer yields bytes


def test_download_of_xlsx() -> None:
    response = table_response(["n"], [[1]], file_format="xlsx", name="Школы")
    assert response["Content-Disposition"].startswith('attachment; filename="mayak.xlsx"; filename*=UTF-8')
    assert cells(b"".join(response)) == [["n"], [1]]  # type: ignore[arg-type]  # an answer yields bytes


def test_name_of_a_download() -> None:
    assert (
        attachment("schools 2025.csv")
        == "attachment; filename=\"schools_2025.csv\"; filename*=UTF-8''schools%202025.csv"
    )
