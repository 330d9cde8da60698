"""Which anonymous answers may become permanent, and what of their origin may be kept beside them: pure functions.

Who has answered is known, so an answer must share what is written beside it (organisation, breakdown values) with at
least ``least`` answers of the same batch: otherwise the origin itself would name the person. Origins are judged whole:
all answers of one origin keep it or lose it together, so that what is left out cannot be found by elimination.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Origin = tuple[int | None, tuple[tuple[str, str], ...]]
NOWHERE: Final[Origin] = (None, ())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A submitted questionnaire on its way: answers, and where they come from."""

    answers: Mapping[str, Any]
    organisation: int | None = None
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> Origin:
        """Organisation and breakdown values as one key."""
        return self.organisation, tuple(sorted(self.groups.items()))

    def of(self, origin: Origin) -> "Sheet":
        """Return the same answers with a coarser origin."""
        return Sheet(self.answers, origin[0], dict(origin[1]))


def choose(waiting: Sequence[Sheet], least: int, shuffler: random.Random) -> tuple[list[Sheet], list[Sheet]]:
    """Split what waits during a round: what becomes permanent now, and what waits on.

    Permanent become the answers that share organisation and breakdown values, or at least the breakdown values, with
    ``least`` others. At least ``least`` answers always wait on, so that the last ones of the round are never alone.
    """
    rows = list(waiting)
    shuffler.shuffle(rows)
    placed, left = _place(rows, least, [_whole, _without_organisation])
    cells: dict[Origin, list[tuple[Sheet, Sheet]]] = defaultdict(list)
    for given, kept in placed:
        cells[kept.origin].append((given, kept))
    while cells and len(left) < least:
        largest = max(cells, key=lambda origin: (len(cells[origin]), repr(origin)))
        short = least - len(left)
        if len(cells[largest]) - short >= least:
            left += [given for given, _kept in cells[largest][:short]]
            cells[largest] = cells[largest][short:]
        else:
            smallest = min(cells, key=lambda origin: (len(cells[origin]), repr(origin)))
            left += [given for given, _kept in cells.pop(smallest)]
    return [kept for rows_of_cell in cells.values() for _given, kept in rows_of_cell], left


def settle(waiting: Sequence[Sheet], least: int) -> list[Sheet]:
    """Return all that waits at the end of a round, with as much of the origin as ``least`` answers share.

    Fewer than ``least`` are not returned at all: nothing could hide them.
    """
    if len(waiting) < least:
        return []
    steps = [_whole, _without_organisation]
    names = _from_the_finest(waiting)
    steps += [_without(names[: at + 1]) for at in range(len(names))]
    placed, left = _place(waiting, least, steps)
    kept = [one for _given, one in placed]
    lost = [one.of(NOWHERE) for one in left]
    if lost and len(lost) + sum(one.origin == NOWHERE for one in kept) < least:
        sizes = Counter(one.origin for one in kept)
        smallest = min(sizes, key=lambda origin: (sizes[origin], repr(origin)))
        kept = [one.of(NOWHERE) if one.origin == smallest else one for one in kept]
    return kept + lost


def _place(
    rows: Sequence[Sheet], least: int, steps: Sequence[Any]
) -> tuple[list[tuple[Sheet, Sheet]], list[Sheet]]:
    """Give each row the finest origin that enough rows share; the rest is returned apart."""
    placed: list[tuple[Sheet, Sheet]] = []
    left = list(rows)
    for coarser in steps:
        sizes = Counter(coarser(row) for row in left)
        placed += [(row, row.of(coarser(row))) for row in left if sizes[coarser(row)] >= least]
        left = [row for row in left if sizes[coarser(row)] < least]
    return placed, left


def _whole(row: Sheet) -> Origin:
    return row.origin


def _without_organisation(row: Sheet) -> Origin:
    return None, row.origin[1]


def _without(names: Sequence[str]) -> Any:
    gone = set(names)
    return lambda row: (None, tuple(pair for pair in row.origin[1] if pair[0] not in gone))


def _from_the_finest(rows: Sequence[Sheet]) -> list[str]:
    """Return the names of the breakdowns, the one with the most values first."""
    values: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name, value in row.groups.items():
            values[name].add(value)
    return sorted(values, key=lambda name: (-len(values[name]), name))


def shards_for(people: int) -> int:
    """Return over how many pools an audience is spread: one for a thousand people, at most sixteen."""
    return min(max(people // 1000, 1), 16)


def is_time(new: int, known: int, least: int) -> bool:
    """Whether so many new answers are worth writing all known ones anew: twice the batch, and a tenth of the known.

    The second bound keeps the work of a whole round in proportion to its answers.
    """
    return new >= max(2 * least, known // 10)
