"""The rules of a pairing as a value: read from JSON, checked, written to JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.matching.algorithms.problem import LEVEL_FROM, LEVEL_FULL, ROAD_FACTOR, ROAD_SPEED_KMH
from mayak.matching.enums import FAR_KM, Criterion, NetworkModel, Total, UnknownDistance, Within

DEFAULT_WEIGHTS: Final[Mapping[str, float]] = {
    Criterion.NEEDS: 50.0,
    Criterion.DISTANCE: 30.0,
    Criterion.MUNICIPALITY: 15.0,
    Criterion.REGION: 5.0,
}
"""Assumption: S2 and S3 name the criteria and no weights. Editable for each pairing; criteria not named have 0."""
SMALL_SCHOOL: Final = 100
"""Pupils below which a school counts as small. Assumption [GK]: each region names its own number."""
DEFAULT_CAPACITY: Final = 3
"""Schools of a lead school without a passport: the greatest load in S1 (domain.md A1.2)."""
LOAD_LIMIT: Final = 3
"""Load above which the page and check CH-02 warn: 3 : 1 in S1, 8 : 1 in S0."""
NEED_FROM: Final = 0.30
"""Share below the threshold from which a subject is a need: condition A of the rule of 2025 (domain.md B1.1)."""
FAIRNESS_FROM: Final = 0.10
"""Difference of shares from which a group is said to be served less often. Assumption [GK]: no document names one."""
OTHER_GRADE: Final = 0.5
"""How much a strength in the same subject but another grade counts. Assumption: no document names a number."""

GROUP_MIN: Final = 3
"""Least size of a group: «из трех и более человек» (S2, domain.md A2.2)."""

NETWORK_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "centres": (1, 1000),
    "group_min": (1, 50),
    "group_max": (1, 50),
    "chain_length": (1, 50),
    "hours_per_line": (0, 200),
}
WEIGHT_MAX = 1000
_PLACES_MAX = 50
_LEADS_MAX = 5
_KM_MAX = 20_000
BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "max_distance_km": (0, _KM_MAX),
    "leads_per_school": (1, _LEADS_MAX),
    "default_capacity": (0, _PLACES_MAX),
    "load_limit": (1, _PLACES_MAX),
    "need_from": (0, 1),
    "distance_scale_km": (1, _KM_MAX),
    "other_grade": (0, 1),
    "fairness_from": (0.01, 1),
    "level_from": (0, 1),
    "level_full": (0.01, 1),
    "load_points": (0, 100),
    "max_travel_minutes": (0, 3000),
    "road_factor": (1, 5),
    "road_speed_kmh": (5, 120),
    "small_school_pupils": (1, 1000),
}
_WHOLE = ("leads_per_school", "default_capacity", "load_limit", "small_school_pupils")
_OPTIONAL = ("max_distance_km", "max_travel_minutes")
_LATER = (
    "network", "level_from", "level_full", "load_points", "max_travel_minutes", "travel_time", "road_factor",
    "road_speed_kmh", "small_school_pupils",
)  # fmt: skip
"""Rules that came later: written only where they differ from their default, so that older rules stay the same."""
_CHOICES: Mapping[str, list[str]] = {
    "total": Total.values,
    "within": Within.values,
    "unknown_distance": UnknownDistance.values,
}


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """The rules of one pairing.

    Attributes:
        weights: criterion -> weight, any scale; only their ratios count.
        total: what is summed, a value of ``Total``.
        within: inside which territory, a value of ``Within``.
        max_distance_km: pairs further apart are not made; None for no limit.
        unknown_distance: what becomes of a pair of unknown distance where distance is limited.
        require_common_need: only pairs whose lead is strong in something that the mentee lacks.
        leads_per_school: lead schools of one mentee school.
        default_capacity: schools of a lead school without a passport.
        load_limit: load of a lead school above which it is called a problem.
        need_from: share below the threshold from which a subject is a need.
        distance_scale_km: kilometres from which nearness gives no points.
        other_grade: how much a strength in another grade of the subject counts.
        fairness_from: difference of two shares of served schools from which the audit says «less often».
        identification_run: key of the identification whose list is helped; None for current statuses.
        network: numbers of the network's model, see ``NetworkRules``; empty for none.
        level_from, level_full: by how much the share of pupils not below the threshold must be higher in the lead
            school for the first points, and for all.
        load_points: points (kilometres, where these are added up) that each further school of a lead costs more.
        max_travel_minutes: pairs farther apart by road are not made; None for no limit.
        travel_time: whether the estimated time on the way stands beside the kilometres.
        road_factor: kilometres of road for one of the straight line.
        road_speed_kmh: mean speed on the way.
        small_school_pupils: a school with fewer pupils is small.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    total: str = Total.SCORE.value
    within: str = Within.ANYWHERE.value
    max_distance_km: float | None = None
    unknown_distance: str = UnknownDistance.ALLOW.value
    require_common_need: bool = False
    leads_per_school: int = 1
    default_capacity: int = DEFAULT_CAPACITY
    load_limit: int = LOAD_LIMIT
    need_from: float = NEED_FROM
    distance_scale_km: float = FAR_KM
    other_grade: float = OTHER_GRADE
    fairness_from: float = FAIRNESS_FROM
    identification_run: int | None = None
    network: Mapping[str, Any] = field(default_factory=dict)
    level_from: float = LEVEL_FROM
    level_full: float = LEVEL_FULL
    load_points: float = 0.0
    max_travel_minutes: float | None = None
    travel_time: bool = False
    road_factor: float = ROAD_FACTOR
    road_speed_kmh: float = ROAD_SPEED_KMH
    small_school_pupils: int = SMALL_SCHOOL

    @property
    def shows_minutes(self) -> bool:
        """Whether pages tell the estimated time on the way."""
        return self.travel_time or self.max_travel_minutes is not None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MatchingSettings":
        """Return the settings; what is not named keeps its default.

        Raises:
            ValidationError: an unknown name or a value outside its bounds; the message names it.
        """
        unknown = sorted(set(data) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValidationError(_("Unknown settings: %(names)s.") % {"names": ", ".join(unknown)})
        given = dict(data)
        if "weights" in given:
            given["weights"] = _weights(given["weights"])
        settings = cls(**given)
        _check(settings)
        NetworkRules.from_json(settings.network)
        return settings

    def to_json(self) -> dict[str, Any]:
        """Return plain values in a fixed order; what came later only where something is set."""
        data, usual = self.values(), type(self)()
        for name in _LATER:
            if data[name] == getattr(usual, name):
                del data[name]
        data["weights"] = {
            name: weight for name, weight in data["weights"].items() if weight or name in DEFAULT_WEIGHTS
        }
        return data

    def values(self) -> dict[str, Any]:
        """Return every rule, as the form shows them."""
        data = asdict(self)
        data["weights"] = {name: float(self.weights.get(name, 0)) for name in Criterion.values}
        return data


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """The numbers of a network's model. How a model becomes rules of a plan is an assumption: S2 describes, not counts.

    Attributes:
        centres: at most so many lead schools take part (concentrated); None for no limit.
        group_min: least schools of a group (identical); S2 calls three or more a group.
        group_max: greatest; None for as many as the lead school has places.
        chain_length: schools one after another (chain).
        hours_per_line: hours a month that one content line of one school takes; 0 = hours are not counted.
        parts: model by municipality (key of the territory -> ``NetworkModel``), for a mixed network.
    """

    centres: int | None = None
    group_min: int = GROUP_MIN
    group_max: int | None = None
    chain_length: int = 4
    hours_per_line: float = 0.0
    parts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "NetworkRules":
        """Return the rules; what is not named keeps its default.

        Raises:
            ValidationError: an unknown name or a value outside its bounds; the message names it.
        """
        unknown = sorted(set(data) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValidationError(_("Unknown settings: %(names)s.") % {"names": ", ".join(unknown)})
        rules = cls(**data)
        for name, (low, high) in NETWORK_BOUNDS.items():
            value = getattr(rules, name)
            if value is None and name in {"centres", "group_max"}:
                continue
            if not _is_number(value) or not low <= value <= high:
                raise ValidationError(
                    _("«%(name)s» must be a number from %(low)s to %(high)s.")
                    % {"name": name, "low": low, "high": high}
                )
        if rules.group_max is not None and rules.group_max < rules.group_min:
            raise ValidationError(_("The greatest size of a group lies below the least."))
        for model in rules.parts.values():
            if model not in NetworkModel.values or model == NetworkModel.MIXED:
                raise ValidationError(_("A part of a mixed network has one of the other models."))
        return rules

    def to_json(self) -> dict[str, Any]:
        """Return plain values in a fixed order."""
        return {**asdict(self), "parts": dict(sorted(self.parts.items()))}


def _weights(given: object) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise ValidationError(_("The weights must name the criteria."))
    unknown = sorted(set(given) - set(Criterion.values))
    if unknown:
        raise ValidationError(
            _("Unknown criteria: %(names)s. Known: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(Criterion.values)}
        )
    weights: dict[str, float] = {}
    for name in Criterion.values:
        value = given.get(name, 0)
        if not _is_number(value) or not 0 <= value <= WEIGHT_MAX:
            raise ValidationError(
                _("The weight of «%(name)s» must be a number from 0 to %(most)s.")
                % {"name": name, "most": WEIGHT_MAX}
            )
        weights[name] = float(value)
    if not any(weights.values()):
        raise ValidationError(_("At least one criterion needs a weight above zero."))
    return weights


def _check(settings: MatchingSettings) -> None:
    for name, (low, high) in BOUNDS.items():
        value = getattr(settings, name)
        if value is None and name in _OPTIONAL:
            continue
        if not _is_number(value) or not low <= value <= high:
            raise ValidationError(
                _("«%(name)s» must be a number from %(low)s to %(high)s.")
                % {"name": name, "low": low, "high": high}
            )
    if not settings.level_from < settings.level_full:
        raise ValidationError(
            _("The difference of levels for all points must be above the one for the first.")
        )
    if not isinstance(settings.travel_time, bool):
        raise ValidationError(_("«%(name)s» must be yes or no.") % {"name": "travel_time"})
    for name in _WHOLE:
        if not float(getattr(settings, name)).is_integer():
            raise ValidationError(_("«%(name)s» must be a whole number.") % {"name": name})
    for name, known in _CHOICES.items():
        if getattr(settings, name) not in known:
            raise ValidationError(
                _("«%(name)s» must be one of: %(known)s.") % {"name": name, "known": ", ".join(known)}
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
