"""Small tables of results written the way a person reads them."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mayak.results.algorithms.identification.data import Context, Dataset, Procedure, QualitySigns, Results
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.algorithms.identification.rules import RuleSet

RU5, MA5, RU9, MA9 = (
    Procedure("vpr", "russian", 5),
    Procedure("vpr", "maths", 5),
    Procedure("oge", "russian", 9),
    Procedure("oge", "maths", 9),
)
PROCEDURES = (RU5, MA5, RU9, MA9)
Cells = Mapping[tuple[str, Procedure, int], tuple[int, int]]


def counts(cells: Cells, schools: tuple[str, ...] = (), **more: Any) -> Dataset:
    """{(school, procedure, year): (below, n)}"""
    names = schools or tuple(sorted({school for school, _, _ in cells}))
    lines = [
        (names.index(s), PROCEDURES.index(p), year, below, n) for (s, p, year), (below, n) in cells.items()
    ]
    school, procedure, year, below, n = (np.array(column) for column in zip(*lines, strict=True))
    results = Results(
        names, PROCEDURES, school, procedure, year, n, below.astype(float), np.full(len(n), math.nan),
        territories=more.pop("territories", {}),
    )  # fmt: skip
    return Dataset(results, **more)


def means(cells: Mapping[tuple[str, Procedure, int], tuple[float, int]], **more: Any) -> Dataset:
    """{(school, procedure, year): (mean, n)}"""
    names = tuple(sorted({school for school, _, _ in cells}))
    lines = [
        (names.index(s), PROCEDURES.index(p), year, mean, n) for (s, p, year), (mean, n) in cells.items()
    ]
    school, procedure, year, mean, n = (np.array(column) for column in zip(*lines, strict=True))
    nothing = np.full(len(n), math.nan)
    sd = more.pop("sd", None)
    spread = None if sd is None else np.full(len(n), float(sd))
    results = Results(names, PROCEDURES, school, procedure, year, n, nothing, mean.astype(float), sd=spread)
    return Dataset(results, **more)


def signs(*found: tuple[int, str, int]) -> QualitySigns:
    """(school position, sign, year)"""
    codes = tuple(sorted({code for _, code, _ in found}))
    school = np.array([s for s, _, _ in found], dtype=np.int64)
    year = np.array([y for _, _, y in found], dtype=np.int64)
    return QualitySigns(codes, school, np.array([codes.index(c) for _, c, _ in found], dtype=np.int64), year)


def context(values: Mapping[tuple[int, str, int], float]) -> Context:
    """{(school position, indicator, year): share}"""
    names = tuple(sorted({indicator for _, indicator, _ in values}))
    school, indicator, year = (np.array(column) for column in zip(*values, strict=True))
    numbers = np.array([names.index(name) for name in indicator])
    return Context(names, school.astype(int), numbers, year.astype(int), np.array(list(values.values())))


def rule(*conditions: dict[str, Any], joint: Any = "any", **more: Any) -> RuleSet:
    """A rule from its conditions; the measure is the share below the threshold unless another is named."""
    lines = [
        {"code": chr(65 + number), "measure": "below_share", **line} for number, line in enumerate(conditions)
    ]
    data = {"code": "t", "name": "T", "status": "low_results", "joint": joint, "conditions": lines}
    return rule_from_dict(data | more)


A = {"at_least": 0.3, "count": {"at_least": 2}}
B = {"at_least": 0.3, "count": "any", "years": {"running": 2}}
