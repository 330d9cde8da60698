"""A worker process for the tests: ``manage.py work`` on small parts, which a test can hold or kill inside one.

Arguments: the folder of signs, the name of the worker, the step in which it stands still until the sign «go-on».
Every part that it begins is noted in the folder as «name.step.number».
"""

import os
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.core.management import call_command

django.setup()

from mayak.matching.algorithms.teachers.parts import Step, perform  # noqa: E402  # only after setup
from mayak.matching.services import teacher_parts  # noqa: E402  # only after setup

FOLDER, NAME, STANDS_IN = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
begun = 0


def watched(step: Step, data: bytes, base: bytes = b"", known: bytes = b"") -> bytes:
    global begun  # noqa: PLW0603  # one counter of the process
    begun += 1
    (FOLDER / f"{NAME}.{step}.{begun}").touch()
    while step == STANDS_IN and not (FOLDER / "go-on").exists():
        time.sleep(0.02)
    return perform(step, data, base, known)


teacher_parts.perform = watched
teacher_parts.PART_NEEDS = 4

if __name__ == "__main__":
    call_command("work", "--interval", "0.1", "--no-schedule")
