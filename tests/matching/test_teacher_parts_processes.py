"""Real worker processes on one pairing, killed in the middle of a part: nothing is lost, the plan is the same."""

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

from mayak.kernel.jobs.models import Job, JobState
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.models import MatchingPart, MatchingRun
from mayak.matching.services.runs import request_solve
from mayak.matching.services.teacher_input import checked_teacher_input
from mayak.matching.services.teacher_solving import teacher_result_hash
from tests.matching.conftest import ACTOR
from tests.matching.teacher_country import make_country

ROOT = Path(__file__).resolve().parents[2]
StartWorker = Callable[[str, str], "subprocess.Popen[bytes]"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartWorker]:
    """Starts worker processes on the tests' database; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, stands_in: str = "nothing") -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ,
            "MAYAK_DATABASE_URL": database_url(),
            "MAYAK_DATA": str(settings.DATA_DIR),
            "MAYAK_MATCHING_PARTS_FROM": "5",
        }
        command = [sys.executable, "-m", "tests.matching.part_worker", str(tmp_path), name, stands_in]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def run(db) -> MatchingRun:
    return make_country()


def database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def wait_until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def begun(folder: Path, name: str, step: str) -> int:
    return len(list(folder.glob(f"{name}.{step}.*")))


def check_nothing_is_lost(run: MatchingRun, job: Job) -> None:
    wait_until(lambda: fresh(job).state in {JobState.DONE, JobState.FAILED})
    whole = match_teachers(checked_teacher_input(run).problem)
    assert fresh(job).error == ""
    assert fresh(job).result == {"pairs": 7, "unmatched": 5, "result_hash": teacher_result_hash(whole)}
    run.refresh_from_db()
    assert (run.proof["value"], run.proof["bound"]) == (whole.proof.value, whole.proof.bound)
    assert (run.proof["parts"], run.teacher_pairs.count()) == (3, 7)
    assert not MatchingPart.objects.exists()


def test_a_worker_killed_inside_a_part_loses_nothing(
    start_worker: StartWorker, run: MatchingRun, tmp_path: Path
) -> None:
    job = request_solve(run, actor=ACTOR)
    start_worker("first", "best")  # takes the pairing, asks for three parts and stands in the last
    wait_until(lambda: begun(tmp_path, "first", "best") == 1)
    second = start_worker("second", "best")
    wait_until(lambda: begun(tmp_path, "second", "best") == 1)
    assert "1" in fresh(job).stage
    second.send_signal(signal.SIGKILL)
    second.wait()
    taken = MatchingPart.objects.exclude(taken_by__in=["", "coordinator"]).get()
    assert (taken.number, taken.done_at) == (0, None)

    (tmp_path / "go-on").touch()
    start_worker("third", "nothing")
    check_nothing_is_lost(run, job)
    assert begun(tmp_path, "first", "best") + begun(tmp_path, "third", "best") == 3, (
        "each part once more or first"
    )


def test_a_coordinator_killed_between_the_rounds_goes_on_from_what_is_done(
    start_worker: StartWorker, run: MatchingRun, tmp_path: Path
) -> None:
    job = request_solve(run, actor=ACTOR)
    first = start_worker("first", "improving")
    wait_until(lambda: begun(tmp_path, "first", "improving") == 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = MatchingPart.objects.filter(step="best").exclude(done_at=None)
    assert kept.count() == 3

    start_worker("second", "nothing")
    check_nothing_is_lost(run, job)
    assert (fresh(job).attempts, begun(tmp_path, "second", "best")) == (2, 0)
    assert begun(tmp_path, "second", "improving") == 6  # the aim's prices, and those of its price
