"""Counting with the unknown: yes, no or open, for procedures, years and conditions alike (Kleene's logic)."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import Cells
from mayak.results.algorithms.identification.data import Bools


class Answer(IntEnum):
    """What a condition says of a school."""

    NO = 0
    OPEN = 1
    YES = 2


Answers = NDArray[np.int8]


def condition_answers(condition: r.Condition, cells: Cells) -> Answers:
    """One answer per school."""
    if condition.years.mode is r.YearsMode.EACH:
        by_year = [
            _count(condition, cells.fired[:, :, year], cells.measured[:, :, year], cells.measured[:, :, year])
            for year in range(len(cells.years))
        ]
        result: Answers = np.min(by_year, axis=0).astype(np.int8)
        return result
    held: Bools = np.logical_and.reduce(cells.fired, axis=2)
    complete: Bools = np.logical_and.reduce(cells.measured, axis=2)
    failed: Bools = np.logical_or.reduce(cells.measured & ~cells.fired, axis=2)
    return _count(condition, held, complete, complete | failed)


def _count(condition: r.Condition, held: Bools, complete: Bools, decided: Bools) -> Answers:
    """`held` implies `complete` implies `decided`; all of shape (schools, items)."""
    total = held.shape[1]
    holding = held.sum(axis=1)
    if condition.missing is r.Missing.UNKNOWN:
        unknown = (~decided).sum(axis=1)
        needed: Any = condition.count.needed(total)
        return _answers(holding >= needed, holding + unknown < needed)
    counted = complete.sum(axis=1)
    all_needed = condition.count.quantifier is r.Quantifier.ALL
    needed = counted if all_needed else condition.count.needed(total)
    enough = counted >= max(condition.min_measured, 1 if all_needed else condition.count.needed(total))
    return _answers(enough & (holding >= needed), enough & (holding < needed))


def join(count: r.Count, answers: list[Answers]) -> Answers:
    """Join the conditions of a rule."""
    yes = np.sum([answer == Answer.YES for answer in answers], axis=0)
    unknown = np.sum([answer == Answer.OPEN for answer in answers], axis=0)
    needed = count.needed(len(answers))
    return _answers(yes >= needed, yes + unknown < needed)


def _answers(yes: Any, no: Any) -> Answers:
    return np.where(yes, Answer.YES, np.where(no, Answer.NO, Answer.OPEN)).astype(np.int8)
