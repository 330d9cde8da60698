"""Questionnaires as files: what is exported comes back the same; what is foreign is named."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from mayak.surveys.algorithms.checking import problems_of
from mayak.surveys.algorithms.definition import Condition, Definition, Operator, QuestionKind, ShowIf, Words
from mayak.surveys.algorithms.parsing import definition_from_dict, definition_to_dict
from mayak.surveys.exports.plain_table import plain_template, plain_workbook
from mayak.surveys.exports.workbooks import workbook
from mayak.surveys.exports.xlsform import xlsform_sheets
from mayak.surveys.imports.questionnaires import read_questionnaire_file
from mayak.surveys.imports.remarks import Imported, Weight
from tests.surveys.strategies import definitions

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def xlsform(definition: Definition) -> bytes:
    sheets = xlsform_sheets(definition, title="Опрос", code="opros", version=1)
    return workbook(sheets.tables())


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


SURVEY_HEAD = ["type", "name", "label::Russian (ru)", "relevant", "constraint", "required", "calculation"]


def survey(
    *rows: list[Any], choices: list[list[Any]] | None = None, head: list[str] | None = None
) -> Imported:
    sheets = {"survey": [head or SURVEY_HEAD, *rows]}
    if choices:
        sheets["choices"] = [["list_name", "name", "label::Russian (ru)"], *choices]
    return read_questionnaire_file("form.xlsx", book(**sheets))


def said(read: Imported, weight: Weight) -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.text) for one in read.remarks.of(weight)]


# Round trips


@given(definitions())
@SLOW
def test_an_xlsform_comes_back_as_the_same_questionnaire(definition: Definition) -> None:
    read = read_questionnaire_file("form.xlsx", xlsform(definition))
    assert read.errors == []
    assert read.left_out == []
    assert read.definition is not None
    assert definition_to_dict(read.definition) == definition_to_dict(definition)


@given(definitions())
@SLOW
def test_the_plain_table_comes_back_as_the_same_questionnaire(definition: Definition) -> None:
    read = read_questionnaire_file("table.xlsx", plain_workbook(definition))
    assert [one.text for one in read.errors] == []
    assert read.left_out == []
    assert read.definition is not None
    assert definition_to_dict(read.definition) == definition_to_dict(definition)


@given(definitions(most=3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pyxform_takes_every_export(definition: Definition) -> None:
    sheets = xlsform_sheets(definition, title="Опрос", code="opros", version=1)
    result = convert({"survey": sheets.survey, "choices": sheets.choices, "settings": sheets.settings})
    assert "<h:title>Опрос</h:title>" in result.xform


def test_the_template_is_read_without_a_remark() -> None:
    read = read_questionnaire_file("template.xlsx", plain_template())
    assert read.remarks.rows == []
    assert read.definition is not None
    assert [question.code for question in read.definition.questions()] == [
        "role",
        "years",
        "clear",
        "topics",
        "wishes",
    ]
    assert problems_of(read.definition) == []


def test_texts_that_look_like_formulas_stay_texts() -> None:
    document = {
        "sections": [{"code": "s", "questions": [{"code": "q", "kind": "text", "text": {"ru": "=1+1"}}]}]
    }
    sheet = load_workbook(io.BytesIO(plain_workbook(definition_from_dict(document)))).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2] if cell.value == "=1+1"] == ["s"]


# What XLSForm says


def test_groups_questions_and_conditions_are_understood() -> None:
    read = survey(
        ["begin_group", "about", "О вас", None, None, None],
        ["note", "hello", "Здравствуйте", None, None, None],
        ["select_one yn", "takes", "Участвуете?", None, None, "yes"],
        ["select_multiple yn", "many", "Что из этого?", "${takes} = 'yes'", "count-selected(.) <= 1", None],
        ["integer", "years", "Лет", "selected(${many}, 'no') or ${takes} != 'no'", ". >= 0 and . < 61", None],
        ["end_group", None, None, None, None, None],
        choices=[["yn", "yes", "да"], ["yn", "no", "нет"]],
    )
    assert said(read, Weight.ERROR) == []
    assert read.definition is not None
    section = read.definition.sections[0]
    takes, many, years = section.questions
    assert (section.code, section.title, section.text) == ("about", Words("О вас"), Words("Здравствуйте"))
    assert (takes.kind, takes.required) == (QuestionKind.SINGLE, True)
    assert many.show_if == ShowIf((Condition("takes", Operator.EQUALS, "yes"),))
    assert many.maximum == 1
    assert (years.minimum, years.maximum, years.whole) == (0, 60, True)
    assert years.show_if == ShowIf(
        (Condition("many", Operator.CONTAINS, "no"), Condition("takes", Operator.DIFFERS, "no")), any_of=True
    )
    assert [row for _sheet, row, _text in said(read, Weight.NOTE)] == [3, 6]


def test_a_group_with_table_list_becomes_a_table_of_questions() -> None:
    read = survey(
        ["begin_group", "m", "Насколько нужно?", "table-list"],
        ["select_one l", "r1", "Планы", None],
        ["select_one l", "r2", "Оценивание", None],
        ["end_group", None, None, None],
        choices=[["l", "a", "нужно"], ["l", "b", "нет"]],
        head=["type", "name", "label::Russian (ru)", "appearance"],
    )
    assert read.definition is not None
    matrix = read.definition.question("m")
    assert matrix is not None
    assert matrix.kind == QuestionKind.MATRIX
    assert [row.code for row in matrix.rows] == ["r1", "r2"]
    assert [option.code for option in matrix.options] == ["a", "b"]


def test_what_is_not_supported_is_named_with_sheet_and_row() -> None:
    read = survey(
        ["start", "started", None],
        ["text", "name", "Название"],
        ["geopoint", "place", "Где это?"],
        ["begin_repeat", "children", "Классы"],
        ["text", "class", "Класс"],
        ["end_repeat", None, None],
        ["calculate", "sum", None, None, None, None, "1 + 1"],
        ["text", "mail", "Почта", None, "regex(., '.+@.+')", "${name} != ''"],
        ["select_one_from_file a.csv", "far", "Из файла"],
        ["select_one yn or_other", "one", "Выбор"],
        choices=[["yn", "yes", "да"]],
    )
    assert [(sheet, row) for sheet, row, _text in said(read, Weight.LEFT_OUT)] == [
        ("survey", 2), ("survey", 4), ("survey", 5), ("survey", 6), ("survey", 8), ("survey", 9), ("survey", 9),
        ("survey", 10), ("survey", 11),
    ]  # fmt: skip
    assert read.definition is not None
    assert [question.code for question in read.definition.questions()] == ["name", "mail", "one"]


@pytest.mark.parametrize(
    ("relevant", "part"),
    [
        ("${q} + 1 = 2", "+ 1 = 2"),
        ("${q} = ''", "${q} = ''"),
        ("count-selected(${q}) > 1", "count-selected"),
        ("not(${q} = 'a' or ${q} = 'b')", "not((${q} = 'a' or ${q} = 'b'))"),
        ("${q} = 'a' and (${q} = 'b' or ${q} != '')", "(${q} = 'b' or ${q} != '')"),
        ("(" * 30 + "${q} = 'a'" + ")" * 30, "("),
    ],
)
def test_a_condition_that_cannot_be_said_stops_the_import(relevant: str, part: str) -> None:
    read = survey(["text", "q", "Вопрос"], ["text", "w", "Ещё", relevant])
    assert read.definition is None
    [error] = [text for _sheet, row, text in said(read, Weight.ERROR) if row == 3 and "pyxform" not in text]
    assert part in error


def test_pyxform_judges_the_form() -> None:
    read = survey(["text", "q", "Вопрос", "${nobody} = 'a'"])
    assert read.definition is None
    assert any("pyxform" in text and "nobody" in text for _sheet, _row, text in said(read, Weight.ERROR))


def test_names_that_are_no_codes_get_one_and_conditions_follow() -> None:
    read = survey(
        ["select_one l", "вопрос", "Первый"],
        ["text", "then", "Второй", "${вопрос} = '1'"],
        choices=[["l", 1, "да"], ["l", 2, "нет"]],
    )
    assert said(read, Weight.ERROR) == []
    assert read.definition is not None
    first, second = read.definition.questions()
    assert [option.code for option in first.options] == ["o1", "o2"]
    assert second.show_if == ShowIf((Condition(first.code, Operator.EQUALS, "o1"),))
    assert len(said(read, Weight.NOTE)) == 2


def test_codes_twice_are_named() -> None:
    read = survey(["text", "q", "Раз"], ["text", "q", "Два"])
    assert read.definition is None
    assert ("survey", 3) in [(sheet, row) for sheet, row, _text in said(read, Weight.ERROR)]
    read = survey(["select_one l", "q", "Раз"], choices=[["l", "a", "да"], ["l", "a", "нет"]])
    assert ("choices", 3) in [(sheet, row) for sheet, row, _text in said(read, Weight.ERROR)]


def test_other_sheets_languages_and_settings_are_named() -> None:
    read = read_questionnaire_file(
        "form.xlsx",
        book(
            survey=[
                ["type", "name", "label::English (en)", "label::Français (fr)"],
                ["text", "q", "Why?", "Pourquoi?"],
            ],
            settings=[["form_title", "style"], ["Form", "pages"]],
            external_choices=[["list_name", "name"], ["a", "b"]],
        ),
    )
    assert read.title_ru == "Form"
    assert [(sheet, row) for sheet, row, _text in said(read, Weight.LEFT_OUT)] == [
        ("external_choices", 0),
        ("settings", 2),
        ("survey", 1),
    ]
    assert read.definition is not None
    assert [question.text for question in read.definition.questions()] == [Words("Why?", "Why?")]


def test_columns_without_or_with_the_same_title_are_named() -> None:
    read = read_questionnaire_file(
        "form.xlsx",
        book(
            survey=[["type", "name", "label", "label", None], ["text", "q", "Почему?", "Зачем?", "заметка"]]
        ),
    )
    assert [(sheet, row) for sheet, row, _text in said(read, Weight.LEFT_OUT)] == [
        ("survey", 2),
        ("survey", 2),
    ]


# Our table


def table(*rows: dict[str, Any]) -> Imported:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    return read_questionnaire_file(
        "table.xlsx", book(Вопросы=[titles, *([row.get(title) for title in titles] for row in rows)])
    )


def test_rows_of_the_table_become_questions() -> None:
    read = table(
        {
            "Код вопроса": "q1",
            "Вид ответа": "Один вариант",
            "Вопрос": "Да?",
            "Варианты": "да\nнет",
            "Обязательный": "да",
        },
        {"Вид ответа": "дата", "Вопрос": "Когда?", "Показывать, если": "q1 = o1"},
    )
    assert read.remarks.rows == []
    assert read.definition is not None
    first, second = read.definition.questions()
    assert [(option.code, option.text.ru) for option in first.options] == [("o1", "да"), ("o2", "нет")]
    assert first.required
    assert (second.code, second.kind) == ("q2", QuestionKind.DATE)
    assert second.show_if == ShowIf((Condition("q1", Operator.EQUALS, "o1"),))


def test_faults_of_the_table_are_named_with_their_row() -> None:
    read = table(
        {"Вид ответа": "рисунок", "Вопрос": "Что?"},
        {"Вид ответа": "шкала", "Вопрос": "Сколько?", "Шкала от": "мало", "Шкала до": 5},
        {
            "Вид ответа": "число",
            "Вопрос": "Лет?",
            "Обязательный": "может быть",
            "Показывать, если": "как-нибудь",
        },
        {"Вид ответа": "текст", "Вопрос": "Почему?", "Варианты": "да", "Заметка": "моя"},
    )
    assert read.definition is None
    assert [row for _sheet, row, _text in said(read, Weight.ERROR)] == [2, 3, 3, 4, 4]
    assert [row for _sheet, row, _text in said(read, Weight.LEFT_OUT)] == [1, 5]


# Attacks


def test_a_file_that_is_no_questionnaire_says_what_is_missing() -> None:
    for name, data in (
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
        ("empty.xlsx", b""),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("list.csv", "Вопрос;Вид\nПочему?;текст\n".encode()),
        ("wrong.xlsx", book(Лист1=[["Школа", "Балл"], ["№ 1", 5]])),
        ("cut.xlsx", plain_template()[:500]),
    ):
        read = read_questionnaire_file(name, data)
        assert read.definition is None
        assert len(read.errors) == 1, name


def test_a_zip_bomb_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    read = read_questionnaire_file("bomb.xlsx", buffer.getvalue())
    assert read.definition is None
    assert "%" not in read.errors[0].text


def test_a_huge_sheet_is_refused() -> None:
    rows = [["text", f"q{number}", "Вопрос"] for number in range(4100)]
    read = survey(*rows)
    assert [text for _sheet, _row, text in said(read, Weight.ERROR)] != []
    assert read.definition is None


def test_numbers_and_dates_in_cells_are_texts() -> None:
    read = table({"Вид ответа": "текст", "Вопрос": 2026, "Пояснение": dt.date(2026, 9, 1)})
    assert read.definition is not None
    [question] = read.definition.questions()
    assert (question.text.ru, question.help.ru) == ("2026", "2026-09-01")
