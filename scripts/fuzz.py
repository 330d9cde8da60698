"""Long fuzzing for the night: python scripts/fuzz.py [--minutes 60] [--examples 3000]. Not a part of the tests.

Runs the fuzz tests with many examples, another random seed each time, then every address with every hostile value
(MAYAK_FUZZ_EVERY=1). Where atheris is installed (pip install atheris, not in the lock) it gets the rest of the time for
the readers of files. The exit code is 0 when nothing fell; what fell is printed with the example that repeats it.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HYPOTHESIS = ["tests/security/test_fuzz_importers.py", "tests/security/test_fuzz_forms.py"]
REQUESTS = ["tests/security/test_requests.py"]


def main() -> int:
    """Run the stages until the time is over."""
    given = argparse.ArgumentParser(description="Long fuzzing for the night.")
    given.add_argument("--minutes", type=float, default=60)
    given.add_argument("--examples", type=int, default=3000)
    options = given.parse_args()
    end = time.monotonic() + options.minutes * 60
    failed = run(HYPOTHESIS, {"MAYAK_FUZZ_EXAMPLES": str(options.examples)}, end)
    failed |= run(REQUESTS, {"MAYAK_FUZZ_EVERY": "1"}, end)
    failed |= atheris(end)
    return int(failed)


def run(paths: list[str], environment: dict[str, str], end: float) -> bool:
    """Run tests; return whether something fell."""
    left = end - time.monotonic()
    if left <= 0:
        print("The time is over before", *paths)  # noqa: T201  # for whoever runs this by hand
        return False
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *paths]
    try:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, timeout=left, check=False)  # noqa: S603  # our own tests
    except subprocess.TimeoutExpired:
        return False
    return done.returncode != 0


def atheris(end: float) -> bool:
    """Give the readers to atheris for the rest of the time; skipped where it is not installed."""
    seconds = int(end - time.monotonic())
    is_there = subprocess.run([sys.executable, "-c", "import atheris"], capture_output=True, check=False)
    if seconds < 1 or is_there.returncode:
        print("atheris is not installed or no time is left: skipped")  # noqa: T201  # for whoever runs this by hand
        return False
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", TARGET, f"-max_total_time={seconds}", "-max_len=20000"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0  # noqa: S603  # a fixed command


TARGET = """
import sys, atheris
with atheris.instrument_imports(include=["mayak.kernel.importing", "mayak.results.imports"]):
    import django
    django.setup()
    from mayak.kernel.importing import ImportProblem
    from mayak.results.imports.reading import open_results, read_batches
def one(data):
    for ending in (".csv", ".xlsx", ".json", ".zip"):
        try:
            for plan in open_results("f" + ending, data):
                for _batch in read_batches(plan):
                    pass
        except ImportProblem:
            pass
atheris.Setup(sys.argv, one)
atheris.Fuzz()
"""

if __name__ == "__main__":
    sys.exit(main())
