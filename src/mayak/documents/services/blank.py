"""The supplied template of the order, built with python-docx by the layout in ``data/layout.yaml``.

``manage.py build_templates`` writes it; the result is committed and may be opened and changed in Word.
"""

import datetime as dt
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from mayak.documents.services.rendering import repacked

DATA: Final = Path(__file__).resolve().parent.parent / "data"
SUPPLIED_ORDER: Final = DATA / "partnership_order.docx"
_BUILT: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # Word keeps a time without a zone

_CENTER, _RIGHT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_LEFT = WD_ALIGN_PARAGRAPH.LEFT
_HEADERS: Final = ("№ п/п", "Школа-лидер", "{{ mentee_title }}", "Содержание помощи", "Статус, расстояние")
_CELLS: Final = (
    "{{ row.number }}",
    "{{ row.lead }}",
    "{{ row.mentee }}",
    "{{ row.content }}",
    "{{ row.ground }}",
)
_NOTE: Final = (
    "Включение школы в список – сигнал для поддержки, а не оценка школы и её педагогов. "
    "Список не является рейтингом."
)


@lru_cache(maxsize=1)
def layout() -> dict[str, Any]:
    """Return the layout of an order: margins, sizes and the standard they come from."""
    found: dict[str, Any] = yaml.safe_load((DATA / "layout.yaml").read_text())
    return found


def build_order_template() -> bytes:
    """Return the supplied template of the order as a .docx file."""
    paper = Document()
    set_page(paper)
    set_styles(paper)
    _set_headers(paper)
    _add_head(paper)
    _add_points(paper)
    _add_signature(paper)
    _add_annex(paper)
    _set_properties(paper)
    out = io.BytesIO()
    paper.save(out)
    return repacked(out.getvalue())


def set_page(paper: DocumentObject) -> None:
    """Set size, margins and the place of the header."""
    section, values = paper.sections[0], layout()
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(values["page"]["width"]), Mm(values["page"]["height"])
    for side, size in values["margins"].items():
        setattr(section, f"{side}_margin", Mm(size))
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True


def set_styles(paper: DocumentObject) -> None:
    """Set font, size, language and spacing of the text."""
    values = layout()
    style: Any = paper.styles["Normal"]
    style.font.name, style.font.size = values["font"], Pt(values["text_size_pt"])
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), values["font"])
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    style.element.get_or_add_rPr().append(language)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.widow_control = True


def _set_headers(paper: DocumentObject) -> None:
    """The number of the page from the second page on; «ПРОЕКТ» on every page of a draft."""
    section = paper.sections[0]
    page = section.header.paragraphs[0]
    page.alignment = _CENTER
    add_page_field(page)
    draft = section.header.add_paragraph("{% if is_draft %}ПРОЕКТ{% endif %}")
    draft.alignment = _RIGHT
    _small(draft)
    _ = section.first_page_header.paragraphs


def add_page_field(paragraph: Paragraph) -> None:
    """Add the field that counts the pages."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("", "2"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(layout()["table_size_pt"])
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        elif "PAGE" in text:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        else:
            mark = OxmlElement("w:t")
            mark.text = text
        run._r.append(mark)


def _line(
    paper: Any, text: str, align: WD_ALIGN_PARAGRAPH = _LEFT, *, bold: bool = False, after: float = 0
) -> Paragraph:
    paragraph: Paragraph = paper.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.add_run(text).bold = bold or None
    return paragraph


def _control(paper: Any, text: str) -> None:
    """Add a paragraph that only steers and is gone from the paper."""
    paper.add_paragraph(text)


def _point(paper: DocumentObject, text: str) -> Paragraph:
    """Add a paragraph of the text: indented, justified."""
    paragraph = _line(paper, text, _JUSTIFY, after=4)
    paragraph.paragraph_format.first_line_indent = Mm(layout()["first_line_mm"])
    return paragraph


def _add_head(paper: DocumentObject) -> None:
    _control(paper, "{%p if is_draft %}")
    _line(paper, "ПРОЕКТ", _RIGHT, bold=True, after=12)
    _control(paper, "{%p endif %}")
    _control(paper, "{%p for row in authority %}")
    _line(paper, "{{ row }}", _CENTER, bold=True)
    _control(paper, "{%p endfor %}")
    title = _line(paper, "РАСПОРЯЖЕНИЕ", _CENTER, bold=True, after=12)
    title.paragraph_format.space_before = Pt(18)
    _line(paper, "от {{ date }} №\u00a0{{ number }}", _CENTER, after=6)
    _control(paper, "{%p if place %}")
    _line(paper, "{{ place }}", _CENTER, after=18)
    _control(paper, "{%p endif %}")
    heading = _line(
        paper,
        "Об утверждении списка сетевого партнёрства школ на\u00a0{{ school_year }} учебный\u00a0год",
        _CENTER,
        bold=True,
        after=18,
    )
    heading.paragraph_format.left_indent = heading.paragraph_format.right_indent = Mm(15)


def _add_points(paper: DocumentObject) -> None:
    _point(
        paper,
        "В целях методической поддержки {{ supported }}, организации сетевого наставничества школ и повышения качества "
        "образования ({{ territory }}){% if basis %}, в соответствии с {{ basis }}{% endif %}:",
    )
    _point(
        paper,
        "1. Утвердить список сетевого партнёрства школ на {{ school_year }} учебный год (далее – Список) согласно "
        "приложению к настоящему распоряжению.",
    )
    _point(
        paper,
        "2. {% if one_lead %}Руководителю школы-лидера{% else %}Руководителям школ-лидеров{% endif %} "
        "{{ lead_names }}:",
    )
    _point(paper, "2.1. Назначить ответственных за работу с ведомыми школами в срок до {{ deadline }}")
    _point(
        paper,
        "2.2. Заключить с ведомыми школами, указанными в Списке, соглашения о сотрудничестве и согласовать с ними "
        "планы совместной работы в срок до {{ deadline }}",
    )
    _point(
        paper,
        "3. {% if one_mentee %}Руководителю ведомой школы{% else %}Руководителям ведомых школ{% endif %} "
        "{{ mentee_names }}:",
    )
    _point(paper, "3.1. Назначить ответственных за взаимодействие со школой-лидером в срок до {{ deadline }}")
    _point(
        paper,
        "3.2. Обеспечить участие педагогических работников в мероприятиях совместной работы в течение "
        "{{ school_year }} учебного года.",
    )
    _control(paper, "{%p if service %}")
    _point(
        paper,
        "4. {{ service }} обеспечить методическое сопровождение совместной работы школ, указанных в Списке.",
    )
    _control(paper, "{%p endif %}")
    last = _point(
        paper,
        "{% if service %}5{% else %}4{% endif %}. Контроль за исполнением настоящего распоряжения "
        "{% if control %}возложить на {{ control }}{% else %}оставляю за собой{% endif %}.",
    )
    last.paragraph_format.keep_together = last.paragraph_format.keep_with_next = (
        True  # no signature without text
    )


def _add_signature(paper: DocumentObject) -> None:
    gap = _line(paper, "", after=18)
    gap.paragraph_format.keep_with_next = True
    table = paper.add_table(rows=1, cols=2)
    set_widths(table, (100, 65))
    for cell, text, align in zip(
        table.rows[0].cells,
        ("{{ signatory_position }}", "{{ signatory_name }}"),
        (_LEFT, _RIGHT),
        strict=True,
    ):
        cell.paragraphs[0].add_run(text)
        cell.paragraphs[0].alignment = align
        _align_bottom(cell)
    _forbid_split(table)
    copies = _line(paper, "Разослано: {{ copies }}.", _JUSTIFY)
    copies.paragraph_format.space_before = Pt(24)
    copies.paragraph_format.keep_together = True
    copies.runs[0].font.size = Pt(layout()["table_size_pt"])


def _add_annex(paper: DocumentObject) -> None:
    for number, text in enumerate(("Приложение", "к распоряжению", "от {{ date }} №\u00a0{{ number }}")):
        line = _line(paper, text)
        line.paragraph_format.left_indent = Mm(85)
        line.paragraph_format.page_break_before = number == 0
    title = _line(paper, "СПИСОК", _CENTER, bold=True)
    title.paragraph_format.space_before = Pt(18)
    _line(paper, "сетевого партнёрства школ на {{ school_year }} учебный год", _CENTER, bold=True, after=12)
    _add_pairs(paper)
    total = _line(paper, "Всего: {{ totals }}.", after=6)
    total.paragraph_format.space_before = Pt(8)
    _control(paper, "{%p if abbreviations %}")
    _small(_line(paper, "{{ abbreviations }}.", _JUSTIFY, after=6))
    _control(paper, "{%p endif %}")
    _small(_line(paper, _NOTE, _JUSTIFY))


def _add_pairs(paper: DocumentObject) -> None:
    table = paper.add_table(rows=4, cols=len(_HEADERS))
    table.style = paper.styles["Table Grid"]
    set_widths(table, layout()["columns_mm"])
    for cell, text in zip(table.rows[0].cells, _HEADERS, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
        cell.paragraphs[0].alignment = _CENTER
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for row in pairs %}")
    for number, (cell, text) in enumerate(zip(table.rows[2].cells, _CELLS, strict=True)):
        cell.paragraphs[0].add_run(text)
        cell.paragraphs[0].alignment = _CENTER if number == 0 else _LEFT
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
    for row in table.rows:
        for cell in row.cells:
            form = cell.paragraphs[0].paragraph_format
            form.space_before = form.space_after = Pt(2)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(layout()["table_size_pt"])
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    _forbid_split(table)


def _small(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        run.font.size = Pt(layout()["table_size_pt"])


def set_widths(table: Table, widths: Sequence[float]) -> None:
    """Fix the widths; LibreOffice reads those of the columns only where the table does not fit itself."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _forbid_split(table: Table) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _align_bottom(cell: _Cell) -> None:
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "bottom")
    cell._tc.get_or_add_tcPr().append(align)


def _set_properties(paper: DocumentObject) -> None:
    properties = paper.core_properties
    properties.title = "Распоряжение об утверждении списка сетевого партнёрства школ"
    properties.author = properties.last_modified_by = "Маяк"
    properties.comments = layout()["standard"]
    properties.language = "ru-RU"
    properties.created = properties.modified = _BUILT
