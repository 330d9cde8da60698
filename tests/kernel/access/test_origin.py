"""Every request has a number; changes, jobs and lines of the log carry it."""

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.access.logs import OriginFilter
from mayak.kernel.access.middleware import HEADER, RequestIdMiddleware
from mayak.kernel.access.origin import current_origin, working_for
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.services import record, record_bulk
from mayak.kernel.jobs import registry
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.registry import JobHandle, JobKind
from mayak.kernel.jobs.services import enqueue_job, run_now


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, JobKind]:
    """An empty list of kinds."""
    empty: dict[str, JobKind] = {}
    monkeypatch.setattr(registry, "_kinds", empty)
    return empty


def number_of_a_request(**headers: str) -> tuple[str, str]:
    """Return the number that the view saw and the one of the answer."""
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(current_origin().request_id)
        return HttpResponse()

    answer = RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))
    return seen[0], answer[HEADER]


def test_the_view_and_the_answer_have_the_same_number() -> None:
    seen, answered = number_of_a_request()
    assert re.fullmatch("[0-9a-f]{24}", seen)
    assert answered == seen


def test_two_requests_have_two_numbers_and_none_remains() -> None:
    assert number_of_a_request()[0] != number_of_a_request()[0]
    assert current_origin().request_id == ""


def test_a_number_from_outside_is_not_taken_over() -> None:
    assert number_of_a_request(**{"X-Request-ID": "f" * 24})[0] != "f" * 24


@pytest.mark.django_db
def test_every_page_answers_with_its_number() -> None:
    assert len(Client().get("/account/sign-in/")[HEADER]) == 24


def test_inside_a_job_what_was_said_before_comes_back() -> None:
    with working_for(request_id="r"):
        with working_for(job_id="j"):
            assert (current_origin().request_id, current_origin().job_id) == ("", "j")
        assert current_origin().request_id == "r"


@pytest.mark.parametrize(
    ("origin", "word"), [({}, "-"), ({"request_id": "abc"}, "abc"), ({"job_id": "7"}, "job 7")]
)
def test_a_line_of_the_log_names_request_or_job(origin: dict[str, str], word: str) -> None:
    line: Any = logging.LogRecord("mayak", logging.INFO, "", 1, "text", (), None)
    with working_for(**origin):
        assert OriginFilter().filter(line)
    assert line.origin == word


@pytest.mark.django_db
def test_an_entry_knows_role_and_request() -> None:
    actor = Actor(None, "anna", address="192.0.2.1", role="methodist")
    with working_for(request_id="abc"):
        entry = record_bulk(Job, actor=actor, action="x", row_count=1)
    assert (entry.actor_role, entry.request_id, entry.job_id) == ("methodist", "abc", "")


@pytest.mark.django_db
def test_what_the_actor_says_of_the_request_counts_more() -> None:
    with working_for(request_id="abc"):
        entry = record_bulk(Job, actor=Actor(None, "anna", request_id="own"), action="x", row_count=1)
    assert entry.request_id == "own"


@pytest.mark.django_db
def test_what_a_job_changes_names_the_job(kinds: dict[str, JobKind]) -> None:
    @registry.job("work", title="Work")
    def work(handle: JobHandle) -> None:
        record(handle.job, actor=SYSTEM, action="worked")

    job = run_now(enqueue_job("work", actor=SYSTEM))
    assert AuditEntry.objects.get(action="worked").job_id == str(job.pk)
    assert current_origin().job_id == ""
