"""Catalogues of tasks as a file: one task in a row; nothing is guessed."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.exam_tasks import NEEDED_COLUMNS, TASK_COLUMNS
from mayak.diagnosis.imports.sheets import as_number, plain, read_columns
from mayak.diagnosis.selectors.table_words import table_words
from mayak.diagnosis.services.exam_task_lists import GivenTask
from mayak.kernel.exporting.tables import unguarded
from mayak.results.enums import AssessmentKind

ROWS_AT_MOST: Final = 2000
_YEAR: Final = re.compile(
    r"(?P<first>\d{4})(?:\.0)?(?:\s*[/–—-]\s*(?:20)?(?P<last>\d\d))?(?:\s*г[а-я]*\.?)?", re.ASCII
)
_GRADE: Final = re.compile(r"(1[0-2]|[1-9])(?:\.0)?(?:-?й)?(?:\s*кл[а-я]*\.?)?", re.ASCII)


def read_tasks(name: str, data: bytes) -> list[GivenTask]:
    """Return the rows of the file.

    Raises:
        ImportProblem: the file cannot be read or has no table.
        ValidationError: a column is missing, there is no row, or there are too many.
    """
    columns, rows = read_columns(name, data, table_words()["task_columns"], required=NEEDED_COLUMNS)
    missing = [str(TASK_COLUMNS[role]) for role in NEEDED_COLUMNS if role not in columns]
    if missing:
        raise ValidationError(
            _("The table lacks the columns: %(names)s. Take the template.") % {"names": ", ".join(missing)}
        )
    if not rows:
        raise ValidationError(_("The table has no rows."))
    if len(rows) > ROWS_AT_MOST:
        raise ValidationError(
            _("The table has more than %(limit)s rows: split it by exam or grade.") % {"limit": ROWS_AT_MOST}
        )
    difficulties = {
        plain(word): code for code, found in table_words()["task_difficulties"].items() for word in found
    }
    return [_given(row.number, row.values, difficulties, is_date="task" in row.days) for row in rows]


def _given(
    row: int, values: Mapping[str, str], difficulties: Mapping[str, str], *, is_date: bool
) -> GivenTask:
    texts = {role: unguarded(text) for role, text in values.items()}
    return GivenTask(
        row,
        texts,
        kind=_kinds().get(plain(texts.get("kind", "")), ""),
        subject=texts.get("subject", ""),
        grade=_grade(texts.get("grade", "")),
        year=_year(texts.get("year", "")),
        max_score=as_number(texts.get("max_score", "")),
        complexity=difficulties.get(plain(texts.get("complexity", "")), ""),
        is_date=is_date,
    )


@cache
def _kinds() -> dict[str, str]:
    """Codes and names of the exams in each language of the product, and further words of documents."""
    found = {plain(word): kind for kind, words in table_words()["task_kinds"].items() for word in words}
    found |= {value: value for value in AssessmentKind.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {plain(str(label)): str(value) for value, label in AssessmentKind.choices}
    return found


def _grade(text: str) -> int | None:
    """«5», «5 класс», «5-й класс», «5.0»; «5–9» and «5А» are no grade of a paper."""
    found = _GRADE.fullmatch(text.lower())
    return int(found[1]) if found else None


def _year(text: str) -> int | None:
    """«2026», and 2026 of the school year «2025/26»: results are of its spring."""
    found = _YEAR.fullmatch(text)
    if not found:
        return None
    first, last = int(found["first"]), found["last"]
    if last is None:
        return first
    return first + 1 if int(last) == (first + 1) % 100 else None
