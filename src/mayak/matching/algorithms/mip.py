"""A small door to HiGHS: columns and rows as arrays, a time limit, the best bound known and the gap.

HiGHS comes with SciPy: the separate package cannot be loaded beside OR-Tools, which carries another HiGHS (ADR 19).
The same model gives the same answer wherever the optimum is proven.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from mayak.matching.algorithms.network import SolverError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FEASIBILITY: Final = 1e-5
"""A row may be off by so much in the solver; solutions are rounded and checked again."""
_OPTIMAL, _LIMIT, _INFEASIBLE = 0, 1, 2


class Ending(StrEnum):
    """How a run ended: proven optimal, stopped by time with a plan and a bound, or no plan exists."""

    OPTIMAL = "optimal"
    TIME = "time"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True)
class Solution:
    """`values` of the columns (whole where asked), the objective and its upper bound."""

    ending: Ending
    values: Floats
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, as a share of the bound."""
        return max(self.bound - self.objective, 0.0) / max(abs(self.bound), 1.0)


class Model:
    """Maximise ``gain @ x`` over whole numbers ``low <= x <= high`` with rows ``least <= A x <= most``."""

    def __init__(self) -> None:
        self._gain: list[Floats] = []
        self._high: list[Floats] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._rows: list[tuple[Ints, Ints, Floats]] = []
        self._least: list[Floats] = []
        self._most: list[Floats] = []
        self.size = 0
        self.height = 0

    def add(self, gain: Any, *, high: Any = 1.0, whole: bool = True) -> Ints:
        """New columns from 0 to `high`; returns their numbers."""
        gain = np.atleast_1d(np.asarray(gain, dtype=np.float64))
        self._gain.append(gain)
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), gain.shape))
        self._whole.append(np.full(gain.shape, whole))
        numbers = np.arange(self.size, self.size + len(gain))
        self.size += len(gain)
        return numbers

    def rows(
        self,
        count: int,
        row: Any,
        column: Any,
        value: Any = 1.0,
        *,
        least: Any = -np.inf,
        most: Any = np.inf,
    ) -> Ints:
        """New rows: entries (row 0..count-1, column, value), side by side; returns their numbers."""
        row, column = np.asarray(row, dtype=np.int64), np.asarray(column, dtype=np.int64)
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
        self._rows.append((row + self.height, column, values))
        self._least.append(np.broadcast_to(np.asarray(least, dtype=np.float64), (count,)))
        self._most.append(np.broadcast_to(np.asarray(most, dtype=np.float64), (count,)))
        numbers = np.arange(self.height, self.height + count)
        self.height += count
        return numbers

    def with_gain(self, columns: Ints, gain: Floats) -> "Model":
        """The same columns and rows with this gain, all other columns gaining nothing."""
        copy = self._copy()
        whole = np.zeros(self.size)
        whole[columns] = gain
        copy._gain = [whole]
        return copy

    def without(self, columns: Ints) -> "Model":
        """The same with these columns held at 0."""
        copy = self._copy()
        high = _joined(self._high)
        high[columns] = 0.0
        copy._high = [high]
        return copy

    def _copy(self) -> "Model":
        copy = Model()
        for name in ("_gain", "_high", "_whole", "_rows", "_least", "_most"):
            setattr(copy, name, list(getattr(self, name)))
        copy.size, copy.height = self.size, self.height
        return copy

    def solve(self, *, time_limit_s: float = 60.0, relaxed: bool = False) -> Solution:
        """Solve; `relaxed` as an LP, whose objective is a bound.

        Raises:
            SolverError: HiGHS failed, or the time ended before any plan was found.
        """
        if not self.size:
            return Solution(Ending.OPTIMAL, np.zeros(0), 0.0, 0.0)
        gain, whole = _joined(self._gain), np.concatenate(self._whole)
        matrix, least, most = self._matrix()
        found = milp(
            -gain,
            integrality=np.zeros(self.size) if relaxed else whole.astype(np.float64),
            bounds=Bounds(np.zeros(self.size), _joined(self._high)),
            constraints=[LinearConstraint(matrix, least, most)] if self.height else [],
            options={"time_limit": float(time_limit_s), "mip_rel_gap": 0.0},
        )
        if found.status == _INFEASIBLE:
            return Solution(Ending.INFEASIBLE, np.zeros(self.size), 0.0, 0.0)
        if found.status not in {_OPTIMAL, _LIMIT} or found.x is None:
            raise SolverError(f"HiGHS: {found.message}")
        values: Floats = np.array(found.x, dtype=np.float64)
        if relaxed:
            return Solution(Ending.OPTIMAL, values, float(gain @ values), -float(found.fun))
        values[whole] = np.rint(values[whole])
        if self.height:
            _check(matrix @ values, least, most)
        objective = float(gain @ values)
        if found.status == _OPTIMAL:
            return Solution(Ending.OPTIMAL, values, objective, objective)
        return Solution(Ending.TIME, values, objective, max(-float(found.mip_dual_bound), objective))

    def _matrix(self) -> tuple[Any, Floats, Floats]:
        row, column, value = (
            np.concatenate([np.zeros(0), *(part[side] for part in self._rows)]) for side in range(3)
        )
        matrix = csr_array(
            (value, (row.astype(np.int64), column.astype(np.int64))), shape=(self.height, self.size)
        )
        return matrix, _joined(self._least), _joined(self._most)


def _check(reached: Floats, least: Floats, most: Floats) -> None:
    slack = FEASIBILITY * np.maximum(1.0, np.abs(reached))
    if ((reached < least - slack) | (reached > most + slack)).any():
        raise SolverError("HiGHS: the rounded plan breaks a rule")


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate([np.zeros(0), *parts])
