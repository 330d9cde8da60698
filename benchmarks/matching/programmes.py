"""A mixed integer programme as arrays: by the product's own model (HiGHS), and by PuLP with CBC, side by side."""

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.matching.peers import PEER, Environment
from benchmarks.matching.report import Measured, measured
from mayak.matching.algorithms.mip import Ending, Model, Solution


@dataclass(frozen=True)
class Programme:
    """Maximise ``gain @ x``, ``0 <= x <= high`` whole, rows of entries between `least` and `most`."""

    gain: np.ndarray
    high: np.ndarray
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    least: np.ndarray
    most: np.ndarray


def ours(programme: Programme, limit: float) -> tuple[Solution, float]:
    """The solution of the product's model, and seconds."""
    started = time.perf_counter()
    model = Model()
    model.add(programme.gain, high=programme.high)
    model.rows(
        len(programme.least),
        programme.row,
        programme.column,
        programme.value,
        least=programme.least,
        most=programme.most,
    )
    return model.solve(time_limit_s=limit), time.perf_counter() - started


def cbc(programme: Programme, environment: Environment, limit: float) -> Measured:
    """What PuLP and CBC find."""
    if not environment.python:
        return Measured({}, 0.0, "skipped: package index not reached")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "programme.npz"
        np.savez(file, **asdict(programme))
        command = [environment.python, str(PEER), "programme_cbc", str(file), str(limit)]
        return measured(command, seconds=2 * limit + 60, path=environment.folder)


def agree(mine: Solution, other: Measured) -> str:
    """The words for the table; two proven optima must be equal, and no plan may beat the other's proof."""
    if other.broke:
        return other.broke
    value, is_proven = int(other.found["value"]), bool(other.found["proven"])
    if is_proven:
        assert round(mine.bound) >= value, (mine, other)
        assert round(mine.objective) <= value, (mine, other)
    if mine.ending is Ending.OPTIMAL:
        assert value <= round(mine.objective), (mine, other)
    word = "proven" if is_proven else "not proven"
    return f"{-value:,} {word}, {other.found['seconds']:.1f} s"
