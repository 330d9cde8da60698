"""Names and documents of pupils never reach a record, a rejection, an exception or a log."""

import io
import logging

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.kernel.importing import ImportProblem, open_upload
from mayak.results.imports import holds_names, open_results, plan_source
from mayak.results.imports.people import without_people

from .conftest import Result, read_plan

HEADER = [
    "№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер",
    "Задания с кратким ответом", "Задания с развёрнутым ответом", "Первичный балл", "Балл", "Минимальный балл",
]  # fmt: skip
TITLE = "01 Русский язык ЕГЭ 28.05.2024"
ROW = ["1", "105", "105012", "11А", "0001", "0005", "Секретова", "Анна", "Тайновна", "4012", "987654",
       "+-12+", "2(3)1(2)", "40", "71", "24"]  # fmt: skip
SECRETS = ("Секрет", "Анна", "Тайнов", "4012", "987654")


def protocol(*rows: list[str], title: str = TITLE, header: list[str] = HEADER) -> bytes:
    return "\n".join(";".join(row) for row in ([title], header, *rows)).encode("cp1251", "replace")


def read(data: bytes, name: str = "protocol.csv") -> Result:
    return read_plan(open_results(name, data)[0])


def everything(result: Result) -> str:
    """All that leaves the reader, as text."""
    rows = [cells for _, cells in result.plan.sheet.rows()]
    return repr((rows, result.plan.guess, result.tally, result.schools, result.participants, result.rejected))


def test_protocol_is_read_by_code_of_row() -> None:
    result = read(protocol(ROW, [*ROW[:14], "30", "24"]))
    assert result.plan.guess.format == "exam_protocol"
    assert result.plan.source.depersonalised
    first = result.participants[0]
    assert (first.row, first.participant_code, first.class_label) == (3, "R0000003", "11А")
    assert (first.school.code, first.primary_score, first.test_score) == ("105012", 40, 71)
    assert first.tasks == "+-12+;2(3)1(2)"
    key = first.assessment
    assert (key.kind, key.subject_text, key.grade, str(key.date)) == ("ege", "Русский язык", 11, "2024-05-28")
    assert [p.test_score for p in result.participants] == [71, 30]
    assert not any(secret in everything(result) for secret in SECRETS)


def test_workbook_protocol_and_foreign_sheets_are_cleaned() -> None:
    book = openpyxl.Workbook()
    for row in ([TITLE], HEADER, ROW):
        book.active.append(row)
    book.create_sheet("Список").append(["Секретова Анна Тайновна"])
    stream = io.BytesIO()
    book.save(stream)
    plans = open_results("a.xlsx", stream.getvalue())
    assert len(plans) == 1
    assert plans[0].sheet.rows().__next__()[1][0] == TITLE
    assert not any(secret in everything(read_plan(plans[0])) for secret in SECRETS)


@pytest.mark.parametrize("column", [3, 11, 13, 14])
def test_a_name_in_a_wrong_cell_is_removed(column: int) -> None:
    row = list(ROW)
    row[column] = "Секретова Анна"
    result = read(protocol(row, ROW))
    assert not any(secret in everything(result) for secret in SECRETS)
    assert result.tally.rows_read == 4


@pytest.mark.parametrize("at", range(len(ROW)))
def test_a_shifted_row_gives_nothing_away(at: int) -> None:
    """One delimiter too many, anywhere: neither name nor document number may slip under another header."""
    result = read(protocol([*ROW[:at], "доп", *ROW[at:]], ROW))
    assert not any(secret in everything(result) for secret in SECRETS)


def test_titles_and_signatures_are_written_anew() -> None:
    title = "01 Русский язык ЕГЭ 28.05.2024 ответственный Секретова Анна Тайновна"
    result = read(protocol(ROW, ["Председатель", *[""] * 5, "Секретова А.Т."], title=title))
    assert result.plan.sheet.head(1) == [(1, [TITLE, *[""] * 8])]
    assert not any(secret in everything(result) for secret in SECRETS)
    assert result.tally.skipped["blank_row"] == 1


def test_rejections_name_the_place_but_not_the_value(caplog: pytest.LogCaptureFixture) -> None:
    row = [*ROW[:13], "сорок Секретова", *ROW[14:]]
    with caplog.at_level(logging.DEBUG):
        result = read(protocol(row, ROW))
    assert [(r.place.row, r.code, r.value) for r in result.rejected] == [(3, "number_bad", "[удалено]")]
    assert caplog.text == ""


def test_columns_that_are_not_understood_stop_everything() -> None:
    data = "Фамилия;Имя;Показатель\nСекретова;Анна;5\nСекретов;Пётр;4\n".encode()
    with pytest.raises(ImportProblem) as problem:
        open_results("a.csv", data)
    assert problem.value.code == "names_unreadable"
    assert not any(secret in repr((problem.value, problem.value.params)) for secret in SECRETS)
    assert problem.value.__context__ is None


def test_names_without_a_header_are_noticed() -> None:
    data = "Код;Кто;Балл\n" + "".join(
        f"{n};Секретова Анна {name};5\n" for n, name in enumerate(["Петровна", "Ивановна"] * 5)
    )
    assert holds_names(open_upload("a.csv", data.encode())[0])


def test_initials_without_a_header_are_noticed() -> None:
    data = "Код;Кто;Балл\n1;Секретова А.Т.;5\n2;Скрытный П. О.;4\n3;Тайный И.;4\n".encode()
    assert holds_names(open_upload("a.csv", data)[0])


def test_a_table_of_schools_loses_only_its_column_of_directors() -> None:
    data = (
        "Школа;Директор;Писали;Средний балл\nМБОУ СОШ № 1;Секретова Анна Ивановна;20;67,5\n"
        "МБОУ СОШ № 2;Секретов Пётр Ильич;10;55,5\n"
    ).encode()
    result = read(data, "ВПР 2024 История 6 класс.csv")
    assert result.plan.guess.format == "flat_schools"
    assert [(r.school.name, r.participants, r.mean) for r in result.schools] == [
        ("МБОУ СОШ № 1", 20, 67.5),
        ("МБОУ СОШ № 2", 10, 55.5),
    ]
    assert not any(secret in everything(result) for secret in SECRETS)


def test_names_of_schools_are_not_people() -> None:
    data = 'Училище;Балл\n15 СУ "Адам Мицкевич";5\n96 СУ "Лев Николаевич Толстой";4\nСТОЛИЧНА;3\n'.encode()
    assert not holds_names(open_upload("a.csv", data)[0])


NAME = st.text("абвгдежзиклмнопрст", min_size=3, max_size=9).map(lambda text: "ъ" + text)


@given(st.lists(st.tuples(NAME, NAME, NAME), min_size=1, max_size=6), st.permutations(range(len(ROW))))
def test_no_name_survives_in_any_order_of_columns(
    names: list[tuple[str, str, str]], order: list[int]
) -> None:
    rows = [[*ROW[:6], *name, *ROW[9:]] for name in names]
    data = "\n".join(";".join(row[at] for at in order) for row in (HEADER, *rows)).encode()
    try:
        plans = plan_source(open_upload("a.csv", data)[0])
    except ImportProblem as problem:
        text = repr((problem, problem.params))
    else:
        text = "".join(everything(read_plan(plan)) for plan in plans)
    assert not any(part in text for name in names for part in name)
    assert "987654" not in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Примечание", ["Секретова Анна Тайновна 4012 987654", "Секретов Пётр Тайнович 4012 987655"]),
        ("Кто", ["Секретова Анна Ивановна"]),
        ("Кто", ["СЕКРЕТОВА АННА ИВАНОВНА"]),
        ("Прим", [*(f"нет данных {number}" for number in range(20)), "Секретова Анна Ивановна"]),
        ("Student name", ["Секретова Анна", "Секретов Пётр"]),
    ],
)
def test_names_under_another_header_are_found(header: str, cells: list[str]) -> None:
    lines = [f"Код ОО;{header};Предмет;Год;Балл", *(f"101001;{cell};Русский язык;2024;60" for cell in cells)]
    [source] = open_upload("table.csv", "\n".join(lines).encode())
    assert holds_names(source)


@pytest.mark.parametrize(
    "name", ["Школа имени Петра Ильича", "Васил Иванов Левски", "улица Ивана Ивановича", "Столична община"]
)
def test_a_name_of_a_school_or_street_is_no_person(name: str) -> None:
    lines = ["Код;Школа;Предмет;Год;Балл", *(f"101001;{name};Русский язык;2024;60" for _ in range(3))]
    [source] = open_upload("table.csv", "\n".join(lines).encode())
    assert not holds_names(source)


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("Участник;Документ", [("Ким Чен", "4012 987654"), ("Ли Су", "4012 987655")]),
        ("Участник ЕГЭ;Вариант", [("Ким Чен", "1"), ("Ли Су", "2")]),
        ("Фам.;Им.", [("Ким", "Чен"), ("Ли", "Су")]),
        ("Выпускник;Вариант", [("Тайный Пётр", "1"), ("Секретова Анна", "2")]),
        ("Кто;Вариант", [("Kim Chen", "1"), ("Li Su", "2")]),
        ("Дата рождения;Вариант", [("01.02.2008", "1"), ("02.02.2008", "2")]),
    ],
)
def test_pupils_without_patronymics_are_noticed(headers: str, cells: list[tuple[str, str]]) -> None:
    lines = [
        f"№;Код ОО;Класс;{headers};Первичный балл;Балл",
        *(f"1;105012;11А;{a};{b};40;71" for a, b in cells),
    ]
    plan = open_results("ЕГЭ 2025 физика.csv", "\n".join(lines).encode())[0]
    assert plan.source.depersonalised
    result = read_plan(plan)
    assert [(p.school.code, p.test_score) for p in result.participants] == [("105012", 71), ("105012", 71)]
    assert not any(secret in everything(result) for pair in cells for secret in pair if len(secret) > 1)


def test_a_table_of_pupils_by_code_stays_as_it_is() -> None:
    data = "Код участника;Код ОО;Школа;Предмет;Балл\n70001;105012;Лицей Большой Камень;Физика;71\n".encode()
    assert not holds_names(open_upload("a.csv", data)[0])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Секретова Анна Тайновна ЕГЭ 2025.csv", "[удалено] ЕГЭ 2025.csv"),
        ("ЕГЭ_Секретова_Анна_Тайновна.csv", "ЕГЭ_[удалено].csv"),
        ("Секретова А.Т. 11А.xlsx", "[удалено] 11А.xlsx"),
        ("ВПР 2024 Русский язык 5 класс.xlsx", "ВПР 2024 Русский язык 5 класс.xlsx"),
    ],
)
def test_names_of_files_lose_names_of_people(name: str, kept: str) -> None:
    assert without_people(name) == kept
