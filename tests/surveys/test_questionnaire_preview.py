"""The preview of a questionnaire, and its way into files and back through the pages."""

import io
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from mayak.registry.models import Organisation
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Questionnaire, QuestionnaireVersion
from tests.factories.campaigns import choice, document, text
from tests.factories.questionnaires import coordinator, draft
from tests.factories.registry import AuthorityFactory, MunicipalityFactory

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


def hidden(shown: str, code: str) -> bool:
    [tag] = re.findall(rf'<div class="survey-question[^>]*data-survey-question="{code}"[^>]*>', shown)
    return " hidden" in tag


def test_the_preview_works_without_a_script_and_in_both_languages(
    client: Client, owner: Organisation
) -> None:
    version = draft(owner)
    version.document["sections"][0]["questions"][0]["text"]["en"] = "First question"
    version.save()
    shown = page(client, "preview", version.pk, language="ru")
    assert "Вопрос q1" in shown
    assert hidden(shown, "q2")
    assert "First question" in page(client, "preview", version.pk, language="en")
    response = client.post(url("preview", version.pk), {"q-q1": "a", "further": ""})
    assert not hidden(response.content.decode(), "q2")
    assert response.status_code == 200
    response = client.post(url("preview", version.pk), {"q-q1": "a", "check": ""})
    assert response.status_code == 400
    assert "This question needs an answer." in response.content.decode()
    response = client.post(url("preview", version.pk), {"q-q1": "b", "check": ""})
    assert "This would be sent" in response.content.decode()


def test_the_preview_draws_every_kind_and_keeps_what_was_typed(client: Client, owner: Organisation) -> None:
    options = [{"code": "a", "text": {"ru": "да"}}]
    version = draft(
        owner,
        document(
            {
                "code": "m",
                "kind": "matrix",
                "text": {"ru": "М"},
                "options": options,
                "rows": [{"code": "r", "text": {"ru": "Р"}}],
            },
            {
                "code": "s",
                "kind": "scale",
                "text": {"ru": "Ш"},
                "scale": {"low": 1, "high": 3, "low_text": {"ru": "мало"}},
            },
            {"code": "w", "kind": "multiple", "text": {"ru": "Н"}, "options": options, "maximum": 1},
            {"code": "n", "kind": "number", "text": {"ru": "Ч"}, "minimum": 0, "maximum": 5},
            {"code": "d", "kind": "date", "text": {"ru": "Д"}},
            {"code": "f", "kind": "file", "text": {"ru": "Ф"}},
            text("t", many_lines=True),
            text("u"),
        ),
    )
    form = {
        "q-m-r": "a",
        "q-s": "2",
        "q-w": ["a"],
        "q-n": "7",
        "q-d": "2026-02-30",
        "q-t": "Да",
        "q-u": "x",
        "check": "",
    }
    upload = SimpleUploadedFile("план.pdf", b"%PDF-")
    response = client.post(url("preview", version.pk), form | {"q-f": upload})
    shown = response.content.decode()
    assert response.status_code == 400
    assert shown.count(" checked>") == 3
    assert "The number is at most 5." in shown
    assert "Write a date" in shown
    assert "A file is attached already" in shown
    assert "мало" in shown
    assert ">Да</textarea>" in shown


# Files


def test_a_version_is_taken_as_a_file_and_brought_back(client: Client, owner: Organisation) -> None:
    version = draft(owner, title_ru="Опрос сети")
    for name, sheet in (("export-xlsform", "survey"), ("export-xlsx", "Вопросы")):
        response = client.get(url(name, version.pk))
        assert sheet in load_workbook(io.BytesIO(response.content)).sheetnames
        assert unquote(response.headers["Content-Disposition"]).endswith(".xlsx")
        upload = SimpleUploadedFile("form.xlsx", response.content)
        trial = client.post(url("import"), {"file": upload})
        shown = trial.content.decode()
        assert trial.status_code == 200
        assert "Everything in the file was understood." in shown
        confirm = trial.context["confirm"].initial
        done = client.post(
            url("import"),
            {"document": confirm["document"], "file_name": "form.xlsx", "title_ru": f"Из {name}"},
        )
        made = Questionnaire.objects.get(title_ru=f"Из {name}").versions.get()
        assert done.headers["Location"] == url("version", made.pk)
        assert made.definition == version.definition


def test_a_trial_run_writes_nothing_and_losses_are_accepted_first(
    client: Client, owner: Organisation
) -> None:
    from tests.surveys.test_questionnaire_files import book

    data = book(survey=[["type", "name", "label"], ["geopoint", "p", "Где?"], ["text", "q", "Что?"]])
    count = Questionnaire.objects.count()
    trial = client.post(url("import"), {"file": SimpleUploadedFile("form.xlsx", data)})
    shown = trial.content.decode()
    assert Questionnaire.objects.count() == count
    assert "Sheet «survey», row 2" in shown
    form = {
        "document": trial.context["confirm"].initial["document"],
        "title_ru": "С потерями",
        "has_losses": "1",
    }
    refused = client.post(url("import"), form)
    assert refused.status_code == 400
    assert "Tick that you have read" in refused.content.decode()
    client.post(url("import"), form | {"accept_losses": "on"})
    assert Questionnaire.objects.filter(title_ru="С потерями").exists()


def test_an_import_becomes_the_next_version(client: Client, owner: Organisation) -> None:
    version = draft(owner)
    QuestionnaireVersion.objects.filter(pk=version.pk).update(state=VersionState.FROZEN)
    other = draft(owner, document(choice("other")))
    data = client.get(url("export-xlsx", other.pk)).content
    form = {"file": SimpleUploadedFile("new.xlsx", data), "questionnaire": version.questionnaire_id}
    trial = client.post(url("import"), form)
    initial = trial.context["confirm"].initial
    client.post(
        url("import"),
        {"document": initial["document"], "questionnaire": version.questionnaire_id, "file_name": "new.xlsx"},
    )
    second = version.questionnaire.versions.get(number=2)
    assert [question.code for question in second.definition.questions()] == ["other"]
    assert second.note == "from the file new.xlsx"
    foreign = draft().questionnaire
    refused = client.post(url("import"), {"document": initial["document"], "questionnaire": foreign.pk})
    assert refused.status_code == 400


def test_wrong_files_and_forged_contents_are_refused(client: Client) -> None:
    for name, data in (
        ("a.png", b"\x89PNG\r\n\x1a\n0000"),
        ("big.xlsx", b"PK" + b"0" * 6_000_000),
        ("e.xlsx", b""),
    ):
        response = client.post(url("import"), {"file": SimpleUploadedFile(name, data)})
        assert response.status_code == 400
    for content in ("{", '{"sections": [{"code": "1"}]}', "[" * 100_000):
        response = client.post(url("import"), {"document": content, "title_ru": "Подделка"})
        assert response.status_code == 400
    assert not Questionnaire.objects.filter(title_ru="Подделка").exists()


def test_xlsform_of_a_draft_with_problems_is_not_given(client: Client, owner: Organisation) -> None:
    version = draft(owner, document(choice("q1", options=[])))
    response = client.get(url("export-xlsform", version.pk), follow=True)
    assert "XLSForm is for questionnaires without problems" in response.content.decode()
    assert client.get(url("export-xlsx", version.pk)).status_code == 200
    assert client.get(url("export-template")).status_code == 200
