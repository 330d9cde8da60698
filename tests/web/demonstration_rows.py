"""What the rows of the demonstration say, computed apart from the product: the rule of low results, variances."""

from collections import Counter
from typing import Any

import numpy as np

from mayak.registry.models import Territory
from mayak.results.models import ParticipantResult
from mayak.web.demonstration.procedures import YEARS
from mayak.web.demonstration.scores import PASS_SCORES

SHARE, PROCEDURES_OF_A_YEAR = 0.30, 2


def path_of(name: str) -> str:
    return Territory.objects.get(name=name).path or ""


def shares_below(path: str) -> dict[tuple[str, tuple[Any, ...], int], float]:
    """Share below the threshold by school, procedure and year: mark «2», or a score under the minimum of ЕГЭ."""
    columns = ("kind", "subject__code", "grade", "year")
    rows = ParticipantResult.objects.filter(result__organisation__territory__path__under=path).values_list(
        "result__organisation__short_name",
        *(f"result__assessment__{name}" for name in columns),
        "mark",
        "score",
    )
    people: Counter[tuple[Any, ...]] = Counter()
    below: Counter[tuple[Any, ...]] = Counter()
    for school, kind, subject, grade, year, mark, score in rows:
        key = (school, (kind, subject, grade), year)
        people[key] += 1
        below[key] += score < PASS_SCORES[subject] if kind == "ege" else mark == 2
    return {key: below[key] / count for key, count in people.items()}


def low_schools(shares: dict[tuple[str, tuple[Any, ...], int], float], year: int) -> dict[str, str]:
    """Schools with 30 % and more below in two procedures of the year («A»), or in one of them in two years («B»)."""
    found: dict[str, str] = {}
    for school in {key[0] for key in shares}:
        bad = {
            (procedure, when)
            for (name, procedure, when), share in shares.items()
            if name == school and share >= SHARE
        }
        now = {procedure for procedure, when in bad if when == year}
        before = {procedure for procedure, when in bad if when == year - 1}
        reasons = ("A" if len(now) >= PROCEDURES_OF_A_YEAR else "") + ("B" if now & before else "")
        if reasons:
            found[school] = reasons
    return found


def variances(subject: str, path: str) -> tuple[float, float, float, float]:
    """Mean, variance of pupils, of schools, of the years of a school; by the method of moments."""
    rows = ParticipantResult.objects.filter(
        result__assessment__kind="ege",
        result__assessment__subject__code=subject,
        result__organisation__territory__path__under=path,
    ).values_list("result__organisation", "result__assessment__year", "score")
    school, year, score = (np.array(column) for column in zip(*rows, strict=True))
    _, place = np.unique(school, return_inverse=True)
    cell = place * len(YEARS) + (year - YEARS[0])
    count = np.bincount(cell).reshape(-1, len(YEARS))
    mean = np.bincount(cell, weights=score).reshape(-1, len(YEARS)) / count
    inside = ((score - mean.ravel()[cell]) ** 2).sum() / (count.sum() - count.size)
    noise = inside * (1 / count).mean()
    yearly = mean.var(axis=1, ddof=1).mean() - noise
    lasting = mean.mean(axis=1).var(ddof=1) - (yearly + noise) / len(YEARS)
    return float(mean.mean()), float(inside), float(lasting), float(yearly)
