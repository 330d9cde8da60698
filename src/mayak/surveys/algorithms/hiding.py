"""Groups under the threshold stay hidden, also from whoever subtracts: every answer is counted in a class of enough.

All that is ever shown of an audience (totals, breakdowns, filters, both together, the table of single answers) is
computed from one recoded copy of the answers. In it every answer has, instead of its true group values, the values of
its *class*: some of them may be hidden (``None``). A class has at least ``limit`` answers. Whatever is shown is a sum
over whole classes, so whatever can be computed from it by adding and subtracting is one too: no difference of shown
numbers leads to fewer than ``limit`` people. The proof needs no audit of the pages, only this file.

How classes are made: answers of the same values that are enough are a class. The others hide one value, then another,
then two …, the cheapest first, and are put together with those that then look alike. Where they are still too few, they
take in just as many answers as are missing from a large class that fits, so that a minority does not fall out of the
total of its district.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

Key = tuple[str | None, ...]
"""A value for each attribute; None: hidden."""

MOST_ATTRIBUTES = 8
"""More would give 2^n ways to hide; further breakdowns are not offered."""


@dataclass(slots=True)
class Classes:
    """Which answers count in which class.

    Attributes:
        counts: answers of each class.
        parts: for each true key the classes of its answers, with how many go where, in the order of hiding.
    """

    counts: dict[Key, int] = field(default_factory=dict)
    parts: dict[Key, dict[Key, int]] = field(default_factory=dict)


def classes_of(counts: Mapping[Key, int], limit: int, weights: Sequence[float] = ()) -> Classes:
    """Put answers into classes of at least ``limit``.

    Args:
        counts: answers by true key; values that are hidden already (None) stay hidden.
        limit: the threshold.
        weights: what it costs to hide each attribute; the cheapest go first. Equal where not given.

    With fewer than ``limit`` answers in all there is one class, too small, in which everything is hidden.
    """
    left = {key: count for key, count in counts.items() if count > 0}
    if not left:
        return Classes()
    width = len(next(iter(left)))
    work = _Work(limit, left)
    for hidden in _ways_to_hide(width, weights or [1.0] * width):
        work.settle(hidden, is_last=len(hidden) == width)
        if not work.left:
            break
    return Classes(dict(work.counts), {key: dict(parts) for key, parts in work.parts.items()})


def _ways_to_hide(width: int, weights: Sequence[float]) -> list[tuple[int, ...]]:
    """Return the sets of attributes to hide, the cheapest first; everything is the last."""
    found = [way for size in range(width + 1) for way in combinations(range(width), size)]
    return sorted(found, key=lambda way: (sum(weights[at] for at in way), way))


def _masked(key: Key, hidden: tuple[int, ...]) -> Key:
    if not hidden:
        return key
    values = list(key)
    for at in hidden:
        values[at] = None
    return tuple(values)


class _Work:
    """The classes while they are made."""

    def __init__(self, limit: int, left: dict[Key, int]) -> None:
        self.limit, self.left = limit, left
        self.counts: dict[Key, int] = {}
        self.parts: dict[Key, dict[Key, int]] = defaultdict(dict)
        self.members: dict[Key, dict[Key, int]] = defaultdict(dict)  # class -> true key -> answers

    def settle(self, hidden: tuple[int, ...], *, is_last: bool) -> None:
        """Make the classes that this set of hidden attributes allows."""
        pools: dict[Key, list[Key]] = defaultdict(list)
        for key in self.left:
            pools[_masked(key, hidden)].append(key)
        small = []
        for key, members in pools.items():
            if sum(self.left[one] for one in members) + self.counts.get(key, 0) >= self.limit:
                self._place(key, members)
            else:
                small.append((key, members))
        donors = self._donors(hidden) if small else {}
        for key, members in sorted(small, key=lambda one: _order(one[0])):
            missing = self.limit - sum(self.left[one] for one in members) - self.counts.get(key, 0)
            if self._borrow(key, missing, donors.get(key, ())) or is_last:
                self._place(key, members)
        if is_last:
            self._fill_up(hidden)

    def _donors(self, hidden: tuple[int, ...]) -> dict[Key, list[Key]]:
        """Classes by what would be left of their key; the largest first."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(self.counts, key=lambda one: (-self.counts[one], _order(one))):
            masked = _masked(key, hidden)
            if masked != key:
                found[masked].append(key)
        return found

    def _borrow(self, key: Key, missing: int, donors: Iterable[Key]) -> bool:
        for donor in donors:
            if self.counts[donor] - missing >= self.limit:
                self._move(donor, key, missing)
                return True
        return False

    def _fill_up(self, hidden: tuple[int, ...]) -> None:
        """The class in which everything is hidden takes whole classes where none has answers to spare."""
        everything = _masked(next(iter(self.counts)), hidden)
        while 0 < self.counts.get(everything, 0) < self.limit and len(self.counts) > 1:
            others = [key for key in self.counts if key != everything]
            smallest = min(others, key=lambda one: (self.counts[one], _order(one)))
            self._move(smallest, everything, self.counts[smallest])

    def _place(self, key: Key, members: Iterable[Key]) -> None:
        for one in members:
            self._add(key, one, self.left.pop(one))

    def _add(self, key: Key, true: Key, count: int) -> None:
        self.counts[key] = self.counts.get(key, 0) + count
        self.parts[true][key] = self.parts[true].get(key, 0) + count
        self.members[key][true] = self.members[key].get(true, 0) + count

    def _move(self, donor: Key, key: Key, count: int) -> None:
        """Move so many answers from one class to another, from its largest groups first."""
        for true in sorted(self.members[donor], key=lambda one: (-self.members[donor][one], _order(one))):
            taken = min(count, self.members[donor][true])
            self._take(donor, true, taken)
            self._add(key, true, taken)
            count -= taken
            if not count:
                return

    def _take(self, donor: Key, true: Key, count: int) -> None:
        for counts, key in (
            (self.counts, donor), (self.parts[true], donor), (self.members[donor], true),
        ):  # fmt: skip
            counts[key] -= count
            if not counts[key]:
                del counts[key]


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in key)


def weights_of(distinct: Sequence[int], cheap: Sequence[bool]) -> list[float]:
    """Return what it costs to hide each attribute: one with many values less, a ``cheap`` one (the school) least."""
    most = max(distinct, default=1) or 1
    found = []
    for count, is_cheap in zip(distinct, cheap, strict=True):
        found.append(0.1 if is_cheap else 2.0 - count / (most + 1))
    return found


def may_step(shown: int, now: int, limit: int) -> bool:
    """Whether totals of ``now`` answers may replace those of ``shown``: the difference is nothing or a group."""
    return now >= limit and (now == shown or abs(now - shown) >= limit)
