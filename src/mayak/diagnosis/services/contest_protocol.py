"""The protocol of a contest as a .docx file, in the layout of the order (ГОСТ Р 7.0.97-2025, domain.md B8.6)."""

import io
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.formats import number_format
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from mayak.diagnosis.enums.contests import ApplicationState, ContestDecision, ContestKind, ContestState
from mayak.diagnosis.models import Contest, ContestAssignment
from mayak.diagnosis.selectors.contests import ScoredApplication, scored_applications
from mayak.kernel.access import Actor
from mayak.registry.services.rows import log

_CENTER, _LEFT, _RIGHT, _JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
_FONT: Final = "Times New Roman"
_TEXT, _SMALL = 14, 11
_MARGINS: Final = {"left": 30, "right": 10, "top": 20, "bottom": 20}
_WHO: Final = {
    ContestKind.LOW_RESULTS: "школ с низкими образовательными результатами",
    ContestKind.DONOR: "школ-доноров",
}
_DECISIONS: Final = {
    ContestDecision.CHOSEN: "отобрана",
    ContestDecision.RESERVE: "в резерве",
    ContestDecision.NOT_CHOSEN: "не отобрана",
    ContestDecision.NONE: "решение не принято",
}
_NOTE: Final = (
    "Протокол предназначен для организаторов конкурса. "
    "Сумма баллов служит отбору и не является рейтингом школ."
)
_BLANK: Final = "______________"


@transaction.atomic
def make_protocol(contest: Contest, *, actor: Actor) -> bytes:
    """Return the protocol; before the contest is closed it is marked as a draft."""
    rows = scored_applications(contest)
    paper = Document()
    _set_page(paper)
    _add_head(paper, contest)
    _add_experts(paper, contest)
    _add_applications(paper, rows)
    _add_scores(paper, contest, rows)
    _add_decision(paper, contest, rows)
    _add_signatures(paper, contest)
    paper.core_properties.title = f"Протокол конкурса «{contest.title}»"
    paper.core_properties.author = paper.core_properties.last_modified_by = "Маяк"
    paper.core_properties.language = "ru-RU"
    out = io.BytesIO()
    paper.save(out)
    log(contest, actor=actor, action="protocol", changes={"applications": [None, len(rows)]})
    return out.getvalue()


def _set_page(paper: DocumentObject) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, size in _MARGINS.items():
        setattr(section, f"{side}_margin", Mm(size))
    section.different_first_page_header_footer = True
    style: Any = paper.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_TEXT)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    page = section.header.paragraphs[0]
    page.alignment = _CENTER
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("end", "")):
        run = page.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _add_head(paper: DocumentObject, contest: Contest) -> None:
    if contest.state != ContestState.CLOSED:
        _line(paper, "ПРОЕКТ", _RIGHT, bold=True, after=12)
    if contest.commission:
        _line(paper, contest.commission, _CENTER, bold=True, after=12)
    _line(paper, "ПРОТОКОЛ", _CENTER, bold=True, after=6)
    date = f"{contest.protocol_date:%d.%m.%Y}" if contest.protocol_date else "«___» __________ 20___ г."
    _line(paper, f"от {date} №\u00a0{contest.protocol_number or '______'}", _CENTER, after=12)
    _line(paper, f"экспертной оценки заявок конкурса «{contest.title}»", _CENTER, bold=True, after=12)
    who = _WHO[ContestKind(contest.kind)]
    basis = f" Основание: {contest.basis}, {contest.basis.title}." if contest.basis else ""
    programme = f" Программа: {contest.programme}." if contest.programme else ""
    _text(
        paper,
        f"Конкурс по отбору {who} на {contest.school_year} учебный год. Территория: {contest.territory}."
        f"{programme}{basis} Заявки принимались с {contest.applications_from:%d.%m.%Y} "
        f"по {contest.applications_until:%d.%m.%Y}.",
    )
    if contest.chair:
        _text(paper, f"Председатель комиссии: {contest.chair}")
    if contest.secretary:
        _text(paper, f"Секретарь комиссии: {contest.secretary}")


def _add_experts(paper: DocumentObject, contest: Contest) -> None:
    experts = [str(row.user) for row in contest.experts.select_related("user")]
    _heading(paper, "1. Эксперты")
    _text(paper, "; ".join(experts) + "." if experts else "Эксперты не назначены.")
    declined = ContestAssignment.objects.filter(application__contest=contest).exclude(declined_reason="")
    for one in declined.select_related("expert__user", "application__organisation"):
        _text(
            paper,
            f"Конфликт интересов: {one.expert} не оценивает заявку «{one.application.organisation}» "
            f"({one.declined_reason}).",
        )


def _add_applications(paper: DocumentObject, rows: Sequence[ScoredApplication]) -> None:
    _heading(paper, "2. Заявки")
    if not rows:
        _text(paper, "Заявок нет.")
        return
    listed = sorted(rows, key=lambda row: row.application.organisation.sort_key)
    cells = [
        [
            str(number),
            str(row.application.organisation),
            str(row.application.organisation.territory),
            f"{row.application.submitted_at:%d.%m.%Y}" if row.application.submitted_at else "",
        ]
        for number, row in enumerate(listed, start=1)
    ]
    _table(paper, ("№ п/п", "Школа", "Территория", "Заявка подана"), cells, (12, 80, 50, 28))


def _add_scores(paper: DocumentObject, contest: Contest, rows: Sequence[ScoredApplication]) -> None:
    _heading(paper, "3. Критерии и баллы")
    criteria = list(contest.criteria.order_by("position", "pk"))
    for number, row in enumerate(criteria, start=1):
        _text(
            paper,
            f"К{number}. {row.name}: до {_number(row.maximum)} баллов, вес {_number(row.weight, 2)}.",
            small=True,
        )
    _text(
        paper,
        "Балл по критерию – среднее баллов экспертов; итог – сумма средних баллов, умноженных на вес. "
        "Разброс – разность наибольшей и наименьшей суммы экспертов в процентах от наибольшей возможной.",
        small=True,
    )
    header = [
        "Школа",
        *(f"К{number}" for number in range(1, len(criteria) + 1)),
        "Итог",
        "Экс-пертов",
        "Раз-брос, %",
    ]
    cells = [
        [
            str(row.application.organisation),
            *(_number(one.mean, 1) + ("*" if one.is_apart else "") for one in row.outcome.criteria),
            f"{_number(row.outcome.total, 1)} из {_number(row.outcome.maximum, 1)}",
            str(row.outcome.experts),
            _number(row.outcome.spread, 0),
        ]
        for row in rows
    ]
    if not cells:
        return
    width = min(15.0, 70.0 / max(len(criteria), 1))
    used = width * len(criteria)
    _table(paper, header, cells, (170 - used - 59, *([width] * len(criteria)), 25, 16, 18))
    if any(row.outcome.apart for row in rows):
        _text(paper, "* По этому критерию оценки экспертов расходятся.", small=True)


def _add_decision(paper: DocumentObject, contest: Contest, rows: Sequence[ScoredApplication]) -> None:
    _heading(paper, "4. Решение")
    cells = [
        [
            str(number),
            str(row.application.organisation),
            _DECISIONS[ContestDecision(row.application.decision)],
            row.application.decision_reason,
        ]
        for number, row in enumerate(rows, start=1)
    ]
    if cells:
        _table(paper, ("№ п/п", "Школа", "Решение", "Обоснование"), cells, (12, 60, 30, 68))
    withdrawn = contest.applications.filter(state=ApplicationState.WITHDRAWN).select_related("organisation")
    for row in withdrawn:
        _text(paper, f"Заявка отозвана: {row.organisation} ({row.withdrawn_reason}).", small=True)
    _text(paper, _NOTE, small=True)


def _add_signatures(paper: DocumentObject, contest: Contest) -> None:
    lines = [("Председатель комиссии", contest.chair), ("Секретарь комиссии", contest.secretary)]
    lines += [("Эксперт", str(row.user)) for row in contest.experts.select_related("user")]
    gap = _line(paper, "", after=12)
    gap.paragraph_format.keep_with_next = True
    table = paper.add_table(rows=0, cols=3)
    for role, name in lines:
        cells = table.add_row().cells
        for cell, text in zip(cells, (role, _BLANK, name), strict=True):
            cell.paragraphs[0].add_run(text).font.size = Pt(_SMALL + 1)
            cell.paragraphs[0].paragraph_format.space_after = Pt(6)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    _set_widths(table, (50, 40, 80))
    _forbid_split(table)


def _line(
    paper: DocumentObject,
    text: str,
    align: WD_ALIGN_PARAGRAPH = _LEFT,
    *,
    bold: bool = False,
    after: float = 0,
) -> Paragraph:
    paragraph = paper.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.add_run(_joined(text)).bold = bold or None
    return paragraph


def _heading(paper: DocumentObject, text: str) -> None:
    line = _line(paper, text, bold=True, after=6)
    line.paragraph_format.space_before = Pt(12)
    line.paragraph_format.keep_with_next = True


def _text(paper: DocumentObject, text: str, *, small: bool = False) -> None:
    line = _line(paper, text, _JUSTIFY, after=4)
    if small:
        line.runs[0].font.size = Pt(_SMALL)
    else:
        line.paragraph_format.first_line_indent = Mm(12.5)


def _table(
    paper: DocumentObject, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> None:
    table = paper.add_table(rows=1, cols=len(header))
    table.style = paper.styles["Table Grid"]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(_joined(text))
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
        cell.paragraphs[0].alignment = _CENTER
    for line in table.rows:
        for cell in line.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(_SMALL)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _set_widths(table, widths)
    _forbid_split(table)
    _line(paper, "", after=2).paragraph_format.line_spacing = Pt(6)


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _forbid_split(table: Table) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _number(value: Any, digits: int = 1) -> str:
    text = number_format(round(float(value), digits), decimal_pos=digits, use_l10n=False)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _joined(text: str) -> str:
    """Keep a number at its sign: «№ 7» does not break."""
    return text.replace("№ ", "№\u00a0")
