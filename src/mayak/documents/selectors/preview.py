"""The text of a kept paper, block by block, read from the file itself: what is shown is what is downloaded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table
from docx.text.paragraph import Paragraph

from mayak.documents.enums import DocumentFormat
from mayak.documents.models import GeneratedDocument

_ALIGN: Final = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a table where ``rows`` is not empty.

    Attributes:
        text: text of the paragraph.
        align: «center», «right» or empty.
        is_strong: whether the whole paragraph is bold.
        is_new_page: whether a page begins here.
        rows: cells of a table; the first row is its head where ``has_head``.
        has_head: whether the head is repeated on each page.
    """

    text: str = ""
    align: str = ""
    is_strong: bool = False
    is_new_page: bool = False
    rows: list[list[str]] = field(default_factory=list)
    has_head: bool = False


def preview_blocks(document: GeneratedDocument) -> list[Block]:
    """Return the blocks of a Word paper; nothing for other formats."""
    if document.format != DocumentFormat.DOCX:
        return []
    with document.file.open("rb") as file:
        return list(_blocks(file))


def _blocks(file: object) -> Iterator[Block]:
    for one in Document(file).iter_inner_content():  # type: ignore[arg-type]  # an open file of Django
        if isinstance(one, Table):
            head = one.rows[0]._tr.trPr is not None and one.rows[0]._tr.trPr.find(_HEAD) is not None
            yield Block(rows=[[cell.text for cell in row.cells] for row in one.rows], has_head=head)
        elif one.text.strip():
            yield _paragraph(one)


def _paragraph(one: Paragraph) -> Block:
    runs = [run for run in one.runs if run.text.strip()]
    return Block(
        text=one.text,
        align=_ALIGN.get(one.alignment, "") if one.alignment is not None else "",
        is_strong=bool(runs) and all(run.bold for run in runs),
        is_new_page=bool(one.paragraph_format.page_break_before),
    )


_HEAD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblHeader"
