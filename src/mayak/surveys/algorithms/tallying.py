"""Counting answers: what is counted of each question, the answers as columns, the sums of each class of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mayak.surveys.algorithms.definition import Definition, Question, QuestionKind, Row
from mayak.surveys.algorithms.hiding import Key, classes_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROW = "/"
"""Between the code of a matrix and that of its line."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is counted: a question or one line of a matrix.

    Attributes:
        code: of the question, for a line of a matrix «question/line».
        question: the question.
        row: the line.
        options: codes of the columns that are counted.
        start: the column of the number of those who answered; the options follow.
        is_for_all: whether everybody who sends the questionnaire has answered it.
    """

    code: str
    question: Question
    row: Row | None
    options: tuple[str, ...]
    start: int
    is_for_all: bool

    @property
    def has_values(self) -> bool:
        """Whether single values are kept besides (numbers; months of dates)."""
        return self.question.kind in {QuestionKind.NUMBER, QuestionKind.DATE}

    @property
    def stop(self) -> int:
        """The column after the last one."""
        return self.start + 1 + len(self.options)


@dataclass(frozen=True, slots=True)
class Layout:
    """All items; column 0 counts the answers themselves."""

    items: tuple[Item, ...]
    width: int

    def item(self, code: str) -> Item | None:
        """Return the item with this code."""
        return next((item for item in self.items if item.code == code), None)


def layout_of(definition: Definition) -> Layout:
    """Return what is counted of a questionnaire."""
    items: list[Item] = []
    at = 1
    for section in definition.sections:
        for question in section.questions:
            for_all = question.required and question.show_if is None and section.show_if is None
            for row in question.rows if question.kind == QuestionKind.MATRIX else (None,):
                code = question.code if row is None else f"{question.code}{ROW}{row.code}"
                items.append(Item(code, question, row, _options(question), at, for_all))
                at = items[-1].stop
    return Layout(tuple(items), at)


def _options(question: Question) -> tuple[str, ...]:
    if question.kind == QuestionKind.SCALE and question.scale is not None:
        return tuple(str(point) for point in question.scale.points())
    return tuple(option.code for option in question.options)


@dataclass(slots=True)
class Columns:
    """Answers as columns: for each item the number of the option, or the value; -1 and NaN stand for none."""

    layout: Layout
    count: int = 0
    _chunks: dict[str, list[npt.NDArray[Any]]] = field(default_factory=dict)
    _joined: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def add(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Add some answers; in portions, so that the documents need not be in memory together."""
        for item in self.layout.items:
            self._chunks.setdefault(item.code, []).append(_column(item, answers))
        self.count += len(answers)
        self._joined.clear()

    def of(self, item: Item) -> npt.NDArray[Any]:
        """Return the column of an item; of several choices it has a column for each option."""
        if item.code not in self._joined:
            chunks = self._chunks.get(item.code)
            self._joined[item.code] = np.concatenate(chunks) if chunks else _column(item, [])
        return self._joined[item.code]

    def answered(self, item: Item) -> npt.NDArray[np.bool_]:
        """Return who has answered."""
        column = self.of(item)
        if item.question.kind == QuestionKind.MULTIPLE:
            return np.asarray(column[:, 0] >= 0)
        return np.asarray(~np.isnan(column) if item.has_values else column >= 0)


def _column(item: Item, answers: Sequence[Mapping[str, Any]]) -> npt.NDArray[Any]:
    code, kind = item.question.code, item.question.kind
    given = [one.get(code) for one in answers]
    if kind == QuestionKind.MULTIPLE:
        return _several(item, given)
    if kind == QuestionKind.NUMBER:
        return np.array([_number(value) for value in given], dtype=np.float64)
    if kind == QuestionKind.DATE:
        return np.array([_month(value) for value in given], dtype=np.float64)
    if kind in {QuestionKind.TEXT, QuestionKind.FILE}:
        return np.array([0 if value else -1 for value in given], dtype=np.int16)
    if item.row is not None:
        row = item.row.code
        given = [value.get(row) if isinstance(value, Mapping) else None for value in given]
    places: dict[Any, int] = {option: at for at, option in enumerate(item.options)}
    if kind == QuestionKind.SCALE:
        places = {int(option): at for option, at in places.items()}
    return np.array([places.get(value, -1) for value in given], dtype=np.int16)


def _several(item: Item, given: Sequence[Any]) -> npt.NDArray[np.int8]:
    found = np.full((len(given), len(item.options)), -1, dtype=np.int8)
    places = {option: at for at, option in enumerate(item.options)}
    answered = [at for at, value in enumerate(given) if value]
    chosen = [(at, places[option]) for at in answered for option in given[at] if option in places]
    found[answered] = 0
    if chosen:
        rows, columns = zip(*chosen, strict=True)
        found[list(rows), list(columns)] = 1
    return found


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _month(value: Any) -> float:
    if not isinstance(value, str) or len(value) < 7 or not (value[:4] + value[5:7]).isdigit():  # noqa: PLR2004  # 2026-05
        return float("nan")
    return int(value[:4]) * 12 + int(value[5:7]) - 1


@dataclass(frozen=True, slots=True)
class Values:
    """Single values of an item with the number of the class of each."""

    classes: npt.NDArray[np.int32]
    values: Floats


@dataclass(frozen=True, slots=True)
class Cube:
    """Sums of every class of answers: all that pages and files of results are made from.

    Attributes:
        attributes: names of the breakdowns, in the order of the keys.
        classes: keys of the classes.
        sums: a row for each class, the columns of the layout.
        values: of items with numbers.
        limit: the threshold that was kept.
    """

    attributes: tuple[str, ...]
    classes: tuple[Key, ...]
    sums: npt.NDArray[np.int32]
    values: Mapping[str, Values]
    limit: int

    @property
    def count(self) -> int:
        """How many answers are counted."""
        return int(self.sums[:, 0].sum()) if len(self.classes) else 0


def build_cube(
    columns: Columns,
    keys: Sequence[Key],
    *,
    attributes: Sequence[str],
    limit: int,
    weights: Sequence[float] = (),
) -> Cube:
    """Sum up the answers by class; a question that few of a class have answered gets coarser classes of its own.

    Args:
        columns: the answers.
        keys: the true group values of each answer, in the same order.
        attributes: their names.
        limit: the threshold.
        weights: see ``classes_of``.
    """
    numbers, whole = classes_of_rows(keys, limit=limit, weights=weights)
    if len(whole) < limit:
        empty = np.zeros((0, columns.layout.width), dtype=np.int32)
        return Cube(tuple(attributes), (), empty, {}, limit)
    parts: list[tuple[Item, Ints, Ints]] = []
    for item in columns.layout.items:
        rows = np.flatnonzero(columns.answered(item))
        found = item_classes(whole[rows], numbers, limit=limit, weights=weights)
        if found is not None:
            parts.append((item, rows, found))
    sums = np.zeros((len(numbers), columns.layout.width), dtype=np.int64)
    sums[:, 0] = np.bincount(whole, minlength=len(numbers))
    values: dict[str, Values] = {}
    for item, rows, found in parts:
        _sum_item(sums, values, item, columns.of(item)[rows], found)
    return Cube(tuple(attributes), tuple(numbers), sums.astype(np.int32), values, limit)


def classes_of_rows(
    keys: Sequence[Key], *, limit: int, weights: Sequence[float]
) -> tuple[dict[Key, int], Ints]:
    """Return the classes with their numbers, and the number of the class of each answer."""
    true: dict[Key, int] = {}
    rows = np.array([true.setdefault(key, len(true)) for key in keys], dtype=np.int64)
    numbers: dict[Key, int] = {}
    return numbers, _spread(rows, list(true), numbers, limit=limit, weights=weights)


def item_classes(own: Ints, numbers: dict[Key, int], *, limit: int, weights: Sequence[float]) -> Ints | None:
    """Return the class of each answer to one item, by number; None where all of them together are too few.

    ``own`` are the numbers of the classes of these answers in ``numbers``; new classes get a number there.
    """
    if len(own) < limit:
        return None
    counts = np.bincount(own, minlength=1)
    if not np.any((counts > 0) & (counts < limit)):
        return own
    return _spread(own, list(numbers), numbers, limit=limit, weights=weights)


def _spread(
    rows: Ints, keys: Sequence[Key], numbers: dict[Key, int], *, limit: int, weights: Sequence[float]
) -> Ints:
    """Put answers into classes: those of one key one after another, in the order in which they come.

    The order must be random and stay the same (the random key of the answer), so that it tells nothing.
    """
    if not len(rows):
        return rows
    counts = np.bincount(rows, minlength=len(keys)).tolist()
    found = classes_of({key: count for key, count in zip(keys, counts, strict=True) if count}, limit, weights)
    targets: list[int] = []
    repeats: list[int] = []
    for key, count in zip(keys, counts, strict=True):
        for part, share in found.parts[key].items() if count else ():
            targets.append(numbers.setdefault(part, len(numbers)))
            repeats.append(share)
    placed = np.empty(len(rows), dtype=np.int64)
    placed[np.argsort(rows, kind="stable")] = np.repeat(targets, repeats)
    return placed


def _sum_item(
    sums: Ints, values: dict[str, Values], item: Item, column: npt.NDArray[Any], classes: Ints
) -> None:
    size = len(sums)
    sums[:, item.start] = np.bincount(classes, minlength=size)
    if item.has_values:
        order = np.argsort(column, kind="stable")  # sorted: the order of the answers is not kept
        values[item.code] = Values(classes[order].astype(np.int32), column[order].astype(np.float64))
    elif item.question.kind == QuestionKind.MULTIPLE:
        for at in range(len(item.options)):
            sums[:, item.start + 1 + at] = np.bincount(classes[column[:, at] == 1], minlength=size)
    elif item.options:
        width = len(item.options)
        flat = np.bincount(classes * width + column.astype(np.int64), minlength=size * width)
        sums[:, item.start + 1 : item.stop] = flat.reshape(size, width)
