"""What identification takes: results, context and quality signs of schools, in columns (one value per row)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mayak.results.algorithms.identification.messages import DataError, Problem

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN = -1


@dataclass(frozen=True, slots=True, order=True)
class Procedure:
    """What «одна и та же процедура» of two years means: kind x subject x grade (x label, e.g. a wave)."""

    kind: str
    subject: str
    grade: int | None = None
    label: str = ""

    def __str__(self) -> str:
        grade = "" if self.grade is None else str(self.grade)
        return " ".join(part for part in (self.kind, self.subject, grade, self.label) if part)


@dataclass(frozen=True, slots=True)
class Results:
    """One row per school, procedure and year.

    `schools`: keys; `school` and `procedure` are positions in `schools` and `procedures`. `n`: participants (-1 =
    unknown); `below`: of them below the threshold (NaN = unknown); `share`: share below, needed only where counts are
    unknown; `mean` in points; `sd`: spread between pupils (for redrawing means). `territories`: level -> number of the
    school's territory of that level, one per school (-1 = unknown).
    """

    schools: tuple[Hashable, ...]
    procedures: tuple[Procedure, ...]
    school: Ints
    procedure: Ints
    year: Ints
    n: Ints
    below: Floats
    mean: Floats
    share: Floats | None = None
    sd: Floats | None = None
    territories: Mapping[str, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = _lengths(self) or _rows(self)
        if problems:
            raise DataError(problems)


@dataclass(frozen=True, slots=True)
class Context:
    """Shares of the social passport; `school` is a position in the results' `schools`, `year` as the results count."""

    indicators: tuple[str, ...]
    school: Ints
    indicator: Ints
    year: Ints
    share: Floats
    total: Ints | None = None


@dataclass(frozen=True, slots=True)
class QualitySigns:
    """Signs of doubtful quality that were found: school position, sign, year. No rows = computed, none found."""

    codes: tuple[str, ...]
    school: Ints
    sign: Ints
    year: Ints


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything a rule may look at; what is None was not loaded or computed."""

    results: Results
    context: Context | None = None
    signs: QualitySigns | None = None


def _lengths(results: Results) -> list[Problem]:
    rows = len(results.school)
    columns = {
        name: getattr(results, name) for name in ("procedure", "year", "n", "below", "mean", "share", "sd")
    }
    found = [
        Problem(name, "length_wrong", {"found": len(column), "expected": rows})
        for name, column in columns.items()
        if column is not None and len(column) != rows
    ]
    schools = len(results.schools)
    found += [
        Problem(f"territories.{level}", "length_wrong", {"found": len(column), "expected": schools})
        for level, column in results.territories.items()
        if len(column) != schools
    ]
    return found


def _rows(results: Results) -> list[Problem]:
    found = []
    for what, column, size in (
        ("school", results.school, len(results.schools)),
        ("procedure", results.procedure, len(results.procedures)),
    ):
        bad = np.flatnonzero((column < 0) | (column >= size))
        found += [
            Problem(what, "row_range", {"row": r, "found": int(column[r]), "what": what})
            for r in bad[:10].tolist()
        ]
    if found or not len(results.school):
        return found
    key = (
        results.school.astype(np.int64) * len(results.procedures) + results.procedure
    ) * 3000 + results.year
    order = np.argsort(key, kind="stable")
    twice = np.flatnonzero(np.diff(key[order]) == 0)
    for first, second in zip(order[twice][:10].tolist(), order[twice + 1][:10].tolist(), strict=True):
        found.append(Problem("results", "row_twice", {"first": first, "second": second}))
    over = np.flatnonzero((results.n >= 0) & ((results.below > results.n) | (results.below < 0)))
    for row in over[:10].tolist():
        found.append(
            Problem("below", "row_below", {"row": row, "below": results.below[row], "n": int(results.n[row])})
        )
    if results.share is not None:
        outside = np.flatnonzero((results.share < 0) | (results.share > 1))
        for row in outside[:10].tolist():
            found.append(Problem("share", "row_share", {"row": row, "found": float(results.share[row])}))
    return found
