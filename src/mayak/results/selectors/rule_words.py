"""A rule in plain words: what each condition looks at, its limit, how often, which years; and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mayak.kernel.ui.tables import number_text
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import MESSAGES, Problem
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.models import RuleSet
from mayak.results.selectors.names import Names

MEASURES: Final = {
    r.Measure.BELOW_SHARE: gettext_lazy("share of participants below the threshold"),
    r.Measure.MEAN: gettext_lazy("mean score"),
    r.Measure.PERCENTILE: gettext_lazy("place of the school among schools, from 0 (lowest) to 100 %"),
    r.Measure.CONTEXT_SHARE: gettext_lazy("share in the social passport"),
}
COMPARISONS: Final = {
    r.Comparison.AT_LEAST: gettext_lazy("at least"),
    r.Comparison.AT_MOST: gettext_lazy("at most"),
    r.Comparison.ABOVE: gettext_lazy("more than"),
    r.Comparison.BELOW: gettext_lazy("less than"),
}
STATISTICS: Final = {
    r.Statistic.POOLED: gettext_lazy("all participants together"),
    r.Statistic.MEAN: gettext_lazy("mean of the schools"),
    r.Statistic.MEDIAN: gettext_lazy("median of the schools"),
}
LEVELS: Final = {
    "country": gettext_lazy("country"),
    "region": gettext_lazy("region"),
    "municipality": gettext_lazy("municipality"),
}
SIGNS: Final = {
    "non-objectivity": gettext_lazy("published mark of non-objectivity"),
    "results.journal": gettext_lazy("marks differ from the journal"),
    "results.border-peak": gettext_lazy("a peak at the border of a mark"),
    "results.declared": gettext_lazy("declared and listed participants differ"),
    "results.percents": gettext_lazy("per cents do not sum to 100"),
    "results.jump": gettext_lazy("a sudden jump between years"),
    "results.few": gettext_lazy("too few participants"),
}
"""Quality signs that a rule may name; the first is published by an authority, the others are checks of the product."""
TYPES: Final = {
    "number": gettext_lazy("a number"), "whole number": gettext_lazy("a whole number"), "text": gettext_lazy("a text"),
    "list": gettext_lazy("a list"), "fields": gettext_lazy("a mapping of fields"),
}  # fmt: skip
"""What a value of a rule may have to be (``reading.py``)."""
FIELDS: Final = {
    "code": gettext_lazy("code"), "name": gettext_lazy("name"), "status": gettext_lazy("status that it gives"),
    "title": gettext_lazy("in words"), "measure": gettext_lazy("what is looked at"), "at_least": gettext_lazy("limit"),
    "at_most": gettext_lazy("limit"), "above": gettext_lazy("limit"), "below": gettext_lazy("limit"),
    "procedures": gettext_lazy("procedures"), "kinds": gettext_lazy("exams"), "subjects": gettext_lazy("subjects"),
    "grades": gettext_lazy("grades"), "indicators": gettext_lazy("indicators"), "count": gettext_lazy("in how many"),
    "years": gettext_lazy("years"), "min_participants": gettext_lazy("least participants"),
    "missing": gettext_lazy("a procedure without a result"),
    "min_measured": gettext_lazy("least procedures with a result"),
    "among": gettext_lazy("among the schools of the"), "joint": gettext_lazy("how the conditions are joined"),
    "veto": gettext_lazy("quality signs"), "signs": gettext_lazy("quality signs"),
    "year_from": gettext_lazy("from the year"), "year_to": gettext_lazy("to the year"),
    "source_year": gettext_lazy("year of the source"),
    "few_participants": gettext_lazy("few participants below"), "assumptions": gettext_lazy("assumptions"),
    "conditions": gettext_lazy("conditions"), "source": gettext_lazy("source"), "page": gettext_lazy("page"),
    "note": gettext_lazy("note"), "version": gettext_lazy("version"), "territory": gettext_lazy("territory"),
    "times": gettext_lazy("times"), "plus": gettext_lazy("plus"), "value": gettext_lazy("value of the territory"),
}  # fmt: skip
_PLACE = re.compile(r"^conditions\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class WordRow:
    """One line: what, how, and whether no document says so."""

    label: str
    value: str
    is_assumption: bool = False


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """A condition as its lines."""

    code: str
    title: str
    rows: tuple[WordRow, ...]


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A whole rule as lines."""

    rule: r.RuleSet
    rows: tuple[WordRow, ...]
    conditions: tuple[ConditionWords, ...]


def rule_words(rule_set: RuleSet, names: Names | None = None) -> RuleWords:
    """Return a stored rule in words. Raises RuleError where what is stored is no rule."""
    return words_of(rule_from_dict(rule_set.definition), names or Names.load())


def words_of(rule: r.RuleSet, names: Names) -> RuleWords:
    """Return a rule in words."""
    rows = [WordRow(_("How the conditions are joined"), joint_words(rule), rule.is_assumed("joint"))]
    if rule.veto is not None:
        rows.append(WordRow(_("Quality signs"), _veto_words(rule), rule.is_assumed("veto")))
    few = ngettext("below %(count)s participant", "below %(count)s participants", rule.few_participants)
    rows.append(
        WordRow(
            _("The mark “few participants”"),
            few % {"count": rule.few_participants},
            rule.is_assumed("few_participants"),
        )
    )
    if rule.year_from or rule.year_to:
        rows.append(WordRow(_("In force"), _period_words(rule)))
    conditions = tuple(_condition_words(rule, condition, names) for condition in rule.conditions)
    return RuleWords(rule, tuple(rows), conditions)


def joint_words(rule: r.RuleSet) -> str:
    """«any of the conditions is enough»."""
    if len(rule.conditions) == 1:
        return _("one condition")
    if rule.joint.quantifier is r.Quantifier.ANY:
        return _("any one of the conditions is enough")
    if rule.joint.quantifier is r.Quantifier.ALL:
        return _("all conditions must hold")
    return _("at least %(count)s of the conditions must hold") % {"count": rule.joint.k}


def limit_words(condition: r.Condition) -> str:
    """«at least 30 %», «at most 1.5 × region (median of the schools)»."""
    word = COMPARISONS[condition.comparison]
    limit = condition.limit
    if not isinstance(limit, r.TerritoryLimit):
        return f"{word} {value_words(limit, condition.measure)}"
    text = _("%(value)s of the same procedure: %(level)s") % {
        "value": STATISTICS[limit.statistic],
        "level": LEVELS.get(limit.territory, limit.territory),
    }
    if limit.times != 1:
        text = _("%(times)s × %(what)s") % {"times": number_text(limit.times), "what": text}
    if limit.plus:
        text = _("%(what)s, plus %(plus)s") % {
            "what": text,
            "plus": value_words(limit.plus, condition.measure),
        }
    return f"{word} {text}"


def value_words(value: float, measure: str) -> str:
    """A value of a measure: per cent for shares and places, points for means."""
    if measure == r.Measure.MEAN:
        return _("%(value)s points") % {"value": number_text(round(value, 2))}
    return f"{number_text(_short(value * 100))}\u202f%"


def count_words(count: r.Count, *, context: bool = False) -> str:
    """«in at least two procedures»."""
    if count.quantifier is r.Quantifier.ANY:
        return _("in at least one indicator") if context else _("in at least one procedure")
    if count.quantifier is r.Quantifier.ALL:
        return _("in all indicators") if context else _("in all procedures")
    if context:
        text = ngettext("in at least %(count)s indicator", "in at least %(count)s indicators", count.k)
    else:
        text = ngettext("in at least %(count)s procedure", "in at least %(count)s procedures", count.k)
    return text % {"count": count.k}


def years_words(years: r.Years) -> str:
    """«the year itself», «2 years running, in the same procedure», «in each of 3 years»."""
    if years.mode is r.YearsMode.CURRENT:
        return _("the year itself")
    listed = sorted(years.listed, reverse=True)
    size = len(listed)
    if listed != list(range(0, -size, -1)):
        text = ", ".join(_("year %(shift)s") % {"shift": y} if y <= 0 else str(y) for y in listed)
        how = _("in the same procedure") if years.mode is r.YearsMode.RUNNING else _("each year for itself")
        return f"{text} ({how})"
    if years.mode is r.YearsMode.RUNNING:
        text = ngettext(
            "%(count)s year running, in one and the same procedure",
            "%(count)s years running, in one and the same procedure",
            size,
        )
    else:
        text = ngettext("each of %(count)s year for itself", "each of %(count)s years for itself", size)
    return text % {"count": size}


def problem_words(problem: Problem, rule: r.RuleSet | Mapping[str, Any]) -> str:
    """A fault of a rule with its place in words: «Condition B, years: there are no results of 2024 …»."""
    message = _(MESSAGES[problem.code]) % {name: _param(value) for name, value in problem.params.items()}
    if problem.code == "no_signs":
        hint = _("run the automatic checks first, on the page “Findings”")
        message = f"{message} ({hint})"
    place = place_words(problem.place, rule)
    return f"{place}: {message}" if place else capfirst(message)


def place_words(place: str, rule: r.RuleSet | Mapping[str, Any]) -> str:
    """«Condition B, years» for ``conditions[1].years``."""
    found = _PLACE.match(place)
    parts = []
    if found:
        parts.append(_("Condition %(code)s") % {"code": _code_at(rule, int(found.group(1)))})
    words = [word for word in re.split(r"[.\s]", re.sub(r"\[\d+\]|\(.*?\)", "", place)) if word in FIELDS]
    last = next((word for word in reversed(words) if word != "conditions"), "")
    if last:
        parts.append(str(FIELDS[last]))
    return capfirst(", ".join(parts))


def differences(one: RuleWords, two: RuleWords) -> list[tuple[str, str, str]]:
    """What differs between two rules: (what, in the first, in the second), in words."""
    rows = _compared("", one.rows, two.rows)
    codes = list(dict.fromkeys(c.code for c in (*one.conditions, *two.conditions)))
    first, second = ({c.code: c for c in words.conditions} for words in (one, two))
    for code in codes:
        name = _("Condition %(code)s") % {"code": code}
        if code not in first or code not in second:
            left, right = (
                (w[code].title or _("there")) if code in w else _("not there") for w in (first, second)
            )
            rows.append((name, left, right))
            continue
        if first[code].title != second[code].title:
            rows.append((f"{name}: {FIELDS['title']}", first[code].title, second[code].title))
        rows += _compared(f"{name}: ", first[code].rows, second[code].rows)
    for field in ("name", "status", "source", "page", "note"):
        left, right = (str(getattr(words.rule, field)) for words in (one, two))
        if left != right:
            rows.append((capfirst(str(FIELDS[field])), left, right))
    return rows


def _compared(prefix: str, one: Sequence[WordRow], two: Sequence[WordRow]) -> list[tuple[str, str, str]]:
    first, second = ({row.label: row for row in rows} for rows in (one, two))
    found = []
    for label in dict.fromkeys([*first, *second]):
        left, right = (_with_mark(rows.get(label)) for rows in (first, second))
        if left != right:
            found.append((f"{prefix}{label}", left, right))
    return found


def _with_mark(row: WordRow | None) -> str:
    if row is None:
        return "—"
    return _("%(value)s (assumption)") % {"value": row.value} if row.is_assumption else row.value


def _condition_words(rule: r.RuleSet, condition: r.Condition, names: Names) -> ConditionWords:
    code, is_context = condition.code, condition.measure is r.Measure.CONTEXT_SHARE
    items = condition.items

    def row(label: str, value: str, *fields: str) -> WordRow:
        return WordRow(label, value, any(rule.is_assumed(f"{code}.{field}") for field in fields))

    rows = [
        row(_("What is looked at"), str(MEASURES[condition.measure]), "measure"),
        row(_("Limit"), limit_words(condition), condition.comparison.value),
        row(_("In how many"), count_words(condition.count, context=is_context), "count"),
        row(_("Years"), years_words(condition.years), "years"),
    ]
    if is_context:
        rows.append(row(_("Indicators"), ", ".join(map(names.indicator, condition.indicators)), "indicators"))
    else:
        chosen = [", ".join(map(names.kind, items.kinds)), ", ".join(map(names.subject, items.subjects))]
        if items.grades:
            chosen.append(_("grades %(grades)s") % {"grades": ", ".join(map(str, items.grades))})
        text = "; ".join(part for part in chosen if part) or _("all that are loaded")
        rows.append(row(_("Procedures"), text, "procedures"))
    if condition.min_participants > 1:
        least = ngettext("%(count)s participant", "%(count)s participants", condition.min_participants)
        rows.append(
            row(
                _("Results are looked at from"),
                least % {"count": condition.min_participants},
                "min_participants",
            )
        )
    if condition.among:
        rows.append(
            row(_("Place among the schools of"), str(LEVELS.get(condition.among, condition.among)), "among")
        )
    skipped = condition.missing is r.Missing.SKIP
    text = _("is not counted") if skipped else _("leaves the question open")
    if skipped and condition.min_measured > 1:
        more = _("at least %(count)s must have a result") % {"count": condition.min_measured}
        text = f"{text}; {more}"
    rows.append(row(_("A procedure without a result"), text, "missing", "min_measured"))
    return ConditionWords(code, condition.title, tuple(rows))


def _veto_words(rule: r.RuleSet) -> str:
    if rule.veto is None:
        return ""
    signs = ", ".join(map(sign_words, rule.veto.signs)) or _("any sign")
    return _("a school with one of these signs is not listed: %(signs)s; %(years)s") % {
        "signs": signs,
        "years": years_words(rule.veto.years),
    }


def sign_words(code: str) -> str:
    """The title of a check, or the published marker."""
    return str(SIGNS.get(code, code))


def _period_words(rule: r.RuleSet) -> str:
    if rule.year_from and rule.year_to:
        return _("%(begin)s to %(end)s") % {"begin": rule.year_from, "end": rule.year_to}
    return (
        _("from %(begin)s") % {"begin": rule.year_from}
        if rule.year_from
        else _("to %(end)s") % {"end": rule.year_to}
    )


def _code_at(rule: r.RuleSet | Mapping[str, Any], number: int) -> str:
    conditions = rule.conditions if isinstance(rule, r.RuleSet) else rule.get("conditions")
    if not isinstance(conditions, Sequence) or number >= len(conditions):
        return str(number + 1)
    one = conditions[number]
    code = one.code if isinstance(one, r.Condition) else one.get("code") if isinstance(one, Mapping) else ""
    return str(code or number + 1)


def _param(value: object) -> object:
    """Codes inside a message become words."""
    for words in (MEASURES, COMPARISONS, STATISTICS):
        if value in words:
            return words[value]  # type: ignore[index]  # the key was just found
    if isinstance(value, str):
        return str(LEVELS.get(value) or FIELDS.get(value) or TYPES.get(value) or value)
    return value


def _short(value: float) -> float | int:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
