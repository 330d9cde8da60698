"""The rules of a pairing as a value: read from JSON, checked, written to JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.matching.enums import FAR_KM, Criterion, Total, UnknownDistance, Within

DEFAULT_WEIGHTS: Final[Mapping[str, float]] = {
    Criterion.NEEDS: 50.0,
    Criterion.DISTANCE: 30.0,
    Criterion.MUNICIPALITY: 15.0,
    Criterion.REGION: 5.0,
}
"""Assumption: S2 and S3 name the criteria and no weights. Editable for each pairing."""
DEFAULT_CAPACITY: Final = 3
"""Schools of a lead school without a passport: the greatest load in S1 (domain.md A1.2)."""
LOAD_LIMIT: Final = 3
"""Load above which the page and check CH-02 warn: 3 : 1 in S1, 8 : 1 in S0."""
NEED_FROM: Final = 0.30
"""Share below the threshold from which a subject is a need: condition A of the rule of 2025 (domain.md B1.1)."""
OTHER_GRADE: Final = 0.5
"""How much a strength in the same subject but another grade counts. Assumption: no document names a number."""

_WEIGHT_MAX = 1000
_PLACES_MAX = 50
_LEADS_MAX = 5
_KM_MAX = 20_000
_WHOLE = ("leads_per_school", "default_capacity", "load_limit")
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
        identification_run: key of the identification whose list is helped; None for current statuses.
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
    identification_run: int | None = None

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
        return settings

    def to_json(self) -> dict[str, Any]:
        """Return plain values in a fixed order."""
        data = asdict(self)
        data["weights"] = {name: float(self.weights.get(name, 0)) for name in Criterion.values}
        return data


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
        if not _is_number(value) or not 0 <= value <= _WEIGHT_MAX:
            raise ValidationError(
                _("The weight of «%(name)s» must be a number from 0 to %(most)s.")
                % {"name": name, "most": _WEIGHT_MAX}
            )
        weights[name] = float(value)
    if not any(weights.values()):
        raise ValidationError(_("At least one criterion needs a weight above zero."))
    return weights


def _check(settings: MatchingSettings) -> None:
    bounds: dict[str, tuple[float, float]] = {
        "max_distance_km": (0, _KM_MAX),
        "leads_per_school": (1, _LEADS_MAX),
        "default_capacity": (0, _PLACES_MAX),
        "load_limit": (1, _PLACES_MAX),
        "need_from": (0, 1),
        "distance_scale_km": (1, _KM_MAX),
        "other_grade": (0, 1),
    }
    for name, (low, high) in bounds.items():
        value = getattr(settings, name)
        if value is None and name == "max_distance_km":
            continue
        if not _is_number(value) or not low <= value <= high:
            raise ValidationError(
                _("«%(name)s» must be a number from %(low)s to %(high)s.")
                % {"name": name, "low": low, "high": high}
            )
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
