"""Rows about pupils without a way back to one of them: small parts hidden, small groups left out.

What is shown of a school in one assessment: participants = «2» + «3» + «4» + «5». A part under the limit is hidden in
the column (``suppression.suppress`` over the municipality) and here in the row, where one hidden part could be computed
from the rest. Hiding more never makes another table less safe, so the two steps may follow one another.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from typing import Final, TypeVar

from mayak.results.algorithms.suppression import DEFAULT_LIMIT

Row = TypeVar("Row")

FEWEST_SCHOOLS: Final = 3
"""A group of participants must come from so many schools, or the group would be a school."""

_TWO: Final = 2


def hidden_parts(
    parts: Sequence[int], already: Collection[int] = (), limit: int = DEFAULT_LIMIT
) -> frozenset[int] | None:
    """Return which parts of one row must be hidden while their sum is shown; None: hide the sum and all parts.

    Args:
        parts: counts of pupils.
        already: indexes that another table hides.
        limit: a smaller part is hidden.
    """
    hidden = {index for index, count in enumerate(parts) if 0 < count < limit} | set(already)
    if sum(parts) < limit:
        return None
    while hidden and not _is_safe([parts[index] for index in hidden], limit):
        spare = [(count, index) for index, count in enumerate(parts) if index not in hidden]
        if not spare:
            return None
        hidden.add(min(spare)[1])
    return frozenset(hidden)


def _is_safe(counts: list[int], limit: int) -> bool:
    return len(counts) >= _TWO and sum(counts) - max(counts) >= limit


def large_groups(
    rows: Iterable[Row],
    *,
    group: Callable[[Row], Hashable],
    school: Callable[[Row], Hashable],
    limit: int = DEFAULT_LIMIT,
) -> list[Row]:
    """Return only the rows whose group has at least ``limit`` rows of at least three schools."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[group(row)].append(row)
    return [
        row
        for members in groups.values()
        if len(members) >= limit and len({school(one) for one in members}) >= FEWEST_SCHOOLS
        for row in members
    ]


def size_band(pupils: int | None) -> str:
    """Return the size of a school in a coarse band."""
    if pupils is None:
        return ""
    bands = ((100, "1-100"), (300, "101-300"), (600, "301-600"), (1000, "601-1000"))
    return next((name for top, name in bands if pupils <= top), "1001+")
