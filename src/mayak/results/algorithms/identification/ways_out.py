"""What would take a school off the list: the fewest pupils on the other side of the threshold.

Only results of the year itself can differ; earlier years and the context are as they are. The values of a territory and
of the other schools are held fixed. The search is exact (uniform cost); past SEARCH_LIMIT steps it takes the best found
by the cheapest step first and says so.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.data import Procedure
from mayak.results.algorithms.identification.evaluation import Identification, Outcome
from mayak.results.algorithms.identification.logic import Answer

SEARCH_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure that must change. `pupils` must change sides (+ = must pass, - = would have to fail), where counts
    are known; `reach` is the value to get to (`reach_excluded`: past it, not just to it)."""

    item: Procedure | str
    year: int
    pupils: int | None
    value: float
    reach: float
    reach_excluded: bool


@dataclass(frozen=True, slots=True)
class WayOut:
    """All steps together take the school off the list; none = nothing of this year can. `is_least`: proven."""

    steps: tuple[Step, ...]
    is_least: bool

    @property
    def pupils(self) -> int | None:
        """Pupils in all; None where a step cannot be counted in pupils."""
        counts = [step.pupils for step in self.steps]
        return None if None in counts else sum(abs(count) for count in counts if count is not None)


Key = tuple[int, bool]
Cost = tuple[int, int]
Chosen = dict[Key, int]


@dataclass(frozen=True, slots=True)
class _Move:
    """Stop one procedure (column of the data) from firing, by `size` pupils; 0 where pupils cannot be counted."""

    key: Key
    size: int
    step: Step


@dataclass(frozen=True, slots=True)
class _Task:
    """One condition stops holding when at least `slack` of the moves are made."""

    slack: int
    moves: tuple[_Move, ...]

    def left(self, chosen: Chosen) -> tuple[int, list[_Move]]:
        """How many more are needed, and the moves that are not made yet."""
        open_moves = [move for move in self.moves if chosen.get(move.key, -1) < move.size]
        return self.slack - (len(self.moves) - len(open_moves)), open_moves


def way_out(result: Identification, school: int) -> WayOut:
    """The way out of the list of one listed school (position in the data)."""
    holding = [o for o in result.outcomes if o.answers[school] == Answer.YES]
    tasks = [_task(outcome, school, result.year) for outcome in holding]
    break_count = len(tasks) - result.rule.joint.needed(len(result.outcomes)) + 1
    best: tuple[Cost, WayOut] | None = None
    for group in combinations(tasks, break_count):
        found = _search(group)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else WayOut((), is_least=True)


def first_count(n: int, limit: float, *, strict: bool) -> int:
    """The least count c with c / n >= limit (> limit if strict), by the same division the evaluation makes."""
    count = int(limit * n)
    while count > 0 and _passes((count - 1) / n, limit, strict=strict):
        count -= 1
    while not _passes(count / n, limit, strict=strict):
        count += 1
    return count


def _passes(share: float, limit: float, *, strict: bool) -> bool:
    return share > limit if strict else share >= limit


def _task(outcome: Outcome, school: int, year: int) -> _Task:
    cells, condition = outcome.cells, outcome.condition
    if condition.measure is r.Measure.CONTEXT_SHARE or year not in cells.years:
        return _Task(1, ())
    at = cells.years.index(year)
    fired, measured = cells.fired[school], cells.state[school] == CellState.MEASURED
    if condition.years.mode is r.YearsMode.EACH:
        fired, measured = fired[:, at : at + 1], measured[:, at : at + 1]
    held = np.flatnonzero(fired.all(axis=1)).tolist()
    total = len(cells.items) if condition.missing is r.Missing.UNKNOWN else int(measured.all(axis=1).sum())
    moves = [_move(outcome, school, item, at) for item in held]
    slack = len(held) - condition.count.needed(total) + 1
    return _Task(slack, tuple(move for move in moves if move is not None))


def _move(outcome: Outcome, school: int, item: int, at: int) -> _Move | None:
    cells, condition = outcome.cells, outcome.condition
    value, limit = float(cells.value[school, item, at]), float(cells.limit[school, item, at])
    n, below = int(cells.n[school, item, at]), float(cells.below[school, item, at])
    pupils = None
    if condition.measure is r.Measure.BELOW_SHARE and n > 0 and not math.isnan(below):
        pupils = _pupils(condition.comparison, n, int(below), limit)
        if pupils is None:
            return None
    elif condition.measure is not r.Measure.MEAN and not _is_share(condition.comparison, limit):
        return None
    step = Step(cells.items[item], cells.years[at], pupils, value, limit, not condition.comparison.is_strict)
    return _Move((cells.columns[item], pupils is not None), abs(pupils or 0), step)


def _is_share(comparison: r.Comparison, limit: float) -> bool:
    """Can any share of 0 .. 1 stop the cell from firing? A limit such as 1.5 times the median may lie above 1."""
    inside = not comparison.is_strict  # the limit itself fires, so the share must lie beyond it
    if comparison.is_upward:
        return limit > 0 if inside else limit >= 0
    return limit < 1 if inside else limit <= 1


def _pupils(comparison: r.Comparison, n: int, below: int, limit: float) -> int | None:
    """How many must pass (+) or fail (-) for the cell to stop firing; None = no count of pupils can do it."""
    if comparison.is_upward:
        edge = first_count(n, limit, strict=comparison.is_strict)
        return below - edge + 1 if edge > 0 else None
    edge = first_count(n, limit, strict=not comparison.is_strict)
    return below - edge if edge <= n else None


def _search(group: tuple[_Task, ...]) -> tuple[Cost, WayOut] | None:
    """The cheapest moves that break every condition of the group; forced ones first, then uniform cost."""
    if any(task.slack > len(task.moves) for task in group):
        return None
    start = _forced(group, {})
    queue: list[tuple[Cost, list[tuple[Key, int]]]] = [(_cost(start), sorted(start.items()))]
    seen: set[tuple[tuple[Key, int], ...]] = set()
    while queue:
        cost, items = heapq.heappop(queue)
        if tuple(items) in seen:
            continue
        seen.add(tuple(items))
        chosen = dict(items)
        pending = _pending(group, chosen)
        if not pending:
            return cost, WayOut(_steps(group, chosen), is_least=True)
        if len(pending) == 1 or len(seen) > SEARCH_LIMIT:
            chosen = _cheapest_first(pending, chosen)
            if len(pending) == 1 and len(seen) == 1:
                return _cost(chosen), WayOut(_steps(group, chosen), is_least=True)
            if len(seen) > SEARCH_LIMIT:
                return _cost(chosen), WayOut(_steps(group, chosen), is_least=False)
            larger = [chosen]
        else:
            larger = [{**chosen, move.key: move.size} for move in pending[0].left(chosen)[1]]
        for option in larger:
            heapq.heappush(queue, (_cost(option), sorted(option.items())))
    return None


def _forced(group: tuple[_Task, ...], chosen: Chosen) -> Chosen:
    """Where all moves of a condition are needed there is no choice."""
    now = dict(chosen)
    for task in group:
        needed, moves = task.left(now)
        if needed == len(moves):
            now.update({move.key: max(move.size, now.get(move.key, 0)) for move in moves})
    return now


def _pending(group: tuple[_Task, ...], chosen: Chosen) -> list[_Task]:
    return [task for task in group if task.left(chosen)[0] > 0]


def _cheapest_first(tasks: Iterable[_Task], chosen: Chosen) -> Chosen:
    now = dict(chosen)
    for task in tasks:
        needed, moves = task.left(now)
        ranked = sorted(moves, key=lambda move: (not move.key[1], move.size - now.get(move.key, 0), move.key))
        now.update({move.key: move.size for move in ranked[: max(needed, 0)]})
    return now


def _cost(chosen: Chosen) -> Cost:
    """Procedures that cannot be counted in pupils, then pupils."""
    counted = [size for (_, is_counted), size in chosen.items() if is_counted]
    return len(chosen) - len(counted), sum(counted)


def _steps(group: tuple[_Task, ...], chosen: Chosen) -> tuple[Step, ...]:
    steps = {
        move.key: move.step for task in group for move in task.moves if chosen.get(move.key) == move.size
    }
    return tuple(step for _, step in sorted(steps.items(), key=lambda line: line[0]))
