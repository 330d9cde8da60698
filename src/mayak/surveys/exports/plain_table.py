"""A questionnaire as a plain table: one row a question, titles and words in Russian, and a sheet that explains them."""

import json
from collections.abc import Mapping
from typing import Any

from mayak.surveys.algorithms.definition import Definition, Question, Section, ShowIf, Words
from mayak.surveys.algorithms.lines import condition_lines, joined_lines
from mayak.surveys.exports.workbooks import Table, workbook
from mayak.surveys.selectors.table_words import table_words


def plain_workbook(definition: Definition) -> bytes:
    """Return the questionnaire as a workbook."""
    return workbook([_table(plain_rows(definition)), _guide()])


def plain_template() -> bytes:
    """Return the empty form with an example, to be filled in."""
    return workbook([_table(table_words().example), _guide()])


def _table(rows: list[dict[str, Any]]) -> Table:
    words = table_words()
    return (
        words.sheet,
        list(words.columns.values()),
        [[row.get(name, "") for name in words.columns] for row in rows],
    )


def _guide() -> Table:
    words = table_words()
    return words.guide_sheet, words.guide_titles, words.guide


def plain_rows(definition: Definition) -> list[dict[str, Any]]:
    """Return the rows by the keys of the columns; the first row of a section carries its texts."""
    rows: list[dict[str, Any]] = []
    for section in definition.sections:
        head = _section(section)
        questions = [_question(question) for question in section.questions] or [{}]
        rows += [
            {**(head if not number else {"section": section.code}), **question}
            for number, question in enumerate(questions)
        ]
    return rows


def _section(section: Section) -> dict[str, Any]:
    return {
        "section": section.code,
        **_pair("section_title", section.title),
        **_pair("section_text", section.text),
        "section_show_if": _conditions(section.show_if),
    }


def _question(question: Question) -> dict[str, Any]:
    words = table_words()
    row: dict[str, Any] = {
        "code": question.code,
        "kind": words.kinds[question.kind.value],
        **_pair("text", question.text),
        **_pair("help", question.help),
        "required": words.yes if question.required else "",
        **_lines("options", {option.code: option.text for option in question.options}),
        "points": "\n".join(
            f"{option.code}: {_number(option.value)}"
            for option in question.options
            if option.value is not None
        ),
        **_lines("rows", {line.code: line.text for line in question.rows}),
        "minimum": question.minimum,
        "maximum": question.maximum,
        "whole": words.yes if question.whole else "",
        "many_lines": words.yes if question.many_lines else "",
        "show_if": _conditions(question.show_if),
        "meaning": _json(question.meaning),
        "row_meanings": _json({line.code: dict(line.meaning) for line in question.rows if line.meaning}),
    }
    if (scale := question.scale) is not None:
        row |= {
            "low": scale.low,
            "high": scale.high,
            **_pair("low", scale.low_text),
            **_pair("high", scale.high_text),
            **_lines("labels", {str(point): text for point, text in scale.labels.items()}),
        }
    return row


def _pair(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_ru": words.ru, f"{name}_en": words.en}


def _lines(name: str, texts: Mapping[str, Words]) -> dict[str, str]:
    return {
        f"{name}_ru": joined_lines((code, words.ru) for code, words in texts.items()),
        f"{name}_en": joined_lines((code, words.en) for code, words in texts.items() if words.en),
    }


def _conditions(shown: ShowIf | None) -> str:
    words = table_words()
    return condition_lines(shown, words.operators, words.any_of) if shown else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True) if value else ""
