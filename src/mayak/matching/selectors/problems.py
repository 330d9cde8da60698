"""The input of a pairing: schools as they stand now, or the snapshot that a run keeps, as the solver takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Prefetch, QuerySet

from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.diagnosis.selectors import SubjectNeed, needs_of, reference_day, schools_in_role
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    PairKey,
    Problem,
    Settings,
    Strength,
    Total,
    UnknownDistance,
    Weights,
    Within,
    problem_to_dict,
)
from mayak.matching.enums import PairRuleKind
from mayak.matching.models import MatchingRun, PairRule
from mayak.matching.selectors.runs import settings_of
from mayak.matching.validators import MatchingSettings
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Organisation, SchoolYear, Subject
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolDecision

NEED_CLASSES = 3
"""Schools are neediest, needy or less needy by thirds of their severity. Assumption: no document names classes."""
GRADES = range(1, 13)
_REGION_LEVEL = 1


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """A school as the readiness page needs it, besides what the solver takes."""

    key: str
    name: str
    has_coordinates: bool
    has_results: bool
    profile_id: int | None = None
    has_profile: bool = True


@dataclass(frozen=True)
class Input:
    """A problem with the names that people read."""

    problem: Problem
    mentees: tuple[SchoolFacts, ...]
    leads: tuple[SchoolFacts, ...]
    subjects: Mapping[str, str] = field(default_factory=dict)
    both_roles: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Names of all schools by key."""
        return {school.key: school.name for school in (*self.mentees, *self.leads)}

    def snapshot(self) -> dict[str, Any]:
        """Return the whole input as plain data."""
        return {
            "problem": problem_to_dict(self.problem),
            "names": dict(sorted(self.names.items())),
            "subjects": dict(sorted(self.subjects.items())),
        }


def input_of(run: MatchingRun) -> Input:
    """Read the schools, needs, strengths and demands of the pairing as they are now.

    Mentees bear a status of need (or are on the list of the chosen identification), leads a status of help; a school
    that has both is only a mentee.
    """
    settings = settings_of(run)
    mentees = list(mentee_schools(run, settings))
    wanted = {school.pk for school in mentees}
    giving = list(lead_schools(run))
    leads = [school for school in giving if school.pk not in wanted]
    needs = needs_of(wanted, run.school_year, share_from=settings.need_from)
    profiles = _profiles(leads, run.school_year)
    subjects = {subject.pk: subject for subject in Subject.objects.all()}
    classes = need_classes(_severities(mentees, needs, settings))
    problem = Problem(
        mentees=tuple(
            _mentee(school, needs.get(school.pk, []), classes, subjects, settings) for school in mentees
        ),
        leads=tuple(_lead(school, profiles.get(school.pk), settings) for school in leads),
        settings=solver_settings(run.objective, settings),
    )
    return Input(
        problem=with_rules(problem, run.rules.all()),
        mentees=tuple(_facts(school, has_results=school.pk in needs) for school in mentees),
        leads=tuple(_lead_facts(school, profiles.get(school.pk)) for school in leads),
        subjects={subject.code: subject.name for subject in subjects.values()},
        both_roles=tuple(str(school) for school in giving if school.pk in wanted),
    )


def stored_problem(run: MatchingRun) -> Problem:
    """Return the problem of the stored snapshot with the demands as they are now."""
    return with_rules(problem_from_dict(run.snapshot["problem"]), run.rules.all())


def with_rules(problem: Problem, rules: Iterable[PairRule]) -> Problem:
    """Return the problem with these locks and bans."""
    found: dict[str, list[PairKey]] = {kind: [] for kind in PairRuleKind.values}
    for rule in rules:
        found[rule.kind].append((str(rule.mentee_id), str(rule.lead_id)))
    return replace(
        problem,
        fixed=tuple(sorted(found[PairRuleKind.LOCK])),
        forbidden=tuple(sorted(found[PairRuleKind.FORBID])),
    )


def mentee_schools(run: MatchingRun, settings: MatchingSettings) -> QuerySet[Organisation]:
    """Return the schools that the pairing helps."""
    if settings.identification_run is not None:
        listed = SchoolDecision.objects.filter(run=settings.identification_run, is_listed=True)
        schools: QuerySet[Organisation] = Organisation.objects.filter(
            pk__in=listed.values("organisation"), territory__path__under=run.territory.path
        )
    else:
        schools = schools_in_role(
            run.territory.path or "", StatusRole.NEEDS_HELP, reference_day(run.school_year)
        )
    return schools.select_related("territory").order_by("pk")


def solver_settings(objective: str, settings: MatchingSettings) -> Settings:
    """Return the rules as the solver takes them."""
    return Settings(
        objective=Objective(objective),
        total=Total(settings.total),
        weights=Weights(**{name: float(value) for name, value in settings.weights.items()}),
        within=Within(settings.within),
        max_distance_km=settings.max_distance_km,
        unknown_distance=UnknownDistance(settings.unknown_distance),
        require_common_need=settings.require_common_need,
        distance_scale_km=settings.distance_scale_km,
        other_grade=settings.other_grade,
        load_warning=settings.load_limit,
    )


def problem_from_dict(data: Mapping[str, Any]) -> Problem:
    """Return the problem that ``problem_to_dict`` wrote."""
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
        mentees=tuple(Mentee(**{**row, "needs": _rows(Need, row["needs"])}) for row in data["mentees"]),
        leads=tuple(Lead(**{**row, "strengths": _rows(Strength, row["strengths"])}) for row in data["leads"]),
        fixed=_pairs(data["fixed"]),
        forbidden=_pairs(data["forbidden"]),
        exceptions=_pairs(data["exceptions"]),
        settings=Settings(**plain),
    )


def need_classes(severities: Mapping[int, float | None]) -> dict[int, int]:
    """Return the class of need of each school: thirds by severity, 1 the neediest; equals share a class.

    A school without a known severity is in the last class.
    """
    known = sorted({value for value in severities.values() if value is not None}, reverse=True)
    rank = {value: place * NEED_CLASSES // len(known) + 1 for place, value in enumerate(known)}
    return {key: NEED_CLASSES if value is None else rank[value] for key, value in severities.items()}


def _rows(kind: type[Any], rows: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**row) for row in rows)


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[PairKey, ...]:
    return tuple((str(mentee), str(lead)) for mentee, lead in rows)


def lead_schools(run: MatchingRun) -> QuerySet[Organisation]:
    """Return the schools that can give help."""
    day = reference_day(run.school_year)
    return (
        schools_in_role(run.territory.path or "", StatusRole.GIVES_HELP, day)
        .select_related("territory")
        .order_by("pk")
    )


def _profiles(leads: Iterable[Organisation], school_year: SchoolYear) -> dict[int, LeadProfile]:
    strengths = LeadStrength.objects.select_related("subject").order_by("subject__code", "grade_from", "pk")
    rows = LeadProfile.objects.accepted().filter(organisation__in=list(leads), school_year=school_year)
    return {row.organisation_id: row for row in rows.prefetch_related(Prefetch("strengths", strengths))}


def _severities(
    mentees: Iterable[Organisation], needs: Mapping[int, list[SubjectNeed]], settings: MatchingSettings
) -> dict[int, float | None]:
    """How far beyond the threshold the last decision found the school; else its worst share."""
    found: dict[int, float | None] = {
        school.pk: max((need.share for need in needs.get(school.pk, [])), default=None) for school in mentees
    }
    decisions = SchoolDecision.objects.filter(
        organisation__in=list(found), severity__isnull=False, is_listed=True
    )
    if settings.identification_run is not None:
        decisions = decisions.filter(run=settings.identification_run)
    rows = decisions.order_by("run__created_at", "pk").values_list("organisation_id", "severity")
    severities: dict[int, float | None] = dict(rows)
    # One measure for all: severities of decisions where every school has one, else the worst shares.
    return severities if set(severities) == set(found) else found


def _mentee(
    school: Organisation,
    needs: Iterable[SubjectNeed],
    classes: Mapping[int, int],
    subjects: Mapping[int, Subject],
    settings: MatchingSettings,
) -> Mentee:
    return Mentee(
        key=str(school.pk),
        needs=tuple(Need(subjects[need.subject_id].code, need.grade, need.share) for need in needs),
        leads_wanted=settings.leads_per_school,
        need_class=classes[school.pk],
        **_place(school),
    )


def _lead(school: Organisation, profile: LeadProfile | None, settings: MatchingSettings) -> Lead:
    return Lead(
        key=str(school.pk),
        capacity=settings.default_capacity if profile is None else profile.capacity,
        strengths=() if profile is None else tuple(_strengths(profile)),
        **_place(school),
    )


def _strengths(profile: LeadProfile) -> Iterable[Strength]:
    for row in profile.strengths.all():
        if row.grade_from is None:
            yield Strength(row.subject.code, None, row.level)
            continue
        for grade in GRADES:
            if row.grade_from <= grade <= (row.grade_to or row.grade_from):
                yield Strength(row.subject.code, grade, row.level)


def _place(school: Organisation) -> dict[str, Any]:
    territory = school.territory
    keys = (territory.path or "").strip("/").split("/")
    return {
        "latitude": None if school.latitude is None else float(school.latitude),
        "longitude": None if school.longitude is None else float(school.longitude),
        "municipality": str(territory.pk) if territory.kind == TerritoryKind.MUNICIPALITY else "",
        "region": keys[_REGION_LEVEL] if len(keys) > _REGION_LEVEL else "",
    }


def _facts(school: Organisation, *, has_results: bool) -> SchoolFacts:
    return SchoolFacts(str(school.pk), str(school), school.latitude is not None, has_results)


def _lead_facts(school: Organisation, profile: LeadProfile | None) -> SchoolFacts:
    return SchoolFacts(
        key=str(school.pk),
        name=str(school),
        has_coordinates=school.latitude is not None,
        has_results=profile is not None and bool(profile.strengths.all()),
        profile_id=None if profile is None else profile.pk,
        has_profile=profile is not None,
    )
