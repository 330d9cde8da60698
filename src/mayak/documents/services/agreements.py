"""An agreement as a Word file, by the same layout as the orders; its text comes from networks."""

import io
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from mayak.documents.algorithms.typography import plain, typeset
from mayak.documents.services.blank import add_page_field, set_page, set_styles, set_widths
from mayak.documents.services.blank import layout as order_layout
from mayak.documents.services.rendering import repacked
from mayak.networks.models import Agreement, AgreementVersion
from mayak.networks.selectors.agreement_texts import (
    BLANK_DAY,
    AgreementPaper,
    PaperParty,
    paper_of,
    russian_date,
)

_CENTER, _RIGHT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT
_TEXT_PT: Final = 12
"""The smaller of the two sizes that the standard of layout recommends: an agreement is long."""
_LIST_MARK: Final = "– "
_WIDTH_MM: Final = 165


def agreement_docx(agreement: Agreement, version: AgreementVersion) -> bytes:
    """Return the Word file of a version; one that is not agreed yet is marked «ПРОЕКТ»."""
    made = paper_of(agreement, version)
    paper = Document()
    set_page(paper)
    set_styles(paper)
    style: Any = paper.styles["Normal"]
    style.font.size = Pt(_TEXT_PT)
    header = paper.sections[0].header.paragraphs[0]
    header.alignment = _CENTER
    add_page_field(header)
    _add_head(paper, agreement, made)
    last = max((place for place, one in enumerate(made.clauses) if not one.is_heading), default=-1)
    for number, clause in enumerate(made.clauses):
        if clause.is_heading:
            heading = _line(paper, f"{clause.number}. {clause.text}", _CENTER, bold=True, before=10, after=4)
            heading.paragraph_format.keep_with_next = True
            continue
        for place, text in enumerate(clause.paragraphs):
            point = _point(paper, f"{clause.number}. {text}" if place == 0 else text)
            point.paragraph_format.keep_with_next = number == last or None  # no page with signatures alone
    _add_sides(paper, made.parties)
    properties = paper.core_properties
    properties.title, properties.language = plain(agreement.title)[:255], "ru-RU"
    properties.author = properties.last_modified_by = "Маяк"
    properties.created = properties.modified = agreement.created_at.replace(tzinfo=None)
    out = io.BytesIO()
    paper.save(out)
    return repacked(out.getvalue())


def _add_head(paper: DocumentObject, agreement: Agreement, made: AgreementPaper) -> None:
    if not agreement.is_signed and agreement.agreed_on is None:
        _line(paper, "ПРОЕКТ", _RIGHT, bold=True, after=12)
    number = f" №\u00a0{agreement.number}" if agreement.number else ""
    _line(paper, f"{made.title}{number}", _CENTER, bold=True, after=12)
    table = paper.add_table(rows=1, cols=2)
    set_widths(table, (_WIDTH_MM / 2, _WIDTH_MM / 2))
    day = russian_date(agreement.signed_on) or BLANK_DAY
    for cell, text, align in zip(table.rows[0].cells, (made.place, day), (_LEFT, _RIGHT), strict=True):
        cell.paragraphs[0].add_run(typeset(text))
        cell.paragraphs[0].alignment = align
    _line(paper, "", after=4)
    if made.preamble:
        _point(paper, made.preamble)


def _add_sides(paper: DocumentObject, parties: tuple[PaperParty, ...]) -> None:
    """Two parties in a row; a row is not torn between two pages."""
    columns = 2 if len(parties) > 1 else 1
    table = paper.add_table(rows=-(-len(parties) // columns), cols=columns)
    set_widths(table, [_WIDTH_MM / columns] * columns)
    for place, party in enumerate(parties):
        cell = table.rows[place // columns].cells[place % columns]
        cell.paragraphs[0].add_run(party.called).bold = True
        rows = [party.name, *(f"{label}: {value}" for label, value in party.requisites)]
        for text in rows:
            cell.add_paragraph(typeset(text))
        post = cell.add_paragraph(typeset(party.post[:1].upper() + party.post[1:]))
        post.paragraph_format.space_before = Pt(12)
        cell.add_paragraph(f"____________ / {party.signature or '____________'}")
        cell.add_paragraph("М.\u00a0П.").paragraph_format.space_after = Pt(12)
        for line in cell.paragraphs[:-1]:
            line.paragraph_format.keep_with_next = True


def _line(
    paper: DocumentObject,
    text: str,
    align: WD_ALIGN_PARAGRAPH = _LEFT,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> Any:
    line = paper.add_paragraph()
    line.alignment = align
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
    line.add_run(typeset(text)).bold = bold or None
    return line


def _point(paper: DocumentObject, text: str) -> Any:
    line = _line(paper, text, _JUSTIFY, after=3)
    is_item = text.startswith(_LIST_MARK)
    line.paragraph_format.first_line_indent = Mm(0 if is_item else order_layout()["first_line_mm"])
    if is_item:
        line.paragraph_format.left_indent = Mm(order_layout()["first_line_mm"])
    return line
