"""What a pairing run takes: schools with needs, lead schools with strengths and places, limits, weights, locks."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

PairKey = tuple[str, str]


class Objective(StrEnum):
    """«Лучшие пары», «никто без пары», «сначала самые нуждающиеся»."""

    BEST_PAIRS = "best_pairs"
    NOBODY_LEFT = "nobody_left"
    NEEDIEST_FIRST = "neediest_first"


class Total(StrEnum):
    """What is summed: points of the pairs (most) or kilometres (least)."""

    SCORE = "score"
    DISTANCE = "distance"


class Within(StrEnum):
    """Inside which territory both schools of a pair must lie."""

    ANYWHERE = "anywhere"
    REGION = "region"
    MUNICIPALITY = "municipality"


class UnknownDistance(StrEnum):
    """A pair whose distance is unknown: left out where distance is limited, or let through."""

    EXCLUDE = "exclude"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Need:
    """A subject (and grade) in which a school fails; `weight` >= 0 says how badly, relative to its other needs."""

    subject: str
    grade: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Strength:
    """A subject (and grade) in which a lead school can help; `level` 0..1."""

    subject: str
    grade: int | None = None
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class Mentee:
    """A school that needs help. `need_class` 1 is the neediest; coordinates in degrees or both None."""

    key: str
    needs: tuple[Need, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    municipality: str = ""
    region: str = ""
    leads_wanted: int = 1
    need_class: int = 1


@dataclass(frozen=True, slots=True)
class Lead:
    """A school that helps; `capacity` = how many schools it can take."""

    key: str
    capacity: int
    strengths: tuple[Strength, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    municipality: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the criteria, >= 0; scaled so that a perfect pair has 100 points."""

    needs: float = 50.0
    distance: float = 30.0
    municipality: float = 15.0
    region: float = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and criteria of a run.

    `distance_scale_km`: where the points for nearness reach 0. `other_grade`: how much a strength in the same subject
    but another grade counts (0..1). `nearest`: only the nearest leads of each school are allowed at all (a limit,
    not a short cut). `load_warning`: more schools than this at one lead are shown as a problem.
    """

    objective: Objective = Objective.NOBODY_LEFT
    total: Total = Total.SCORE
    weights: Weights = Weights()
    within: Within = Within.ANYWHERE
    max_distance_km: float | None = None
    unknown_distance: UnknownDistance = UnknownDistance.EXCLUDE
    require_common_need: bool = False
    min_score: float = 0.0
    distance_scale_km: float = 100.0
    other_grade: float = 0.5
    nearest: int | None = None
    load_warning: int = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """A run's whole input. Pairs are (key of the mentee, key of the lead).

    `fixed` pairs stay, `forbidden` ones never appear, `exceptions` are let through although they break a limit of
    distance, territory, coordinates, score or common need (not capacity).
    """

    mentees: tuple[Mentee, ...]
    leads: tuple[Lead, ...]
    fixed: tuple[PairKey, ...] = ()
    forbidden: tuple[PairKey, ...] = ()
    exceptions: tuple[PairKey, ...] = ()
    settings: Settings = field(default_factory=Settings)


def problem_to_dict(problem: Problem) -> dict[str, Any]:
    """The input as plain data, rows sorted by key: the snapshot that a run keeps."""
    data = asdict(problem)
    for field_name in ("mentees", "leads"):
        data[field_name] = sorted(data[field_name], key=lambda row: str(row["key"]))
    for field_name in ("fixed", "forbidden", "exceptions"):
        data[field_name] = sorted({tuple(pair) for pair in data[field_name]})
    return data


def fingerprint(problem: Problem) -> str:
    """The same for the same input in any order of rows."""
    text = json.dumps(problem_to_dict(problem), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
