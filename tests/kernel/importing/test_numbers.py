"""A number is read, or said to be missing, or said to be unclear; it is never guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.kernel.importing import DecimalStyle, Missing, NumberProblem, decide_decimal, parse_number

BAD, UNCLEAR = NumberProblem("number_bad"), NumberProblem("number_ambiguous")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("67,13", 67.13), ("67.13", 67.13), ("84", 84), (" 84\u00a0", 84), ("1 234,5", 1234.5), ("1\u00a0234", 1234),
        ("1\u2009234\u2009567", 1234567),
        ("30%", 30), ("12,5 %", 12.5),
        ("-3", -3), ("−3,5", -3.5), ("0,5", 0.5),
        ("1.234,56", 1234.56), ("1,234.56", 1234.56), ("1.234.567", 1234567), ("0.123", 0.123), (5.0, 5.0), (7, 7),
        ("", Missing.EMPTY), (None, Missing.EMPTY), ("-", Missing.DASH), ("—", Missing.DASH),
        ("н/д", Missing.NOT_AVAILABLE),
        ("Х", Missing.CROSS), ("X", Missing.CROSS),
        ("НЕТ ОТМЕТКИ", Missing.NOT_AVAILABLE), (float("nan"), Missing.NOT_AVAILABLE),
        ("1,234", UNCLEAR), ("1.234", UNCLEAR), ("сорок", BAD), ("12а", BAD), ("1,2,3", BAD), ("12 34", BAD),
        (True, BAD),
        ("٣", BAD), ("1" * 30, BAD), (dt.date(2024, 1, 1), BAD),
    ],
)  # fmt: skip
def test_parse_number(text: object, value: object) -> None:
    assert parse_number(text) == value


def test_the_column_tells_what_an_unclear_number_means() -> None:
    assert parse_number("1,234", decimal=",") == 1.234
    assert parse_number("1,234", decimal=".") == 1234
    assert decide_decimal(["1,234", "67,13"]) == DecimalStyle(",", certain=True)
    assert decide_decimal(["1,234", "1,235"]) == DecimalStyle(",", certain=False)
    assert decide_decimal(["1,234.5", "1,234"]) == DecimalStyle(".", certain=True)
    assert decide_decimal(["12", "", "н/д"]) == DecimalStyle(None, certain=True)
    assert decide_decimal(["12 %", "3,5 %"]) == DecimalStyle(",", certain=True, percent=True)


@given(st.decimals(-99999, 99999, places=2))
def test_both_decimal_signs_read_back(value: object) -> None:
    for text, mark in ((str(value), "."), (str(value).replace(".", ","), ",")):
        assert parse_number(text, decimal=mark) == float(str(value))


@given(st.integers(0, 10**12), st.sampled_from(" \u00a0\u2009\u202f"))
def test_groups_of_thousands_by_any_space(value: int, space: str) -> None:
    assert parse_number(f"{value:,}".replace(",", space)) == value


@given(st.text(max_size=20))
def test_any_text_gives_an_answer(text: str) -> None:
    assert isinstance(parse_number(text), (int, float, Missing, NumberProblem))
