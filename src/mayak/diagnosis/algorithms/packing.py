"""The combined severities of a person as bytes, and many of them as one table of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HUNDREDTHS: Final = 100
RECORD: Final = np.dtype([("competence", "<u4"), ("severity", "<u2"), ("wish", "u1")])
"""One competence of one person: its key, the severity in hundredths, 1 where help is wished; seven bytes."""


@dataclass(frozen=True, slots=True)
class Severities:
    """Many people: row i of ``person`` (a position, not a key), ``column`` and ``severity`` belong together."""

    people: int
    competences: tuple[int, ...]
    person: NDArray[np.int64]
    column: NDArray[np.int64]
    severity: NDArray[np.float64]
    wish: NDArray[np.bool_]


def pack(severities: Mapping[int, tuple[float, bool]]) -> bytes:
    """Return competence -> (severity 0..3, wish for help) as bytes, in the order of the keys."""
    rows = [(key, round(value * HUNDREDTHS), wish) for key, (value, wish) in sorted(severities.items())]
    return np.array(rows, dtype=RECORD).tobytes()


def unpack(packed: Any) -> dict[int, tuple[float, bool]]:
    """Return what ``pack`` was given, severities to the hundredth."""
    rows = np.frombuffer(bytes(packed), dtype=RECORD)
    return {int(row["competence"]): (int(row["severity"]) / HUNDREDTHS, bool(row["wish"])) for row in rows}


def unpack_many(packed: Iterable[Any], competences: Sequence[int]) -> Severities:
    """Return the rows of many people, of the named competences only; a person's position is that in ``packed``."""
    parts = [bytes(one) for one in packed]
    rows = np.frombuffer(b"".join(parts), dtype=RECORD)
    sizes = np.fromiter((len(one) // RECORD.itemsize for one in parts), dtype=np.int64, count=len(parts))
    person = np.repeat(np.arange(len(parts), dtype=np.int64), sizes)
    keys = np.asarray(competences, dtype=np.int64)
    order = np.argsort(keys)
    asked = rows["competence"].astype(np.int64)
    if len(keys) == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Severities(len(parts), (), empty, empty, np.zeros(0), np.zeros(0, dtype=np.bool_))
    place = np.minimum(np.searchsorted(keys[order], asked), len(keys) - 1)
    known = keys[order][place] == asked
    return Severities(
        len(parts),
        tuple(int(key) for key in keys),
        person[known],
        order[place][known].astype(np.int64),
        rows["severity"][known] / HUNDREDTHS,
        rows["wish"][known].astype(np.bool_),
    )
