"""How a Russian paper writes names, dates and numbers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.documents.algorithms.typography import (
    enumeration,
    genitive_plural_of_kind,
    kilometres,
    plain,
    plural,
    russian_date,
    school_name,
    typeset,
    typeset_all,
)

N = "\u00a0"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 10, 12), f"12{N}октября{N}2026{N}г."),
        (dt.date(2026, 1, 1), f"1{N}января{N}2026{N}г."),
        (dt.date(2024, 2, 29), f"29{N}февраля{N}2024{N}г."),
    ],
)
def test_dates(day: dt.date, expected: str) -> None:
    assert russian_date(day) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        *[(1, "1 пара"), (2, "2 пары"), (4, "4 пары"), (5, "5 пар"), (0, "0 пар"), (11, "11 пар")],
        *[(14, "14 пар"), (21, "21 пара"), (22, "22 пары"), (111, "111 пар"), (121, "121 пара")],
    ],
)
def test_plurals(count: int, expected: str) -> None:
    assert plural(count, "пара", "пары", "пар") == expected.replace(" ", N)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("СОШ №2", f"СОШ №{N}2"),
        ("№  14-р", f"№{N}14-р"),
        ("А. А. Примерова", f"А.А.{N}Примерова"),
        ("Примеровой А.А.", f"Примеровой{N}А.А."),
        ("г. Тестовск", f"г.{N}Тестовск"),
        ("до 5 мая 2026 года", f"до 5{N}мая{N}2026{N}года"),
        ("12 км", f"12{N}км"),
        ('школа "Луч"', "школа «Луч»"),
        ('МБОУ "Гимназия "Невская""', "МБОУ «Гимназия „Невская“»"),
        ("Лицей «Маяк «Свет»»", "Лицей «Маяк „Свет“»"),
        ("две\nстроки\tи\x0bещё", "две строки и ещё".replace("и ещё", "иещё")),
    ],
)
def test_typesetting(text: str, expected: str) -> None:
    assert typeset(text) == expected


@given(st.text(alphabet="абвАБВ.№«»„“\"'&<> 12гкм\u00a0"))
def test_typesetting_twice_changes_nothing(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once


@given(st.text())
def test_plain_text_holds_only_what_xml_allows(text: str) -> None:
    assert all(letter == "\u0085" or letter >= " " for letter in plain(text))
    assert not any("\ud800" <= letter <= "\udfff" for letter in plain(text))


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("Южная СОШ", "МКОУ", "МКОУ «Южная СОШ»"),
        ("Гимназия «Невская»", "МБОУ", "МБОУ «Гимназия „Невская“»"),
        ("МКОУ «Южная СОШ»", "МБОУ", "МКОУ «Южная СОШ»"),
        ("МБОУ ДО «Дом творчества»", "МБУ", "МБОУ ДО «Дом творчества»"),
        ("МБОУ «Южная СОШ»", "МБОУ", "МБОУ «Южная СОШ»"),
        ('МБОУ"Южная СОШ"', "МБОУ", "МБОУ «Южная СОШ»"),
        ('МБОУ "Южная СОШ"', "", "МБОУ «Южная СОШ»"),
        ("СОШ №1", "", f"СОШ №{N}1"),
        ("МБОУшка", "МБОУ", "МБОУ «МБОУшка»"),
    ],
)
def test_names_of_schools(name: str, form: str, expected: str) -> None:
    assert school_name(name, form) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Школа с низкими образовательными результатами", "школ с низкими образовательными результатами"),
        (
            "Школа, функционирующая в неблагоприятных социальных условиях",
            "школ, функционирующих в неблагоприятных социальных условиях",
        ),
        ("Ресурсная площадка", "школ, имеющих статус «Ресурсная площадка»"),
        ("", "школ, имеющих статус «»"),
    ],
)
def test_kinds_of_status_in_the_genitive(name: str, expected: str) -> None:
    assert genitive_plural_of_kind(name) == expected


def test_distances() -> None:
    assert (kilometres(12.44), kilometres(5), kilometres(None)) == (f"12,4{N}км", f"5,0{N}км", "")


def test_an_enumeration_names_everything_once() -> None:
    assert enumeration(["а", "б", "а", ""]) == "а, б"


def test_a_structure_keeps_what_is_not_text() -> None:
    assert typeset_all({"a": ["№1"], "b": True, "c": 5}) == {"a": [f"№{N}1"], "b": True, "c": 5}
