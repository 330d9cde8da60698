"""A rule from plain data (what YAML or JSON gives) and back. Everything wrong is reported at once, with its place."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.contradictions import contradictions
from mayak.results.algorithms.identification.messages import RuleError
from mayak.results.algorithms.identification.reading import Reader

RULE_FIELDS: Final = (
    "code", "version", "name", "status", "year_from", "year_to", "source", "page", "source_year", "assumptions",
    "note", "few_participants", "joint", "conditions", "veto",
)  # fmt: skip
CONDITION_FIELDS: Final = (
    "code", "title", "measure", "at_least", "at_most", "above", "below", "procedures", "indicators", "count",
    "years", "min_participants", "missing", "min_measured", "among",
)  # fmt: skip
LIMIT_FIELDS: Final = ("territory", "value", "times", "plus")
ITEM_FIELDS: Final = ("kinds", "subjects", "grades")
VETO_FIELDS: Final = ("signs", "years")
MAX_YEARS: Final = 30


def rule_from_dict(data: Mapping[str, Any]) -> r.RuleSet:
    """Read a rule; raises RuleError that names every unknown field, wrong value and contradiction."""
    reader = Reader()
    rule = _rule(reader, data)
    if reader.problems:
        raise RuleError(reader.problems)
    found = contradictions(rule)
    if found:
        raise RuleError(found)
    return rule


def rule_to_dict(rule: r.RuleSet) -> dict[str, Any]:
    """The plain form, in the order of the fields, defaults left out; `rule_from_dict` gives the same rule back."""
    data: dict[str, Any] = {}
    for field in RULE_FIELDS:
        if field == "joint":
            data[field] = _count_out(rule.joint)
        elif field == "conditions":
            data[field] = [_condition_out(condition) for condition in rule.conditions]
        elif field == "veto":
            if rule.veto is not None:
                data[field] = {"signs": list(rule.veto.signs), "years": _years_out(rule.veto.years)}
        else:
            value = getattr(rule, field)
            if value not in {None, "", ()}:
                data[field] = list(value) if isinstance(value, tuple) else value
    return data


def fingerprint(rule: r.RuleSet) -> str:
    """Twelve hexadecimal digits that change with anything in the rule."""
    text = json.dumps(rule_to_dict(rule), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _rule(reader: Reader, data: Any) -> r.RuleSet:
    row = reader.mapping("", data, RULE_FIELDS)
    conditions = [
        _condition(reader, f"conditions[{number}]", item)
        for number, item in enumerate(reader.sequence("conditions", row.get("conditions", [])))
    ]
    if not conditions:
        reader.add("conditions", "conditions_empty")
    veto = row.get("veto")
    assumptions = reader.texts("assumptions", row.get("assumptions", []))
    for number, name in enumerate(assumptions):
        code, _, field = name.rpartition(".")
        of_condition = any(condition.code == code for condition in conditions) and field in CONDITION_FIELDS
        if not of_condition and name not in RULE_FIELDS:
            reader.add(f"assumptions[{number}]", "choice_unknown", found=name, known=", ".join(RULE_FIELDS))
    return r.RuleSet(
        code=reader.text("code", row.get("code"), required=True),
        name=reader.text("name", row.get("name"), required=True),
        status=reader.text("status", row.get("status"), required=True),
        conditions=tuple(conditions),
        joint=_count(reader, "joint", row.get("joint", "all")),
        version=reader.integer("version", row.get("version", 1), low=1),
        year_from=reader.year("year_from", row.get("year_from")),
        year_to=reader.year("year_to", row.get("year_to")),
        source=reader.text("source", row.get("source", "")),
        page=reader.text("page", row.get("page", "")),
        source_year=reader.year("source_year", row.get("source_year")),
        assumptions=assumptions,
        note=reader.text("note", row.get("note", "")),
        few_participants=reader.integer("few_participants", row.get("few_participants", 20), low=0),
        veto=None if veto is None else _veto(reader, veto),
    )


def _condition(reader: Reader, place: str, data: Any) -> r.Condition:
    row = reader.mapping(place, data, CONDITION_FIELDS)
    measure = r.Measure(
        reader.choice(f"{place}.measure", row.get("measure"), list(r.Measure), default=r.Measure.BELOW_SHARE)
    )
    comparison, limit = _comparison(reader, place, row)
    _check_foreign(reader, place, row, measure, limit)
    count = _count(reader, f"{place}.count", row.get("count", "any"))
    usual = r.Missing.UNKNOWN if count.quantifier is r.Quantifier.ALL else r.Missing.SKIP
    if measure is r.Measure.CONTEXT_SHARE and not row.get("indicators"):
        reader.add(place, "field_missing", field="indicators")
    return r.Condition(
        code=reader.text(f"{place}.code", row.get("code"), required=True),
        title=reader.text(f"{place}.title", row.get("title", "")),
        measure=measure,
        comparison=comparison,
        limit=limit,
        count=count,
        years=_years(reader, f"{place}.years", row.get("years", "current")),
        items=_items(reader, f"{place}.procedures", row.get("procedures", {})),
        indicators=reader.texts(f"{place}.indicators", row.get("indicators", [])),
        min_participants=reader.integer(f"{place}.min_participants", row.get("min_participants", 1), low=1),
        missing=r.Missing(
            reader.choice(f"{place}.missing", row.get("missing", usual), list(r.Missing), default=usual)
        ),
        min_measured=reader.integer(f"{place}.min_measured", row.get("min_measured", 1), low=1),
        among=reader.text(f"{place}.among", row.get("among", "")),
    )


def _comparison(reader: Reader, place: str, row: Mapping[str, Any]) -> tuple[r.Comparison, r.Limit]:
    given = [comparison for comparison in r.Comparison if comparison in row]
    if len(given) != 1:
        reader.add(place, "comparison_one", known=", ".join(r.Comparison))
        return r.Comparison.AT_LEAST, 0.0
    value = row[given[0]]
    where = f"{place}.{given[0]}"
    if not isinstance(value, Mapping):
        return given[0], reader.number(where, value)
    fields = reader.mapping(where, value, LIMIT_FIELDS)
    return given[0], r.TerritoryLimit(
        territory=reader.text(f"{where}.territory", fields.get("territory"), required=True),
        statistic=r.Statistic(
            reader.choice(
                f"{where}.value", fields.get("value", "pooled"), list(r.Statistic), default=r.Statistic.POOLED
            )
        ),
        times=reader.number(f"{where}.times", fields.get("times", 1.0)),
        plus=reader.number(f"{where}.plus", fields.get("plus", 0.0)),
    )


def _check_foreign(
    reader: Reader, place: str, row: Mapping[str, Any], measure: r.Measure, limit: r.Limit
) -> None:
    foreign = ["indicators"]
    if measure is r.Measure.CONTEXT_SHARE:
        foreign = ["procedures", "min_participants"]
    if measure is not r.Measure.PERCENTILE:
        foreign.append("among")
    for field in foreign:
        if field in row:
            reader.add(f"{place}.{field}", "field_foreign", measure=measure)
    if measure is r.Measure.PERCENTILE and isinstance(limit, r.TerritoryLimit):
        reader.add(f"{place}.territory", "field_foreign", measure=measure)


def _count(reader: Reader, place: str, value: Any) -> r.Count:
    if isinstance(value, Mapping):
        row = reader.mapping(place, value, (r.Quantifier.AT_LEAST,))
        return r.Count(r.Quantifier.AT_LEAST, reader.integer(f"{place}.at_least", row.get("at_least"), low=1))
    names = [r.Quantifier.ANY, r.Quantifier.ALL]
    return r.Count(r.Quantifier(reader.choice(place, value, names, default=r.Quantifier.ANY)))


def _years(reader: Reader, place: str, value: Any) -> r.Years:
    if not isinstance(value, Mapping):
        reader.choice(place, value, [r.YearsMode.CURRENT], default=r.YearsMode.CURRENT)
        return r.Years()
    row = reader.mapping(place, value, (r.YearsMode.RUNNING, r.YearsMode.EACH))
    if len(row) != 1:
        reader.add(place, "comparison_one", known="running, each")
        return r.Years()
    mode, listed = next(iter(row.items()))
    where = f"{place}.{mode}"
    if isinstance(listed, Sequence) and not isinstance(listed, str):
        years = tuple(reader.integer(f"{where}[{number}]", item) for number, item in enumerate(listed))
        _check_years(reader, where, years)
        return r.Years(r.YearsMode(mode), years or (0,))
    count = reader.integer(where, listed, low=1, high=MAX_YEARS)
    return r.Years(r.YearsMode(mode), tuple(range(0, -count, -1)) or (0,))


def _check_years(reader: Reader, place: str, years: tuple[int, ...]) -> None:
    if not years:
        reader.add(place, "years_empty")
    twice = sorted({year for year in years if years.count(year) > 1})
    if twice:
        reader.add(place, "years_twice", found=", ".join(map(str, twice)))
    calendar = [year for year in years if year > 0]
    if calendar and len(calendar) != len(years):
        reader.add(place, "years_mixed")
    elif calendar and min(calendar) < reader.FIRST_YEAR:
        reader.add(place, "years_future", found=min(calendar))


def _items(reader: Reader, place: str, value: Any) -> r.ItemFilter:
    row = reader.mapping(place, value, ITEM_FIELDS)
    grades = reader.sequence(f"{place}.grades", row.get("grades", []))
    return r.ItemFilter(
        kinds=reader.texts(f"{place}.kinds", row.get("kinds", [])),
        subjects=reader.texts(f"{place}.subjects", row.get("subjects", [])),
        grades=tuple(
            reader.integer(f"{place}.grades[{number}]", grade, low=1, high=12)
            for number, grade in enumerate(grades)
        ),
    )


def _veto(reader: Reader, value: Any) -> r.Veto:
    row = reader.mapping("veto", value, VETO_FIELDS)
    return r.Veto(
        signs=reader.texts("veto.signs", row.get("signs", [])),
        years=_years(reader, "veto.years", row.get("years", "current")),
    )


def _count_out(count: r.Count) -> Any:
    return {"at_least": count.k} if count.quantifier is r.Quantifier.AT_LEAST else count.quantifier.value


def _years_out(years: r.Years) -> Any:
    return "current" if years.mode is r.YearsMode.CURRENT else {years.mode.value: list(years.listed)}


def _limit_out(limit: r.Limit) -> Any:
    if not isinstance(limit, r.TerritoryLimit):
        return limit
    return {
        "territory": limit.territory,
        "value": limit.statistic.value,
        "times": limit.times,
        "plus": limit.plus,
    }


def _condition_out(condition: r.Condition) -> dict[str, Any]:
    items = {
        field: list(getattr(condition.items, field))
        for field in ITEM_FIELDS
        if getattr(condition.items, field)
    }
    is_context = condition.measure is r.Measure.CONTEXT_SHARE
    data: dict[str, Any] = {
        "code": condition.code,
        "title": condition.title,
        "measure": condition.measure.value,
        condition.comparison.value: _limit_out(condition.limit),
        "procedures": items,
        "indicators": list(condition.indicators),
        "count": _count_out(condition.count),
        "years": _years_out(condition.years),
        "min_participants": None if is_context else condition.min_participants,
        "missing": condition.missing.value,
        "min_measured": condition.min_measured,
        "among": condition.among,
    }
    return {field: value for field, value in data.items() if value not in (None, "", [], {})}
