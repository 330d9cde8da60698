"""What people would use instead, on the same instance: seconds, memory, the same optimum, where each breaks."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.matching import candidates
from benchmarks.matching.report import Measured, measured, table, title

SIZES = ((500, 200), (1_000, 400), (5_000, 2_000), (20_000, 8_000), (100_000, 30_000))
FOLDER = Path(tempfile.gettempdir()) / "mayak-benchmark-peers"
PEER = Path(__file__).with_name("peer.py")


class Environment:
    """Packages of the peers in environments of their own: they are no dependencies of the project."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    @cached_property
    def python(self) -> str:
        """The interpreter of the environment; empty where it cannot be made."""
        folder = self.folder / "venv"
        if not (folder / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        python = str(folder / "bin" / "python")
        return python if self._pip(python, "numpy", "scipy", "pulp", "networkx", "munkres") else ""

    def package(self, name: str) -> Path | None:
        """A folder with one package alone: `matching` and `mentor-match` both call their module «matching»."""
        folder = self.folder / name
        if not self.python:
            return None
        if not folder.is_dir() and not self._pip(self.python, name, "--no-deps", "--target", str(folder)):
            return None
        return folder

    def versions(self) -> str:
        """Packages of the peers with their versions."""
        if not self.python:
            return "no environment for the peers: the package index cannot be reached"
        command = [self.python, "-m", "pip", "list", "--format=freeze"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True)
        own = [one.name for one in self.folder.glob("*/*.dist-info") if "matc" in one.name]
        return ", ".join([*listed.stdout.split(), *sorted(own)])

    @staticmethod
    def _pip(python: str, *what: str) -> bool:
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", *what], check=False, capture_output=True, text=True
        )
        return done.returncode == 0


@dataclass(frozen=True)
class Peer:
    """A solver: its name in the table, in `peer.py`, whether it must reach the optimum, where it runs."""

    name: str
    solver: str
    is_exact: bool
    run: Callable[[Environment, str], Measured]


def _in_project(solver: str) -> Callable[[Environment, str], Measured]:
    return lambda _environment, file: measured([sys.executable, str(PEER), solver, file])


def _with(solver: str, package: str = "") -> Callable[[Environment, str], Measured]:
    def run(environment: Environment, file: str) -> Measured:
        path = environment.package(package) if package else environment.folder
        if not environment.python or path is None:
            return Measured({}, 0.0, "skipped: package index not reached")
        return measured([environment.python, str(PEER), solver, file], path=path)

    return run


PEERS = (
    Peer("SciPy min_weight_full_bipartite_matching", "scipy_sparse", True, _in_project("scipy_sparse")),
    Peer("SciPy linear_sum_assignment (dense)", "scipy_dense", True, _in_project("scipy_dense")),
    Peer("PuLP + CBC", "pulp_cbc", True, _with("pulp_cbc")),
    Peer("NetworkX min_cost_flow", "networkx", True, _with("networkx")),
    Peer("mentor-match (PyPI)", "mentor_match", True, _with("mentor_match", "mentor-match")),
    Peer("matching (PyPI, stable pairs)", "matching_hr", False, _with("matching_hr", "matching")),
    Peer("greedy", "greedy", False, _in_project("greedy")),
)


def compare(environment: Environment, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Print a table of all solvers and sizes; a solver that broke is not asked for a larger size."""
    title("The same 20 candidates of each need: ours beside what people would use instead")
    print(
        "Ours = min-cost flow with prices and bound (the proof). Every exact solver must reach the same value.\n"
    )
    names = ["ours", *(peer.name for peer in PEERS)]
    cells: dict[str, list[object]] = {name: [name] for name in names}
    broken: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for mentees, mentors in sizes:
            file = Path(folder) / f"{mentees}.npz"
            candidates.write(mentees, mentors, file)
            command = [sys.executable, "-m", "benchmarks.matching.candidates", str(file)]
            ours = measured(command, seconds=None)
            assert not ours.broke, ours.broke
            cells["ours"].append(_cell(ours))
            for peer in PEERS:
                cells[peer.name].append(
                    "-" if peer.name in broken else _of(peer, environment, file, ours, broken)
                )
    table(["solver", *(f"{mentees:,} x {mentors:,}" for mentees, mentors in sizes)], list(cells.values()))


def _of(peer: Peer, environment: Environment, file: Path, ours: Measured, broken: set[str]) -> str:
    found = peer.run(environment, str(file))
    if found.broke:
        broken.add(peer.name)
        return f"{found.broke}, {found.peak:,.0f} MB" if found.peak else found.broke
    if peer.is_exact:
        same = found.found["value"] == ours.found["value"]
        assert same, f"{peer.name}: {found.found} instead of {ours.found}"
        return _cell(found)
    share = 1 - found.found["value"] / ours.found["value"]
    fewer = ours.found["served"] - found.found["served"]
    return f"{_cell(found)}; value {share:.2%} lower, {fewer:,} fewer served"


def _cell(found: Measured) -> str:
    return f"{found.found['seconds']:.3f} s, {found.peak:,.0f} MB"
