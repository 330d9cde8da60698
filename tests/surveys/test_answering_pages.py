"""Answering in a browser without a script: by a personal link, signed in, by an open link; what is said and what is hidden."""

import logging
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.kernel.access.logs import OneLineFormatter
from mayak.kernel.ui.today import tasks_for
from mayak.surveys.enums import CampaignMode
from mayak.surveys.models import Answer, AnswerFile, NamedResponse, OpenLink
from mayak.surveys.services.closing import close_campaign
from mayak.surveys.services.submitting import submit_answers
from mayak.surveys.services.survey_letters import make_link
from tests.factories.accounts import UserFactory
from tests.factories.campaigns import choice, document, invitation, open_link, running, text, words
from tests.factories.registry import PersonFactory, SchoolFactory

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}
PLAN = b"%PDF-1.7 plan"


def personal(content: dict[str, Any] | None = None, **fields: Any) -> tuple[Any, str]:
    one = invitation(running(content, **fields))
    return one, make_link(one)


def test_the_promise_stands_before_the_first_question(client: Client) -> None:
    _one, link = personal()
    page = client.get(link).content.decode()
    promise = page.index(
        _(
            "We see that you have answered, but not what. The list of those who have answered is kept apart from the answers; nothing joins them."
        )
    )
    assert promise < page.index("q-q1")
    least = _(
        "The last few are not shown alone: they wait for others until the end. If fewer than %(least)s answers have come together by then, they are deleted unread."
    )
    assert least % {"least": 5} in page


def test_a_named_round_says_who_reads_the_answers(client: Client) -> None:
    one, link = personal(mode=CampaignMode.NAMED)
    assert str(one.audience.campaign.owner) in client.get(link).content.decode()


def test_the_minutes_are_said_before_the_first_question(client: Client) -> None:
    _one, link = personal(document(*[choice(f"q{at}") for at in range(30)]))
    page = client.get(link)
    assert page.context["page"].minutes == 4


def test_a_plain_form_is_answered_and_thanked_for(client: Client) -> None:
    one, link = personal()
    response = client.post(link, {"q-q1": "b"})
    assert response.url == link
    one.refresh_from_db()
    assert one.answered
    assert _("Your answer is accepted.") in client.get(link).content.decode()


def test_sending_twice_says_that_it_was_accepted_already(client: Client) -> None:
    _one, link = personal()
    assert client.post(link, {"q-q1": "b"}, **JSON).json() == {"state": "accepted", "next": link}
    assert client.post(link, {"q-q1": "a"}, **JSON).json() == {"state": "already", "next": link}
    assert (
        _("Your answer was accepted already; it counts once.")
        in client.post(link, {"q-q1": "a"}).content.decode()
    )


def test_what_is_missing_is_named_with_a_link_and_nothing_is_lost(client: Client) -> None:
    one, link = personal(document(choice("q1"), choice("q2")))
    response = client.post(link, {"q-q1": "b"})
    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#q-q2"' in page
    assert response.context["page"].sections[0].questions[0].options[1].is_chosen
    faults = client.post(link, {"q-q1": "b"}, **JSON)
    assert (faults.status_code, [row["anchor"] for row in faults.json()["faults"]]) == (422, ["q-q2"])
    one.refresh_from_db()
    assert not one.answered


def test_an_unknown_link_is_not_found(client: Client) -> None:
    assert client.get(reverse("surveys:answer", args=["no-such-secret"])).status_code == 404
    assert client.get(reverse("surveys:open-answer", args=["no-such-link"])).status_code == 404


def test_a_closed_round_says_so(client: Client) -> None:
    one, link = personal()
    close_campaign(one.audience.campaign, actor=SYSTEM)
    assert _("The survey is over: answers are not taken any more.") in client.get(link).content.decode()
    refused = client.post(link, {"q-q1": "a"}, **JSON)
    assert (refused.status_code, refused.json()["state"]) == (409, "over")


def test_the_address_of_the_page_goes_nowhere(client: Client) -> None:
    _one, link = personal()
    response = client.get(link)
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_secret_of_an_address_stands_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(reverse("surveys:answer", args=["a-very-secret-word"]))
    lines = [OneLineFormatter("{message}", style="{").format(record) for record in caplog.records]
    assert not any("a-very-secret-word" in line for line in lines)
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Gone: %s", ("/surveys/o/secret/",), None
    )
    assert OneLineFormatter("{message}", style="{").format(record) == "Gone: /surveys/o/…"


def test_a_draft_of_a_named_round_comes_back(client: Client) -> None:
    one, link = personal(document(choice("q1"), text()), mode=CampaignMode.NAMED)
    assert client.post(f"{link}draft/", {"q-words": "начато"}, **JSON).json() == {"state": "kept"}
    assert NamedResponse.objects.get().answers == {"words": "начато"}
    assert "начато" in client.get(link).content.decode()
    one.refresh_from_db()
    assert not one.answered


def test_a_draft_of_an_anonymous_round_is_kept_nowhere(client: Client) -> None:
    _one, link = personal()
    assert "data-draft-url" not in client.get(link).content.decode()
    assert client.post(f"{link}draft/", {"q-q1": "a"}, **JSON).status_code == 403
    assert not NamedResponse.objects.exists()


def test_a_named_answer_is_changed_on_its_page(client: Client) -> None:
    _one, link = personal(mode=CampaignMode.NAMED)
    client.post(link, {"q-q1": "a"})
    assert f"{link}?change" in client.get(link).content.decode()
    assert client.get(f"{link}?change").context["page"].sections[0].questions[0].options[0].is_chosen
    client.post(link, {"q-q1": "b"})
    assert Answer.objects.get().answers == {"q1": "b"}


def test_a_file_is_kept_privately_and_stays_when_the_form_is_sent_again(client: Client) -> None:
    file = {"code": "paper", "kind": "file", "text": words("План")}
    _one, link = personal(document(file, choice("q1")), mode=CampaignMode.NAMED)
    client.post(link, {"q-paper": SimpleUploadedFile("план.pdf", PLAN)})
    kept = AnswerFile.objects.get()
    assert kept.name == "план.pdf"
    client.post(link, {"q-q1": "a"})
    assert Answer.objects.get().answers == {"paper": str(kept.pk), "q1": "a"}


def test_a_file_that_was_sent_stays_until_the_answers_with_another_one_are_taken(client: Client) -> None:
    file = {"code": "paper", "kind": "file", "text": words("План")}
    _one, link = personal(document(file, choice("q1")), mode=CampaignMode.NAMED)
    client.post(link, {"q-paper": SimpleUploadedFile("план.pdf", PLAN), "q-q1": "a"})
    sent = Answer.objects.get().answers["paper"]
    client.post(
        link, {"q-paper": SimpleUploadedFile("другой.pdf", b"%PDF-1.7 other")}
    )  # the required answer is missing
    assert Answer.objects.get().answers["paper"] == sent
    with AnswerFile.objects.get(pk=sent).file.open() as kept_file:
        assert kept_file.read() == PLAN
    client.post(link, {"q-paper": SimpleUploadedFile("третий.pdf", b"%PDF-1.7 third"), "q-q1": "b"})
    [kept] = AnswerFile.objects.all()
    assert (kept.name, str(kept.pk)) == ("третий.pdf", Answer.objects.get().answers["paper"])


@pytest.mark.parametrize(
    ("name", "content", "words_"),
    [
        ("план.exe", b"MZ", "Attach a PDF, PNG, JPEG, docx or xlsx file; “%(name)s” is not one."),
        ("план.pdf", b"<html>", "The content of “%(name)s” is not what its ending says."),
        ("план.docx", b"", "The file “%(name)s” is empty."),
    ],
)
def test_a_file_of_another_kind_is_refused_at_its_question_and_the_other_answers_stay(
    client: Client, name: str, content: bytes, words_: str
) -> None:
    file = {"code": "paper", "kind": "file", "text": words("План"), "required": True}
    one, link = personal(document(file, choice("q1")), mode=CampaignMode.NAMED)
    page = client.post(link, {"q-paper": SimpleUploadedFile(name, content), "q-q1": "a"})
    refusal = _(words_) % {"name": name}
    questions = [row for part in page.context["page"].sections for row in part.questions]
    assert [row.fault for row in questions] == [refusal, ""]
    one.refresh_from_db()
    assert (one.answered, AnswerFile.objects.count()) == (False, 0)
    assert NamedResponse.objects.get().answers == {"q1": "a"}


def test_the_kinds_of_files_are_said_before_one_is_chosen(client: Client) -> None:
    _one, link = personal(document({"code": "paper", "kind": "file", "text": words("План")}))
    page = client.get(link).content.decode()
    assert 'accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx"' in page
    assert _("PDF, PNG, JPEG, docx or xlsx, at most %(limit)s MB.") % {"limit": 20} in page


def test_a_signed_in_person_finds_the_survey_on_the_first_screen_and_answers_it(client: Client) -> None:
    person = PersonFactory.create()
    user: User = UserFactory.create(person=person)
    one = invitation(running(), person=person)
    client.force_login(user)
    mine = client.get(reverse("surveys:mine"))
    assert [row.pk for row in mine.context["open"]] == [one.pk]
    address = reverse("surveys:mine-answer", args=[one.pk])
    assert address in [task.url for task in tasks_for(mine.wsgi_request)]
    client.post(address, {"q-q1": "a"})
    one.refresh_from_db()
    assert one.answered
    assert tasks_for(client.get(reverse("surveys:mine")).wsgi_request) == [] or address not in [
        task.url for task in tasks_for(client.get(reverse("surveys:mine")).wsgi_request)
    ]


def test_somebody_elses_invitation_is_not_found(client: Client) -> None:
    one = invitation(running())
    client.force_login(UserFactory.create())
    assert client.get(reverse("surveys:mine-answer", args=[one.pk])).status_code == 404
    assert client.get(reverse("surveys:mine")).context["open"] == []


def student_link() -> tuple[OpenLink, str]:
    link = open_link(running(by_link=True, for_students=True), SchoolFactory.create())
    return link, reverse("surveys:open-answer", args=[link.token])


def test_a_student_says_first_that_the_parents_allow_it(client: Client) -> None:
    _link, address = student_link()
    gate = client.get(address).content.decode()
    assert "q-q1" not in gate
    assert "?from=14" in gate
    assert "?from=parents" in gate
    assert "q-q1" in client.get(address, {"from": "parents"}).content.decode()


def test_an_answer_of_a_student_without_the_gate_is_not_taken(client: Client) -> None:
    link, address = student_link()
    client.post(address, {"q-q1": "a", "page": "one"})
    link.refresh_from_db()
    assert link.answered == 0


def test_an_open_link_counts_the_same_page_once_and_remembers_the_device(client: Client) -> None:
    link, address = student_link()
    body = {"q-q1": "a", "page": "one", "from": "14"}
    for _time in range(2):
        assert client.post(address, body).url == address
    link.refresh_from_db()
    assert link.answered == 1
    cookie = client.cookies[f"survey-{link.pk}"]
    assert (cookie.value, cookie["httponly"], cookie["path"]) == ("1", True, address)
    page = client.get(address).content.decode()
    assert f"{address}?again" in page
    assert "?from=14" in client.get(f"{address}?again").content.decode()


def test_an_open_link_keeps_no_address_of_the_network() -> None:
    from tests.surveys.full_access import dump, tables_with

    link, address = student_link()
    Client().post(address, {"q-q1": "a", "page": "one", "from": "14"}, REMOTE_ADDR="203.0.113.77")
    link.refresh_from_db()
    assert link.answered == 1
    assert tables_with("203.0.113.77", dump()) == set()


def test_too_many_answers_by_one_link_have_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from mayak.accounts.services import limits

    monkeypatch.setitem(limits.LIMITS, limits.HeavyUse.ANSWER, 2)
    _link, address = student_link()
    statuses = [
        client.post(address, {"q-q1": "a", "page": str(at), "from": "14"}).status_code for at in range(3)
    ]
    assert statuses == [302, 302, 429]


def test_the_common_result_is_shown_only_where_it_is_allowed_and_enough_have_answered(client: Client) -> None:
    from mayak.surveys.services.summaries import refresh_results

    for allowed in (False, True):
        audience = running(mode=CampaignMode.NAMED, shows_common_result=allowed)
        people = [invitation(audience) for _one in range(6)]
        for one in people[:4]:
            submit_answers(one, {"q1": "a"}, actor=SYSTEM)
        refresh_results(audience)
        client.post(make_link(people[4]), {"q-q1": "a"})
        assert client.get(make_link(people[4])).context["result"] is None
        refresh_results(audience)
        result = client.get(make_link(people[4])).context["result"]
        assert (result is not None) is allowed
        if result:
            assert (result.n, list(result.answers[0].shares)) == (5, [("a", 1.0), ("b", 0.0)])
