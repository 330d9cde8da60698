"""What names a person is found with its place; what names nobody is left alone."""

import io
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from mayak.kernel.personal.confirm import PublishForm, content_mark
from mayak.kernel.personal.scan import TraceKind, inn_fits, kinds_of, scan_text, snils_fits
from mayak.kernel.personal.scan_files import scan_file


def found(text: str) -> list[tuple[str, str]]:
    return [(trace.kind.value, trace.text) for trace in scan_text(text)]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Звоните: 8 (813-62) 2-12-34.", "phone", "8 (813-62) 2-12-34"),
        ("моб. +7 921 555-12-34", "phone", "+7 921 555-12-34"),
        ("8-921-5551234 вечером", "phone", "8-921-5551234"),
        ("тел. 2-12-34", "phone", "тел. 2-12-34"),
        ("пишите ivanova.m@school.example до пятницы", "email", "ivanova.m@school.example"),
        ("паспорт 40 12 123456 выдан", "passport", "40 12 123456"),
        ("серия 4012 № 123456", "passport", "4012 № 123456"),
        ("112-233-445 95", "snils", "112-233-445 95"),
        ("число 11223344595", "snils", "11223344595"),
        ("ИНН 500100732259", "inn", "500100732259"),
        ("учитель Иванова Мария Петровна провела", "name", "Иванова Мария Петровна"),
        ("вручить Ивановой Марии Петровне грамоту", "name", "Ивановой Марии Петровне"),
        ("ИВАНОВ ИВАН ИВАНОВИЧ", "name", "ИВАНОВ ИВАН ИВАНОВИЧ"),
        ("Мария Петровна рассказала", "name", "Мария Петровна"),
        ("отв. Петров-Водкин К. С.", "name", "Петров-Водкин К. С."),
        ("А.Б. Сидорова, методист", "name", "А.Б. Сидорова"),
        ("Лукин Пётр Ильич", "name", "Лукин Пётр Ильич"),
        ("ученик 5 «А» Петя решил", "pupil", "ученик 5 «А» Петя"),
        ("ученица 7 класса Маша Иванова", "pupil", "ученица 7 класса Маша Иванова"),
        ("Петя Смирнов (5 «Б»)", "pupil", "Петя Смирнов (5 «Б»"),
    ],
)
def test_it_is_found(text: str, kind: str, shown: str) -> None:
    assert found(text) == [(kind, shown)]


@pytest.mark.parametrize(
    "text",
    [
        "МБОУ «Гимназия № 1 им. А. С. Пушкина» провела 12 уроков",
        "Распоряжение от 08.06.2023 № 237 о реализации проекта",
        "Средний балл 54,21 по 1234 участникам, ИНН школы 4706012345",
        "Путиловская ООШ и Приладожская СОШ, 2021-2022 учебный год",
        "счёт 123456789012",  # twelve digits whose check digits do not fit
        "код ОО 203389, логин edu203389, приказ 00000000001",
        "Учащиеся 5 классов решили 12 задач",
        "Наставничество, ст. 351.8 ТК РФ, с 01.03.2025",
        "",
    ],
)
def test_nobody_is_named(text: str) -> None:
    assert found(text) == []


def test_the_place_is_named() -> None:
    trace = scan_text("Первая строка.\nОтвечает Иванов И. И., кабинет 12.", place="раздел 2")[0]
    assert (trace.line, trace.start, trace.end, trace.place) == (2, 9, 21, "раздел 2")
    assert trace.excerpt == "Отвечает Иванов И. И., кабинет 12."
    assert kinds_of([trace]) == {TraceKind.NAME.label: 1}


# Properties -------------------------------------------------------------------------------------------------

WORDS = st.text("абвгдежзиклмнопрстуфхцчшщыэюя ,.", max_size=40)


@given(WORDS, WORDS)
def test_a_name_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} Иванова Мария Петровна {after}"
    assert ("name", "Иванова Мария Петровна") in found(text)


@given(st.text(max_size=300))
def test_every_trace_lies_where_it_says(text: str) -> None:
    lines = text.splitlines() or [""]
    for trace in scan_text(text):
        assert lines[trace.line - 1][trace.start : trace.end] == trace.text


@given(st.text("0123456789 -()+№.абАБИвич@", max_size=200))
def test_no_two_traces_overlap(text: str) -> None:
    for line in range(1, len(text.splitlines()) + 1):
        spans = sorted((one.start, one.end) for one in scan_text(text) if one.line == line)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(st.integers(0, 999_999_999))
def test_each_nine_digits_have_one_check_number_of_a_snils(body: int) -> None:
    fitting = [check for check in range(100) if snils_fits(f"{body:09d}{check:02d}")]
    assert len(fitting) == 1
    assert found(f"СНИЛС {body:09d}{fitting[0]:02d}")[0][0] in {"snils", "phone"}


@given(st.integers(0, 9_999_999_999))
def test_each_ten_digits_have_one_pair_of_check_digits_of_an_inn(body: int) -> None:
    fitting = [check for check in range(100) if inn_fits(f"{body:010d}{check:02d}")]
    assert len(fitting) == 1


def test_a_long_line_is_no_trap() -> None:
    assert scan_text("А" * 200_000 + " " + "- " * 50_000 + "8" * 50_000) == []


# Files ------------------------------------------------------------------------------------------------------


def docx() -> bytes:
    document = Document()
    document.core_properties.author = "Сидоров Сидор Сидорович"
    document.add_paragraph("План работы")
    document.add_paragraph("Отвечает Иванова М. П.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Телефон"
    table.cell(0, 1).text = "+7 921 555-12-34"
    document.sections[0].footer.paragraphs[0].text = "a@b.example"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_document_is_read_whole() -> None:
    scan = scan_file("план.docx", docx())
    assert [(trace.text, trace.place) for trace in scan.traces] == [
        ("Сидоров Сидор Сидорович", "свойства файла"),
        ("Иванова М. П.", "абзац 2"),
        ("+7 921 555-12-34", "таблица 1, строка 1"),
        ("a@b.example", "верхний или нижний колонтитул"),
    ]
    assert not scan.unread


def test_a_name_in_three_cells_is_one_name() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Лист"
    sheet.append(["Фамилия", "Имя", "Отчество"])
    sheet.append(["Иванова", "Мария", "Петровна"])
    file = io.BytesIO()
    book.save(file)
    traces = scan_file("люди.xlsx", file.getvalue()).traces
    assert [(trace.text, trace.place) for trace in traces] == [
        ("Иванова Мария Петровна", "лист «Лист», строка 2")
    ]


def test_text_is_read_in_both_encodings() -> None:
    for encoding in ("utf-8", "cp1251"):
        assert len(scan_file("a.txt", "Иванов Иван Иванович".encode(encoding)).traces) == 1


def test_the_name_of_a_file_is_looked_at() -> None:
    assert [trace.text for trace in scan_file("Справка Иванова И. И..txt", b"").traces] == ["Иванова И. И."]


@pytest.mark.parametrize("name", ["скан.pdf", "фото.jpg", "битый.docx", "битый.xlsx", "без-окончания"])
def test_what_is_not_read_is_said(name: str) -> None:
    scan = scan_file(name, b"PK\x03\x04 broken")
    assert scan.unread
    assert not scan.is_clean


# The question before publication ----------------------------------------------------------------------------


def test_publishing_asks_only_where_something_was_found() -> None:
    assert PublishForm({}, traces=[], content="Текст").is_valid()
    traces = scan_text("Иванов И. И.")
    sent = {"mark": content_mark("Иванов И. И."), "looked": "on"}
    assert PublishForm(sent, traces=traces, content="Иванов И. И.").is_valid()
    assert "looked" in PublishForm({**sent, "looked": ""}, traces=traces, content="Иванов И. И.").errors


def test_a_yes_holds_for_the_content_that_was_shown() -> None:
    sent = {"mark": content_mark("Иванов И. И."), "looked": "on"}
    changed = "Иванов И. И. и Петров П. П."
    assert not PublishForm(sent, traces=scan_text(changed), content=changed).is_valid()
