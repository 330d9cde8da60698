"""Results as tables: a line for each option of each question, of all and of each group that is shown."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from mayak.surveys.algorithms.cubes import Tally
from mayak.surveys.algorithms.tallying import Item
from mayak.surveys.selectors.results import (
    Results,
    Shown,
    breakdown_choices,
    item_text,
    option_texts,
    results_of,
)

_DIGITS = 4


def columns() -> list[str]:
    """Return the headings."""
    return [
        _("Breakdown"), _("Group"), _("Answers of the group"), _("Code of the question"), _("Question"),
        _("Line of the table"), _("Option"), _("Chosen"), _("Who answered"), _("Share"), _("Mean"), _("Median"),
    ]  # fmt: skip


def sheets_of(shown: Shown) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Yield the title and the lines of each table: the totals, then every breakdown."""
    yield _("Totals"), _lines(results_of(shown), "", _("All"), None)
    for choice in breakdown_choices(shown):
        found = results_of(shown, by=choice.code)
        yield choice.label, _of_groups(found, choice.label)


def all_lines(shown: Shown) -> Iterator[list[Any]]:
    """Yield the lines of all tables one after another, for a file without sheets."""
    for _title, lines in sheets_of(shown):
        yield from lines


def _of_groups(found: Results, label: str) -> Iterator[list[Any]]:
    for at in range(len(found.groups)):
        yield from _lines(found, label, found.groups[at].label, at)


def _lines(found: Results, breakdown: str, group: str, at: int | None) -> Iterator[list[Any]]:
    n = found.n if at is None else found.groups[at].n
    tallies = found.total if at is None else found.groups[at].tallies
    for item, tally in zip(found.layout.items, tallies, strict=True):
        for option, count, share in _options(item, tally):
            yield [
                breakdown,
                group,
                n,
                item.question.code,
                *_words(item),
                option,
                count,
                *_sums(tally, share),
            ]


def _words(item: Item) -> list[str]:
    spoken = item.question.text.of("ru")
    return [spoken, "" if item.row is None else item_text(item, "ru")]


def _options(item: Item, tally: Tally) -> Iterator[tuple[str, int | None, float | None]]:
    if not tally.n or not item.options:
        yield "", None, None
        return
    for place, text in enumerate(option_texts(item, "ru")):
        yield text, tally.counts[place], tally.share(place)


def _sums(tally: Tally, share: float | None) -> list[Any]:
    if not tally.n:
        return [_("fewer than the threshold"), None, None, None]
    return [
        tally.n,
        *(None if one is None else round(one, _DIGITS) for one in (share, tally.mean, tally.median)),
    ]
