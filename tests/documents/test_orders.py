"""The order: its words, its layout, its life from a draft to the registered act."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.documents.algorithms.typography import typeset_all
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.documents.selectors import order_defaults
from mayak.documents.selectors.order import content_text, order_context
from mayak.documents.selectors.template_fields import example_context
from mayak.documents.services import make_partnership_order, register_order
from mayak.documents.services.blank import SUPPLIED_ORDER, build_order_template
from mayak.documents.services.rendering import render_docx
from mayak.kernel.models import AuditEntry
from mayak.matching.enums import MatchingState
from mayak.networks.models import Partnership
from mayak.networks.services import end_partnership
from mayak.registry.enums import ActKind, ActState
from mayak.registry.models import LegalAct
from mayak.results.models import SchoolStatus
from tests.documents.conftest import ACTOR, DAY, FIELDS, District, bytes_of, cells, opened, texts
from tests.factories.matching import StatusFactory, StatusKindFactory
from tests.factories.registry import LegalActFactory

LEAD = "МБОУ «Гимназия „Невская“»"
FIRST = "МКОУ «Верхняя СОШ № 2»"
SECOND = "МКОУ «Южная ООШ»"


def make(district: District, **changes: Any) -> GeneratedDocument:
    return make_partnership_order(district.run, actor=ACTOR, fields=FIELDS | changes)


def test_the_order_word_by_word(approved: District) -> None:
    assert texts(bytes_of(make(approved))) == [
        "Администрация",
        "КОМИТЕТ ОБРАЗОВАНИЯ",
        "РАСПОРЯЖЕНИЕ",
        "от ________________ № ________",
        "Тестовск",
        "Об утверждении списка сетевого партнёрства школ на 2024/25 учебный год",
        "В целях методической поддержки школ с низкими образовательными результатами (далее – ШНОР), организации "
        "сетевого наставничества школ и повышения качества образования (Тестовский район), в соответствии с приказом "
        "от 1 сентября 2024 г. № 5:",
        "1. Утвердить список сетевого партнёрства школ на 2024/25 учебный год (далее – Список) согласно приложению к "
        "настоящему распоряжению.",
        f"2. Руководителю школы-лидера {LEAD}:",
        "2.1. Назначить ответственных за работу с ведомыми школами в срок до 1 ноября 2024 г.",
        "2.2. Заключить с ведомыми школами, указанными в Списке, соглашения о сотрудничестве и согласовать с ними "
        "планы совместной работы в срок до 1 ноября 2024 г.",
        f"3. Руководителям ведомых школ {FIRST}, {SECOND}:",
        "3.1. Назначить ответственных за взаимодействие со школой-лидером в срок до 1 ноября 2024 г.",
        "3.2. Обеспечить участие педагогических работников в мероприятиях совместной работы в течение 2024/25 учебного "
        "года.",
        "4. Методической службе обеспечить методическое сопровождение совместной работы школ, указанных в Списке.",
        "5. Контроль за исполнением настоящего распоряжения возложить на главного специалиста А.А. Примерову.",
        f"Разослано: в дело, {LEAD}, {FIRST}, {SECOND}.",
        "Приложение",
        "к распоряжению",
        "от ________________ № ________",
        "СПИСОК",
        "сетевого партнёрства школ на 2024/25 учебный год",
        "Всего: 2 пары: 1 школа-лидер, 2 ведомые школы.",
        "ШНОР – школа с низкими образовательными результатами.",
        "Включение школы в список – сигнал для поддержки, а не оценка школы и её педагогов. Список не является "
        "рейтингом.",
    ]


def test_the_tables_of_the_order(approved: District) -> None:
    content = bytes_of(make(approved))
    assert cells(content, 0) == [["Председатель комитета", "Б.Б. Образцов"]]
    assert cells(content, 1) == [
        ["№ п/п", "Школа-лидер", "Школа с НОР (ведомая)", "Содержание помощи", "Статус, расстояние"],
        ["1", LEAD, FIRST, "математика (6, 9 классы), русский язык", "ШНОР; 12,4 км"],
        ["2", LEAD, SECOND, "методическая помощь по запросу школы", "ШНОР"],
    ]


def test_what_is_left_empty_leaves_no_trace(approved: District) -> None:
    bare = {
        "place": "",
        "basis": "",
        "service": "",
        "control": "",
        "signatory_position": "",
        "signatory_name": "",
    }
    found = texts(bytes_of(make(approved, **bare)))
    assert "Тестовск" not in found
    assert found[5].endswith("качества образования (Тестовский район):")
    assert "4. Контроль за исполнением настоящего распоряжения оставляю за собой." in found
    assert not any(line.startswith("5.") for line in found)


def test_nothing_of_the_template_is_left(approved: District) -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(make(approved)))) as archive:
        for name in archive.namelist():
            found = archive.read(name)
            assert not any(mark in found for mark in (b"{{", b"}}", b"{%", b"%}")), name


def test_the_layout_is_that_of_the_standard(approved: District) -> None:
    paper = opened(bytes_of(make(approved)))
    section = paper.sections[0]
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(side.mm) for side in sides] == [30, 15, 20, 20]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.different_first_page_header_footer
    assert [one.text for one in section.first_page_header.paragraphs] == [""]
    assert " PAGE " in section.header._element.xml
    assert (paper.styles["Normal"].font.name, paper.styles["Normal"].font.size) == ("Times New Roman", Pt(14))
    title = next(one for one in paper.paragraphs if one.text == "РАСПОРЯЖЕНИЕ")
    assert (title.alignment, title.runs[0].bold) == (WD_ALIGN_PARAGRAPH.CENTER, True)
    point = next(one for one in paper.paragraphs if one.text.startswith("1. "))
    assert abs(point.paragraph_format.first_line_indent - Mm(12.5)) < 1000
    annex = next(one for one in paper.paragraphs if one.text == "Приложение")
    assert annex.paragraph_format.page_break_before


def test_no_signature_stands_without_text(approved: District) -> None:
    paper = opened(bytes_of(make(approved)))
    last = next(one for one in paper.paragraphs if "Контроль за исполнением" in one.text)
    assert last.paragraph_format.keep_with_next
    assert last.paragraph_format.keep_together
    copies = next(one for one in paper.paragraphs if one.text.startswith("Разослано"))
    assert copies.paragraph_format.keep_together


def test_the_table_of_the_annex_repeats_its_head_and_keeps_its_rows_whole(approved: District) -> None:
    table = opened(bytes_of(make(approved))).tables[1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert not table.autofit
    assert [round(column.width.mm) for column in table.columns] == [10, 43, 43, 41, 28]


def test_a_draft_says_so_on_every_page(district: District) -> None:
    document = make(district)
    content = bytes_of(document)
    assert document.is_draft
    assert texts(content)[0] == "ПРОЕКТ"
    assert [one.text for one in opened(content).sections[0].header.paragraphs][1] == "ПРОЕКТ"


def test_an_approved_paper_says_it_nowhere(approved: District) -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(make(approved)))) as archive:
        assert not any("ПРОЕКТ".encode() in archive.read(name) for name in archive.namelist())


def test_a_draft_has_neither_number_nor_date(district: District) -> None:
    with pytest.raises(ValidationError) as caught:
        make(district, number="5", date=DAY)
    assert caught.value.message_dict == {
        "number": ["The pairs are not approved yet: a draft has neither number nor date."]
    }
    assert GeneratedDocument.objects.count() == 0


@pytest.mark.parametrize("changes", [{"number": "5"}, {"date": DAY}])
def test_number_and_date_go_together(approved: District, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        make(approved, **changes)
    assert caught.value.message_dict == {"number": ["Give both number and date, or leave both empty."]}


def test_the_authority_is_needed(approved: District) -> None:
    with pytest.raises(ValidationError) as caught:
        make(approved, authority=" \n")
    assert caught.value.message_dict == {"authority": ["Name the authority that issues the order."]}


def test_an_archived_pairing_makes_no_paper(district: District) -> None:
    district.run.state = MatchingState.ARCHIVED
    district.run.save(update_fields=["state"])
    with pytest.raises(ValidationError) as caught:
        make(district)
    assert caught.value.messages == ["The pairing is in the archive; no paper is made of it."]


def test_a_pairing_without_pairs_makes_no_paper(district: District) -> None:
    district.run.pairs.all().delete()
    with pytest.raises(ValidationError) as caught:
        make(district)
    assert caught.value.messages == ["There is no pair to name in the order."]


def test_a_pair_that_has_ended_is_not_named(approved: District) -> None:
    end_partnership(Partnership.objects.get(mentee=approved.second), actor=ACTOR, reason="Отказ")
    content = bytes_of(make(approved))
    assert [row[2] for row in cells(content, 1)] == ["Школа с НОР (ведомая)", FIRST]
    assert f"3. Руководителю ведомой школы {FIRST}:" in texts(content)


def test_a_second_status_is_named_and_explained(approved: District) -> None:
    kind = StatusKindFactory(
        code="context",
        name="Школа, функционирующая в неблагоприятных социальных условиях",
        abbreviation="ШНСУ",
        role="context",
        position=200,
    )
    StatusFactory(organisation=approved.first, kind=kind)
    context = typeset_all(order_context(approved.run, FIELDS))
    assert context["supported"] == (
        "школ с низкими образовательными результатами (далее – ШНОР), школ, функционирующих в неблагоприятных "
        "социальных условиях (далее – ШНСУ)"
    )
    assert context["mentee_title"] == "Ведомая школа"
    assert context["pairs"][0]["ground"] == "ШНОР, ШНСУ; 12,4\u00a0км"
    assert context["abbreviations"].endswith(
        "; ШНСУ – школа, функционирующая в неблагоприятных социальных условиях"
    )


def test_the_same_fields_give_the_same_bytes(approved: District) -> None:
    first, second = make(approved), make(approved)
    assert (first.pk, first.sha256) != (second.pk, "")
    assert bytes_of(first) == bytes_of(second)
    assert first.sha256 == second.sha256


def test_a_paper_keeps_what_went_in_and_who_made_it(approved: District) -> None:
    document = make(approved)
    assert document.title == "Об утверждении списка сетевого партнёрства школ на 2024/25 учебный год"
    assert document.fields["deadline"] == "2024-11-01"
    assert "number" not in document.fields
    assert (document.owner_id, document.owner_label) == (7, "anna@example.org")
    assert document.template == DocumentTemplate.objects.get(is_supplied=True)
    entry = AuditEntry.objects.get(object_type="documents.generateddocument")
    assert (entry.action, entry.territory_path) == ("make", approved.territory.path)
    assert entry.changes == {"sha256": document.sha256, "run": approved.run.pk}


def test_the_form_begins_with_the_authority_and_the_acts_of_the_statuses(approved: District) -> None:
    act = LegalActFactory(
        territory=approved.territory,
        kind=ActKind.ORDER,
        number="237",
        date=dt.date(2023, 6, 8),
        title="О списке",
        issuer="Комитет",
    )
    SchoolStatus.objects.filter(organisation=approved.first).update(basis=act)
    found = order_defaults(approved.run)
    assert found["authority"] == "Комитет образования Тестовского района"
    assert found["place"] == "Тестовск"
    assert found["basis"].replace("\u00a0", " ") == "приказом от 8 июня 2023 г. № 237 «О списке» (Комитет)"
    assert found["deadline"] == dt.date(2024, 11, 1)


def test_the_form_takes_over_the_last_order(approved: District) -> None:
    make(approved)
    found = order_defaults(approved.run)
    assert found == {
        "authority": FIELDS["authority"],
        "place": "Тестовск",
        "basis": FIELDS["basis"],
        "deadline": dt.date(2024, 11, 1),
        "service": "методической службе",
        "control": "главного специалиста А. А. Примерову",
        "signatory_position": "Председатель комитета",
        "signatory_name": "Б.Б. Образцов",
    }


def test_a_registered_order_is_an_act_in_force_and_the_basis_of_its_pairs(approved: District) -> None:
    made = make(approved)
    registered = register_order(made, actor=ACTOR, number=" 263 ", date=DAY)
    act = LegalAct.objects.get()
    assert (act.kind, act.number, act.date, act.state) == (ActKind.DIRECTIVE, "263", DAY, ActState.IN_FORCE)
    assert (act.issuer, act.territory) == ("Администрация, КОМИТЕТ ОБРАЗОВАНИЯ", approved.territory)
    assert act.title == made.title
    assert registered.act == act
    assert set(Partnership.objects.values_list("basis", flat=True)) == {act.pk}
    assert texts(bytes_of(registered))[3] == "от 12 октября 2024 г. № 263"
    assert texts(bytes_of(made))[3] == "от ________________ № ________"
    assert AuditEntry.objects.get(action="register").changes == {"act": act.pk, "pairs": 2}


def test_a_paper_printed_with_this_number_is_registered_itself(approved: District) -> None:
    made = make(approved, number="263", date=DAY)
    assert register_order(made, actor=ACTOR, number="263", date=DAY).pk == made.pk
    assert GeneratedDocument.objects.count() == 1


def test_one_order_of_a_pairing_is_registered(approved: District) -> None:
    made = make(approved)
    register_order(made, actor=ACTOR, number="263", date=DAY)
    with pytest.raises(ValidationError) as caught:
        register_order(made, actor=ACTOR, number="264", date=DAY)
    assert caught.value.messages == [
        "The order of this pairing is registered already: directive 12.10.2024 № 263."
    ]
    assert LegalAct.objects.count() == 1
    LegalAct.objects.update(state=ActState.CANCELLED)
    register_order(made, actor=ACTOR, number="264", date=DAY)
    assert LegalAct.objects.filter(state=ActState.IN_FORCE).get().number == "264"


def test_a_number_that_is_taken_is_refused_and_nothing_stays(approved: District) -> None:
    make_act = {
        "kind": ActKind.DIRECTIVE,
        "number": "263",
        "date": DAY,
        "issuer": "Администрация, КОМИТЕТ ОБРАЗОВАНИЯ",
    }
    LegalActFactory(territory=approved.territory, **make_act)
    made = make(approved)
    with pytest.raises(ValidationError) as caught:
        register_order(made, actor=ACTOR, number="263", date=DAY)
    assert caught.value.messages == ["This act is registered already."]
    assert GeneratedDocument.objects.count() == 1
    assert set(Partnership.objects.values_list("basis", flat=True)) == {None}


def test_the_order_of_a_draft_is_not_registered(district: District) -> None:
    with pytest.raises(ValidationError) as caught:
        register_order(make(district), actor=ACTOR, number="1", date=DAY)
    assert caught.value.messages == ["Only the order of an approved pairing is registered."]


def test_the_supplied_template_is_the_one_that_the_command_builds() -> None:
    assert build_order_template() == SUPPLIED_ORDER.read_bytes()


@given(st.text(alphabet="абвАБ &<>«»\"'{}%№#;1-|", min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_name_is_printed_as_it_is(name: str) -> None:
    """Names hold ampersands, angle brackets and even tags; they are text, never markup."""
    context = example_context() | {"place": f"я{name}я"}
    context["pairs"] = [context["pairs"][0] | {"mentee": f"я{name}я"}]
    content = render_docx(SUPPLIED_ORDER.read_bytes(), context)
    paper = opened(content)
    assert paper.tables[1].rows[1].cells[2].text == f"я{name}я"
    assert f"я{name}я" in [one.text for one in paper.paragraphs]


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ([], "методическая помощь по запросу школы"),
        ([{"name": "Физика", "grade": 9}], "физика (9 класс)"),
        ([{"name": "ОБЖ", "grade": None}], "ОБЖ"),
        ([{"name": "Физика", "grade": 11}, {"name": "Физика", "grade": 7}], "физика (7, 11 классы)"),
    ],
)
def test_what_the_help_is_about(needs: list[dict[str, Any]], expected: str) -> None:
    assert content_text(needs) == expected
