"""A worker process for the tests: ``manage.py work`` with jobs that wait for a file, so that a test can kill it.

Arguments: the folder in which the files are looked for, then the arguments of ``work``.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.core.management import call_command

django.setup()

from mayak.kernel.access import SYSTEM  # noqa: E402  # only after setup
from mayak.kernel.audit.services import record_bulk  # noqa: E402  # only after setup
from mayak.kernel.jobs.models import Job  # noqa: E402  # only after setup
from mayak.kernel.jobs.registry import JobHandle, job  # noqa: E402  # only after setup

FOLDER = Path(sys.argv[1])


def wait_for(name: str) -> None:
    while not (FOLDER / name).exists():
        time.sleep(0.02)


@job("tests.two-steps", title="Two steps")
def two_steps(handle: JobHandle) -> dict[str, Any]:
    """Write two effects; in the first attempt hang in the middle of the second."""
    for number, step in enumerate(("first", "second"), start=1):
        with handle.once(step) as first:
            if first:
                record_bulk(Job, actor=SYSTEM, action=f"effect:{step}", row_count=1)
                if handle.job.attempts == 1 and step == "second":
                    (FOLDER / "inside").touch()
                    wait_for("never")
        handle.progress(number, 2, f"after the {step}")
        if handle.job.attempts == 1:
            wait_for("go-on")
    return {"effects": 2}


@job("tests.endless", title="Endless")
def endless(handle: JobHandle) -> None:
    """Go on for ever."""
    done = 0
    while True:
        done += 1
        handle.progress(done)
        time.sleep(0.02)


if __name__ == "__main__":
    call_command("work", "--interval", "0.1", "--no-schedule", *sys.argv[2:])
