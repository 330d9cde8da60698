"""Why a school is on the list (or not), in numbers: per condition the procedures that fired, and what was missing."""

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.data import Procedure
from mayak.results.algorithms.identification.evaluation import Decision, Identification, Outcome
from mayak.results.algorithms.identification.intervals import wilson
from mayak.results.algorithms.identification.logic import Answer
from mayak.results.algorithms.identification.ways_out import WayOut, way_out

BATCH: Final = 500


class Evidence(NamedTuple):
    """One procedure (or indicator) of a year against the limit. `interval`: Wilson, 95 %; `few`: «мало участников»."""

    item: Procedure | str
    year: int
    value: float
    limit: float
    fired: bool
    n: int | None
    below: int | None
    interval: tuple[float, float] | None
    few: bool


class NoData(NamedTuple):
    """A procedure that could not be looked at, and why."""

    item: Procedure | str
    year: int
    reason: CellState
    n: int | None


@dataclass(frozen=True, slots=True)
class ConditionExplanation:
    """`items_fired`: procedures that hold in all years asked for; `needed` of `counted` must."""

    condition: r.Condition
    answer: Answer
    items_fired: tuple[Procedure | str, ...]
    needed: int
    counted: int
    evidence: tuple[Evidence, ...]
    missing: tuple[NoData, ...]


@dataclass(frozen=True, slots=True)
class SchoolExplanation:
    """«Почему в списке» and «что выведет из списка» of one school."""

    school: Hashable
    decision: Decision
    conditions: tuple[ConditionExplanation, ...]
    signs: tuple[tuple[str, int], ...]
    way_out: WayOut | None


def explain(result: Identification, school: Hashable) -> SchoolExplanation:
    """Explain one school, listed or not. Raises KeyError for an unknown school."""
    return next(explanations(result, [school]))


def explain_listed(result: Identification) -> Iterator[SchoolExplanation]:
    """Explain every school on the list, in the order of the data."""
    return explanations(result, result.listed)


def explanations(result: Identification, schools: Iterable[Hashable]) -> Iterator[SchoolExplanation]:
    """Explain some schools, a batch at a time, so that a whole country need not lie in memory."""
    position = {school: row for row, school in enumerate(result.schools)}
    rows = [position[school] for school in schools]
    signs: dict[int, list[tuple[str, int]]] = {}
    for row, sign, year in result.signs:
        signs.setdefault(row, []).append((sign, year))
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        columns = [_explained(result, outcome, batch) for outcome in result.outcomes]
        for number, row in enumerate(batch):
            decision = Decision(int(result.decision[row]))
            yield SchoolExplanation(
                school=result.schools[row],
                decision=decision,
                conditions=tuple(column[number] for column in columns),
                signs=tuple(signs.get(row, ())),
                way_out=way_out(result, row) if decision is Decision.LISTED else None,
            )


def _explained(result: Identification, outcome: Outcome, rows: list[int]) -> list[ConditionExplanation]:
    cells = outcome.cells
    low, high = wilson(cells.below[rows], cells.n[rows])
    arrays = (cells.state, cells.value, cells.limit, cells.fired, cells.n, cells.below)
    columns = [array[rows].reshape(len(rows), -1).tolist() for array in arrays]
    columns += [bound.reshape(len(rows), -1).tolist() for bound in (low, high)]
    places = [(item, year) for item in cells.items for year in cells.years]
    few = result.rule.few_participants
    found = []
    for row, answer in enumerate(outcome.answers[rows].tolist()):
        lines = zip(places, *(column[row] for column in columns), strict=True)
        found.append(_condition(outcome, Answer(answer), [_line(line, few) for line in lines]))
    return found


def _line(line: tuple[Any, ...], few: int) -> Evidence | NoData:
    (item, year), state, value, limit, fired, n, below, low, high = line
    size = n if n >= 0 else None
    if state != CellState.MEASURED:
        return NoData(item, year, CellState(state), size)
    is_few = size is not None and size < few
    if math.isnan(below):
        return Evidence(item, year, value, limit, fired, size, None, None, is_few)
    return Evidence(item, year, value, limit, fired, size, int(below), (low, high) if size else None, is_few)


def _condition(outcome: Outcome, answer: Answer, lines: list[Evidence | NoData]) -> ConditionExplanation:
    condition, span = outcome.condition, len(outcome.cells.years)
    held, complete = [], 0
    for number, item in enumerate(outcome.cells.items):
        own = [line for line in lines[number * span : (number + 1) * span] if isinstance(line, Evidence)]
        complete += len(own) == span
        if len(own) == span and all(line.fired for line in own):
            held.append(item)
    total = len(outcome.cells.items) if condition.missing is r.Missing.UNKNOWN else complete
    return ConditionExplanation(
        condition,
        answer,
        tuple(held),
        condition.count.needed(total),
        total,
        tuple(line for line in lines if isinstance(line, Evidence)),
        tuple(line for line in lines if isinstance(line, NoData)),
    )
