"""Making the file of an export: results or single answers, as a workbook, as csv, or for SPSS."""

import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mayak.kernel.access import Actor
from mayak.kernel.exporting.tables import stream_csv
from mayak.kernel.exporting.workbooks import Workbook
from mayak.kernel.personal.scan import scan_text
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.enums import ExportContent, ExportFormat
from mayak.surveys.exports.result_tables import all_lines, columns, sheets_of
from mayak.surveys.exports.single_answers import Table, csv_lines, headings, read_table, word_rows
from mayak.surveys.exports.spss import DATA, README, SYNTAX, data_of, syntax_of, variables_of
from mayak.surveys.models import Audience
from mayak.surveys.selectors.results import shown_of
from mayak.surveys.services.export_files import note_export
from mayak.surveys.services.summaries import current_results

Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    content: str
    file_format: str
    texts: bool = False

    @property
    def ending(self) -> str:
        """The ending of the file."""
        return "zip" if self.file_format == ExportFormat.SPSS else self.file_format


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: how many rows, and how many texts seem to name somebody."""

    rows: int
    named_texts: int


def make_file(
    audience: Audience, wanted: Wanted, path: Path, *, actor: Actor, progress: Progress = lambda _done: None
) -> Made:
    """Write the file and an entry of the audit log.

    Raises:
        ValidationError: nothing may be shown, or single answers may not be given out.
    """
    summary = current_results(audience, progress=progress)
    shown = shown_of(audience, summary)
    if shown is None:
        raise ValidationError(
            _("Fewer than %(count)d have answered: nothing is shown.")
            % {"count": audience.campaign.threshold}
        )
    named = 0
    if wanted.content == ExportContent.RESULTS:
        _write_results(shown, wanted, path)
        rows = shown.summary.counted
    else:
        table = read_table(audience, summary, with_texts=wanted.texts, progress=progress)
        named = texts_with_names(table) if wanted.texts else 0
        _write_answers(table, wanted, path)
        rows = table.count
    note_export(audience, path, actor=actor, content=wanted.content, rows=rows, texts=wanted.texts)
    return Made(rows, named)


def _write_results(shown: Any, wanted: Wanted, path: Path) -> None:
    if wanted.file_format == ExportFormat.CSV:
        with path.open("wb") as file:
            file.writelines(stream_csv(columns(), all_lines(shown)))
        return
    with Workbook(path) as book:
        for title, lines in sheets_of(shown):
            book.add_sheet(title, columns(), lines)


def _write_answers(table: Table, wanted: Wanted, path: Path) -> None:
    if wanted.file_format == ExportFormat.CSV:
        with path.open("wb") as file:
            file.writelines(csv_lines(table))
    elif wanted.file_format == ExportFormat.XLSX:
        with Workbook(path) as book:
            book.add_sheet(pgettext("survey", "Answers"), headings(table), word_rows(table))
    else:
        _write_spss(table, path)


def _write_spss(table: Table, path: Path) -> None:
    variables, sets = variables_of(table)
    title = f"{table.audience.campaign}: {table.audience}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(DATA, "w", force_zip64=True) as file:
            for part in data_of(variables):
                file.write(part)
        archive.writestr(SYNTAX, b"\xef\xbb\xbf" + syntax_of(variables, sets, title).encode())
        archive.writestr(README, _readme(table).encode())


def _readme(table: Table) -> str:
    lines = [
        f"{table.audience.campaign}: {table.audience}",
        _(
            "answers.csv holds the codes, answers.sps the syntax that reads them with all labels (SPSS, PSPP)."
        ),
        _("Unpack both files into one folder, open answers.sps there and run it; it writes answers.sav."),
    ]
    if table.audience.is_anonymous:
        lines.append(_("An empty cell may be an answer that is not shown, because its group is too small."))
    return "\r\n".join(lines) + "\r\n"


def texts_with_names(table: Table) -> int:
    """Return how many free texts seem to name somebody."""
    texts = Counter(
        str(text)
        for column in table.columns
        if column.item.question.kind == QuestionKind.TEXT
        for text in column.written
        if text
    )
    return sum(count for text, count in texts.items() if scan_text(text))
