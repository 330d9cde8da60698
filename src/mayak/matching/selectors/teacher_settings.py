"""The rules of a pairing of teachers as a value: read from JSON, checked, written to JSON, given to the solver."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.plan import CRITERIA
from mayak.matching.algorithms.teachers.problem import Employer, Partners, TeacherSettings, TeacherWeights
from mayak.matching.enums import FAR_KM, Coupling
from mayak.matching.models import MatchingRun
from mayak.matching.validators import BOUNDS as SCHOOL_BOUNDS
from mayak.matching.validators import FAIRNESS_FROM

CRITERION_LABELS: Final[Mapping[str, Any]] = {
    "coverage": gettext_lazy("Strong in what the teacher needs"),
    "level": gettext_lazy("Stands above the teacher"),
    "subject": gettext_lazy("Same subject"),
    "grades": gettext_lazy("Same grades"),
    "kind": gettext_lazy("Same kind of school"),
    "language": gettext_lazy("Same language of teaching"),
    "distance": gettext_lazy("Near"),
    "municipality": gettext_lazy("In the same municipality"),
    "region": gettext_lazy("In the same region"),
    "partner": gettext_lazy("From a partner school"),
    "history": gettext_lazy("Worked well together before"),
    "preference": gettext_lazy("They wish each other"),
    "novelty": gettext_lazy("A new pair"),
}
CRITERION_WORDS: Final[Mapping[str, Any]] = {
    "coverage": gettext_lazy(
        "The mentor's passport names the competence that the teacher needs; the subject as a whole counts less."
    ),
    "level": gettext_lazy(
        "The greater the teacher's difficulty beside the mentor's strength, the more points."
    ),
    "subject": gettext_lazy(
        "Mentor and teacher teach the same subject; full points where the need is of no subject."
    ),
    "grades": gettext_lazy("The mentor helps in the grades that the need names."),
    "kind": gettext_lazy(
        "Both work in a rural or both in an urban school of the same type: the conditions are alike."
    ),
    "language": gettext_lazy("Both schools teach in the same language."),
    "distance": gettext_lazy("The nearer, the better; remote work and an unknown distance give nothing."),
    "municipality": gettext_lazy("One authority leads both schools, so that joint work is easier to order."),
    "region": gettext_lazy("Both schools follow the rules and the programme of one region."),
    "partner": gettext_lazy("The schools of both are a pair already, so the help of one school grows."),
    "history": gettext_lazy("Earlier joint work was good; left out where nothing is known of it."),
    "preference": gettext_lazy(
        "Who named whom after the first meeting: both each other count fully, one of them half."
    ),
    "novelty": gettext_lazy("The two were no pair last year: experience comes to more people."),
}
DEFAULT_WEIGHTS: Final[Mapping[str, float]] = {
    "coverage": 30.0,
    "level": 10.0,
    "subject": 15.0,
    "grades": 10.0,
    "kind": 5.0,
    "language": 0.0,
    "distance": 10.0,
    "municipality": 5.0,
    "region": 0.0,
    "partner": 10.0,
    "history": 5.0,
    "preference": 10.0,
    "novelty": 0.0,
}
"""Assumption: S3 names criteria and no weights. Editable for each pairing."""
GROUP_FROM: Final = 3
"""A group of mentees is three people or more (S2)."""
NEEDS_MOST: Final = 5
WEIGHT_MAX = 1000
_KM_MAX = 20_000
BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "max_distance_km": (0, _KM_MAX),
    "distance_scale_km": (1, _KM_MAX),
    "min_score": (0, 100),
    "other_grade": (0, 1),
    "subject_only": (0, 1),
    "load_points": (0, 100),
    "needs_per_mentee": (1, NEEDS_MOST),
    "hours_per_need": (0.5, 40),
    "time_limit_s": (1, 3600),
    "fairness_from": SCHOOL_BOUNDS["fairness_from"],
}
_SWITCHES = (
    "allow_remote",
    "require_same_subject",
    "same_role",
    "must_be_above",
    "count_hours",
    "groups",
    "require_consent",
)
_CHOICES: Final[Mapping[str, list[str]]] = {
    "within": [one.value for one in Within],
    "employer": [one.value for one in Employer],
    "coupling": Coupling.values,
}
_PARTNERS = {
    Coupling.NONE: Partners.NONE,
    Coupling.PREFER: Partners.PREFER,
    Coupling.REQUIRE: Partners.REQUIRE,
}


@dataclass(frozen=True, slots=True)
class TeacherMatchingSettings:
    """The rules of one pairing of teachers.

    Attributes:
        weights: criterion -> weight, any scale; only their ratios count, 0 leaves a criterion out.
        within: inside which territory, a value of ``Within``.
        employer: whether both may work in one school, a value of ``Employer``.
        coupling: what the pairs of schools mean, a value of ``Coupling``.
        allow_remote: whether remote pairs are made.
        max_distance_km: personal meetings only up to here; None for no limit.
        distance_scale_km: kilometres from which nearness gives no points.
        require_same_subject: a need of methods goes to a mentor of the own subject only; one of a subject does anyway.
        same_role: a head with a head, a specialist with a specialist, a teacher with a teacher.
        must_be_above: the mentor's strength is above the teacher's own level.
        min_score: pairs below so many per cent are not made.
        other_grade: what a strength in other grades counts, 0..1.
        subject_only: what the subject without the competence counts, 0..1.
        load_points: points that each further place of a mentor costs more (even load).
        count_hours: hours of the mentor are a limit besides the places.
        hours_per_need: hours a month that one need takes. Assumption: no document names a number.
        groups: mentors who offered group work take three or more with one competence, or nobody.
        needs_per_mentee: how many of the heaviest needs of a teacher take part.
        require_consent: only mentors whose consent to mentoring is kept take part.
        time_limit_s: for hours and groups, where the search may be long.
        fairness_from: difference of two shares of served needs from which the audit says «less often».
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    within: str = Within.ANYWHERE.value
    employer: str = Employer.ANY.value
    coupling: str = Coupling.PREFER.value
    allow_remote: bool = True
    max_distance_km: float | None = 50.0
    distance_scale_km: float = FAR_KM
    require_same_subject: bool = False
    same_role: bool = True
    must_be_above: bool = False
    min_score: float = 0.0
    other_grade: float = 0.5
    subject_only: float = 0.5
    load_points: float = 0.0
    count_hours: bool = False
    hours_per_need: float = 2.0
    groups: bool = False
    needs_per_mentee: int = 1
    require_consent: bool = False
    time_limit_s: float = 60.0
    fairness_from: float = FAIRNESS_FROM

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TeacherMatchingSettings":
        """Return the settings; what is not named keeps its default.

        Raises:
            ValidationError: an unknown name or a value outside its bounds; the message names it.
        """
        unknown = sorted(set(data) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValidationError(_("Unknown settings: %(names)s.") % {"names": ", ".join(unknown)})
        given = dict(data)
        if "weights" in given:
            given["weights"] = checked_weights(given["weights"])
        settings = cls(**given)
        _check(settings)
        return settings

    def to_json(self) -> dict[str, Any]:
        """Return plain values in a fixed order."""
        data = asdict(self)
        data["weights"] = {name: float(self.weights.get(name, 0)) for name in CRITERIA}
        return data


def teacher_settings_of(run: MatchingRun) -> TeacherMatchingSettings:
    """Return the rules of a pairing of teachers."""
    return TeacherMatchingSettings.from_json(run.settings)


def solver_settings(
    objective: str, settings: TeacherMatchingSettings, *, known: frozenset[str]
) -> TeacherSettings:
    """Return the rules as the solver takes them.

    Args:
        objective: a value of ``Objective``.
        settings: the rules.
        known: of the criteria that need facts (``FACT_CRITERIA``) those of which something is known. The others are
            left out: else nobody could have a full score. Where nothing else has a weight they stay.
    """
    weights = {name: settings.weights.get(name, 0.0) for name in CRITERIA}
    left = {name: value if name in known | KNOWN_ALWAYS else 0.0 for name, value in weights.items()}
    return TeacherSettings(
        objective=Objective(objective),
        weights=TeacherWeights(**(left if any(left.values()) else weights)),
        within=Within(settings.within),
        employer=Employer(settings.employer),
        partners=_PARTNERS[Coupling(settings.coupling)],
        allow_remote=settings.allow_remote,
        max_distance_km=settings.max_distance_km,
        distance_scale_km=settings.distance_scale_km,
        require_same_subject=settings.require_same_subject,
        same_role=settings.same_role,
        must_be_above=settings.must_be_above,
        min_score=settings.min_score,
        other_grade=settings.other_grade,
        subject_only=settings.subject_only,
        load_points=settings.load_points,
        count_hours=settings.count_hours,
        groups=settings.groups,
        time_limit_s=settings.time_limit_s,
    )


FACT_CRITERIA: Final = frozenset({"language", "partner", "history", "preference"})
"""Criteria of which nothing may be known in a whole territory."""
KNOWN_ALWAYS: Final = frozenset(CRITERIA) - FACT_CRITERIA


def checked_weights(given: object) -> dict[str, float]:
    """Return a weight for each criterion.

    Raises:
        ValidationError: an unknown criterion, a weight outside its bounds, or no weight above zero.
    """
    if not isinstance(given, Mapping):
        raise ValidationError(_("The weights must name the criteria."))
    unknown = sorted(set(given) - set(CRITERIA))
    if unknown:
        raise ValidationError(
            _("Unknown criteria: %(names)s. Known: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(CRITERIA)}
        )
    weights: dict[str, float] = {}
    for name in CRITERIA:
        value = given.get(name, 0)
        if not _is_number(value) or not 0 <= value <= WEIGHT_MAX:
            raise ValidationError(
                _("The weight of «%(name)s» must be a number from 0 to %(most)s.")
                % {"name": CRITERION_LABELS[name], "most": WEIGHT_MAX}
            )
        weights[name] = float(value)
    if not any(weights.values()):
        raise ValidationError(_("At least one criterion needs a weight above zero."))
    return weights


def _check(settings: TeacherMatchingSettings) -> None:
    for name, (low, high) in BOUNDS.items():
        value = getattr(settings, name)
        if value is None and name == "max_distance_km":
            continue
        if not _is_number(value) or not low <= value <= high:
            raise ValidationError(
                _("«%(name)s» must be a number from %(low)s to %(high)s.")
                % {"name": name, "low": low, "high": high}
            )
    if not float(settings.needs_per_mentee).is_integer():
        raise ValidationError(_("«%(name)s» must be a whole number.") % {"name": "needs_per_mentee"})
    for name in _SWITCHES:
        if not isinstance(getattr(settings, name), bool):
            raise ValidationError(_("«%(name)s» must be yes or no.") % {"name": name})
    for name, known in _CHOICES.items():
        if getattr(settings, name) not in known:
            raise ValidationError(
                _("«%(name)s» must be one of: %(known)s.") % {"name": name, "known": ", ".join(known)}
            )
    if settings.employer == Employer.SAME and settings.coupling == Coupling.REQUIRE:
        raise ValidationError(
            _(
                "«Only the own school» and «only between partner schools» contradict each other: no pair is left."
            )
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  # NaN is no number
