"""The snapshot that a run keeps, read back as the solver takes it; snapshots of earlier versions too."""

from collections.abc import Iterable, Mapping
from typing import Any

from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    PairKey,
    PairValue,
    Problem,
    Settings,
    Strength,
    Total,
    UnknownDistance,
    Weights,
    Within,
)


def problem_from_dict(data: Mapping[str, Any]) -> Problem:
    """Return the problem that ``problem_to_dict`` wrote; what an earlier version did not write keeps its default."""
    plain = dict(data["settings"])
    plain["weights"] = Weights(**plain["weights"])
    for name, kind in (
        ("objective", Objective),
        ("total", Total),
        ("within", Within),
        ("unknown_distance", UnknownDistance),
    ):
        plain[name] = kind(plain[name])
    return Problem(
        mentees=tuple(
            Mentee(**{**row, "needs": _rows(Need, row["needs"]), "kind": tuple(row.get("kind", ()))})
            for row in data["mentees"]
        ),
        leads=tuple(
            Lead(
                **{**row, "strengths": _rows(Strength, row["strengths"]), "kind": tuple(row.get("kind", ()))}
            )
            for row in data["leads"]
        ),
        fixed=_pairs(data["fixed"]),
        forbidden=_pairs(data["forbidden"]),
        exceptions=_pairs(data["exceptions"]),
        settings=Settings(**plain),
        last_year=_pairs(data.get("last_year", ())),
        refused=_pairs(data.get("refused", ())),
        earlier=_values(data.get("earlier", ())),
        doubted=_pairs(data.get("doubted", ())),
        preferred=_values(data.get("preferred", ())),
    )


def _rows(kind: type[Any], rows: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**row) for row in rows)


def _values(rows: Iterable[tuple[str, str, float]]) -> tuple[PairValue, ...]:
    return tuple((str(mentee), str(lead), float(value)) for mentee, lead, value in rows)


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[PairKey, ...]:
    return tuple((str(mentee), str(lead)) for mentee, lead in rows)
