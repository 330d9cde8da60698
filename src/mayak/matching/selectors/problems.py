"""The input of a pairing: schools as they stand now, or the snapshot that a run keeps, as the solver takes them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from mayak.diagnosis.models import LeadProfile
from mayak.diagnosis.selectors import levels_of, reference_day, schools_in_role
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    PairKey,
    PairValue,
    Problem,
    problem_to_dict,
)
from mayak.matching.enums import Criterion, PairRuleKind
from mayak.matching.models import MatchingRun, PairRule
from mayak.matching.selectors.content_lines import needs_of_schools, profiles_of, strengths_of_profile
from mayak.matching.selectors.providers import (
    earlier_pairs,
    pairs_of_last_year,
    refusals_of,
    wishes_of,
    without_consent,
)
from mayak.matching.selectors.runs import settings_of
from mayak.matching.selectors.scenarios import with_scenario
from mayak.matching.selectors.school_settings import with_settings
from mayak.matching.selectors.snapshots import problem_from_dict
from mayak.matching.validators import MatchingSettings
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Organisation, Subject
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolDecision

NEED_CLASSES = 3
"""Schools are neediest, needy or less needy by thirds of their severity. Assumption: no document names classes."""
SMALL, LARGE = "small", "large"
"""Sizes of a school, the third part of its kind."""
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
    is_available: bool = True
    has_consent: bool = True


@dataclass(frozen=True)
class Input:
    """A problem with the names that people read. ``subjects`` names the content lines, ``refusals`` the reasons."""

    problem: Problem
    mentees: tuple[SchoolFacts, ...]
    leads: tuple[SchoolFacts, ...]
    subjects: Mapping[str, str] = field(default_factory=dict)
    both_roles: tuple[str, ...] = ()
    refusals: Mapping[PairKey, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Names of all schools by key."""
        return {school.key: school.name for school in (*self.mentees, *self.leads)}

    def snapshot(self) -> dict[str, Any]:
        """Return the whole input as plain data."""
        plain: dict[str, Any] = {
            "problem": problem_to_dict(self.problem),
            "names": dict(sorted(self.names.items())),
            "subjects": dict(sorted(self.subjects.items())),
        }
        if self.refusals:
            plain["refusals"] = [[*pair, reason] for pair, reason in sorted(self.refusals.items())]
        return plain


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
    subjects = {subject.pk: subject for subject in Subject.objects.all()}
    found_needs = needs_of_schools(wanted, run.school_year, subjects, share_from=settings.need_from)
    needs = found_needs.by_school
    profiles = profiles_of(leads, run.school_year)
    classes = need_classes(_severities(mentees, needs, settings))
    levels = levels_of([school.pk for school in (*mentees, *leads)], run.school_year)
    unsaid = without_consent(run)
    problem = Problem(
        mentees=tuple(
            _mentee(school, needs.get(school.pk, ()), classes, settings, levels) for school in mentees
        ),
        leads=tuple(_lead(school, profiles.get(school.pk), settings, levels) for school in leads),
    )
    problem, refusals = _with_known_pairs(run, problem, settings)
    problem = with_settings(problem, run.objective, settings)
    found = Input(
        problem=with_rules(problem, run.rules.all()),
        mentees=tuple(_facts(school, has_results=school.pk in needs) for school in mentees),
        leads=tuple(
            _lead_facts(school, profiles.get(school.pk), has_consent=school.pk not in unsaid)
            for school in leads
        ),
        subjects={subject.code: subject.name for subject in subjects.values()} | dict(found_needs.names),
        both_roles=tuple(str(school) for school in giving if school.pk in wanted),
        refusals=refusals,
    )
    return with_scenario(run, found)


def _with_known_pairs(
    run: MatchingRun, problem: Problem, settings: MatchingSettings
) -> tuple[Problem, dict[PairKey, str]]:
    """Add what other apps know of pairs of the schools that take part; return the refusals that forbid, too.

    The refusal of one side forbids unless «neither of them refused» has a weight.
    """
    keys = {school.key for school in problem.mentees} | {school.key for school in problem.leads}
    known = refusals_of(run)
    lowers = settings.weights.get(Criterion.WILLING, 0) > 0
    refusals = {
        pair: reason
        for pair, reason in (known.by_both if lowers else known.all).items()
        if keys.issuperset(pair)
    }
    problem = replace(
        problem,
        refused=tuple(refusals),
        last_year=tuple(pair for pair in pairs_of_last_year(run) if keys.issuperset(pair)),
        earlier=_valued(earlier_pairs(run), keys),
        doubted=tuple(pair for pair in known.by_one if lowers and keys.issuperset(pair)),
        preferred=_valued(wishes_of(run), keys),
    )
    return problem, refusals


def _valued(values: Mapping[PairKey, float], keys: Container[str]) -> tuple[PairValue, ...]:
    return tuple(
        (mentee, lead, value) for (mentee, lead), value in values.items() if mentee in keys and lead in keys
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


def need_classes(severities: Mapping[int, float | None]) -> dict[int, int]:
    """Return the class of need of each school: thirds by severity, 1 the neediest; equals share a class.

    A school without a known severity is in the last class.
    """
    known = sorted({value for value in severities.values() if value is not None}, reverse=True)
    rank = {value: place * NEED_CLASSES // len(known) + 1 for place, value in enumerate(known)}
    return {key: NEED_CLASSES if value is None else rank[value] for key, value in severities.items()}


def lead_schools(run: MatchingRun) -> QuerySet[Organisation]:
    """Return the schools that can give help."""
    day = reference_day(run.school_year)
    return (
        schools_in_role(run.territory.path or "", StatusRole.GIVES_HELP, day)
        .select_related("territory")
        .order_by("pk")
    )


def _severities(
    mentees: Iterable[Organisation], needs: Mapping[int, Sequence[Need]], settings: MatchingSettings
) -> dict[int, float | None]:
    """How far beyond the threshold the last decision found the school; else the weight of its heaviest need."""
    found: dict[int, float | None] = {
        school.pk: max((need.weight for need in needs.get(school.pk, ())), default=None) for school in mentees
    }
    decisions = SchoolDecision.objects.filter(
        organisation__in=list(found), severity__isnull=False, is_listed=True
    )
    if settings.identification_run is not None:
        decisions = decisions.filter(run=settings.identification_run)
    rows = decisions.order_by("run__created_at", "pk").values_list("organisation_id", "severity")
    severities: dict[int, float | None] = dict(rows)
    # One measure for all: severities of decisions where every school has one, else the heaviest needs.
    return severities if set(severities) == set(found) else found


def _mentee(
    school: Organisation,
    needs: Sequence[Need],
    classes: Mapping[int, int],
    settings: MatchingSettings,
    levels: Mapping[int, float],
) -> Mentee:
    return Mentee(
        key=str(school.pk),
        needs=tuple(needs),
        leads_wanted=settings.leads_per_school,
        need_class=classes[school.pk],
        level=levels.get(school.pk),
        kind=kind_of(school, settings.small_school_pupils),
        **_place(school),
    )


def kind_of(school: Organisation, small_below: int) -> tuple[str, ...]:
    """Return what the school is like: place, type, size; empty parts are unknown, no part at all is ()."""
    size = "" if school.pupils is None else (SMALL if school.pupils < small_below else LARGE)
    parts = (school.locality, school.school_type, size)
    return parts if any(parts) else ()


def _lead(
    school: Organisation,
    profile: LeadProfile | None,
    settings: MatchingSettings,
    levels: Mapping[int, float],
) -> Lead:
    common = {
        "level": levels.get(school.pk),
        "kind": kind_of(school, settings.small_school_pupils),
        **_place(school),
    }
    if profile is None:
        return Lead(key=str(school.pk), capacity=settings.default_capacity, **common)
    return Lead(
        key=str(school.pk),
        capacity=profile.capacity,
        strengths=strengths_of_profile(profile),
        hours_per_month=profile.hours_per_month,
        is_available=_is_available(profile),
        **common,
    )


def _is_available(profile: LeadProfile) -> bool:
    """Whether the school can help on at least one day of the year of its passport."""
    first, last = profile.school_year.starts_on, profile.school_year.ends_on
    begins, ends = profile.available_from or first, profile.available_to or last
    return begins <= last and ends >= first


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


def _lead_facts(school: Organisation, profile: LeadProfile | None, *, has_consent: bool) -> SchoolFacts:
    return SchoolFacts(
        key=str(school.pk),
        name=str(school),
        has_coordinates=school.latitude is not None,
        has_results=profile is not None and bool(profile.strengths.all() or profile.offers.all()),
        profile_id=None if profile is None else profile.pk,
        has_profile=profile is not None,
        is_available=profile is None or _is_available(profile),
        has_consent=has_consent,
    )
