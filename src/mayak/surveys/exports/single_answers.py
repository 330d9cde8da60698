"""Single answers as rows: of an anonymous round only after it was closed, with the groups of their class alone.

The rows keep the rule of the pages (docs/adr/0017): who subtracts the table from a page, or the page from the table,
finds sums over whole classes. So an answer stays empty where its question has coarser classes than the row says.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.bulk import portions
from mayak.kernel.exporting.tables import BOM, csv_cell, csv_line
from mayak.surveys.algorithms.cubes import everything, tally
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.algorithms.hiding import Key
from mayak.surveys.algorithms.tallying import Columns, Ints, Item, classes_of_rows, item_classes, layout_of
from mayak.surveys.models import Audience, ResultSummary
from mayak.surveys.selectors.answer_rows import attributes_of, read_portions, weights
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.selectors.results import kept_total, value_labels

AS_WRITTEN = frozenset({QuestionKind.TEXT, QuestionKind.DATE, QuestionKind.NUMBER})
"""Kinds whose answers are taken as they stand."""
LINES = 1000
"""Lines that are written at once."""
Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One item of all answers: what counts and, for texts, days and numbers, what was written; None: nothing."""

    item: Item
    codes: Any
    written: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The answers by column; ``groups`` are the shown values of each attribute."""

    audience: Audience
    attributes: tuple[str, ...]
    groups: tuple[list[str | None], ...]
    columns: tuple[Column, ...]
    count: int


def why_no_rows(audience: Audience, summary: ResultSummary | None) -> str:
    """Return why single answers cannot be given out; empty where they can."""
    if summary is None or not summary.counted:
        return _("Fewer than %(count)d have answered: nothing is shown.") % {
            "count": audience.campaign.threshold
        }
    if not audience.is_anonymous:
        return ""
    if not summary.is_final:
        return _("Single answers of an anonymous round can be taken when it is closed.")
    if summary.seen != summary.counted:
        return _("The answers after the reopening are too few to be told apart from the others.")
    return ""


def read_table(
    audience: Audience, summary: ResultSummary, *, with_texts: bool, progress: Progress = lambda _done: None
) -> Table:
    """Read all answers.

    Args:
        audience: whose answers.
        summary: its sums, made of the same answers.
        with_texts: whether free texts are taken.
        progress: is told how many were read.

    Raises:
        ValidationError: they cannot be given out (``why_no_rows``).
    """
    if reason := why_no_rows(audience, summary):
        raise ValidationError(reason)
    layout = layout_of(definition_of(audience))
    is_whole = not audience.is_anonymous or summary.grouped_count == summary.counted
    attributes = attributes_of(audience) if is_whole else ()
    columns, keys = Columns(layout), []
    written: dict[str, list[Any]] = {
        item.code: [] for item in layout.items if _is_written(item, with_texts=with_texts)
    }
    for portion in read_portions(audience, attributes):
        columns.add(portion.answers)
        keys += portion.keys
        for code, values in written.items():
            values += [answers.get(code) for answers in portion.answers]
        progress(len(keys))
    found = tuple(
        Column(item, columns.of(item), written.get(item.code, ()))
        for item in layout.items
        if item.code in written or item.question.kind not in {*AS_WRITTEN, QuestionKind.FILE}
    )
    if audience.is_anonymous:
        keys = _protect(audience, summary, columns, keys, found)
    groups = tuple([key[at] for key in keys] for at in range(len(attributes)))
    return Table(audience, attributes, groups, found, len(keys))


def _is_written(item: Item, *, with_texts: bool) -> bool:
    kind = item.question.kind
    return kind in AS_WRITTEN and (with_texts or kind != QuestionKind.TEXT)


def _protect(
    audience: Audience,
    summary: ResultSummary,
    columns: Columns,
    keys: list[Key],
    found: tuple[Column, ...],
) -> list[Key]:
    """Empty what may not be told of single rows; return their shown keys."""
    limit = audience.campaign.threshold
    weight = weights(keys, attributes_of(audience)) if keys and keys[0] else []
    numbers, whole = classes_of_rows(keys, limit=limit, weights=weight)
    known = list(numbers)
    own = [known[number] for number in whole.tolist()]
    cube = kept_total(summary)
    for column in found:
        rows = np.flatnonzero(columns.answered(column.item))
        classes = item_classes(whole[rows], numbers, limit=limit, weights=weight)
        shown = 0 if cube is None else tally(cube, column.item, everything(cube)).n
        if classes is None or len(rows) != shown:
            hidden: Ints = rows
        else:
            hidden = rows[np.isin(classes, np.unique(classes[classes != whole[rows]]))]
        column.codes[hidden] = np.nan if column.item.has_values else -1
        if isinstance(column.written, list):
            for row in hidden.tolist():
                column.written[row] = None
    return own


def headings(table: Table) -> list[str]:
    """Return the headings of the rows in words."""
    names = [_heading(table.audience, code) for code in table.attributes]
    for column in table.columns:
        text = column.item.question.text.of("ru")
        names.append(text if column.item.row is None else f"{text}: {column.item.row.text.of('ru')}")
    return names


def _heading(audience: Audience, code: str) -> str:
    if code == "organisation":
        return _("Organisation")
    return str(audience.breakdown_labels.get(code, {}).get("label", code))


def word_rows(table: Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows in words; numbers and points of a scale are numbers."""
    return zip(*_word_columns(table), strict=True)


def csv_lines(table: Table) -> Iterator[bytes]:
    """Yield the rows in words as a csv file."""
    yield BOM + csv_line(headings(table))
    yield from joined_lines(_word_columns(table), csv_cell)


def joined_lines(columns: Sequence[Sequence[Any]], cell: Callable[[Any], str]) -> Iterator[bytes]:
    """Yield lines of csv; each different value of a column is made into a cell once."""
    ready: list[list[str]] = []
    for column in columns:
        cells = {value: cell(value) for value in set(column)}
        ready.append([cells[value] for value in column])
    for rows in portions(zip(*ready, strict=True), LINES):
        yield "".join([";".join(row) + "\r\n" for row in rows]).encode()


def _word_columns(table: Table) -> list[Sequence[Any]]:
    return [*group_words(table), *(_in_words(column) for column in table.columns)]


def group_words(table: Table) -> list[list[str]]:
    """Return the shown values of each attribute in words."""
    found = []
    for code, values in zip(table.attributes, table.groups, strict=True):
        known = sorted({value for value in values if value is not None})
        words = value_labels(table.audience, code, known)
        named = {value: words.get(value, value) for value in known}
        hidden = _("not shown apart")
        found.append([hidden if value is None else named[value] for value in values])
    return found


def _in_words(column: Column) -> Sequence[Any]:
    item = column.item
    if item.question.kind == QuestionKind.DATE:
        return [dt.date.fromisoformat(value) if value else None for value in column.written]
    if item.question.kind in AS_WRITTEN:
        return column.written
    if item.question.kind == QuestionKind.SCALE:
        return _looked_up([int(option) for option in item.options], column.codes)
    texts = [option.text.of("ru") for option in item.question.options]
    if item.question.kind != QuestionKind.MULTIPLE:
        return _looked_up(texts, column.codes)
    known: dict[bytes, str] = {}
    for row in np.unique(column.codes, axis=0) if len(column.codes) else ():
        known[row.tobytes()] = "; ".join(texts[at] for at in np.flatnonzero(row == 1).tolist())
    return [known[row.tobytes()] for row in column.codes]


def _looked_up(words: Sequence[Any], codes: Any) -> Sequence[Any]:
    """Return the word of each code; the last one, of -1, is nothing."""
    table = np.array([*words, None], dtype=object)
    found: Sequence[Any] = table[codes].tolist()
    return found
