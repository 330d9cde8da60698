"""Text tables are read as they were meant, with any encoding, delimiter and broken quotes."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.kernel.importing import ImportProblem, open_upload

HEADER = "Школа;Класс;Балл\n"
BODY = HEADER + "МБОУ СОШ № 1;4;67,13\nМБОУ СОШ № 2;4;50,5\n"


def rows_of(data: bytes, name: str = "a.csv") -> list[list[object]]:
    return [cells for _, cells in open_upload(name, data)[0].sheets[0].rows()]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encoding_is_found(encoding: str) -> None:
    text = BODY + "".join(
        f"Государственная общеобразовательная школа посёлка {n};5;40,1\n" for n in range(30)
    )
    expected = [line.split(";") for line in text.replace("№", "N").splitlines()]
    assert rows_of(text.replace("№", "N").encode(encoding)) == expected


def test_encoding_is_decided_on_the_whole_file() -> None:
    data = b"code;name\n" + b"100;school\n" * 200_000 + "101;Школа имени героя\n".encode("cp1251")
    assert rows_of(data)[-1] == ["101", "Школа имени героя"]


def test_one_broken_byte_in_utf8_names_its_line() -> None:
    data = BODY.encode() + "Школа".encode("cp1251") + b";1;2\n"
    with pytest.raises(ImportProblem) as problem:
        open_upload("a.csv", data)
    assert problem.value.code == "encoding_broken"
    assert problem.value.params["line"] == 4


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_delimiter_is_found_outside_quotes(mark: str) -> None:
    text = "".join(mark.join(['"Лицей; имени, кого-то"', str(n), "5"]) + "\n" for n in range(5))
    assert rows_of(text.encode())[3] == ["Лицей; имени, кого-то", "3", "5"]


def test_decimal_commas_do_not_win_over_semicolons() -> None:
    assert rows_of(b"1,5;2,5;3,5\n4,5;5,5;6,5\n")[0] == ["1,5", "2,5", "3,5"]


def test_a_title_block_of_one_cell_does_not_hide_the_delimiter() -> None:
    text = "Результаты ВПР\n\nРусский язык, 5 класс\nШкола;Балл\nСОШ 1;5\n"
    assert rows_of(text.encode())[3:] == [["Школа", "Балл"], ["СОШ 1", "5"]]


def test_line_sep_of_excel_names_the_delimiter() -> None:
    assert rows_of(b"sep=|\na|b\n1|2\n")[1:] == [["a", "b"], ["1", "2"]]


def test_byte_order_marks_before_and_inside_the_first_cell_vanish() -> None:
    assert rows_of('\ufeff"\ufeffОбласт","Код"\n"А","1"\n'.encode())[0] == ["Област", "Код"]
    assert rows_of('\ufeff\ufeff"Област","Код"\n"А","1"\n'.encode())[0] == ["Област", "Код"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert rows_of(BODY.replace("\n", end).encode())[1] == ["МБОУ СОШ № 1", "4", "67,13"]


def test_inner_quotes_that_nobody_doubled() -> None:
    text = (
        '"1","Лицей № 1546 "Плехановец"","Центральный, Якиманка"\n'
        '"2","Гимназия "Москва, 850" № 3","Южный"\n'
        '"3","ООО ""Рога"", филиал","Северный"\n'
        '"4","","Западный"\n'
    )
    assert rows_of(text.encode()) == [
        ["1", 'Лицей № 1546 "Плехановец"', "Центральный, Якиманка"],
        ["2", 'Гимназия "Москва, 850" № 3', "Южный"],
        ["3", 'ООО "Рога", филиал', "Северный"],
        ["4", "", "Западный"],
    ]


def test_a_broken_quote_late_in_the_file_neither_loses_nor_doubles_rows() -> None:
    good = [f'"{n}";"Школа ""{n}""";5' for n in range(500)]
    text = "\n".join([*good, '"500";"Лицей "Вторая школа"";5', *good]) + "\n"
    rows = rows_of(text.encode())
    assert len(rows) == 1001
    assert rows[500] == ["500", 'Лицей "Вторая школа"', "5"]
    assert rows[501] == ["0", 'Школа "0"', "5"]


def test_a_quote_that_is_never_closed_costs_only_its_row() -> None:
    text = 'a;b;c\n1;"Школа;2\n' + "".join(f"{n};x;y\n" for n in range(300))
    rows = rows_of(text.encode())
    assert len(rows) == 302
    assert rows[2] == ["0", "x", "y"]


def test_quoted_cell_of_several_lines_is_one_row() -> None:
    rows = list(open_upload("a.csv", b'a;b\n"x\ny";1\nz;2\n')[0].sheets[0].rows())
    assert rows == [(1, ["a", "b"]), (2, ["x\ny", "1"]), (3, ["z", "2"])]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b"a;b\n1;\x002\n", "nul_bytes"),
        (bytes(range(1, 32)) * 50, "binary_garbage"),
        (b"\x00\x01\x02\xff" * 500, "binary_garbage"),
        (b"%PDF-1.4 ...", "wrong_type"),
        (b"\x89PNG\r\n", "wrong_type"),
        (b"MZ\x90\x00", "wrong_type"),
        (b"a;b\n" + b"x" * 3_000_000, "line_too_long"),
    ],
)
def test_what_is_not_a_table_gets_a_clear_code(data: bytes, code: str) -> None:
    with pytest.raises(ImportProblem) as problem:
        open_upload("a.csv", data)
    assert problem.value.code == code


def test_a_path_is_read_like_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(BODY.encode("cp1251"))
    assert [cells for _, cells in open_upload("a.csv", path)[0].sheets[0].rows()] == rows_of(BODY.encode())


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\ufeff\u2028\u2029\x85"),
    max_size=12,
)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=12), st.sampled_from(";\t,"))
def test_what_the_csv_writer_writes_is_read_back(table: list[list[str]], mark: str) -> None:
    table = [["first", "second", "third"], *table]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(table)
    assert rows_of(("\ufeff" + stream.getvalue()).encode()) == table


@given(st.lists(st.text('абв "«»№1', min_size=1, max_size=10), min_size=3, max_size=8))
def test_undoubled_quotes_never_lose_a_cell(names: list[str]) -> None:
    lines = ["id;name;town", *(f'"{n}";"{name}";"Энск"' for n, name in enumerate(names))]
    rows = rows_of(("\ufeff" + "\n".join(lines) + "\n").encode())
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(len(names))]
    assert [row[-1] for row in rows[1:]] == ["Энск"] * len(names)
