"""Small cells stay hidden, also from those who subtract: primary and secondary suppression.

A table has cells (a count out of a total) in groups that form a tree: schools in a municipality, municipalities in a
region. The sum of every group may be published beside its cells, so one hidden cell of a group could be computed from
the rest. The rules: a cell is hidden when it or its rest (total - count) is under the limit. Below every shown sum the
hidden cells that no deeper shown sum ties together are at least two, and without the biggest of them they still add up
to the limit, counts and rests alike; where that fails the smallest shown cells are hidden besides. Where none is left
to hide the sum is hidden, and its hidden cells count as loose in the group above.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

#: Pupils; the usual limit of statistics. The number in use is data (QualityRule «small-cell»).
DEFAULT_LIMIT: Final = 5
FEWEST_HIDDEN: Final = 2

Key = Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """A published number: ``count`` pupils of ``total``; ``total`` None means that the rest is not known."""

    key: Key
    count: int
    total: int | None = None
    group: Key = None

    @property
    def rest(self) -> int | None:
        """The pupils of the school who are not counted."""
        return None if self.total is None else self.total - self.count


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What may not be shown: keys of cells and keys of groups whose sum is hidden; the sums of the others."""

    cells: frozenset[Key]
    groups: frozenset[Key]
    sums: Mapping[Key, int]


def is_small(count: int, total: int | None, limit: int = DEFAULT_LIMIT) -> bool:
    """Whether a cell reveals fewer than ``limit`` pupils, by itself or by its rest."""
    return count < limit or (total is not None and total - count < limit)


def suppress(
    cells: Iterable[Cell], parents: Mapping[Key, Key] | None = None, limit: int = DEFAULT_LIMIT
) -> Suppressed:
    """Decide what is hidden in one table (one indicator of one year).

    Args:
        cells: the leaves; keys must be unique.
        parents: group -> the group above; a group that is missing here is a root.
        limit: pupils; a smaller cell is hidden.

    Raises:
        ValueError: two cells share a key.
    """
    table = _Table(cells, dict(parents or {}), limit)
    for group in table.bottom_up():
        table.settle(group)
    return Suppressed(frozenset(table.hidden), frozenset(table.closed), table.sums)


class _Table:
    """The table while it is decided; groups are settled from the deepest up."""

    def __init__(self, cells: Iterable[Cell], above: dict[Key, Key], limit: int) -> None:
        self.above, self.limit = above, limit
        self.leaves: dict[Key, list[Cell]] = defaultdict(list)
        self.hidden: set[Key] = set()
        self.closed: set[Key] = set()  # groups whose sum is hidden
        self.sums: dict[Key, int] = {}
        self._below: dict[Key, list[Key]] = defaultdict(list)
        seen: set[Key] = set()
        for cell in cells:
            if cell.key in seen:
                raise ValueError(f"two cells with the key {cell.key!r}")
            seen.add(cell.key)
            self.leaves[cell.group].append(cell)
            if is_small(cell.count, cell.total, limit):
                self.hidden.add(cell.key)
        for group, parent in above.items():
            self._below[parent].append(group)

    def bottom_up(self) -> list[Key]:
        """Groups, the deepest first."""
        groups = set(self.leaves) | set(self.above) | set(self.above.values())
        return sorted(groups, key=lambda group: (-self._depth(group), str(group)))

    def _depth(self, group: Key) -> int:
        steps = 0
        while group in self.above:
            group = self.above[group]
            steps += 1
        return steps

    def settle(self, group: Key) -> None:
        """Hide more cells until the sum of the group may be shown, or hide the sum."""
        everything = self._all(group)
        self.sums[group] = sum(cell.count for cell in everything)
        if not everything:
            self.closed.add(group)
            return
        spare = sorted(
            (cell for cell in everything if cell.key not in self.hidden),
            key=lambda cell: (cell.count, str(cell.key)),
        )
        loose = self._loose(group)
        while loose and not _is_safe(loose, self.limit):
            if not spare:
                self.closed.add(group)
                return
            self._hide(spare.pop(0), group)
            loose = self._loose(group)

    def _hide(self, cell: Cell, group: Key) -> None:
        """Hide a cell below the group; the sums between would give it away, so they go too."""
        self.hidden.add(cell.key)
        at = cell.group
        while at != group:
            self.closed.add(at)
            at = self.above[at]

    def _all(self, group: Key) -> list[Cell]:
        found = list(self.leaves[group])
        for below in self._below[group]:
            found += self._all(below)
        return found

    def _loose(self, group: Key) -> list[Cell]:
        """Hidden cells of the subtree that no shown sum below the group ties together."""
        found = [cell for cell in self.leaves[group] if cell.key in self.hidden]
        for below in self._below[group]:
            if below in self.closed:
                found += self._loose(below)
        return found


def _is_safe(hidden: list[Cell], limit: int) -> bool:
    """Whether the shown sum minus the shown cells says little enough of the hidden ones.

    Each hidden cell must be able to differ from its value by the limit: the others together must be that big.
    """
    if len(hidden) < FEWEST_HIDDEN:
        return False
    counts = [cell.count for cell in hidden]
    if sum(counts) - max(counts) < limit:
        return False
    rests = [cell.rest for cell in hidden if cell.rest is not None]
    return len(rests) < len(hidden) or sum(rests) - max(rests) >= limit
