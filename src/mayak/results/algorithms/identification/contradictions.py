"""Rules that can never hold, always hold or contradict themselves are refused before any data is touched."""

from itertools import combinations

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import Problem

SHARES = frozenset({r.Measure.BELOW_SHARE, r.Measure.PERCENTILE, r.Measure.CONTEXT_SHARE})


def contradictions(rule: r.RuleSet) -> list[Problem]:
    """Everything about the rule that no school could ever meet, or that says nothing."""
    found = [*_whole_rule(rule)]
    for number, condition in enumerate(rule.conditions):
        found += _one_condition(f"conditions[{number}]", condition)
    for (first, one), (second, two) in combinations(enumerate(rule.conditions), 2):
        place = f"conditions[{second}]"
        if one.code == two.code:
            found.append(Problem(place, "code_twice", {"code": two.code}))
        elif _same_test(one, two):
            found.append(Problem(place, "condition_twice", {"other": one.code or f"conditions[{first}]"}))
        elif _both_needed(rule) and exclude_each_other(one, two):
            found.append(Problem(place, "contradiction", {"other": one.code or f"conditions[{first}]"}))
    return found


def _whole_rule(rule: r.RuleSet) -> list[Problem]:
    found = []
    if rule.year_from is not None and rule.year_to is not None and rule.year_from > rule.year_to:
        found.append(Problem("year_to", "period_reversed", {"begin": rule.year_from, "end": rule.year_to}))
    total = len(rule.conditions)
    if rule.joint.needed(total) > total:
        found.append(Problem("joint", "joint_too_many", {"count": rule.joint.k, "total": total}))
    return found


def _one_condition(place: str, condition: r.Condition) -> list[Problem]:
    found = []
    most = len(set(condition.indicators)) or condition.items.most
    if condition.count.quantifier is r.Quantifier.AT_LEAST and most is not None and condition.count.k > most:
        found.append(Problem(f"{place}.count", "count_too_many", {"count": condition.count.k, "total": most}))
    limit = condition.limit
    if condition.measure not in SHARES or isinstance(limit, r.TerritoryLimit):
        return found
    where = f"{place}.{condition.comparison}"
    if not 0 <= limit <= 1:
        found.append(Problem(where, "number_range", {"found": limit, "low": 0, "high": 1}))
        return found
    words = {"measure": condition.measure, "comparison": condition.comparison, "limit": limit}
    edge = {
        r.Comparison.ABOVE: 1.0,
        r.Comparison.BELOW: 0.0,
        r.Comparison.AT_LEAST: 0.0,
        r.Comparison.AT_MOST: 1.0,
    }
    if limit == edge[condition.comparison]:
        found.append(
            Problem(where, "never_holds" if condition.comparison.is_strict else "always_holds", words)
        )
    return found


def _both_needed(rule: r.RuleSet) -> bool:
    return rule.joint.needed(len(rule.conditions)) == len(rule.conditions) and len(rule.conditions) > 1


def _same_test(one: r.Condition, two: r.Condition) -> bool:
    return _meaning(one) == _meaning(two)


def _meaning(condition: r.Condition) -> tuple[object, ...]:
    return (
        condition.measure, condition.comparison, condition.limit, condition.count, condition.years, condition.items,
        condition.indicators, condition.min_participants, condition.missing, condition.min_measured, condition.among,
    )  # fmt: skip


def exclude_each_other(one: r.Condition, two: r.Condition) -> bool:
    """Can no school meet both? True only where it is certain.

    One of them must ask *all* procedures of a filter at least as wide, in a year both look at, and their limits must
    leave no common value. Percentiles must be taken among the same schools.
    """
    if (one.measure, one.among) != (two.measure, two.among) or not _limits_disjoint(one, two):
        return False
    if not set(one.years.listed) & set(two.years.listed):
        return False
    if one.min_participants != two.min_participants:
        return False
    return _covers(one, two) or _covers(two, one)


def _covers(wide: r.Condition, narrow: r.Condition) -> bool:
    single = wide.items.most == 1 and wide.items == narrow.items
    if wide.count.quantifier is not r.Quantifier.ALL and not single:
        return False
    if wide.missing is not narrow.missing:
        return False
    if (
        wide.missing is r.Missing.SKIP
        and wide.years.mode is r.YearsMode.RUNNING
        and wide.years != narrow.years
    ):
        return False  # a procedure missing in one of the years is not counted, so the two need not meet
    pairs = [
        (wide.items.kinds, narrow.items.kinds),
        (wide.items.subjects, narrow.items.subjects),
        (wide.items.grades, narrow.items.grades),
        (wide.indicators, narrow.indicators),
    ]
    return all(not outer or (inner and set(inner) <= set(outer)) for outer, inner in pairs)


def _limits_disjoint(one: r.Condition, two: r.Condition) -> bool:
    if one.comparison.is_upward == two.comparison.is_upward:
        return False
    upper, lower = (one, two) if one.comparison.is_upward else (two, one)
    if isinstance(upper.limit, r.TerritoryLimit) or isinstance(lower.limit, r.TerritoryLimit):
        return False
    if upper.limit == lower.limit:
        return upper.comparison.is_strict or lower.comparison.is_strict
    return upper.limit > lower.limit
