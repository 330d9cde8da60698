"""Tables in Markdown, and a step that is measured in a process of its own: seconds, peak memory, where it breaks."""

import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 60.0, 6 * 1024
"""Where a peer is stopped."""
LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Measured:
    """What a process printed last (JSON), its peak memory; `broke`: why it gave nothing."""

    found: dict[str, Any]
    peak: float
    broke: str = ""


def table(heads: list[str], rows: list[list[object]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def title(text: str) -> None:
    """Print the heading of a part, with the load of the machine at that moment."""
    print(
        f"## {text}\n\nLoad of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n", flush=True
    )


def measured(
    command: list[str],
    *,
    seconds: float | None = SECONDS,
    megabytes: float = MEGABYTES,
    path: Path | None = None,
) -> Measured:
    """Run a command; stop it after `seconds` or above `megabytes`."""
    folders = [str(ROOT), str(ROOT / "src")] if path is None else [str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    started, peak, broke = time.monotonic(), 0.0, ""
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as error,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=error, start_new_session=True
        ) as process,
    ):
        while process.poll() is None:
            time.sleep(LOOK_EVERY)
            peak = max(peak, peak_of(process.pid))
            if seconds is not None and time.monotonic() - started > seconds:
                broke = f"stopped at {seconds:.0f} s"
            elif peak > megabytes:
                broke = f"stopped at {megabytes / 1024:.0f} GB"
            if broke:
                os.killpg(process.pid, signal.SIGKILL)  # a solver may be a process of its own
                break
        process.wait()
        out.seek(0)
        error.seek(0)
        said, failed = out.read().strip().splitlines(), error.read().strip().splitlines()
    if broke or process.returncode:
        return Measured({}, peak, broke or (failed or ["no output"])[-1][:80])
    found = json.loads(said[-1])
    return Measured(found, max(peak, found.get("peak", 0.0)))


def peak_of(number: int | str = "self") -> float:
    """Peak resident memory of a process in megabytes, 0 where it has ended.

    Not of `getrusage`: there a process begins with the memory of the one that started it.
    """
    try:
        lines = Path(f"/proc/{number}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)
