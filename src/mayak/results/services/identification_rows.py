"""From the arrays of a run to its rows: decisions with reasons and numbers, short enough to keep every school.

``evidence`` of a decision: ``conditions`` in the order of the rule, each {a: answer (0 no, 1 open, 2 yes), h: items
that hold, k: needed, m: counted, l: [[item, year, n, below, value, limit, fired]], x: [[item, year, state, n]]}, where
an item is a position in ``items`` of the run's summary; ``signs`` [[sign, year]]; ``against`` [result, expected,
standardised difference]; ``least``: whether the way out is proven to be the smallest.
"""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.data import Bools, Floats, Procedure
from mayak.results.algorithms.identification.evaluation import Decision, Identification, Outcome
from mayak.results.algorithms.identification.logic import Answer
from mayak.results.algorithms.identification.value_added import ValueAdded
from mayak.results.algorithms.identification.ways_out import Step, way_out

COLUMNS = (
    "run_id", "organisation_id", "is_listed", "has_data", "is_vetoed", "few_participants", "stability", "severity",
    "residual", "change", "reasons", "way_out", "evidence",
)  # fmt: skip
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class RunArrays:
    """Everything a run computed, one value per school of the data."""

    result: Identification
    is_own: Bools
    stability: Floats
    added: ValueAdded | None
    shown: Floats

    @property
    def rows(self) -> list[int]:
        """Positions of the schools that the run decides on."""
        return [int(row) for row in np.flatnonzero(self.is_own)]


def item_row(item: Procedure | str) -> list[Any]:
    """A procedure as plain data; an indicator of the context is named by its code."""
    if isinstance(item, str):
        return ["context", item, None, ""]
    return [item.kind, item.subject, item.grade, item.label]


def item_rows(result: Identification) -> list[list[Any]]:
    """All procedures and indicators of the run, each once."""
    return [item_row(item) for item in _items(result)]


def severities(result: Identification) -> Floats:
    """Sum of the distances from the limit over what holds in the latest year; NaN for a school off the list."""
    total = np.zeros(len(result.schools))
    largest: dict[Procedure | str, Floats] = {}
    for outcome in result.outcomes:
        cells = outcome.cells
        holds = _holding(outcome) & (outcome.answers == Answer.YES)[:, None]
        beyond = np.where(holds, np.abs(cells.value[:, :, 0] - cells.limit[:, :, 0]), 0.0)
        for column, item in enumerate(cells.items):
            largest[item] = np.fmax(largest.get(item, total), beyond[:, column])
    for values in largest.values():
        total = total + values
    listed = result.decision == Decision.LISTED
    return np.where(listed, total, np.nan)


def few_participants(result: Identification) -> Bools:
    """Whether the answer rests on a result of few pupils: one that holds, or any where nothing holds."""
    marked = np.zeros(len(result.schools), dtype=np.bool_)
    for outcome in result.outcomes:
        if outcome.condition.measure is r.Measure.CONTEXT_SHARE:
            continue
        cells = outcome.cells
        small = cells.measured & (cells.n >= 0) & (cells.n < result.rule.few_participants)
        holds = (_holding(outcome) & (outcome.answers == Answer.YES)[:, None])[:, :, None]
        answered = (outcome.answers == Answer.YES) & (result.decision == Decision.LISTED)
        marked |= np.where(answered, (small & holds).any(axis=(1, 2)), False)
        marked |= np.where(result.decision != Decision.LISTED, small[:, :, 0].any(axis=1), False)
    return marked


def decision_rows(
    run_id: int, arrays: RunArrays, changes: Mapping[Hashable, str]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the decisions in the order of ``COLUMNS``."""
    result = arrays.result
    chosen = arrays.rows
    number = {item: place for place, item in enumerate(_items(result))}
    severity, few = severities(result), few_participants(result)
    kept = [_kept(outcome, number, chosen) for outcome in result.outcomes]
    signs: dict[int, list[list[Any]]] = {}
    for row, sign, year in result.signs:
        signs.setdefault(row, []).append([sign, year])
    for at, row in enumerate(chosen):
        decision = Decision(int(result.decision[row]))
        evidence: dict[str, Any] = {"conditions": [columns[at] for columns in kept]}
        if row in signs:
            evidence["signs"] = signs[row]
        against = _against(arrays, row)
        if against:
            evidence["against"] = against
        is_listed = decision is Decision.LISTED
        ways: list[dict[str, Any]] = []
        if is_listed:
            way = way_out(result, row)
            ways = [_step(step) for step in way.steps]
            evidence["least"] = way.is_least
        school = result.schools[row]
        yield (
            run_id, school, is_listed, decision is not Decision.NO_DATA, decision is Decision.VETOED, bool(few[row]),
            _number(arrays.stability[row]), _number(severity[row]), against[0] - against[1] if against else None,
            changes.get(school, ""), _reasons(result, evidence["conditions"]) if is_listed else [], ways, evidence,
        )  # fmt: skip


def _items(result: Identification) -> list[Procedure | str]:
    return list(dict.fromkeys(item for outcome in result.outcomes for item in outcome.cells.items))


def _holding(outcome: Outcome) -> Bools:
    """Which items hold: in all years together, or in the latest one where each year counts for itself."""
    fired = outcome.cells.fired
    each = outcome.condition.years.mode is r.YearsMode.EACH
    return fired[:, :, 0] if each else np.logical_and.reduce(fired, axis=2)


def _kept(outcome: Outcome, number: dict[Procedure | str, int], chosen: list[int]) -> list[dict[str, Any]]:
    """What one condition saw of each chosen school, in the short form."""
    cells = outcome.cells
    places = [(number[item], year) for item in cells.items for year in cells.years]
    arrays = (cells.state, cells.n, cells.below, cells.value, cells.limit, cells.fired)
    columns = [np.asarray(array)[chosen].reshape(len(chosen), -1).tolist() for array in arrays]
    held = _holding(outcome)[chosen].tolist()
    span = cells.measured[:, :, :1] if outcome.condition.years.mode is r.YearsMode.EACH else cells.measured
    complete = span.all(axis=2).sum(axis=1)[chosen].tolist()
    answers = outcome.answers[chosen].tolist()
    condition = outcome.condition
    found = []
    for row, answer in enumerate(answers):
        counted = len(cells.items) if condition.missing is r.Missing.UNKNOWN else complete[row]
        seen: dict[str, Any] = {
            "a": answer,
            "h": [number[item] for item, holds in zip(cells.items, held[row], strict=True) if holds],
            "k": condition.count.needed(counted),
            "m": counted,
        }
        lines = zip(places, *(column[row] for column in columns), strict=True)
        seen["l"], missing = _lines(lines)
        if missing:
            seen["x"] = missing
        found.append(seen)
    return found


def _lines(lines: Iterable[Any]) -> tuple[list[list[Any]], list[list[Any]]]:
    """What was measured, and what could not be."""
    measured: list[list[Any]] = []
    missing: list[list[Any]] = []
    for (item, year), state, n, below, value, limit, fired in lines:
        size = n if n >= 0 else None
        if state != CellState.MEASURED:
            missing.append([item, year, state, size])
            continue
        count = None if math.isnan(below) else int(below)
        measured.append([item, year, size, count, round(value, _DIGITS), round(limit, _DIGITS), int(fired)])
    return measured, missing


def _reasons(result: Identification, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The conditions that hold, spelled out for whoever reads the row without the run."""
    items = _items(result)
    reasons = []
    for outcome, seen in zip(result.outcomes, kept, strict=True):
        if seen["a"] != Answer.YES:
            continue
        held = set(seen["h"])
        reasons.append(
            {
                "code": outcome.condition.code,
                "title": outcome.condition.title,
                "measure": outcome.condition.measure.value,
                "needed": seen["k"],
                "held": len(held),
                "procedures": [
                    {
                        **_named(items[item]),
                        "year": year,
                        "n": n,
                        "below": below,
                        "value": value,
                        "limit": limit,
                    }
                    for item, year, n, below, value, limit, _fired in seen["l"]
                    if item in held
                ],
            }
        )
    return reasons


def _named(item: Procedure | str) -> dict[str, Any]:
    kind, subject, grade, label = item_row(item)
    return {"kind": kind, "subject": subject, "grade": grade, "label": label}


def _step(step: Step) -> dict[str, Any]:
    return {
        **_named(step.item),
        "year": step.year,
        "pupils": step.pupils,
        "value": round(step.value, _DIGITS),
        "reach": round(step.reach, _DIGITS),
        "past": step.reach_excluded,
    }


def _against(arrays: RunArrays, row: int) -> list[float]:
    """Result, expected result and standardised difference, where the model is good enough to be shown."""
    added = arrays.added
    if added is None or not added.is_shown or math.isnan(added.expected[row]):
        return []
    values = (arrays.shown[row], added.expected[row], added.standardised[row])
    return [round(float(value), _DIGITS) for value in values]


def _number(value: Any) -> float | None:
    number = float(value)
    return None if math.isnan(number) else round(number, _DIGITS)
