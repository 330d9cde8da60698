"""Tables that nobody has shown us: other levels of headers, other signs, other orders; no number is lost or invented."""

import io

import openpyxl
import pytest

from mayak.kernel.importing import ImportProblem
from mayak.results.algorithms.records import Marks
from mayak.results.imports import open_results

from .conftest import read_plan, read_text

VPR = "ВПР 2024 математика 5 класс.csv"


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_counts_beside_percents_are_read_as_counts() -> None:
    result = read_text(
        "Школа;Участников;Отметка 2;;Отметка 3;;Отметка 4;;Отметка 5;\n;;чел.;%;чел.;%;чел.;%;чел.;%\n"
        "СОШ 1;20;2;10;8;40;6;30;4;20\nСОШ 2;40;4;10;16;40;12;30;8;20\n",
        VPR,
    )
    assert [record.marks for record in result.schools] == [Marks(2, 8, 6, 4), Marks(4, 16, 12, 8)]


def test_three_levels_of_headers() -> None:
    result = read_text(
        "Школа;Русский язык;;;;;Математика;;;;\n;Участников;Отметки, %;;;;Участников;Отметки, %;;;\n"
        ";;2;3;4;5;;2;3;4;5\nСОШ 1;20;10;40;30;20;21;20;40;30;10\nСОШ 2;30;0;50;30;20;31;0;60;30;10\n",
        "ВПР 2024 5 класс.csv",
    )
    assert [(r.assessment.subject_text, r.participants, r.marks) for r in result.schools[:2]] == [
        ("Русский язык", 20, Marks(10, 40, 30, 20, is_percent=True)),
        ("Математика", 21, Marks(20, 40, 30, 10, is_percent=True)),
    ]
    assert result.tally.skipped == {"header_row": 3}


def test_the_number_of_pupils_of_each_subject() -> None:
    result = read_text(
        "Школа;Физика;;Химия;\n;кол-во;ср. балл;кол-во;ср. балл\nСОШ 1;20;60,5;10;55\nСОШ 2;12;50;;\n",
        "ЕГЭ 2024.csv",
    )
    assert [(r.assessment.subject_text, r.participants, r.mean) for r in result.schools] == [
        ("Физика", 20, 60.5), ("Химия", 10, 55), ("Физика", 12, 50),
    ]  # fmt: skip


def test_an_unquoted_decimal_comma_is_refused_and_not_cut() -> None:
    result = read_text("Код,Школа,Участников,Ср. балл\n1,СОШ 1,20,3,6\n2,СОШ 2,20,4\n", VPR)
    assert [(r.place.row, r.place.column, r.value, r.code) for r in result.rejected] == [
        (2, 5, "6", "row_shifted")
    ]
    assert [(r.place.row, r.mean) for r in result.schools] == [(3, 4)]
    assert result.tally.is_conserved


def test_half_a_per_cent_in_a_text_table_is_no_half() -> None:
    result = read_text("Школа;Участников;Ниже порога, %\nСОШ 1;200;0,5\nСОШ 2;200;1\n", VPR)
    assert [r.below_share for r in result.schools] == [0.005, 0.01]
    kept = open_results("ВПР 2024 математика 5 класс.xlsx", workbook(
        ["Школа", "Участников", "Ниже порога, %"], ["СОШ 1", 200, 0.25], ["СОШ 2", 200, 0.5]))  # fmt: skip
    assert [r.below_share for r in read_plan(kept[0]).schools] == [0.25, 0.5]


@pytest.mark.parametrize(
    "name",
    ["Лужский район", "Ленинградская область", "Регион", "Вся выборка", "Городской округ", "Республика Коми"],
)
def test_a_territory_in_the_column_of_schools_is_no_school(name: str) -> None:
    result = read_text(f"Школа;Участников;Средний балл\nСОШ 1;20;3,5\n{name};200;3,6\n", VPR)
    assert [r.school.name for r in result.schools] == ["СОШ 1"]
    assert result.tally.skipped["aggregate_row"] == 1


@pytest.mark.parametrize("name", ["Школа Лужского района", "СОШ Приморский край", "Лицей «Республика»"])
def test_a_school_named_after_a_territory_is_a_school(name: str) -> None:
    result = read_text(f"Школа;Участников;Средний балл\nСОШ 1;20;3,5\n{name};200;3,6\n", VPR)
    assert [r.school.name for r in result.schools] == ["СОШ 1", name]


def test_the_grade_beside_the_subject_in_the_name_of_the_file() -> None:
    text = "Школа;Участников;Средний балл\nСОШ 1;20;3,5\n"
    assert read_text(text, "ВПР 2024 Физика 8.csv").schools[0].assessment.grade == 8
    unknown = read_text(text, "ВПР 2024 Физика.csv").plan.guess.mapping
    assert unknown is not None
    assert unknown.missing == ("grade",)
    oge = read_text(text, "ОГЭ 2024 Физика.csv").plan.guess.mapping
    assert oge is not None
    assert oge.missing == ()


def test_a_formula_without_its_value_is_no_empty_cell() -> None:
    data = workbook(["Школа", "Участников", "Средний балл"], ["СОШ 1", "=4+16", 3.5], ["СОШ 2", 20, 3.5])
    with pytest.raises(ImportProblem) as problem:
        open_results("ВПР 2024 математика 5 класс.xlsx", data)
    assert (problem.value.code, problem.value.params["cell"]) == ("formula_without_value", "B2")


def test_the_journal_in_the_long_layout_in_a_workbook() -> None:
    data = workbook(
        ["Сравнение отметок с отметками по журналу"], [], ["ВПР 2025 География 7 класс"], ["Предмет:", "География"],
        ["Максимальный первичный балл:", 20], ["Дата:", "19.03.2025"], [],
        ["Группы участников", "Кол-во участников", "%"], ["МБОУ «СОШ №1»(edu990001)"],
        ["Понизили (Отметка < Отметка по журналу) %", 52, 55.91], ["Подтвердили", 37, 39.78],
        ["Повысили", 4, 4.3], ["Всего", 93, 100],
    )  # fmt: skip
    result = read_plan(open_results("сравнение.xlsx", data)[0])
    assert [(r.school.login, r.participants, r.assessment.grade) for r in result.schools] == [
        ("edu990001", 93, 7)
    ]


@pytest.mark.parametrize("name", ["ФГКОУ «Президентское КУ»", "АНО «Ступени»", "ОГБОУ «Росток»"])
def test_a_school_without_a_login_stands_in_the_statistics(name: str) -> None:
    head = "Группы участников;Кол-во ОО;Кол-во участников;2;3;4;5\nЭнская область;5;300;10;40;30;20\n"
    result = read_text(f"{head}{name};;12;0;0;50;50\n", "ВПР 2025 Биология 5 класс.csv")
    assert [(r.school.name, r.participants) for r in result.schools] == [(name, 12)]


def test_other_subjects_of_the_bulgarian_examination() -> None:
    result = read_text(
        "МАТ;МАТ-уч;ДКИ;ДКИ-уч;Училище;Код по НЕИСПУО;Област;Община\n55,5;50;80;5;СУ 1;400001;ВАРНА;ВАРНА\n",
        "nvo-10-2024.csv",
    )
    assert [(r.assessment.subject_text, r.assessment.grade, r.assessment.year, r.participants, r.mean) for r in result.schools] == [
        ("Математика", 10, 2024, 50, 55.5), ("Дигитални компетентности", 10, 2024, 5, 80),
    ]  # fmt: skip
    assert {r.school.code for r in result.schools} == {"400001"}
