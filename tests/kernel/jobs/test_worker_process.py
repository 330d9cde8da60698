"""Real worker processes, killed and stopped in the middle of a job."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs import registry
from mayak.kernel.jobs.alive import is_alive
from mayak.kernel.jobs.models import Job, JobState, WorkerBeat
from mayak.kernel.jobs.registry import JobHandle
from mayak.kernel.jobs.services import enqueue_job

ROOT = Path(__file__).resolve().parents[3]
StartWorker = Callable[[], "subprocess.Popen[bytes]"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartWorker]:
    """Starts worker processes on the tests' database; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ,
            "MAYAK_DATABASE_URL": database_url(),
            "MAYAK_DATA": str(settings.DATA_DIR),
        }
        command = [sys.executable, "-m", "tests.kernel.jobs.worker_process", str(tmp_path)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds that the worker process registers, known here by name only."""
    monkeypatch.setattr(registry, "_kinds", {})

    def elsewhere(handle: JobHandle) -> None:
        raise AssertionError("runs in the worker process only")

    for name in ("tests.two-steps", "tests.endless"):
        registry.job(name, title=name)(elsewhere)


def database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def wait_until(true: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_killed_workers_job_is_taken_again_and_its_effect_happens_once(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    job = enqueue_job("tests.two-steps", actor=SYSTEM)
    first = start_worker()
    wait_until(lambda: fresh(job).stage == "after the first")  # progress is seen while the job runs
    assert (fresh(job).state, fresh(job).done, fresh(job).total) == (JobState.RUNNING, 1, 2)

    (tmp_path / "go-on").touch()
    wait_until((tmp_path / "inside").exists)
    first.send_signal(signal.SIGKILL)  # inside the open transaction of the second effect
    first.wait()
    assert fresh(job).state == JobState.RUNNING
    assert [entry.action for entry in AuditEntry.objects.all()] == ["effect:first"]

    start_worker()
    wait_until(lambda: fresh(job).state == JobState.DONE)
    assert (fresh(job).attempts, fresh(job).result, fresh(job).error) == (2, {"effects": 2}, "")
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["effect:first", "effect:second"]
    row = DBTaskResult.objects.get(pk=job.task_id)
    assert (row.status, len(set(row.worker_ids))) == (TaskResultStatus.SUCCESSFUL, 2)


def test_a_worker_stops_on_sigterm_and_puts_its_job_back(start_worker: StartWorker) -> None:
    job = enqueue_job("tests.endless", actor=SYSTEM)
    worker = start_worker()
    wait_until(lambda: fresh(job).done > 0)
    worker_id = WorkerBeat.objects.get().worker_id
    assert is_alive(worker_id)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    assert (fresh(job).state, fresh(job).error) == (JobState.WAITING, "")
    assert DBTaskResult.objects.get(pk=job.task_id).status == TaskResultStatus.READY
    assert not WorkerBeat.objects.exists()
    assert not is_alive(worker_id)


def test_an_idle_worker_stops_on_sigterm(start_worker: StartWorker) -> None:
    worker = start_worker()
    wait_until(WorkerBeat.objects.exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
