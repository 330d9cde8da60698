"""What the tasks of a paper say of a school: points by topic and by skill."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mayak.diagnosis.algorithms.task_codes import is_part

MISSING = frozenset({"", "x", "х", "-", "—", "–", "n", "н"})
"""Signs of a task that the participant had not or did not begin; they count as no points."""
_LONG = re.compile(r"[\dxхXХ]\(\d+\)")
_LONG_ROW = re.compile(rf"(?:{_LONG.pattern})+")
_SHORT_ROW = re.compile(r"[-+\dxхXХ]*")


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the catalogue: its code («9.1», «9К1»), the points it gives, the words under which it is counted."""

    code: str
    maximum: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskShare:
    """Points got of points that could be got, over so many participants and the tasks of these codes."""

    words: str
    got: float
    possible: float
    participants: int
    codes: tuple[str, ...]

    @property
    def share(self) -> float:
        """0..1."""
        return self.got / self.possible if self.possible else 0.0


def read_rows(texts: Sequence[str], tasks: Sequence[Task]) -> tuple[list[Task] | None, list[list[float]]]:
    """Return the tasks that the rows of a paper hold, and the points of the rows that fit them.

    A row is points with «;» between them (ВПР), else the strings of answers of a protocol (ОГЭ, ЕГЭ); nothing is
    guessed: where neither fits the catalogue, there are no tasks.
    """
    for cells_of in (_points_of, _answers_of):
        rows = [cells_of(text) for text in texts]
        widths = Counter(len(row) for row in rows)
        columns = columns_of(tasks, max(widths, key=lambda width: (widths[width], width))) if widths else None
        read = [points for row in rows if (points := _read_cells(row, columns))] if columns else []
        if read:
            return columns, read
    return None, []


def columns_of(tasks: Sequence[Task], width: int) -> list[Task] | None:
    """Return the tasks that a row of ``width`` points holds; None where the catalogue does not fit.

    A paper lists either the parts («9.1», «9К1») or the whole task («9»), so both are tried.
    """
    codes = [task.code for task in tasks]
    whole = [task for task in tasks if not any(is_part(task.code, code) for code in codes)]
    parts = [task for task in tasks if not any(is_part(code, task.code) for code in codes)]
    fitting = [found for found in (parts, whole) if len(found) == width]
    return fitting[0] if fitting else None


def read_points(text: str, columns: Sequence[Task]) -> list[float] | None:
    """Return the points of a participant; None where they do not fit the tasks (too many cells, too many points)."""
    return _read_cells(_points_of(text), columns)


def _read_cells(cells: Sequence[str], columns: Sequence[Task]) -> list[float] | None:
    if len(cells) != len(columns):
        return None
    points = []
    for cell, task in zip(cells, columns, strict=True):
        value = _value(cell.strip().lower(), task.maximum)
        if value is None or not 0 <= value <= task.maximum:
            return None
        points.append(value)
    return points


def _points_of(text: str) -> list[str]:
    return text.split(";")


def _answers_of(text: str) -> list[str]:
    """«++-2;2(3)1(2)» -> a cell for each sign of the short answers and for each «points(maximum)» of the long ones."""
    cells = []
    for part in ("".join(one.split()) for one in text.split(";")):
        if _LONG_ROW.fullmatch(part):
            cells += _LONG.findall(part)
        elif _SHORT_ROW.fullmatch(part):
            cells += list(part)
        else:
            return []
    return cells


def _value(cell: str, maximum: float) -> float | None:
    """Points of a cell; a plus stands for the one point of its task, «2(3)» must name the maximum of the catalogue."""
    if cell in MISSING:
        return 0.0
    if cell == "+":
        return 1.0 if maximum == 1 else None
    long = _LONG.fullmatch(cell)
    if long:
        points, possible = cell.rstrip(")").split("(")
        return float(points.replace("x", "0").replace("х", "0")) if float(possible) == maximum else None
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def shares(rows: Iterable[Sequence[float]], columns: Sequence[Task], kind: int) -> list[TaskShare]:
    """Add up by topic (``kind`` 0), skill (1) or another of the task's words, the weakest first."""
    given = list(rows)
    got: dict[str, float] = {}
    possible: dict[str, float] = {}
    codes: dict[str, list[str]] = {}
    for index, task in enumerate(columns):
        word = task.words[kind]
        got[word] = got.get(word, 0.0) + sum(row[index] for row in given)
        possible[word] = possible.get(word, 0.0) + task.maximum * len(given)
        codes.setdefault(word, []).append(task.code)
    found = [
        TaskShare(word, got[word], possible[word], len(given), tuple(codes[word])) for word in got if word
    ]
    return sorted(found, key=lambda one: (one.share, one.words))
