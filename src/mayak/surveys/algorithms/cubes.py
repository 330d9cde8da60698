"""Working with the sums of classes: views of them, steps of a running round, keeping them as bytes."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.algorithms.hiding import Key, may_step
from mayak.surveys.algorithms.tallying import Cube, Floats, Item, Layout, Values

Mask = npt.NDArray[np.bool_]
MONTHS = 12
BINS = 10
"""Bars of numbers that take many values."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a group has answered to one item.

    Attributes:
        n: who answered; 0 also where they are too few to be shown.
        counts: for each option.
        mean: of a scale, of numbers, of options with values.
        median: likewise.
        bars: of numbers: lower and upper edge and how many lie between; of dates: a month and how many.
    """

    n: int
    counts: tuple[int, ...] = ()
    mean: float | None = None
    median: float | None = None
    bars: tuple[tuple[float, float, int], ...] = ()

    def share(self, at: int) -> float | None:
        """Return the share of those who chose this option among those who answered."""
        return self.counts[at] / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Slice:
    """One group of a view: its value (None: everybody whose value is hidden) and its classes."""

    value: str | None
    mask: Mask


def everything(cube: Cube) -> Mask:
    """Return all classes."""
    return np.ones(len(cube.classes), dtype=np.bool_)


def where(cube: Cube, chosen: Mapping[str, str]) -> Mask:
    """Return the classes with these visible values; none where an attribute is not known."""
    mask = everything(cube)
    for name, value in chosen.items():
        if name not in cube.attributes:
            return np.zeros(len(cube.classes), dtype=np.bool_)
        at = cube.attributes.index(name)
        mask &= np.array([key[at] == value for key in cube.classes], dtype=np.bool_)
    return mask


def slices(cube: Cube, by: str, mask: Mask) -> list[Slice]:
    """Return the groups of a breakdown that can be shown within the mask; the hidden rest, if there is one, is last."""
    if by not in cube.attributes:
        return []
    at = cube.attributes.index(by)
    places: dict[str | None, list[int]] = {}
    for place in np.flatnonzero(mask).tolist():
        places.setdefault(cube.classes[place][at], []).append(place)
    visible = sorted(one for one in places if one is not None)
    found = [_slice(value, places[value], cube) for value in visible]
    if None in places:
        found.append(_slice(None, places[None], cube))
    return [one for one in found if cube.sums[one.mask, 0].sum() > 0]


def _slice(value: str | None, places: list[int], cube: Cube) -> Slice:
    mask = np.zeros(len(cube.classes), dtype=np.bool_)
    mask[places] = True
    return Slice(value, mask)


def tally(cube: Cube, item: Item, mask: Mask) -> Tally:
    """Return the sums of one item over the classes of the mask."""
    return tallies(cube, [item], mask)[0]


def tallies(cube: Cube, items: list[Item] | tuple[Item, ...], mask: Mask) -> list[Tally]:
    """Return the sums of items over the classes of the mask."""
    sums = cube.sums[mask].sum(axis=0) if mask.any() else np.zeros(cube.sums.shape[1], dtype=np.int64)
    return [_tally(cube, item, mask, sums) for item in items]


def _tally(cube: Cube, item: Item, mask: Mask, sums: npt.NDArray[Any]) -> Tally:
    n = int(sums[item.start])
    if not n:
        return Tally(0, (0,) * len(item.options))
    counts = tuple(int(count) for count in sums[item.start + 1 : item.stop])
    if item.code in cube.values:
        kept = cube.values[item.code]
        values = kept.values[mask[kept.classes]]
        bars = _months(values) if item.question.kind == QuestionKind.DATE else _bars(values)
        return Tally(n, counts, float(values.mean()), float(np.median(values)), bars)
    points = points_of(item)
    if points is None:
        return Tally(n, counts)
    mean = sum(count * point for count, point in zip(counts, points, strict=True)) / n
    return Tally(n, counts, mean, _median(counts, points))


def points_of(item: Item) -> tuple[float, ...] | None:
    """Return the numbers of the options, where each has one and only one is chosen."""
    if item.question.kind == QuestionKind.SCALE:
        return tuple(float(option) for option in item.options)
    if item.question.kind not in {QuestionKind.SINGLE, QuestionKind.MATRIX}:
        return None
    values = [option.value for option in item.question.options]
    found = tuple(float(value) for value in values if value is not None)
    return found if values and len(found) == len(values) else None


def _median(counts: tuple[int, ...], points: tuple[float, ...]) -> float:
    order = sorted(range(len(points)), key=lambda at: points[at])
    total = sum(counts)
    middle = [(total - 1) // 2, total // 2]
    found: list[float] = []
    seen = 0
    for at in order:
        seen += counts[at]
        while len(found) < len(middle) and seen > middle[len(found)]:
            found.append(points[at])
    return sum(found) / len(found)


def _bars(values: Floats) -> tuple[tuple[float, float, int], ...]:
    """Return bars with round edges, so that the smallest and the largest answer are not told."""
    low, high = float(values.min()), float(values.max())
    if high - low <= BINS and bool(np.all(values == np.floor(values))):
        return _months(values)
    step = _round_step((high - low) / BINS)
    first = np.floor(low / step) * step
    bins = int(np.floor((high - first) / step)) + 1
    found, edges = np.histogram(values, bins=bins, range=(first, first + bins * step))
    return tuple(
        (float(edges[at]), float(edges[at + 1]), int(count)) for at, count in enumerate(found.tolist())
    )


def _round_step(least: float) -> float:
    """Return the next of 1, 2, 5, 10 … that is not smaller."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999999))


def _months(values: Floats) -> tuple[tuple[float, float, int], ...]:
    different, counts = np.unique(values, return_counts=True)
    return tuple(
        (float(value), float(value), int(count)) for value, count in zip(different, counts, strict=True)
    )


def total_cube(cube: Cube) -> Cube:
    """Return the same sums without groups."""
    if not len(cube.classes):
        return Cube((), (), cube.sums, {}, cube.limit)
    sums = cube.sums.sum(axis=0, keepdims=True).astype(np.int32)
    values = {
        code: Values(np.zeros(len(kept.values), dtype=np.int32), kept.values)
        for code, kept in cube.values.items()
    }
    return Cube((), ((),), sums, values, cube.limit)


def only_for_all(cube: Cube, layout: Layout) -> Cube:
    """Return totals of the questions that everybody answers: those of others grow by fewer than the threshold."""
    found = total_cube(cube)
    for item in layout.items:
        if not item.is_for_all:
            found.sums[:, item.start : item.stop] = 0
    kept = {item.code for item in layout.items if item.is_for_all}
    values = {code: one for code, one in found.values.items() if code in kept}
    return Cube((), found.classes, found.sums, values, cube.limit)


def stepped(shown: Cube, now: Cube, layout: Layout) -> Cube:
    """Return new totals; an item whose difference would be a small group keeps its old ones.

    Raises:
        ValueError: the answers themselves are too few more.
    """
    if not may_step(shown.count, now.count, now.limit):
        raise ValueError(f"{now.count - shown.count} answers more are fewer than {now.limit}")
    old, new = total_cube(shown), total_cube(now)
    values = dict(new.values)
    for item in layout.items:
        before = int(old.sums[0, item.start]) if len(old.sums) else 0
        if not may_step(before, int(new.sums[0, item.start]), now.limit):
            new.sums[0, item.start : item.stop] = old.sums[0, item.start : item.stop] if len(old.sums) else 0
            values.pop(item.code, None)
            if item.code in old.values:
                values[item.code] = old.values[item.code]
    return Cube((), new.classes, new.sums, values, now.limit)


def dump_cube(cube: Cube) -> bytes:
    """Return the cube as compressed bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {"sums": cube.sums}
    for at, kept in enumerate(cube.values.values()):
        arrays[f"classes{at}"], arrays[f"values{at}"] = kept.classes, kept.values
    head = {
        "attributes": cube.attributes,
        "classes": cube.classes,
        "limit": cube.limit,
        "values": list(cube.values),
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take the arrays for allow_pickle
    return buffer.getvalue()


def load_cube(data: bytes) -> Cube:
    """Return the cube that ``dump_cube`` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        values = {
            code: Values(arrays[f"classes{at}"], arrays[f"values{at}"])
            for at, code in enumerate(head["values"])
        }
        classes: tuple[Key, ...] = tuple(tuple(key) for key in head["classes"])
        return Cube(tuple(head["attributes"]), classes, arrays["sums"], values, head["limit"])
