"""Asking for jobs and running them in this process."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.kernel.jobs import registry, schedule
from mayak.kernel.jobs.handle import STOPPING
from mayak.kernel.jobs.models import Job, JobState, JobStep, ScheduleSlot
from mayak.kernel.jobs.registry import JobError, JobHandle, JobKind
from mayak.kernel.jobs.runner import attempt_job
from mayak.kernel.jobs.services import enqueue_job, run_now, withdraw_jobs
from mayak.kernel.jobs.worker import JobWorker

pytestmark = pytest.mark.django_db

ANNA = Actor(user_id=7, label="anna@example.org")


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, JobKind]]:
    """An empty list of kinds."""
    empty: dict[str, JobKind] = {}
    monkeypatch.setattr(registry, "_kinds", empty)
    yield empty
    STOPPING.clear()


def add(name: str, *, each: int = 1) -> list[dict[str, Any]]:
    """Register a job that remembers how it was called."""
    calls: list[dict[str, Any]] = []

    @registry.job(name, title="Work")
    def work(handle: JobHandle, **arguments: Any) -> dict[str, Any]:
        calls.append(arguments)
        handle.progress(each, 4, "rows")
        handle.log("половина")
        return {"rows": 4}

    return calls


def fail_with(error: Exception) -> None:
    @registry.job("broken", title="Broken")
    def broken(handle: JobHandle) -> None:
        handle.progress(1, 2)
        raise error


def task_of(job: Job) -> "DBTaskResult[Any, Any]":
    return DBTaskResult.objects.get(pk=job.task_id)


def drain() -> None:
    """Let a worker of this process do what is waiting and due."""
    worker = JobWorker(periodic=False)
    while worker.work_once():
        pass


def test_a_job_is_kept_with_its_owner_and_waits(kinds: dict[str, JobKind]) -> None:
    add("load")
    job = enqueue_job("load", actor=ANNA, title="Load a.csv", arguments={"batch_id": 3}, link="/results/3/")
    job.refresh_from_db()
    assert (job.state, job.owner_id, job.owner_label) == (JobState.WAITING, 7, "anna@example.org")
    assert (job.title, job.arguments, job.link, job.attempts) == (
        "Load a.csv",
        {"batch_id": 3},
        "/results/3/",
        0,
    )
    assert task_of(job).status == TaskResultStatus.READY


def test_without_a_title_the_kind_names_the_job(kinds: dict[str, JobKind]) -> None:
    add("load")
    assert enqueue_job("load", actor=SYSTEM).title == "Work"


def test_an_unknown_kind_cannot_be_asked_for(kinds: dict[str, JobKind]) -> None:
    with pytest.raises(KeyError):
        enqueue_job("nothing", actor=SYSTEM)
    assert Job.objects.count() == 0


def test_a_job_of_a_rolled_back_transaction_never_was(kinds: dict[str, JobKind]) -> None:
    add("load")
    with transaction.atomic():
        enqueue_job("load", actor=SYSTEM)
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_name_is_registered_once(kinds: dict[str, JobKind]) -> None:
    add("load")
    with pytest.raises(ValueError, match="twice"):
        add("load")


def test_run_now_keeps_result_progress_and_log(kinds: dict[str, JobKind]) -> None:
    calls = add("load", each=4)
    job = run_now(enqueue_job("load", actor=ANNA, arguments={"batch_id": 3}))
    assert calls == [{"batch_id": 3}]
    assert (job.state, job.result, job.done, job.total, job.attempts) == (JobState.DONE, {"rows": 4}, 4, 4, 1)
    assert job.log.endswith(" половина\n")
    assert job.finished_at is not None
    assert task_of(job).status == TaskResultStatus.SUCCESSFUL


def test_run_now_takes_only_a_waiting_job(kinds: dict[str, JobKind]) -> None:
    add("load")
    job = run_now(enqueue_job("load", actor=ANNA))
    with pytest.raises(ValueError, match="not waiting"):
        run_now(job)


@pytest.mark.parametrize("error", [JobError("Файл пуст."), ValidationError("Файл пуст.")])
def test_an_error_in_words_is_final(kinds: dict[str, JobKind], error: Exception) -> None:
    fail_with(error)
    job = enqueue_job("broken", actor=ANNA)
    drain()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "Файл пуст.", 1)
    assert task_of(job).status == TaskResultStatus.FAILED


def test_a_fault_of_the_program_is_raised_by_run_now(kinds: dict[str, JobKind]) -> None:
    fail_with(ZeroDivisionError("secret 4711"))
    job = enqueue_job("broken", actor=ANNA)
    with pytest.raises(ZeroDivisionError):
        run_now(job)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "ZeroDivisionError" in job.error
    assert "4711" not in job.error  # it may hold somebody's data


def test_a_fault_of_the_program_is_tried_five_times_with_growing_pauses(kinds: dict[str, JobKind]) -> None:
    fail_with(ZeroDivisionError())
    job = enqueue_job("broken", actor=ANNA)
    pauses = []
    for attempt in range(1, 6):
        before = timezone.now()
        drain()
        job.refresh_from_db()
        assert job.attempts == attempt
        if job.state == JobState.WAITING:
            pauses.append(round((task_of(job).run_after - before).total_seconds()))
            DBTaskResult.objects.filter(pk=job.task_id).update(run_after=timezone.now())
    assert pauses == [1, 2, 4, 8]
    assert job.state == JobState.FAILED
    assert task_of(job).status == TaskResultStatus.FAILED


def test_a_step_is_done_once_and_its_mark_falls_with_its_effect(kinds: dict[str, JobKind]) -> None:
    seen: list[bool] = []

    @registry.job("twice", title="Twice")
    def twice(handle: JobHandle) -> None:
        for _number in range(2):
            with handle.once("write") as first:
                seen.append(first)
        with pytest.raises(ZeroDivisionError), handle.once("broken"):
            raise ZeroDivisionError

    run_now(enqueue_job("twice", actor=ANNA))
    assert seen == [True, False]
    assert list(JobStep.objects.values_list("key", flat=True)) == ["write"]


def test_a_job_asked_to_stop_is_put_back_and_the_attempt_does_not_count(kinds: dict[str, JobKind]) -> None:
    @registry.job("long", title="Long")
    def long(handle: JobHandle) -> None:
        STOPPING.set()
        handle.progress(1)

    job = enqueue_job("long", actor=ANNA)
    worker = JobWorker(periodic=False)
    worker.work_once()
    job.refresh_from_db()
    assert not worker.running
    assert (job.state, task_of(job).status, task_of(job).worker_ids) == (
        JobState.WAITING,
        TaskResultStatus.READY,
        [],
    )


def test_a_worker_that_lost_its_job_writes_nothing(kinds: dict[str, JobKind]) -> None:
    @registry.job("lost", title="Lost")
    def lost(handle: JobHandle) -> dict[str, Any]:
        Job.objects.filter(pk=handle.job.pk).update(attempts=2)  # another worker began
        return {"by": "the first"}

    job = enqueue_job("lost", actor=ANNA)
    JobWorker(periodic=False).work_once()
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.RUNNING, {})


def test_a_job_belongs_to_its_owner(kinds: dict[str, JobKind]) -> None:
    add("load")
    mine = enqueue_job("load", actor=ANNA)
    system = enqueue_job("load", actor=SYSTEM)
    boris = Actor(user_id=8, label="boris@example.org")
    assert list(Job.objects.visible_to(ANNA, Scope(("/1/",)))) == [mine]
    assert list(Job.objects.visible_to(boris, Scope(("/1/",)))) == []
    assert list(Job.objects.visible_to(SYSTEM, Scope())) == []
    assert set(Job.objects.visible_to(boris, Scope.of_everything())) == {mine, system}


def test_a_periodic_job_is_asked_for_once_in_its_slot(kinds: dict[str, JobKind]) -> None:
    @registry.job("daily", title="Daily", every=dt.timedelta(days=1))
    def daily(handle: JobHandle) -> None:
        pass

    noon = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
    asked = [
        len(schedule.ask_for_due_jobs(now=noon + dt.timedelta(hours=hours))) for hours in (0, 1, 11, 12, 13)
    ]
    assert asked == [1, 0, 0, 1, 0]
    assert ScheduleSlot.objects.count() == 2
    assert set(Job.objects.values_list("kind", "owner_label")) == {("daily", "system")}


def test_jobs_that_nobody_needs_any_more_are_taken_back_unless_a_worker_has_them(kinds) -> None:
    calls = add("work")
    waiting, running, done, other = (enqueue_job("work", actor=ANNA) for _number in range(4))
    run_now(done)
    Job.objects.filter(pk=running.pk).update(state=JobState.RUNNING)
    DBTaskResult.objects.filter(pk=running.task_id).update(status=TaskResultStatus.RUNNING)

    assert withdraw_jobs([waiting.pk, running.pk, done.pk]) == 2
    assert set(Job.objects.values_list("pk", flat=True)) == {running.pk, other.pk}
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {
        running.task_id,
        done.task_id,
        other.task_id,
    }
    assert len(calls) == 1


def test_a_job_that_is_taken_back_while_a_worker_claims_it_is_passed_over(kinds) -> None:
    calls = add("work")
    job = enqueue_job("work", actor=ANNA)
    DBTaskResult.objects.get(pk=job.task_id).claim("worker")
    withdraw_jobs([job.pk])
    assert attempt_job(str(job.pk), attempt=1, may_retry=True) is None
    assert calls == []
