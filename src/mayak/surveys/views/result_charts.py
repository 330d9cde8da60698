"""Charts of results: one for a question, one for each line of a table where groups are compared."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mayak.kernel.ui.charts import Chart, bar_chart
from mayak.kernel.ui.tables import number_text
from mayak.surveys.algorithms.cubes import MONTHS, Tally
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.algorithms.tallying import Item
from mayak.surveys.selectors.results import GroupResult, Results, item_text, option_texts

HUNDRED = 100
WRITTEN = frozenset({QuestionKind.TEXT, QuestionKind.FILE})


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A question of the page: its words, its charts, and how many answered; ``is_hidden``: too few to be shown."""

    code: str
    text: str
    section: str
    kind: str
    n: int
    is_hidden: bool
    charts: tuple[Chart, ...]


def shown_items(results: Results, language: str) -> list[ShownItem]:
    """Return every question of the results with its charts."""
    places: dict[str, list[int]] = {}
    for at, item in enumerate(results.layout.items):
        places.setdefault(item.question.code, []).append(at)
    found = []
    for section in results.definition.sections:
        title = section.title.of(language)
        for question in section.questions:
            own = places[question.code]
            n = max(results.total[at].n for at in own)
            charts = () if not n or question.kind in WRITTEN else _charts(results, own)
            found.append(
                ShownItem(
                    question.code, question.text.of(language), title, question.kind.value, n, not n, charts
                )
            )
            title = ""
    return found


def _charts(results: Results, places: Sequence[int]) -> tuple[Chart, ...]:
    if results.groups:
        return tuple(_by_group(results, at) for at in places if results.total[at].n)
    items = [results.layout.items[at] for at in places]
    if items[0].row is not None:
        return (_lines(items, [results.total[at] for at in places]),)
    return (_total(items[0], results.total[places[0]]),)


def _total(item: Item, tally: Tally) -> Chart:
    if item.has_values:
        rows = [[_edges(item, low, high), count] for low, high, count in tally.bars]
        return bar_chart(
            "", _summary(item, tally), [pgettext("survey", "answer"), pgettext("survey", "answers")], rows
        )
    texts = option_texts(item)
    rows = [[text, _percent(tally, at)] for at, text in enumerate(texts)]
    chart = bar_chart(
        "", _summary(item, tally), [pgettext("survey", "answer"), _("share, per cent")], rows, horizontal=True
    )
    table = [[text, tally.counts[at], _percent(tally, at)] for at, text in enumerate(texts)]
    return replace(
        chart, columns=[pgettext("survey", "answer"), _("chosen"), _("share, per cent")], rows=table
    )


def _lines(items: Sequence[Item], tallies: Sequence[Tally]) -> Chart:
    texts = option_texts(items[0])
    shown = [(item_text(item), tally) for item, tally in zip(items, tallies, strict=True)]
    rows = [[text, *_shares(tally)] for text, tally in shown if tally.n]
    chart = bar_chart(
        "",
        _answered(max(tally.n for tally in tallies)),
        [_("line"), *texts],
        rows,
        horizontal=True,
        stacked=True,
    )
    columns = [_("line"), pgettext("survey", "answers"), *(_share_heading(text) for text in texts)]
    table: list[list[Any]] = [[text, tally.n or None, *_shares(tally)] for text, tally in shown]
    if any(tally.mean is not None for tally in tallies):
        columns.append(_("mean"))
        table = [[*row, _rounded(tally.mean)] for row, (_text, tally) in zip(table, shown, strict=True)]
    return replace(chart, columns=columns, rows=table)


def _by_group(results: Results, at: int) -> Chart:
    item = results.layout.items[at]
    title = item_text(item) if item.row is not None else ""
    total = GroupResult("", _("All"), results.n, results.total)
    groups = [total, *results.groups]
    if item.has_values:
        return _means(title, item, at, groups)
    texts = option_texts(item)
    shown = [(group.label, group.tallies[at]) for group in groups]
    rows = [[label, *_shares(tally)] for label, tally in shown if tally.n]
    is_stacked = item.question.kind != QuestionKind.MULTIPLE
    height = 0 if is_stacked else 96 + len(rows) * max(32, 16 * len(texts))
    summary = _summary(item, results.total[at])
    chart = bar_chart(
        title, summary, [_("group"), *texts], rows, horizontal=True, stacked=is_stacked, height=height
    )
    columns = [_("group"), pgettext("survey", "answers"), *(_share_heading(text) for text in texts)]
    table: list[list[Any]] = [[label, tally.n or None, *_shares(tally)] for label, tally in shown]
    if results.total[at].mean is not None:
        columns.append(_("mean"))
        table = [[*row, _rounded(tally.mean)] for row, (_label, tally) in zip(table, shown, strict=True)]
    return replace(chart, columns=columns, rows=table)


def _means(title: str, item: Item, at: int, groups: Sequence[GroupResult]) -> Chart:
    is_date = item.question.kind == QuestionKind.DATE
    shown = [(group.label, group.tallies[at]) for group in groups]
    columns = [_("group"), pgettext("survey", "answers"), _("mean"), _("median")]
    table: list[list[Any]] = [
        [
            label,
            tally.n or None,
            *(_month_words(one) if is_date else _rounded(one) for one in (tally.mean, tally.median)),
        ]
        for label, tally in shown
    ]
    if is_date:
        rows: list[list[Any]] = [[label, tally.n] for label, tally in shown if tally.n]
        chart = bar_chart(
            title,
            _summary(item, shown[0][1]),
            [_("group"), pgettext("survey", "answers")],
            rows,
            horizontal=True,
        )
    else:
        rows = [[label, _rounded(tally.mean)] for label, tally in shown if tally.n]
        chart = bar_chart(title, _summary(item, shown[0][1]), [_("group"), _("mean")], rows, horizontal=True)
    return replace(chart, columns=columns, rows=table)


def _summary(item: Item, tally: Tally) -> str:
    words = [_answered(tally.n)]
    if tally.mean is not None and tally.median is not None:
        if item.question.kind == QuestionKind.DATE:
            words.append(_("Median: %(median)s.") % {"median": _month_words(tally.median)})
        else:
            values = {"mean": number_text(tally.mean, 2), "median": number_text(_rounded(tally.median))}
            words.append(_("Mean %(mean)s, median %(median)s.") % values)
    return " ".join(words)


def _answered(n: int) -> str:
    return ngettext("%(count)d answer.", "%(count)d answers.", n) % {"count": n}


def _shares(tally: Tally) -> list[float | None]:
    return [_percent(tally, at) for at in range(len(tally.counts))]


def _percent(tally: Tally, at: int) -> float | None:
    share = tally.share(at)
    return None if share is None else round(share * HUNDRED, 1)


def _share_heading(text: str) -> str:
    return f"{text}, %"


def _rounded(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 2)


def _edges(item: Item, low: float, high: float) -> str:
    if item.question.kind == QuestionKind.DATE:
        return _month_words(low)
    if low == high:
        return number_text(_rounded(low))
    return _("%(low)s to under %(high)s") % {
        "low": number_text(_rounded(low)),
        "high": number_text(_rounded(high)),
    }


def _month_words(month: float | None) -> str:
    """Return a month in words."""
    if month is None:
        return ""
    year, number = divmod(int(month), MONTHS)
    return date_format(dt.date(year, number + 1, 1), "F Y")
