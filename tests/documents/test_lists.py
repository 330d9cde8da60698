"""The list as a workbook, read back."""

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from mayak.documents.services import make_partnership_list
from mayak.matching.enums import MatchingState
from tests.documents.conftest import ACTOR, District, bytes_of, plain
from tests.factories.matching import MatchPairFactory


def sheet_of(district: District) -> Any:
    return load_workbook(io.BytesIO(bytes_of(make_partnership_list(district.run, actor=ACTOR)))).active


def test_the_rows_of_the_list(approved: District) -> None:
    rows = [
        [plain(str(cell)) if isinstance(cell, str) else cell for cell in row]
        for row in sheet_of(approved).values
    ]
    assert rows == [
        ["No.", "School year", "Lead school", "School that gets help", "Municipality", "What the help is about",
         "Distance, km", "Score, %", "Why this pair"],
        [1, "2024/25", "МБОУ «Гимназия „Невская“»", "МКОУ «Верхняя СОШ № 2»", "Тестовский район",
         "математика (6, 9 классы), русский язык", 12.4, 87,
         "strong in what the school lacks: Математика, grade 9, Математика, grade 6, Русский язык: +50\u202f%"],
        [2, "2024/25", "МБОУ «Гимназия „Невская“»", "МКОУ «Южная ООШ»", "Тестовский район",
         "методическая помощь по запросу школы", "distance unknown", 30, ""],
    ]  # fmt: skip


def test_the_list_is_ready_to_print(approved: District) -> None:
    sheet = sheet_of(approved)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddHeader.center.text == "Список сетевого партнёрства школ на 2024/25 учебный год"
    assert sheet.column_dimensions["C"].width > 30


def test_the_list_of_a_draft_says_so(district: District) -> None:
    sheet = sheet_of(district)
    assert sheet.oddHeader.center.text.endswith(" (ПРОЕКТ)")


def test_a_name_like_a_formula_stays_text(district: District) -> None:
    pair = MatchPairFactory(
        run=district.run, mentee__short_name='=HYPERLINK("http://x")', mentee__legal_form=""
    )
    cells = [cell for row in sheet_of(district).iter_rows(min_row=2) for cell in row if cell.column == 4]
    named = next(cell for cell in cells if "HYPERLINK" in str(cell.value))
    assert (named.data_type, pair.mentee.short_name[0]) == ("s", "=")


def test_the_same_pairs_give_the_same_bytes(approved: District) -> None:
    first, second = (make_partnership_list(approved.run, actor=ACTOR) for _number in range(2))
    assert bytes_of(first) == bytes_of(second)


def test_nothing_to_list(district: District) -> None:
    district.run.pairs.all().delete()
    with pytest.raises(ValidationError) as caught:
        make_partnership_list(district.run, actor=ACTOR)
    assert caught.value.messages == ["There is no pair to list."]


def test_an_archived_pairing_makes_no_list(district: District) -> None:
    district.run.state = MatchingState.ARCHIVED
    with pytest.raises(ValidationError) as caught:
        make_partnership_list(district.run, actor=ACTOR)
    assert caught.value.messages == ["The pairing is in the archive; no paper is made of it."]
