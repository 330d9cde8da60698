"""The list of network partnership as a workbook that may be printed."""

import io
from math import ceil
from typing import Any, Final

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.documents.enums import DocumentFormat, TemplateKind
from mayak.documents.models import GeneratedDocument
from mayak.documents.selectors.order import content_text, contents_of, list_title, pairs_of, paper_name
from mayak.documents.services.storing import store_document
from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import covered_needs, distance_text, reason_texts

_WIDTHS: Final = (6, 12, 34, 34, 26, 32, 14, 10, 52)
_A4: Final = 9
_LINE: Final = 15.0
"""Points of one line of text."""
_LETTERS: Final = 0.9
"""Cyrillic letters in one unit of width, which is a digit."""
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
REASONS_AT_MOST: Final = 3


def make_partnership_list(run: MatchingRun, *, actor: Actor) -> GeneratedDocument:
    """Make the list of the pairs as an .xlsx file and keep it.

    Raises:
        ValidationError: there is no pair, or the pairing is archived.
    """
    if run.state == MatchingState.ARCHIVED:
        raise ValidationError(_("The pairing is in the archive; no paper is made of it."))
    rows = list_rows(run)
    if not rows:
        raise ValidationError(_("There is no pair to list."))
    return store_document(
        run,
        actor=actor,
        kind=TemplateKind.PARTNERSHIP_LIST,
        file_format=DocumentFormat.XLSX,
        title=list_title(run),
        content=_workbook(run, rows),
        fields={},
    )


def list_columns() -> list[str]:
    """Return the headings of the list."""
    return [
        _("No."),
        _("School year"),
        _("Lead school"),
        _("School that gets help"),
        _("Municipality"),
        _("What the help is about"),
        _("Distance, km"),
        _("Score, %"),
        _("Why this pair"),
    ]


def list_rows(run: MatchingRun) -> list[list[Any]]:
    """Return one row for each pair; an unknown distance is said in words."""
    contents = contents_of(run)
    return [
        [
            number,
            str(run.school_year),
            paper_name(pair.lead),
            paper_name(pair.mentee),
            pair.mentee.territory.name,
            content_text(contents.get((pair.mentee_id, pair.lead_id)) or covered_needs(pair)),
            distance_text(None) if pair.distance_km is None else round(pair.distance_km, 1),
            round(pair.score * 100),
            "; ".join(reason_texts(pair, at_most=REASONS_AT_MOST)),
        ]
        for number, pair in enumerate(pairs_of(run), start=1)
    ]


def _workbook(run: MatchingRun, rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    columns = list_columns()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": list_title(run), "created": run.solved_at or run.created_at})
        sheet = book.add_worksheet(_("Pairs"))
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E3E1DA"}
        )
        text = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        number = book.add_format({"valign": "top", "border": 1})
        distance = book.add_format({"valign": "top", "border": 1, "num_format": "0.0"})
        for column, (heading, width) in enumerate(zip(columns, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, head)
        for line, row in enumerate(rows, start=1):
            sheet.set_row(line, _height(row))
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value, text)
                else:
                    sheet.write_number(line, column, value, distance if isinstance(value, float) else number)
        _set_print(sheet, run, len(rows), len(columns))
    return out.getvalue()


def _height(row: list[Any]) -> float:
    """Return the height of a row in points: not every program fits wrapped text by itself."""
    lines = (ceil(len(str(value)) / (width * _LETTERS)) for value, width in zip(row, _WIDTHS, strict=True))
    return _LINE * max(1, *lines)


def _set_print(sheet: Any, run: MatchingRun, rows: int, columns: int) -> None:
    """Freeze and filter the head; print on A4 across, the head on each page, as many pages down as needed."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.6, right=0.4, top=0.9, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, rows, columns - 1)
    marked = "" if run.state == MatchingState.APPROVED else " (ПРОЕКТ)"
    sheet.set_header(f'&C&"Times New Roman,Bold"&12{list_title(run)}{marked}')
    sheet.set_footer("&L" + _("A signal for support, not an assessment") + "&R&P / &N")
