"""What a benchmark prints beside its numbers: machine, versions, median and spread, peak memory."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path


def describe(*packages: str) -> str:
    """One line about the machine and the versions of the packages that were measured."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{model}, {os.cpu_count()} cores ({load}), Python {platform.python_version()}, {versions}"


def median_seconds(run: Callable[[], object], repeat: int = 3) -> tuple[float, str]:
    """Median time of some runs, and a text with the fastest, the slowest and the processor time."""
    times, busy = [], []
    for _ in range(repeat):
        start, processor = time.perf_counter(), time.process_time()
        run()
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - processor)
    middle = statistics.median(times)
    return (
        middle,
        f"{middle:8.3f} s  ({min(times):.3f} … {max(times):.3f}; processor {statistics.median(busy):.3f} s)",
    )


def peak_megabytes() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
