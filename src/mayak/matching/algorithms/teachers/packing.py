"""A territory's work as bytes and back: columns without pickle, the same bytes for the same content."""

import io
import json
import zlib
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.direct import Pairs
from mayak.matching.algorithms.teachers.pricing import Cut, Extra, Prices
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    Mentees,
    Mentors,
    Needs,
    PairFact,
    Partners,
    Strengths,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
    columns,
)

Columns = dict[str, NDArray[Any]]
TABLES: Final[dict[str, Any]] = {
    "mentees": Mentees,
    "needs": Needs,
    "mentors": Mentors,
    "strengths": Strengths,
}
WORDS: Final = "words"
"""Name of the column that holds everything which is no column, as JSON."""


def pack(table: Columns, words: dict[str, Any] | None = None) -> bytes:
    """Columns and plain data in one piece, lightly compressed: whoever coordinates packs for all."""
    text = json.dumps(words or {}, ensure_ascii=False, sort_keys=True).encode()
    out = io.BytesIO()
    np.savez(out, **{WORDS: np.frombuffer(text, dtype=np.uint8)}, **table)  # type: ignore[arg-type]  # columns by name
    return zlib.compress(out.getvalue(), level=1)


def unpack(data: bytes) -> tuple[Columns, dict[str, Any]]:
    """What `pack` put in."""
    with np.load(io.BytesIO(zlib.decompress(data)), allow_pickle=False) as found:
        table = {name: found[name] for name in found.files}
    return table, json.loads(table.pop(WORDS).tobytes())


def pack_problem(problem: TeacherProblem, words: dict[str, Any]) -> bytes:
    """A self-contained problem with what is to be done with it."""
    table = {
        f"{name}.{column}": values
        for name in TABLES
        for column, values in columns(getattr(problem, name)).items()
    }
    table["partners"] = np.array(sorted(problem.partners), dtype=np.int64).reshape(-1, 2)
    facts = [[one.mentee, one.mentor, one.kind.value, one.value] for one in problem.facts]
    return pack(table, {"facts": facts, "settings": asdict(problem.settings), **words})


def unpack_problem(data: bytes) -> tuple[TeacherProblem, dict[str, Any]]:
    """What `pack_problem` put in."""
    table, words = unpack(data)
    made = {
        name: kind(
            **{key.partition(".")[2]: values for key, values in table.items() if key.startswith(f"{name}.")}
        )
        for name, kind in TABLES.items()
    }
    facts = tuple(
        PairFact(mentee, mentor, FactKind(kind), value) for mentee, mentor, kind, value in words.pop("facts")
    )
    partners = frozenset((int(one), int(other)) for one, other in table["partners"].tolist())
    return TeacherProblem(
        **made, facts=facts, partners=partners, settings=_settings(words.pop("settings"))
    ), words


def pack_pairs(pairs: Pairs) -> bytes:
    """Pairs by rows of the part."""
    return pack(columns(pairs))


def unpack_pairs(data: bytes) -> Pairs:
    """What `pack_pairs` put in."""
    return Pairs(**unpack(data)[0])


def pack_request(prices: Prices, known: Pairs) -> bytes:
    """Prices, and the pairs that a part does not know to be in the network."""
    table = {
        "at_need": prices.at_need,
        "at_mentor": prices.at_mentor,
        "open_need": prices.open_need,
        "open_mentor": prices.open_mentor,
        **{f"known.{name}": values for name, values in columns(known).items()},
    }
    for number, cut in enumerate(prices.cuts):
        table |= {f"cut{number}.need": cut.need, f"cut{number}.mentor": cut.mentor}
    floors = [cut.floor for cut in prices.cuts]
    return pack(table, {"floors": floors, "reward": prices.reward, "floor": prices.floor})


def unpack_request(data: bytes) -> tuple[Prices, Pairs]:
    """What `pack_request` put in."""
    table, words = unpack(data)
    cuts = tuple(
        Cut(table[f"cut{number}.need"], table[f"cut{number}.mentor"], floor)
        for number, floor in enumerate(words["floors"])
    )
    prices = Prices(
        at_need=table["at_need"],
        at_mentor=table["at_mentor"],
        open_need=table["open_need"],
        open_mentor=table["open_mentor"],
        cuts=cuts,
        reward=words["reward"],
        floor=words["floor"],
    )
    known = {name.removeprefix("known."): values for name, values in table.items() if "known." in name}
    return prices, Pairs(**known)


def pack_extra(extra: Extra) -> bytes:
    """What a part found at the prices."""
    return pack(columns(extra.pairs), {"gain": extra.gain, "crosses": extra.crosses})


def unpack_extra(data: bytes) -> Extra:
    """What `pack_extra` put in."""
    table, words = unpack(data)
    return Extra(Pairs(**table), words["gain"], words["crosses"])


def _settings(plain: dict[str, Any]) -> TeacherSettings:
    return TeacherSettings(
        **{
            **plain,
            "objective": Objective(plain["objective"]),
            "within": Within(plain["within"]),
            "employer": Employer(plain["employer"]),
            "partners": Partners(plain["partners"]),
            "weights": TeacherWeights(**plain["weights"]),
        }
    )
