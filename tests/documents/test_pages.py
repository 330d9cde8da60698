"""The way of a coordinator: approved pairs, order, signature, act; and what strangers get."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.documents.selectors.today import tasks
from mayak.documents.services import make_partnership_list, make_partnership_order, register_order
from mayak.documents.services.blank import SUPPLIED_ORDER
from mayak.kernel.access import Scope
from tests.documents.conftest import ACTOR, DAY, FIELDS, District, body, bytes_of, client_of, texts
from tests.documents.test_templates import added
from tests.factories.registry import AuthorityFactory, SchoolFactory

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def form_data(**changes: Any) -> dict[str, Any]:
    data = {name: str(value or "") for name, value in FIELDS.items()}
    return data | changes


def test_from_the_approved_pairs_to_the_registered_order(approved: District) -> None:
    client = client_of(approved.authority)
    approval = client.get(reverse("matching:approve", args=[approved.run.pk])).content.decode()
    papers = reverse("documents:run", args=[approved.run.pk])
    assert papers in approval
    assert "Make the order" in client.get(papers).content.decode()
    url = reverse("documents:order", args=[approved.run.pk])
    form = client.get(url).context["form"]
    assert form["authority"].value() == "Комитет образования Тестовского района"
    answer = client.post(url, form_data())
    made = GeneratedDocument.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("documents:detail", args=[made.pk]))
    page = client.get(answer.url).content.decode()
    assert "Enter number and date" in page
    assert "РАСПОРЯЖЕНИЕ" in page
    client.post(reverse("documents:register", args=[made.pk]), {"number": "263", "date": "2024-10-12"})
    registered = GeneratedDocument.objects.get(act__number="263")
    page = client.get(reverse("documents:detail", args=[registered.pk])).content.decode()
    assert "Registered: directive 12.10.2024 № 263" in page
    assert "Enter number and date" not in page
    assert "Another paper of this pairing is registered" in client.get(answer.url).content.decode()


def test_the_download_is_the_kept_file(approved: District) -> None:
    made = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    answer = client_of(approved.authority).get(reverse("documents:download", args=[made.pk]))
    content = body(answer)
    assert (answer["Content-Type"], content) == (WORD, bytes_of(made))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%9E%D0%B1%20")


def test_a_draft_has_no_number_to_fill_in(district: District) -> None:
    client = client_of(district.authority)
    url = reverse("documents:order", args=[district.run.pk])
    assert set(client.get(url).context["form"].fields).isdisjoint({"number", "date"})
    client.post(url, form_data())
    made = GeneratedDocument.objects.get()
    assert texts(bytes_of(made))[0] == "ПРОЕКТ"
    page = client.get(reverse("documents:detail", args=[made.pk])).content.decode()
    assert "A draft: the pairs are not approved yet" in page
    assert client.get(reverse("documents:register", args=[made.pk])).status_code == 403


def test_a_wrong_form_says_what_is_wrong(approved: District) -> None:
    url = reverse("documents:order", args=[approved.run.pk])
    client = client_of(approved.authority)
    answer = client.post(url, form_data(authority="", number="5"))
    assert answer.status_code == 400
    assert answer.context["form"].errors["authority"] == ["This field is required."]
    answer = client.post(url, form_data(number="5"))
    assert answer.context["form"].errors["number"] == ["Give both number and date, or leave both empty."]
    assert GeneratedDocument.objects.count() == 0


def test_the_list_is_made_by_a_button(approved: District) -> None:
    client = client_of(approved.authority)
    url = reverse("documents:partnership-list", args=[approved.run.pk])
    assert client.get(url).status_code == 405
    answer = client.post(url)
    assert answer.url == reverse("documents:detail", args=[GeneratedDocument.objects.get().pk])
    assert "Download for Excel" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("name", ["detail", "download", "register"])
def test_a_paper_of_strangers_is_not_found(approved: District, name: str) -> None:
    made = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    stranger = client_of(AuthorityFactory())
    assert stranger.get(reverse(f"documents:{name}", args=[made.pk])).status_code == 404
    assert stranger.get(reverse("documents:list")).context["table"].rows.__len__() == 0


@pytest.mark.parametrize("name", ["run", "order"])
def test_a_pairing_of_strangers_is_not_found(approved: District, name: str) -> None:
    stranger = client_of(AuthorityFactory())
    assert stranger.get(reverse(f"documents:{name}", args=[approved.run.pk])).status_code == 404
    assert stranger.post(reverse("documents:partnership-list", args=[approved.run.pk])).status_code == 404


def test_a_school_reads_the_registered_order_that_names_it_and_nothing_else(approved: District) -> None:
    made = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    make_partnership_list(approved.run, actor=ACTOR)
    own = Scope(organisation_ids=frozenset({approved.first.pk}))
    assert not GeneratedDocument.objects.within(own).exists()
    registered = register_order(made, actor=ACTOR, number="1", date=DAY)
    assert list(GeneratedDocument.objects.within(own)) == [registered]
    other = SchoolFactory(territory=approved.territory)
    assert not GeneratedDocument.objects.within(Scope(organisation_ids=frozenset({other.pk}))).exists()
    client = client_of(approved.first, Role.SCHOOL_COORDINATOR)
    answer = client.get(reverse("documents:download", args=[registered.pk]))
    assert body(answer) == bytes_of(registered)
    assert client.get(reverse("documents:register", args=[registered.pk])).status_code == 403


def test_a_methodist_reads_and_makes_nothing(approved: District) -> None:
    client = client_of(approved.authority, Role.METHODIST)
    assert client.get(reverse("documents:run", args=[approved.run.pk])).status_code == 200
    assert client.get(reverse("documents:order", args=[approved.run.pk])).status_code == 403
    assert client.post(reverse("documents:partnership-list", args=[approved.run.pk])).status_code == 403
    assert client.get(reverse("documents:template-upload")).status_code == 403


def test_a_template_is_uploaded_or_refused_with_its_faults(approved: District) -> None:
    client = client_of(approved.authority)
    url = reverse("documents:template-upload")
    data = {"territory": approved.territory.pk, "file": SimpleUploadedFile("our.docx", added("{{ wrong }}"))}
    answer = client.post(url, data)
    assert answer.status_code == 400
    assert [text.rpartition(": ")[2] for text in answer.context["form"].errors["file"]] == [
        "there is no field “wrong”"
    ]
    data["file"] = SimpleUploadedFile("our.docx", SUPPLIED_ORDER.read_bytes())
    assert client.post(url, data).url == reverse("documents:templates")
    kept = DocumentTemplate.objects.get(territory=approved.territory)
    download = client.get(reverse("documents:template-download", args=[kept.pk]))
    assert body(download) == SUPPLIED_ORDER.read_bytes()
    stranger = client_of(AuthorityFactory())
    assert stranger.get(reverse("documents:template-download", args=[kept.pk])).status_code == 404


def test_the_supplied_template_and_its_fields(approved: District) -> None:
    client = client_of(approved.authority)
    found = client.get(reverse("documents:template-supplied"))
    assert body(found) == SUPPLIED_ORDER.read_bytes()
    page = client.get(reverse("documents:template-fields")).content.decode()
    assert "{{ signatory_name }}" in page
    assert "{% for row in pairs %}" in page


def test_a_missing_file_is_not_found(approved: District) -> None:
    made = make_partnership_list(approved.run, actor=ACTOR)
    made.file.storage.delete(made.file.name)
    answer = client_of(approved.authority).get(reverse("documents:download", args=[made.pk]))
    assert answer.status_code == 404


def test_the_list_of_papers_costs_the_same_with_more_of_them(approved: District) -> None:
    client = client_of(approved.authority)
    counts = []
    for count in (1, 3):
        for _number in range(count):
            make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
        client.get(reverse("documents:list"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("documents:list"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_export_of_the_list_says_the_state(approved: District) -> None:
    make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    answer = client_of(approved.authority).get(reverse("documents:list"), {"_export": "csv"})
    line = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1]
    assert line == (
        "Об утверждении списка сетевого партнёрства школ на 2024/25 учебный год;"
        "order approving the list of network partnership;2024/25;to be signed;;docx;anna@example.org;02.10.2024 12:00"
    )


@time_machine.travel(dt.datetime(2024, 10, 5, 9, tzinfo=dt.UTC), tick=False)
def test_the_first_screen_leads_from_the_approval_to_the_registered_order(
    approved: District, rf: Any
) -> None:
    request = rf.get("/")
    request.scope = Scope(
        territory_paths=(approved.territory.path or "",), rights=frozenset({"matching.approve"})
    )
    assert [(one.title, one.is_done) for one in tasks(request)] == [("Make the order", False)]
    made = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    assert [(one.title, one.is_done) for one in tasks(request)] == [("Register the signed order", False)]
    register_order(made, actor=ACTOR, number="1", date=DAY)
    assert [(one.title, one.is_done) for one in tasks(request)] == [("Make the order", True)]
    request.scope = Scope(territory_paths=request.scope.territory_paths)
    assert list(tasks(request)) == []
