"""The pages of questionnaires as people use them: plain forms, without a script."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.registry.models import Organisation
from mayak.surveys.algorithms.definition import (
    Condition,
    Operator,
    Question,
    QuestionKind,
    Scale,
    ShowIf,
    Words,
)
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.services.versions import stamp_of
from tests.factories.campaigns import choice, document
from tests.factories.questionnaires import block, coordinator, draft
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def owner() -> Organisation:
    return AuthorityFactory.create(territory=MunicipalityFactory.create())


@pytest.fixture
def client(owner: Organisation) -> Client:
    return coordinator(owner)


def url(name: str, *args: Any) -> str:
    return reverse(f"surveys:{name}", args=args)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(url(name, *args), query)
    assert response.status_code == 200
    return response.content.decode()


def stamp(version: QuestionnaireVersion) -> dict[str, str]:
    version.refresh_from_db()
    return {"stamp": stamp_of(version.document)}


def rows(prefix: str, *values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(values), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(values):
        found |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return found


def question_form(**values: Any) -> dict[str, Any]:
    return {"text_ru": "Почему?", **rows("options"), **rows("rows"), **rows("conditions"), **values}


def last(version: QuestionnaireVersion) -> Question:
    version.refresh_from_db()
    return list(version.definition.questions())[-1]


# Lists and descriptions


def test_the_list_shows_own_and_supplied_ones_without_the_archive(
    client: Client, owner: Organisation
) -> None:
    draft(owner, title_ru="Своя")
    draft(owner, title_ru="Старая", is_archived=True)
    draft(title_ru="Чужая")
    supplied = draft(title_ru="Готовая", is_supplied=True)
    Questionnaire.objects.filter(pk=supplied.questionnaire_id).update(owner=None)
    shown = page(client, "questionnaires")
    assert "Своя" in shown
    assert "Готовая" in shown
    assert "Старая" not in shown
    assert "Чужая" not in shown
    assert "Старая" in page(client, "questionnaires", archive="archived")
    assert "Своя" not in page(client, "questionnaires", origin="supplied")


def test_a_longer_list_costs_no_more_queries(client: Client, owner: Organisation) -> None:
    counts = []
    for _round in range(2):
        draft(owner)
        page(client, "questionnaires")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, "questionnaires")
        counts.append(len(queries))
        draft(owner)
        draft(owner)
    assert counts[0] == counts[1]


def test_a_questionnaire_is_made_empty_or_as_a_copy(client: Client, owner: Organisation) -> None:
    response = client.post(url("new"), {"title_ru": "Новая", "is_short": "on"})
    made = Questionnaire.objects.get(title_ru="Новая")
    assert response.headers["Location"] == url("version", made.versions.get().pk)
    assert (made.owner, made.is_short) == (owner, True)
    source = draft(is_supplied=True, title_ru="Готовая").questionnaire
    Questionnaire.objects.filter(pk=source.pk).update(owner=None)
    assert "Готовая (copy)" in page(client, "new", copy=source.pk)
    client.post(url("new"), {"title_ru": "Копия", "copy_of": source.pk})
    assert (
        Questionnaire.objects.get(title_ru="Копия").versions.get().document == source.versions.get().document
    )
    assert client.post(url("new"), {"title_ru": ""}).status_code == 400


def test_the_description_is_changed_and_supplied_ones_are_not(client: Client, owner: Organisation) -> None:
    own, supplied = draft(owner).questionnaire, draft(is_supplied=True).questionnaire
    Questionnaire.objects.filter(pk=supplied.pk).update(owner=None)
    client.post(url("edit-questionnaire", own.pk), {"title_ru": "Иначе", "purpose": "Зачем"})
    own.refresh_from_db()
    assert (own.title_ru, own.purpose) == ("Иначе", "Зачем")
    assert "Иначе" in page(client, "questionnaire", own.pk)
    response = client.post(url("edit-questionnaire", supplied.pk), {"title_ru": "Иначе"})
    assert response.status_code == 403
    assert "Make a copy" in response.content.decode()


def test_archiving_and_taking_back(client: Client, owner: Organisation) -> None:
    own = draft(owner).questionnaire
    for state in (True, False):
        client.post(url("archive", own.pk))
        own.refresh_from_db()
        assert own.is_archived is state


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SYSTEM_ADMINISTRATOR])
def test_who_holds_no_surveys_is_told_so(owner: Organisation, role: str) -> None:
    place = owner if role == Role.SYSTEM_ADMINISTRATOR else SchoolFactory.create(territory=owner.territory)
    response = coordinator(place, role).get(url("questionnaires"))
    assert response.status_code == 403
    assert "those who hold surveys" in response.content.decode()


def test_a_neighbours_questionnaire_is_not_found(client: Client) -> None:
    foreign = draft()
    for name in ("version", "preview", "export-xlsx", "edit-note", "edit-new-section"):
        assert client.get(url(name, foreign.pk)).status_code == 404
    assert client.get(url("questionnaire", foreign.questionnaire_id)).status_code == 404
    assert client.post(url("edit-draft", foreign.questionnaire_id)).status_code == 404


# The editor


def test_the_outline_names_conditions_problems_and_minutes(client: Client, owner: Organisation) -> None:
    version = draft(owner, document(choice("q1"), choice("q2", options=[])), is_short=True)
    shown = page(client, "version", version.pk)
    assert "There is no option to choose from." in shown
    assert "takes about <strong>1</strong> min" in shown
    assert url("edit-question", version.pk, "q2") in shown
    assert "have no English" in shown


def test_a_section_is_added_changed_moved_and_removed(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    form = {"title_ru": "Второй", "title_en": "Second", **rows("conditions", {"option": "q1:a"})}
    client.post(url("edit-new-section", version.pk), form | stamp(version))
    version.refresh_from_db()
    section = version.definition.sections[1]
    assert (section.code, section.title) == ("s2", Words("Второй", "Second"))
    assert section.show_if == ShowIf((Condition("q1", Operator.EQUALS, "a"),))
    assert "Второй" in page(client, "edit-section", version.pk, "s2")
    client.post(url("edit-section", version.pk, "s2"), form | {"title_ru": "Другой"} | stamp(version))
    client.post(url("edit-move", version.pk, "s2"), {"part": "section", "step": "up"} | stamp(version))
    version.refresh_from_db()
    assert [section.title.ru for section in version.definition.sections] == ["Другой", "Раздел"]
    client.post(url("edit-remove", version.pk, "s2"), {"part": "section"} | stamp(version))
    version.refresh_from_db()
    assert [section.code for section in version.definition.sections] == ["s1"]


def test_an_empty_condition_row_is_none(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    form = {"title_ru": "Иначе", **rows("conditions", {"question": "", "operator": "equals", "value": ""})}
    client.post(url("edit-section", version.pk, "s1"), form | stamp(version))
    version.refresh_from_db()
    assert version.definition.sections[0].title.ru == "Иначе"


OPTIONS = rows(
    "options", {"text_ru": "нет", "position": 20}, {"text_ru": "да", "position": 10, "value": "2"}, {}
)


@pytest.mark.parametrize(
    ("kind", "form", "wanted"),
    [
        ("single", OPTIONS, {"options": [("o1", "да", 2), ("o2", "нет", None)]}),
        ("multiple", OPTIONS | {"most": 1}, {"maximum": 1}),
        ("matrix", OPTIONS | rows("rows", {"text_ru": "План", "code": "plan"}), {"rows": ["plan"]}),
        (
            "scale",
            {"low": 1, "high": 3, "low_ru": "мало", "labels_ru": "2 = средне", "labels_en": "2 = middle"},
            {"scale": Scale(1, 3, Words("мало"), Words(), {2: Words("средне", "middle")})},
        ),
        ("number", {"minimum": "0", "maximum": "10.5"}, {"minimum": 0, "maximum": 10.5}),
        ("date", {"required": "on"}, {"required": True}),
        ("text", {"many_lines": "on", "longest": 200}, {"many_lines": True, "maximum": 200}),
        (
            "file",
            {"help_ru": "До 5 МБ", "meaning": "risk: Ф1"},
            {"help": Words("До 5 МБ"), "meaning": {"risk": "Ф1"}},
        ),
    ],
)
def test_a_question_of_every_kind_is_added(
    client: Client, owner: Organisation, kind: str, form: dict[str, Any], wanted: dict[str, Any]
) -> None:
    version = draft(owner)
    assert "Почему" not in page(client, "edit-new-question", version.pk, "s1", kind=kind)
    address = f"{url('edit-new-question', version.pk, 's1')}?kind={kind}"
    response = client.post(address, question_form(**form) | stamp(version))
    assert response.status_code == 302
    question = last(version)
    assert (question.code, question.kind, question.text.ru) == ("q3", QuestionKind(kind), "Почему?")
    for name, value in wanted.items():
        found = getattr(question, name)
        if name == "options":
            found = [(option.code, option.text.ru, option.value) for option in found]
        if name == "rows":
            found = [row.code for row in found]
        assert found == value
    shown = page(client, "edit-question", version.pk, "q3")
    assert "Почему?" in shown


def test_a_question_keeps_what_its_form_does_not_show(client: Client, owner: Organisation) -> None:
    matrix = {
        "code": "m", "kind": "matrix", "text": {"ru": "Что?"}, "options": [{"code": "a", "text": {"ru": "да"}}],
        "rows": [{"code": "r1", "text": {"ru": "План"}, "meaning": {"competence": "plan"}}],
    }  # fmt: skip
    version = draft(owner, document(matrix))
    form = question_form(
        text_ru="Что же?", code="m", **rows("options", {"text_ru": "да", "code": "a"}),
        **rows("rows", {"text_ru": "Планы", "code": "r1"}),
    )  # fmt: skip
    client.post(url("edit-question", version.pk, "m"), form | stamp(version))
    [row] = last(version).rows
    assert (row.text.ru, row.meaning) == ("Планы", {"competence": "plan"})


def test_another_kind_keeps_the_words(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    shown = page(client, "edit-question", version.pk, "q2", kind="multiple")
    assert "At most so many options" in shown
    assert "Вопрос q2" in shown
    form = question_form(**OPTIONS)
    client.post(f"{url('edit-question', version.pk, 'q2')}?kind=multiple", form | stamp(version))
    assert last(version).kind == QuestionKind.MULTIPLE


def test_more_rows_come_without_losing_a_letter(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    form = question_form(text_ru="Ещё не готово", more="options", **rows("options", {"text_ru": "первый"}))
    response = client.post(url("edit-new-question", version.pk, "s1"), form | stamp(version))
    shown = response.content.decode()
    assert response.status_code == 200
    assert "Ещё не готово" in shown
    assert "первый" in shown
    assert 'name="options-5-text_ru"' in shown
    assert [question.code for question in version.definition.questions()] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"question": "q1", "operator": "equals"}, "Choose an option of this question."),
        ({"question": "q1", "operator": "at_least", "value": "3"}, "cannot be compared"),
        ({"question": "n", "operator": "at_least", "value": "много"}, "Write a number."),
        ({"question": "n", "operator": "at_least"}, "Write what to compare with."),
        ({"value": "3"}, "Choose the question."),
    ],
)
def test_a_condition_that_says_nothing_is_named(
    client: Client, owner: Organisation, row: dict[str, Any], words: str
) -> None:
    number = {"code": "n", "kind": "number", "text": {"ru": "Сколько?"}}
    version = draft(owner, document(choice("q1"), number))
    form = question_form(**rows("conditions", row))
    response = client.post(f"{url('edit-new-question', version.pk, 's1')}?kind=date", form | stamp(version))
    assert response.status_code == 400
    assert words in response.content.decode()


def test_only_earlier_questions_can_decide(client: Client, owner: Organisation) -> None:
    version = draft(owner, document(choice("q1"), choice("q2"), choice("q3")))
    shown = page(client, "edit-question", version.pk, "q2")
    assert '<option value="q1">' in shown
    assert '<option value="q3">' not in shown
    form = question_form(
        code="q2", **OPTIONS, **rows("conditions", {"question": "q3", "operator": "answered"})
    )
    response = client.post(url("edit-question", version.pk, "q2"), form | stamp(version))
    assert response.status_code == 400


def test_faults_stand_at_the_top_and_typed_text_stays(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    for form, words in (
        ({"text_ru": "", "help_ru": "Моя помощь"}, "This field is required"),
        ({"code": "q1", "help_ru": "Моя помощь"}, "The code «q1» occurs twice."),
        ({"code": "1-й", "help_ru": "Моя помощь"}, "Latin letters"),
        ({"meaning": "[1, [2]]", "help_ru": "Моя помощь"}, "Write lines"),
    ):
        address = f"{url('edit-new-question', version.pk, 's1')}?kind=date"
        response = client.post(address, question_form(**form) | stamp(version))
        shown = response.content.decode()
        assert response.status_code == 400
        assert words in shown
        assert "error-summary" in shown
        assert "Моя помощь" in shown


def test_a_form_out_of_date_is_refused_with_the_typed_text_and_can_be_sent_again(
    client: Client, owner: Organisation
) -> None:
    version = draft(owner)
    old = stamp(version)
    client.post(url("edit-move", version.pk, "q2"), {"step": "up"} | old)
    address = f"{url('edit-question', version.pk, 'q1')}?kind=date"
    response = client.post(address, question_form(text_ru="Мой долгий текст", code="q1") | old)
    shown = response.content.decode()
    assert response.status_code == 400
    assert "Somebody else changed this draft" in shown
    assert "Мой долгий текст" in shown
    [fresh] = re.findall(r'name="stamp" value="(\w+)"', shown)
    client.post(address, question_form(text_ru="Мой долгий текст", code="q1") | {"stamp": fresh})
    assert last(version).text.ru == "Мой долгий текст"


def test_a_question_that_was_removed_meanwhile_is_not_lost(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    old = stamp(version)
    client.post(url("edit-remove", version.pk, "q2"), old)
    form = question_form(text_ru="Мой текст", code="q2", kind="date")
    response = client.post(url("edit-question", version.pk, "q2"), form | old)
    shown = response.content.decode()
    assert response.status_code == 400
    assert "Мой текст" in shown
    assert "removed this question meanwhile" in shown
    client.post(url("edit-question", version.pk, "q2"), form | stamp(version))
    assert (last(version).code, last(version).text.ru) == ("q2", "Мой текст")


def test_a_button_out_of_date_changes_nothing_and_says_so(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    response = client.post(url("edit-remove", version.pk, "q1"), {"stamp": "old"}, follow=True)
    assert "Somebody else changed this draft" in response.content.decode()
    assert len(list(version.definition.questions())) == 2


def test_a_change_of_a_version_in_use_makes_the_next_draft(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    QuestionnaireVersion.objects.filter(pk=version.pk).update(state=VersionState.FROZEN)
    assert "A change makes the next version" in page(client, "version", version.pk)
    response = client.post(url("edit-move", version.pk, "q2"), {"step": "up"} | stamp(version), follow=True)
    assert "next draft, version 2" in response.content.decode()
    second = version.questionnaire.versions.get(number=2)
    assert [question.code for question in second.definition.questions()] == ["q2", "q1"]
    assert [question.code for question in version.definition.questions()] == ["q1", "q2"]
    shown = page(client, "differences", version.questionnaire_id)
    assert "moved" in shown
    response = client.post(url("edit-draft", version.questionnaire_id))
    assert response.headers["Location"] == url("version", second.pk)


def test_notes_and_thrown_away_drafts(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    client.post(url("edit-note", version.pk), {"note": "Добавлен раздел"})
    assert "Добавлен раздел" in page(client, "questionnaire", version.questionnaire_id)
    response = client.post(url("edit-drop", version.pk), follow=True)
    assert "This is the only version" in response.content.decode()


def test_blocks_are_saved_inserted_and_removed(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    client.post(url("edit-block", version.pk, "s1"), {"title_ru": "Начало"})
    kept = Block.objects.get(title_ru="Начало")
    assert "Вопрос q1" in page(client, "block", kept.pk)
    client.post(url("edit-insert", version.pk), {"block": kept.pk} | stamp(version))
    version.refresh_from_db()
    assert [question.code for question in version.definition.questions()] == ["q1", "q2", "q1_2", "q2_2"]
    client.post(url("drop-block", kept.pk))
    assert "Начало" not in page(client, "blocks")
    foreign = block(AuthorityFactory.create())
    assert client.post(url("drop-block", foreign.pk)).status_code == 404
    client.post(url("edit-insert", version.pk), {"block": foreign.pk} | stamp(version))
    version.refresh_from_db()
    assert len(version.definition.sections) == 2


def test_markup_in_texts_is_shown_as_text(client: Client, owner: Organisation) -> None:
    script = "<script>alert(1)</script>"
    options = [{"code": "a", "text": {"ru": script}}]
    version = draft(owner, document(choice("q1", text={"ru": script}, help={"ru": script}, options=options)))
    for name in ("version", "preview"):
        shown = page(client, name, version.pk)
        assert script not in shown
        assert "&lt;script&gt;alert(1)" in shown


# Preview
