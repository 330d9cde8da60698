"""Can the data answer the rule at all? Said before anything is computed, with the place in the rule."""

import numpy as np

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import matching
from mayak.results.algorithms.identification.data import Dataset
from mayak.results.algorithms.identification.messages import Problem


def data_problems(rule: r.RuleSet, data: Dataset, year: int) -> list[Problem]:
    """Every condition that has nothing to look at in this year; empty = the rule can be applied."""
    found = []
    if not (rule.year_from or year) <= year <= (rule.year_to or year):
        period = {"begin": rule.year_from or "…", "end": rule.year_to or "…", "year": year}
        found.append(Problem("year_from", "rule_not_in_force", period))
    for number, condition in enumerate(rule.conditions):
        place = f"conditions[{number}] ({condition.code})"
        late = [str(y) for y in condition.years.of(year) if y > year]
        if late:
            found.append(Problem(f"{place}.years", "years_future", {"found": ", ".join(late)}))
        elif condition.measure is r.Measure.CONTEXT_SHARE:
            found += _context_problems(place, condition, data, year)
        else:
            found += _result_problems(place, condition, data, year)
        found += _territory_problems(place, condition, data)
    if rule.veto is not None and data.signs is None:
        found.append(Problem("veto", "no_signs"))
    return found


def _result_problems(place: str, condition: r.Condition, data: Dataset, year: int) -> list[Problem]:
    missing = _filter_problems(place, condition, data)
    if missing:
        return missing
    results = data.results
    columns = matching(results.procedures, condition.items)
    of_filter = np.isin(results.procedure, columns)
    values = results.below if condition.measure is r.Measure.BELOW_SHARE else results.mean
    known = ~np.isnan(values)
    if condition.measure is r.Measure.BELOW_SHARE and results.share is not None:
        known |= ~np.isnan(results.share)
    found = []
    for looked in condition.years.of(year):
        rows = of_filter & (results.year == looked)
        taken = len(np.unique(results.procedure[rows]))
        if not taken:
            found.append(Problem(f"{place}.years", "no_results_year", {"year": looked}))
        elif not (rows & known).any():
            found.append(
                Problem(f"{place}.measure", "no_values", {"year": looked, "measure": condition.measure})
            )
        elif condition.count.quantifier is r.Quantifier.AT_LEAST and condition.count.k > taken:
            found.append(
                Problem(f"{place}.count", "count_over_data", {"count": condition.count.k, "total": taken})
            )
    return found


def _filter_problems(place: str, condition: r.Condition, data: Dataset) -> list[Problem]:
    procedures = data.results.procedures
    wanted = [("kinds", kind, {p.kind for p in procedures}) for kind in condition.items.kinds]
    wanted += [("subjects", subject, {p.subject for p in procedures}) for subject in condition.items.subjects]
    lines: list[tuple[str, object, object]] = [(field, value, known) for field, value, known in wanted]
    lines += [("grades", grade, {p.grade for p in procedures}) for grade in condition.items.grades]
    return [
        Problem(f"{place}.procedures.{field}", "no_results_of", {"field": field, "value": value})
        for field, value, known in lines
        if isinstance(known, set) and value not in known
    ]


def _context_problems(place: str, condition: r.Condition, data: Dataset, year: int) -> list[Problem]:
    context = data.context
    if context is None:
        return [Problem(place, "no_context")]
    found = [
        Problem(f"{place}.indicators", "no_indicator", {"indicator": indicator})
        for indicator in condition.indicators
        if indicator not in context.indicators
    ]
    found += [
        Problem(f"{place}.years", "no_context_year", {"year": looked})
        for looked in condition.years.of(year)
        if not (context.year == looked).any()
    ]
    return found


def _territory_problems(place: str, condition: r.Condition, data: Dataset) -> list[Problem]:
    levels = [condition.among] if condition.among else []
    if isinstance(condition.limit, r.TerritoryLimit):
        levels.append(condition.limit.territory)
    return [
        Problem(place, "no_territory", {"level": level})
        for level in levels
        if level not in data.results.territories
    ]
