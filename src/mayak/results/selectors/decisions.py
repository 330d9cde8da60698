"""One decision in words and numbers: why a school is on the list, what will take it off, how certain that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.ui.tables import number_text
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.intervals import wilson
from mayak.results.algorithms.identification.logic import Answer
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.models import SchoolDecision
from mayak.results.selectors.identification import stability_words
from mayak.results.selectors.names import Names
from mayak.results.selectors.rule_words import COMPARISONS, count_words, sign_words, value_words, years_words

LARGEST: Final = 3
"""How many reasons stand at the top of the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure of a year against its limit."""

    item: str
    year: int
    n: int | None
    below: int | None
    value: float
    value_text: str
    interval_text: str
    limit_text: str
    fired: bool
    few: bool


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A procedure that could not be looked at, and why."""

    item: str
    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One condition of the rule for one school."""

    code: str
    title: str
    answer: str
    tone: str
    sentence: str
    lines: tuple[Line, ...]
    missing: tuple[MissingLine, ...]
    is_context: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Everything that the page of a decision says."""

    verdict: str
    tone: str
    reasons: tuple[str, ...]
    conditions: tuple[ConditionView, ...]
    way_out: tuple[str, ...]
    way_out_note: str
    stability: str
    stability_word: str
    stability_tone: str
    against: str
    signs: tuple[str, ...]


def decision_view(decision: SchoolDecision, names: Names | None = None) -> DecisionView:
    """Return a decision in words; ``decision.run.rule_set`` must be loaded."""
    words = names or Names.load()
    rule = rule_from_dict(decision.run.rule_set.definition)
    reader = _Reader(rule, decision.run.summary.get("items", []), words)
    kept = decision.evidence.get("conditions", [])
    conditions = tuple(reader.condition(*pair) for pair in zip(rule.conditions, kept, strict=False))
    verdict, tone = verdict_words(decision)
    word, word_tone = stability_words(decision.stability, is_listed=decision.is_listed)
    signs = decision.evidence.get("signs", [])
    return DecisionView(
        verdict=verdict,
        tone=tone,
        reasons=tuple(reason_sentences(decision, words)),
        conditions=conditions,
        way_out=tuple(way_sentence(step, rule, words) for step in decision.way_out),
        way_out_note=_way_note(decision, rule),
        stability=stability_sentence(decision),
        stability_word=word,
        stability_tone=word_tone,
        against=against_sentence(decision, rule),
        signs=tuple(f"{sign_words(sign)}, {year}" for sign, year in signs),
    )


def verdict_words(decision: SchoolDecision) -> tuple[str, str]:
    """A word for the decision with its tone."""
    if decision.is_listed:
        return _("on the list"), "warning"
    if decision.is_vetoed:
        return _("not on the list: a quality sign stands against it"), "info"
    if not decision.has_data:
        return _("nothing can be said: there are not enough results"), "neutral"
    return _("not on the list"), "good"


def reason_sentences(decision: SchoolDecision, names: Names, *, largest: int = LARGEST) -> list[str]:
    """The largest reasons: each a procedure with its numbers, those farthest from the limit first."""
    lines = [
        (abs(line["value"] - line["limit"]), reason["measure"], line)
        for reason in decision.reasons
        for line in reason["procedures"]
    ]
    lines.sort(key=lambda row: (-row[0], -row[2]["year"], names.item(row[2])))
    texts = [reason_sentence(measure, line, names) for _distance, measure, line in lines]
    return list(dict.fromkeys(texts))[:largest]


def reason_sentence(measure: str, line: dict[str, Any], names: Names) -> str:
    """«ВПР, математика, 6 класс, 2025: ниже порога 11 из 25 (44 %; 27-63 %), граница 30 %»."""
    values = {
        "item": names.item(line),
        "year": line["year"],
        "value": value_words(line["value"], measure),
        "limit": value_words(line["limit"], measure),
        "n": number_text(line["n"]),
    }
    if measure == r.Measure.BELOW_SHARE and line["below"] is not None:
        values |= {"below": number_text(line["below"]), "interval": interval_words(line["below"], line["n"])}
        return (
            _(
                "%(item)s, %(year)s: %(below)s of %(n)s below the threshold (%(value)s; %(interval)s), limit %(limit)s"
            )
            % values
        )
    if line["n"]:
        return _("%(item)s, %(year)s: %(value)s (%(n)s participants), limit %(limit)s") % values
    return _("%(item)s, %(year)s: %(value)s, limit %(limit)s") % values


def interval_words(below: int, n: int | None) -> str:
    """The 95 % interval of Wilson: «27-63 %»."""
    if not n:
        return ""
    low, high = (float(bound) for bound in wilson(float(below), n))  # type: ignore[arg-type]  # one number is an array too
    return f"{round(low * 100)}–{round(high * 100)}\u202f%"


def way_sentence(step: dict[str, Any], rule: r.RuleSet, names: Names) -> str:
    """What must change in one procedure."""
    measure = next((c.measure for c in rule.conditions), r.Measure.BELOW_SHARE)
    item, pupils = names.item(step), step["pupils"]
    if pupils is not None and pupils > 0:
        text = ngettext(
            "%(item)s: %(count)s more participant must reach the threshold (now %(value)s, the limit is %(limit)s)",
            "%(item)s: %(count)s more participants must reach the threshold (now %(value)s, the limit is %(limit)s)",
            pupils,
        )
        measure = r.Measure.BELOW_SHARE
    elif pupils is not None:
        text = ngettext(
            "%(item)s: %(count)s participant fewer reaching the threshold would be enough (now %(value)s)",
            "%(item)s: %(count)s participants fewer reaching the threshold would be enough (now %(value)s)",
            -pupils,
        )
        measure = r.Measure.BELOW_SHARE
    elif step.get("past"):
        text = _("%(item)s: the value must pass the limit %(limit)s (now %(value)s)")
    else:
        text = _("%(item)s: the value must come to the limit %(limit)s (now %(value)s)")
    return text % {
        "item": item,
        "count": abs(pupils or 0),
        "value": value_words(step["value"], measure),
        "limit": value_words(step["reach"], measure),
    }


def stability_sentence(decision: SchoolDecision) -> str:
    """How often the decision would be the same if the pupils were drawn again."""
    if decision.stability is None:
        return ""
    listed = round(decision.stability * 100)
    if decision.is_listed:
        return _(
            "If its pupils wrote the works again, the school would be on the list in %(times)s of 100 cases."
        ) % {"times": listed}
    return _(
        "If its pupils wrote the works again, the school would come onto the list in %(times)s of 100 cases."
    ) % {"times": listed}


def against_sentence(decision: SchoolDecision, rule: r.RuleSet) -> str:
    """The result against what the social passport predicts; empty where the data do not carry it."""
    kept = decision.evidence.get("against")
    model = decision.run.summary.get("against") or {}
    if not kept:
        return ""
    measures = [c.measure for c in rule.conditions if c.measure is not r.Measure.CONTEXT_SHARE]
    result, expected = kept[0], kept[1]
    values = {
        "result": value_words(result, measures[0]),
        "expected": value_words(expected, measures[0]),
        "r2": number_text(round((model.get("r2") or 0) * 100)),
        "schools": number_text(model.get("schools")),
    }
    if measures[0] is r.Measure.BELOW_SHARE:
        return (
            _(
                "Below the threshold are %(result)s of the participants of all procedures of the year together; "
                "schools with such a social passport have %(expected)s. The passport explains %(r2)s %% of the "
                "differences between %(schools)s schools."
            )
            % values
        )
    return (
        _(
            "The result is %(result)s; schools with such a social passport have %(expected)s. The passport explains "
            "%(r2)s %% of the differences between %(schools)s schools."
        )
        % values
    )


def against_note(summary: dict[str, Any]) -> str:
    """Why no comparison with the context is shown for a run; empty where it is shown."""
    model = summary.get("against")
    if not model and summary.get("context_year"):
        return _("This rule looks at no results, so there is nothing to compare with the context.")
    if not model:
        return _("There are no social passports to compare with.")
    reasons = {
        "few_schools": _(
            "There are too few schools with results and social passports (%(schools)s) for a comparison."
        ),
        "no_context": _("Too few schools have social passports for a comparison."),
        "poor_model": _(
            "The social passports explain too little of the differences (%(r2)s %% of them, checked school by school): "
            "nothing is shown rather than a guess."
        ),
    }
    text = reasons.get(model.get("reason") or "", "")
    return text % {
        "schools": model.get("schools"),
        "r2": number_text(round(max(model.get("r2") or 0, 0) * 100)),
    }


def _way_note(decision: SchoolDecision, rule: r.RuleSet) -> str:
    if not decision.is_listed:
        return ""
    if not decision.way_out:
        return _(
            "Nothing in the results of this year alone can take the school off the list; the next year can."
        )
    is_several = len(decision.way_out) > 1
    text = _("All of this together is needed.") if is_several else _("This alone is enough.")
    least = _("No smaller change would do; this is proven.")
    return f"{text} {least}" if decision.evidence.get("least") else text


class _Reader:
    """Reads the short form of one decision with the rule and the names of the run."""

    def __init__(self, rule: r.RuleSet, items: list[Any], names: Names) -> None:
        self.rule, self.names = rule, names
        self.items = [names.procedure(*item) for item in items]

    def condition(self, condition: r.Condition, kept: dict[str, Any]) -> ConditionView:
        answer, tone = {
            Answer.YES: (_("holds"), "warning"),
            Answer.NO: (_("does not hold"), "good"),
            Answer.OPEN: (_("cannot be told"), "neutral"),
        }[Answer(kept["a"])]
        is_context = condition.measure is r.Measure.CONTEXT_SHARE
        return ConditionView(
            condition.code,
            condition.title,
            answer,
            tone,
            self._sentence(condition, kept, is_context=is_context),
            tuple(self._line(condition, line) for line in _ordered(kept["l"])),
            tuple(self._missing(line) for line in _ordered(kept.get("x", []))),
            is_context,
        )

    def _sentence(self, condition: r.Condition, kept: dict[str, Any], *, is_context: bool) -> str:
        held, counted = len(kept["h"]), kept["m"]
        if is_context:
            text = ngettext(
                "%(held)s of %(counted)s indicator holds", "%(held)s of %(counted)s indicators hold", counted
            )
        else:
            text = ngettext(
                "%(held)s of %(counted)s procedure holds", "%(held)s of %(counted)s procedures hold", counted
            )
        needed = f"{count_words(condition.count, context=is_context)}; {years_words(condition.years)}"
        return _("%(text)s; asked for: %(needed)s.") % {
            "text": text % {"held": held, "counted": counted},
            "needed": needed,
        }

    def _line(self, condition: r.Condition, kept: list[Any]) -> Line:
        item, year, n, below, value, limit, fired = kept
        has_interval = condition.measure is r.Measure.BELOW_SHARE and below is not None
        return Line(
            self.items[item],
            year,
            n,
            below,
            value,
            value_words(value, condition.measure),
            interval_words(below, n) if has_interval else "",
            f"{COMPARISONS[condition.comparison]} {value_words(limit, condition.measure)}",
            bool(fired),
            n is not None
            and n < self.rule.few_participants
            and condition.measure is not r.Measure.CONTEXT_SHARE,
        )

    def _missing(self, kept: list[Any]) -> MissingLine:
        item, year, state, n = kept
        reasons = {
            CellState.NO_RESULT: _("no result is loaded"),
            CellState.FEW_PARTICIPANTS: _("too few participants (%(count)s)")
            % {"count": number_text(n) or "0"},
            CellState.NO_VALUE: _("the result has no such value"),
        }
        return MissingLine(self.items[item], year, reasons.get(CellState(state), ""))


def _ordered(lines: Iterable[list[Any]]) -> list[list[Any]]:
    """By procedure, the latest year first."""
    return sorted(lines, key=lambda line: (line[0], -line[1]))
