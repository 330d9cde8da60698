"""Pages of background jobs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mayak.accounts.models import User
from mayak.accounts.selectors import actor_of
from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs import registry
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.registry import JobHandle
from mayak.kernel.jobs.services import enqueue_job, run_now
from tests.architecture.access_objects import World


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of job, which fails in its first attempt when told so."""
    monkeypatch.setattr(registry, "_kinds", {})

    @registry.job("load", title="Load")
    def load(handle: JobHandle, *, broken: bool = False) -> dict[str, Any]:
        handle.log("строка 1")
        if broken:
            raise registry.JobError("Файл пуст.")
        return {"Строк": 12, "nested-list": [1, 2]}


@pytest.fixture
def user(world: World) -> User:
    visitor = world.visitors["municipal"]
    assert visitor is not None
    return visitor


def ask(user: User, **arguments: Any) -> Job:
    return enqueue_job(
        "load", actor=actor_of(user), title="Загрузка a.csv", arguments=arguments, link="/results/"
    )


def test_a_waiting_job_asks_for_itself_and_has_a_link_without_javascript(
    coordinator: Client, user: User
) -> None:
    job = ask(user)
    page = coordinator.get(job.get_absolute_url()).content.decode()
    assert f'hx-get="/jobs/{job.pk}/"' in page
    assert 'hx-trigger="every 2s"' in page
    assert f'<a href="/jobs/{job.pk}/">' in page
    assert "<h1>Загрузка a.csv</h1>" in page


def test_htmx_gets_only_the_part_that_changes(coordinator: Client, user: User) -> None:
    job = ask(user)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=30, total=120, stage="Чтение")
    response = coordinator.get(job.get_absolute_url(), headers={"HX-Request": "true"})
    part = response.content.decode()
    assert "<h1>" not in part
    assert "Чтение" in part
    assert 'value="25"' in part
    assert "HX-Request" in response["Vary"]


def test_a_finished_job_is_not_asked_for_any_more(coordinator: Client, user: User) -> None:
    job = run_now(ask(user))
    page = coordinator.get(job.get_absolute_url()).content.decode()
    assert "hx-get" not in page.partition('id="job"')[2].partition(">")[0]
    assert "Строк" in page
    assert "nested-list" not in page
    assert "строка 1" in page
    assert 'href="/results/"' in page


def test_a_failed_job_says_why_and_can_be_tried_again(coordinator: Client, user: User) -> None:
    job = run_now(ask(user, broken=True))
    page = coordinator.get(job.get_absolute_url()).content.decode()
    assert "Файл пуст." in page
    answer = coordinator.post(reverse("jobs:retry", args=[job.pk]))
    assert answer["Location"] == job.get_absolute_url()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.WAITING, "")
    assert AuditEntry.objects.get(action="retry").changes == {"state": ["failed", "waiting"]}
    assert run_now(job).attempts == 1


def test_only_a_failed_job_is_tried_again(coordinator: Client, user: User) -> None:
    job = run_now(ask(user))
    coordinator.post(reverse("jobs:retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_strangers_job_does_not_exist(coordinator: Client, world: World) -> None:
    stranger = world.visitors["regional"]
    assert stranger is not None
    for job in (ask(stranger), enqueue_job("load", actor=SYSTEM)):
        assert coordinator.get(job.get_absolute_url()).status_code == 404
        assert coordinator.post(reverse("jobs:retry", args=[job.pk])).status_code == 404


def test_whoever_sees_everything_sees_all_jobs(client: Client, user: User) -> None:
    job = ask(user)
    client.force_login(User.objects.create_superuser("root@example.org", "password"))
    assert client.get(job.get_absolute_url()).status_code == 200
    assert user.email in client.get(reverse("jobs:list")).content.decode()


def test_the_list_shows_ones_own_jobs_by_state(coordinator: Client, user: User) -> None:
    run_now(ask(user))
    enqueue_job("load", actor=actor_of(user), title="Загрузка b.csv")
    enqueue_job("load", actor=SYSTEM, title="Чужое")
    page = coordinator.get(reverse("jobs:list"), {"state": "waiting"}).content.decode()
    assert "Загрузка b.csv" in page
    assert "Загрузка a.csv" not in page
    assert "Чужое" not in page


def test_the_list_costs_the_same_for_one_and_for_three(
    coordinator: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:

    ask(user)
    with CaptureQueriesContext(connection) as one:
        coordinator.get(reverse("jobs:list"))
    ask(user)
    ask(user)
    with django_assert_num_queries(len(one)):
        coordinator.get(reverse("jobs:list"))
