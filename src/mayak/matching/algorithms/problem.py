"""What a pairing run takes: schools with needs, lead schools with strengths and places, limits, weights, locks."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

LEVEL_FROM: Final = 0.05
LEVEL_FULL: Final = 0.30
"""Difference of levels from which a lead counts as stronger, and fully so. Assumption [GK]: no document names one."""
ROAD_FACTOR: Final = 1.3
"""Kilometres of road for one of the straight line. Assumption [GK]: studies of whole countries find 1.2 to 1.4."""
ROAD_SPEED_KMH: Final = 50.0
"""Mean speed from door to door. Assumption [GK]: no document names one."""
MINUTES: Final = 60

PairKey = tuple[str, str]
PairValue = tuple[str, str, float]
"""A pair and what it is worth, 0..1."""


class Objective(StrEnum):
    """Лучшие пары; никто без пары; сначала самые нуждающиеся; сначала худшая пара; как можно меньше перемен."""

    BEST_PAIRS = "best_pairs"
    NOBODY_LEFT = "nobody_left"
    NEEDIEST_FIRST = "neediest_first"
    WORST_FIRST = "worst_first"
    LEAST_CHANGE = "least_change"


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
    """A content line (and grade) in which a school fails: a subject («math»), «risk:<code>», «competence:<code>».

    `weight` >= 0 says how badly, relative to its other needs.
    """

    subject: str
    grade: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Strength:
    """A content line (and grade) in which a lead school can help, named as in Need; `level` 0..1."""

    subject: str
    grade: int | None = None
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class Mentee:
    """A school that needs help. `need_class` 1 is the neediest; coordinates in degrees or both None.

    `level` 0..1: how well its pupils do, None = unknown, measured alike at all schools. `kind`: what it is like (place,
    type, size), part by part in the same order everywhere, "" = unknown. `language` of teaching, "" = unknown.
    """

    key: str
    needs: tuple[Need, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    municipality: str = ""
    region: str = ""
    leads_wanted: int = 1
    need_class: int = 1
    level: float | None = None
    kind: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A school that helps; `capacity` = how many schools it can take.

    `hours_per_month` is kept for what counts hours; `is_available` False: not there in this year, it gets no school.
    `level`, `kind`, `language`: see Mentee.
    """

    key: str
    capacity: int
    strengths: tuple[Strength, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    municipality: str = ""
    region: str = ""
    hours_per_month: float | None = None
    is_available: bool = True
    level: float | None = None
    kind: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the criteria, >= 0; scaled so that a perfect pair has 100 points; 0 switches a criterion off."""

    needs: float = 50.0
    distance: float = 30.0
    municipality: float = 15.0
    region: float = 5.0
    level: float = 0.0
    kind: float = 0.0
    language: float = 0.0
    history: float = 0.0
    willing: float = 0.0
    preference: float = 0.0
    novelty: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and criteria of a run.

    `distance_scale_km`: where the points for nearness reach 0. `other_grade`: how much a strength in the same subject
    but another grade counts (0..1). `nearest`: only the nearest leads of each school are allowed at all (a limit,
    not a short cut). `load_warning`: more schools than this at one lead are shown as a problem.

    `level_from`, `level_full`: by how much the lead's level must lie above the school's for the first points, and for
    all of them. `load_points`: points (kilometres, where these are added up) that the second, third, ... school of a
    lead costs each more (even load). `max_travel_minutes`: by road, estimated as kilometres x `road_factor` /
    `road_speed_kmh`, so the order of pairs is that of the distance.
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
    level_from: float = LEVEL_FROM
    level_full: float = LEVEL_FULL
    load_points: float = 0.0
    max_travel_minutes: float | None = None
    road_factor: float = ROAD_FACTOR
    road_speed_kmh: float = ROAD_SPEED_KMH

    @property
    def limit_km(self) -> float | None:
        """The tighter of the two limits of the way, in kilometres of a straight line."""
        limits = [self.max_distance_km, self.km_of(self.max_travel_minutes)]
        return min((limit for limit in limits if limit is not None), default=None)

    @property
    def is_limit_of_time(self) -> bool:
        """Is the tighter limit the one of the travel time?"""
        return self.max_travel_minutes is not None and self.limit_km != self.max_distance_km

    def minutes_of(self, distance_km: float) -> float:
        """Estimated minutes on the road."""
        return distance_km * self.road_factor / self.road_speed_kmh * MINUTES

    def km_of(self, minutes: float | None) -> float | None:
        """The straight line that takes so many minutes."""
        return None if minutes is None else minutes / MINUTES * self.road_speed_kmh / self.road_factor


@dataclass(frozen=True, slots=True)
class Problem:
    """A run's whole input. Pairs are (key of the mentee, key of the lead).

    `fixed` pairs stay, `forbidden` ones never appear, `exceptions` are let through although they break a limit of
    distance, territory, coordinates, score or common need (not capacity). `refused`: a school said no, nothing lets
    such a pair through. `last_year`: who was a pair; schools that take no part any more are passed over.

    `earlier`: who was a pair in any year before, and how good that was (0 = it broke up). `doubted`: one side refused,
    which lowers the score. `preferred`: how much the two want each other (1 = both).
    """

    mentees: tuple[Mentee, ...]
    leads: tuple[Lead, ...]
    fixed: tuple[PairKey, ...] = ()
    forbidden: tuple[PairKey, ...] = ()
    exceptions: tuple[PairKey, ...] = ()
    settings: Settings = field(default_factory=Settings)
    last_year: tuple[PairKey, ...] = ()
    refused: tuple[PairKey, ...] = ()
    earlier: tuple[PairValue, ...] = ()
    doubted: tuple[PairKey, ...] = ()
    preferred: tuple[PairValue, ...] = ()


_LATER: Final[dict[str, Any]] = {
    "last_year": [],
    "refused": [],
    "hours_per_month": None,
    "is_available": True,
    "level": None,
    "kind": (),
    "language": "",
    "earlier": [],
    "doubted": [],
    "preferred": [],
}
_LATER_RULES: Final = (
    "level_from",
    "level_full",
    "load_points",
    "max_travel_minutes",
    "road_factor",
    "road_speed_kmh",
)
_LATER_WEIGHTS: Final = ("level", "kind", "language", "history", "willing", "preference", "novelty")


def problem_to_dict(problem: Problem) -> dict[str, Any]:
    """The input as plain data, rows sorted by key: the snapshot that a run keeps.

    What came later (`_LATER`) is written where it says something, so that old snapshots keep their fingerprint.
    """
    data = asdict(problem)
    for field_name in ("mentees", "leads"):
        data[field_name] = sorted(data[field_name], key=lambda row: str(row["key"]))
    for field_name in (
        "fixed", "forbidden", "exceptions", "last_year", "refused", "earlier", "doubted", "preferred",
    ):  # fmt: skip
        data[field_name] = sorted({tuple(pair) for pair in data[field_name]})
    for row in (data, *data["mentees"], *data["leads"]):
        _leave_out(row, _LATER)
    usual = asdict(Settings())
    _leave_out(data["settings"], {name: usual[name] for name in _LATER_RULES})
    _leave_out(data["settings"]["weights"], dict.fromkeys(_LATER_WEIGHTS, 0.0))
    return data


def _leave_out(row: dict[str, Any], usual: Mapping[str, Any]) -> None:
    for name, value in usual.items():
        if name in row and row[name] == value:
            del row[name]


def fingerprint(problem: Problem) -> str:
    """The same for the same input in any order of rows."""
    text = json.dumps(problem_to_dict(problem), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
