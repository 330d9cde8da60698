"""Points of a mentor candidate: means over scorers, sums of groups, the share of what can be reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion: its key, the name of its group, the most points."""

    key: int
    group: str
    max_points: int


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A criterion with its mean over the scorers (None: nobody scored it), the spread and how many scored it."""

    item: Item
    mean: float | None
    least: int | None
    most: int | None
    scorers: int


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group: the sum of the means, and of the most points of the criteria that somebody scored."""

    name: str
    points: float
    out_of: int
    items: tuple[ItemResult, ...]

    @property
    def share(self) -> float | None:
        """0..1 of what can be reached; None where nothing was scored."""
        return self.points / self.out_of if self.out_of else None


@dataclass(frozen=True, slots=True)
class Result:
    """The breakdown; criteria that nobody scored count neither for nor against."""

    groups: tuple[GroupResult, ...]

    @property
    def points(self) -> float:
        """The sum of the groups."""
        return sum(group.points for group in self.groups)

    @property
    def out_of(self) -> int:
        """The most points of what was scored."""
        return sum(group.out_of for group in self.groups)

    @property
    def share(self) -> float | None:
        """0..1; None where nothing was scored."""
        return self.points / self.out_of if self.out_of else None

    @property
    def unscored(self) -> int:
        """How many criteria nobody scored."""
        return sum(item.mean is None for group in self.groups for item in group.items)


def breakdown(items: Sequence[Item], points: Iterable[tuple[int, int]]) -> Result:
    """Return the breakdown of (key of a criterion, points) pairs of all scorers."""
    given: dict[int, list[int]] = {}
    for key, value in points:
        given.setdefault(key, []).append(value)
    names = dict.fromkeys(item.group for item in items)
    return Result(
        tuple(_group(name, [_item(item, given) for item in items if item.group == name]) for name in names)
    )


def _item(item: Item, given: dict[int, list[int]]) -> ItemResult:
    values = given.get(item.key, [])
    if not values:
        return ItemResult(item, None, None, None, 0)
    return ItemResult(item, sum(values) / len(values), min(values), max(values), len(values))


def _group(name: str, items: list[ItemResult]) -> GroupResult:
    scored = [item for item in items if item.mean is not None]
    return GroupResult(
        name=name,
        points=sum(item.mean or 0 for item in scored),
        out_of=sum(item.item.max_points for item in scored),
        items=tuple(items),
    )
