"""The table is found under titles and under one, two or more header rows."""

from collections.abc import Sequence

import pytest

from mayak.kernel.importing import Cell, TableShape, find_table, is_total_row, sheet_from_rows


def shape_of(rows: Sequence[Sequence[Cell]]) -> TableShape:
    shape = find_table(sheet_from_rows("a", "", rows).head())
    assert shape is not None
    return shape


def labels(shape: TableShape) -> list[str]:
    return [column.label for column in shape.columns]


def test_group_labels_over_blank_cells() -> None:
    shape = shape_of([
        ["Результаты", "", "", "", ""],
        ["Максимален бал", "", "", "", ""],
        ["Математика", "", "100", "", ""],
        ["Училище", "БЕЛ", "", "МАТ", ""],
        ["", "Явили се", "Ср. успех", "Явили се", "Ср. успех"],
        ["СУ 1", "78", "52.4", "77", "30.37"],
        ["СУ 2", "8", "50.1", "7", "30.3"],
    ])  # fmt: skip
    assert shape.title_lines == ("Результаты", "Максимален бал", "Математика | 100")
    assert (shape.header_rows, shape.first_data_row) == ((4, 5), 6)
    assert labels(shape) == ["Училище", "БЕЛ Явили се", "БЕЛ Ср. успех", "МАТ Явили се", "МАТ Ср. успех"]


def test_group_labels_below() -> None:
    shape = shape_of([
        ["Училище", "Код", "Явили се", "Ср. успех", "Явили се"],
        ["", "", "БЕЛ", "БЕЛ", "МАТ"],
        ["СУ", "105 201", "84", "67,13", "84"],
        ["ОУ", "105 202", "18", "69,22", "18"],
    ])  # fmt: skip
    assert labels(shape) == ["Училище", "Код", "Явили се БЕЛ", "Ср. успех БЕЛ", "Явили се МАТ"]
    assert shape.first_data_row == 3


def test_marks_as_numbers_in_the_second_header_row() -> None:
    shape = shape_of([
        ["ВПР по району", "", "", "", "", ""],
        ["Школа", "Кол-во", "Отметки", "", "", ""],
        ["", "", "2", "3", "4", "5"],
        ["СОШ 1", "20", "1", "9", "5", "5"],
        ["СОШ 2", "20", "1", "9", "5", "5"],
    ])  # fmt: skip
    assert labels(shape) == ["Школа", "Кол-во", "Отметки 2", "Отметки 3", "Отметки 4", "Отметки 5"]


def test_numbering_row_belongs_to_the_header_but_not_to_labels() -> None:
    shape = shape_of([
        ["Школа", "Русский язык", "", "Математика", ""],
        ["", "Писали", "Балл", "Писали", "Балл"],
        ["1", "2", "3", "4", "5"],
        ["СОШ 1", "20", "4,1", "20", "3,5"],
    ])  # fmt: skip
    assert (shape.header_rows, shape.first_data_row) == ((1, 2, 3), 4)
    assert labels(shape)[4] == "Математика Балл"


def test_four_header_rows() -> None:
    shape = shape_of([
        ["Код", "Школа", "", "Итог", ""],
        ["", "имя", "тип", "", ""],
        ["", "", "", "Русский", ""],
        ["", "", "", "писали", "балл"],
        ["001", "СОШ 1", "СОШ", "12", "3,4"],
        ["002", "СОШ 2", "СОШ", "12", "3,4"],
    ])  # fmt: skip
    assert labels(shape) == ["Код", "Школа имя", "Школа тип", "Итог Русский писали", "Итог Русский балл"]


def test_label_and_value_above_the_header_is_a_title() -> None:
    shape = shape_of([
        ["Дата:", "20.04.2026", "", ""],
        ["", "Уровень", "Б", "П"],
        ["ОО", "Код", "1 (2б)", "2 (1б)"],
        ["edu1", 40001, 1, 0],
        ["edu1", 40002, 2, 1],
    ])  # fmt: skip
    assert shape.title_lines == ("Дата: | 20.04.2026",)
    assert shape.header_rows == (2, 3)


def test_no_header_and_no_table() -> None:
    assert shape_of([["1", "10"], ["2", "20"], ["3", "30"]]).header_rows == ()
    assert find_table([]) is None
    assert find_table([(1, ["", ""])]) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Итого по району", 5], True), (["", "Всего", 5], True), (["Средний балл", 5], True), (["Общо", 5], True),
        (["Средняя общеобразовательная школа № 5", 5], False), (["МБОУ СОШ № 1", 5], False), ([1, 2], False),
    ],
)  # fmt: skip
def test_total_rows(cells: list[Cell], expected: bool) -> None:
    assert is_total_row(cells) is expected
