"""A pairing by territories as jobs of real worker processes on one database, one of them killed in the middle.

python -m benchmarks.matching.distributed <mentees> <mentors> <coupled|closed> <processes> <kill: 0|1>: one measurement
as JSON (`prepare <folder>`: an empty database to copy).

The process itself coordinates and works along; the others are `mayak work`. SQLite in a temporary folder, or the
database of MAYAK_DATABASE_URL (an empty one).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

from benchmarks.matching.report import ROOT, measured, peak_of, table, title
from benchmarks.matching.territories import territory
from mayak.matching.algorithms.problem import Within
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import TeacherSettings

SIZE = (100_000, 30_000)
RUNS = ((1, False), (2, False), (3, False), (3, True))
KINDS = {
    "coupled": TeacherSettings(),
    "closed": TeacherSettings(within=Within.REGION, allow_remote=False),
}
TITLES = {
    "coupled": "remote pairs join all territories: prices of places are exchanged",
    "closed": "every region for itself: each territory is solved wholly by one job",
}


def compare(mentees: int = SIZE[0], mentors: int = SIZE[1]) -> None:
    """Print times and bytes by the number of processes; the plan is always that of one piece."""
    with tempfile.TemporaryDirectory(prefix="mayak-benchmark-") as folder:
        _checked(["prepare", folder])
        _compare(mentees, mentors, folder)


def _compare(mentees: int, mentors: int, folder: str) -> None:
    for kind, words in TITLES.items():
        title(f"{mentees:,} x {mentors:,} by territories as jobs: {words}")
        rows: list[list[object]] = [_whole(mentees, mentors, kind)]
        for processes, kill in RUNS:
            found = _checked([str(mentees), str(mentors), kind, str(processes), str(int(kill)), folder])
            assert found["value"] == rows[0][-1], "another value by territories"
            said = f"{processes}" + (", one killed inside a part" if kill else "")
            rows.append(
                [
                    said,
                    f"{found['seconds']:.1f} s",
                    f"{found['processor']:.1f} s",
                    f"{found['peak']:,.0f} MB",
                    found["parts"],
                    found["rounds"],
                    f"{found['elsewhere']} of {found['tasks']}",
                    f"{found['sent'] / 2**20:.1f} MB, {found['answered'] / 2**20:.1f} MB",
                    found["value"],
                ]
            )
        heads = [
            "processes", "time", "processor time of the coordinator", "its peak", "parts", "rounds of prices",
            "parts done by others", "sent, answered", "value",
        ]  # fmt: skip
        table(heads, rows)


def _whole(mentees: int, mentors: int, kind: str) -> list[object]:
    found = _checked([str(mentees), str(mentors), kind, "0", "0", ""])
    seconds, peak = f"{found['seconds']:.1f} s", f"{found['peak']:,.0f} MB"
    return [
        "one piece, no jobs",
        seconds,
        f"{found['processor']:.1f} s",
        peak,
        "-",
        found["rounds"],
        "-",
        "-",
        found["value"],
    ]


def _checked(arguments: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.matching.distributed", *arguments]
    found = measured(command, seconds=None, megabytes=20 * 1024)
    assert not found.broke, found.broke
    return found.found


def measure(size: tuple[int, int], kind: str, processes: int, kill: bool, prepared: str) -> dict[str, Any]:
    """One pairing, with so many processes; 0 = in one piece, without jobs."""
    problem = territory(*size, settings=KINDS[kind])
    if not processes:
        started, busy = time.perf_counter(), time.process_time()
        plan = match_teachers(problem)
        return {
            "seconds": time.perf_counter() - started,
            "processor": time.process_time() - busy,
            "value": plan.proof.value,
            "rounds": plan.proof.rounds,
            "peak": peak_of(),
        }
    with tempfile.TemporaryDirectory(prefix="mayak-benchmark-") as folder:
        if prepared:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
        _set_up(folder)
        return _with_jobs(problem, processes, kill)


def _set_up(folder: str) -> None:
    """Django on a database of this folder."""
    os.environ |= {"MAYAK_DATA": folder, "DJANGO_SETTINGS_MODULE": "mayak.config.settings"}
    os.environ["MAYAK_LOG_LEVEL"] = "ERROR"
    import django  # only after the environment is set
    from django.core.management import call_command  # only after the environment is set

    django.setup()
    call_command("migrate", verbosity=0)


def _with_jobs(problem: Any, processes: int, kill: bool) -> dict[str, Any]:
    from django.db.models import Sum  # only after setup
    from django.db.models.functions import Length  # only after setup

    from mayak.matching.algorithms.teachers.parts import match_by_parts  # only after setup
    from mayak.matching.models import MatchingPart  # only after setup
    from mayak.matching.services.teacher_parts import COORDINATOR, TerritoryWork  # only after setup

    run = _run()
    workers = [_worker() for _number in range(processes - 1)]
    _wait_for(len(workers))
    if kill:
        threading.Thread(target=_kill_inside, args=(workers[0],), daemon=True).start()
    try:
        started, busy = time.perf_counter(), time.process_time()
        plan = match_by_parts(problem, compute=TerritoryWork(run, lambda _stage: None))
        seconds, processor = time.perf_counter() - started, time.process_time() - busy
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert plan.proof.is_proven
    if kill:
        assert workers[0].returncode == -signal.SIGKILL
    parts = MatchingPart.objects.filter(run=run)
    sums = parts.aggregate(sent=Sum(Length("input")), answered=Sum(Length("output")))
    return {
        "seconds": seconds,
        "processor": processor,
        "value": plan.proof.value,
        "rounds": plan.proof.rounds,
        "parts": plan.proof.parts,
        "tasks": parts.count(),
        "elsewhere": parts.exclude(taken_by=COORDINATOR).count(),
        "peak": peak_of(),
        **sums,
    }


def _run() -> Any:
    from mayak.matching.models import MatchingRun  # only after setup
    from mayak.registry.models import SchoolYear, Territory  # only after setup

    country = Territory.objects.create(kind="country", name="Benchmark")
    year = SchoolYear.objects.get_or_create(start_year=2026)[0]
    return MatchingRun.objects.create(
        territory=country, school_year=year, title="Benchmark", level="teachers"
    )


def _worker() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", "work", "--interval", "0.2", "--no-schedule"]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def _wait_for(workers: int) -> None:
    from mayak.kernel.jobs.models import WorkerBeat  # only after setup

    while WorkerBeat.objects.count() < workers:
        time.sleep(0.1)


def _kill_inside(worker: "subprocess.Popen[bytes]") -> None:
    """Kill the worker as soon as it has begun a part."""
    from django_tasks_db.models import DBTaskResult  # only after setup

    while worker.poll() is None:
        running = DBTaskResult.objects.filter(status="RUNNING").values_list("worker_ids", flat=True)
        if any(f"-{worker.pid}-" in name for names in running for name in names[-1:]):
            time.sleep(0.2)
            worker.send_signal(signal.SIGKILL)
            return
        time.sleep(0.02)


def main() -> None:
    """One measurement."""
    if sys.argv[1] == "prepare":
        _set_up(sys.argv[2])
        print("{}")
        return
    mentees, mentors, kind, processes, kill, *prepared = sys.argv[1:]
    found = measure((int(mentees), int(mentors)), kind, int(processes), kill == "1", "".join(prepared))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
