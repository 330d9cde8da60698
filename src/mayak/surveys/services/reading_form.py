"""A posted form of questions as raw answers; ``algorithms.answering.clean_answers`` says what they are worth."""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import category

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from mayak.surveys.algorithms.definition import Definition, Question, QuestionKind
from mayak.surveys.selectors.rendering import FIELD

LONGEST_READ = 20_000
"""Letters of one field that are looked at; cleaning names a text that is longer than its question allows."""

KeepFile = Callable[[Question, "UploadedFile[Any]"], str | None]


def read_answers(
    definition: Definition,
    data: QueryDict,
    files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
    *,
    keep_file: KeepFile | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the raw answers by the code of the question; questions without an answer are left out.

    Args:
        definition: the questionnaire.
        data: the posted fields.
        files: the posted files.
        keep_file: stores a file and returns its key, None where it is not taken; without it only the name is
            returned (preview).
        earlier: answers of a draft: a file that was kept before stays unless another one comes.
    """
    answers: dict[str, Any] = {}
    for question in definition.questions():
        value: Any
        if question.kind == QuestionKind.FILE:
            value = _file(question, files, keep_file) or (earlier or {}).get(question.code)
        else:
            value = _value(question, data)
        if value not in (None, "", [], {}):
            answers[question.code] = value
    return answers


def _value(question: Question, data: QueryDict) -> Any:
    name = f"{FIELD}{question.code}"
    if question.kind == QuestionKind.MULTIPLE:
        return [clean_text(value) for value in data.getlist(name)[:500] if value]
    if question.kind == QuestionKind.MATRIX:
        lines = {row.code: clean_text(data.get(f"{name}-{row.code}", "")) for row in question.rows}
        return {code: value for code, value in lines.items() if value}
    return clean_text(data.get(name, ""))


def _file(
    question: Question, files: "MultiValueDict[str, UploadedFile[Any]] | None", keep_file: KeepFile | None
) -> str | None:
    found = files.get(f"{FIELD}{question.code}") if files else None
    if found is None:
        return None
    return keep_file(question, found) if keep_file else clean_text(found.name or "file")[:200]


def clean_text(value: Any) -> str:
    """Return a posted text without control signs and with one kind of line end."""
    text = str(value)[:LONGEST_READ].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in text if letter in "\n\t" or category(letter) not in {"Cc", "Cs"}
    ).strip()
