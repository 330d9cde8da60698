"""The supplied template of the note on a lesson, built with python-docx; ``mayak build_lesson_note`` writes it.

The result is committed and may be opened and changed in Word; its fields are those of ``exports.lesson_notes``.
"""

import datetime as dt
import io
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

TEMPLATE: Final = Path(__file__).resolve().parent.parent / "data" / "lesson_note.docx"
FONT: Final = "Times New Roman"
_BUILT: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # Word keeps a time without a zone
_FACTS: Final = (
    ("Дата урока", "{{ day }}"),
    ("Образовательная организация", "{{ school }}"),
    ("Учитель", "{{ teacher }}"),
    ("Предмет, класс", "{{ subject }}"),
    ("Тема урока", "{{ topic }}"),
    ("Вид посещения", "{{ kind }}"),
    ("Форма анализа", "{{ form }}"),
    ("Наблюдатели", "{{ observers }}"),
)
_HEADS: Final = ("№", "Критерий", "Компетенция", "% от максимума", "Уровень")
_CELLS: Final = (
    "{{ row.number }}",
    "{{ row.title }}",
    "{{ row.competence }}",
    "{{ row.percent }}",
    "{{ row.level }}",
)
_WIDTHS: Final = (12, 65, 40, 28, 22)
_NOTE: Final = (
    "Справка составлена для методической поддержки учителя. Она не является аттестационным заключением, не публикуется "
    "и не используется для сравнения учителей между собой."
)


def build_note_template() -> bytes:
    """Return the template of the note as a .docx file."""
    paper = Document()
    _set_page(paper)
    _title(paper)
    _facts(paper)
    _heading(paper, "1. Результаты по критериям")
    _results(paper)
    _text(paper, "{{ rating_note }}", size=11)
    for heading, name, none in (
        ("2. Сильные стороны урока", "strong", "Критериев высокого уровня не отмечено."),
        ("3. Что требует внимания", "weak", "Критериев низкого уровня не отмечено."),
        ("4. Рекомендации", "advice", "Рекомендаций нет."),
    ):
        _heading(paper, heading)
        _list(paper, name, none)
    _heading(paper, "5. Согласованность наблюдателей")
    _list(paper, "agreement", "Сравнивать нечего: оценивал один наблюдатель.")
    _heading(paper, "6. Мнение учителя")
    _text(paper, "{{ reflection }}", justify=True)
    _signatures(paper)
    _text(paper, _NOTE, size=10, justify=True, before=14)
    properties = paper.core_properties
    properties.title, properties.author, properties.language = (
        "Справка по результатам посещения урока",
        "",
        "ru-RU",
    )
    properties.created = properties.modified = _BUILT
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _set_page(paper: DocumentObject) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(13)
    section.top_margin = section.bottom_margin = Mm(20)
    style: Any = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.widow_control = True


def _title(paper: DocumentObject) -> None:
    for text, size in (("СПРАВКА", 14), ("по результатам посещения урока", 13)):
        paragraph = _text(paper, text, size=size)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.runs[0].bold = True
    paper.paragraphs[-1].paragraph_format.space_after = Pt(10)


def _facts(paper: DocumentObject) -> None:
    table = paper.add_table(rows=0, cols=2)
    for label, field in _FACTS:
        cells = table.add_row().cells
        for cell, text in zip(cells, (label, field), strict=True):
            cell.paragraphs[0].add_run(text)
    _set_widths(table, (60, 107))


def _results(paper: DocumentObject) -> None:
    table = paper.add_table(rows=4, cols=len(_HEADS))
    table.style = "Table Grid"
    _fill(table.rows[0].cells, _HEADS, bold=True)
    _repeat(table.rows[0])
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for row in rows %}")
    _fill(table.rows[2].cells, _CELLS, bold=False)
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
    _set_widths(table, _WIDTHS)


def _set_widths(table: Table, widths: tuple[int, ...]) -> None:
    """Columns and cells both: Word reads the cells, LibreOffice the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(cells: tuple[_Cell, ...], texts: tuple[str, ...], *, bold: bool) -> None:
    for at, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = bold, Pt(11)
        if at in {0, 3, 4}:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _heading(paper: DocumentObject, text: str) -> None:
    paragraph = _text(paper, text, before=12)
    paragraph.runs[0].bold = True
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.keep_with_next = True


def _list(paper: DocumentObject, name: str, none: str) -> None:
    _text(paper, f"{{%p for line in {name} %}}")
    paragraph = _text(paper, "– {{ line }}", justify=True)
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(5), Mm(-5)
    _text(paper, "{%p endfor %}")
    _text(paper, f"{{%p if not {name} %}}")
    _text(paper, none)
    _text(paper, "{%p endif %}")


def _signatures(paper: DocumentObject) -> None:
    _text(paper, "{%p for line in signatures %}")
    line = _text(paper, "Наблюдатель  ____________________  {{ line }}", before=10)
    line.paragraph_format.keep_together = True
    _text(paper, "{%p endfor %}")
    _text(paper, "Со справкой ознакомлен(а)  ____________________  {{ teacher }}", before=10)
    _text(paper, "«____» ______________ 20____ г.", before=6)


def _text(
    paper: DocumentObject, text: str, *, size: int = 12, justify: bool = False, before: int = 0
) -> Paragraph:
    paragraph = paper.add_paragraph()
    paragraph.add_run(text).font.size = Pt(size)
    paragraph.paragraph_format.space_before = Pt(before)
    if justify:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    return paragraph
