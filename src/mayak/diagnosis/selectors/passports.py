"""Reads of the passports of lead schools and mentors."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from mayak.diagnosis.algorithms.mentor_points import Item, Result, breakdown
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import (
    Competence,
    LeadProfile,
    MentorCriteria,
    MentorProfile,
    MentorScore,
    MentorScoring,
)
from mayak.diagnosis.permissions.schools import can_see_mentors
from mayak.diagnosis.selectors.strengths import YearResult, results_by_year
from mayak.kernel.access import Scope
from mayak.registry.models import Person, SchoolYear, Subject

PROOF_YEARS = 4
"""Calendar years of results that a passport shows. Assumption: no document names a number."""


def competence_names(codes: Iterable[str]) -> dict[str, str]:
    """Return code -> name; a code that left the catalogue names itself."""
    wanted = {code for code in codes if code}
    found = dict(Competence.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}
    return {code: found.get(code, code) for code in wanted}


def proof_by_results(profile: LeadProfile) -> tuple[list[int], list[tuple[Subject, list[YearResult | None]]]]:
    """Return the years and, by subject, what the school's results were in them: the proof of a lead school."""
    last = profile.school_year.start_year + 1
    rows = results_by_year(profile.organisation_id, last - PROOF_YEARS + 1, last)
    years = sorted({row.year for row in rows})
    subjects = Subject.objects.filter(pk__in={row.subject_id for row in rows}).order_by("position", "name")
    known = {(row.subject_id, row.year): row for row in rows}
    return years, [(subject, [known.get((subject.pk, year)) for year in years]) for subject in subjects]


def mentors_of(scope: Scope) -> QuerySet[MentorProfile]:
    """Return the passports of mentors that the scope shows: to schools and coordinators only."""
    if not can_see_mentors(scope):
        return MentorProfile.objects.none()
    return (
        MentorProfile.objects.within(scope)
        .select_related("person", "organisation__territory", "school_year")
        .annotate(
            strength_count=Count("strengths", distinct=True),
            proof_count=Count("proofs", distinct=True),
            sheet_count=Count("scorings", distinct=True),
        )
        .order_by("-school_year__start_year", "organisation__sort_key", "person__sort_key", "pk")
    )


def mentors_seen_by(scope: Scope, person_id: int | None) -> QuerySet[MentorProfile]:
    """Return the passports that somebody may open: those of the scope, and the own one."""
    seen = Q(pk__in=mentors_of(scope).order_by().values("pk"))
    if person_id is not None:
        seen |= Q(person=person_id)
    return MentorProfile.objects.filter(seen).select_related(
        "person", "organisation__territory", "school_year"
    )


def own_mentor_profile(person_id: int, school_year: SchoolYear) -> MentorProfile | None:
    """Return a person's passport of the year."""
    return MentorProfile.objects.filter(person=person_id, school_year=school_year).first()


def people_without_passport(school_ids: Iterable[int], school_year: SchoolYear) -> QuerySet[Person]:
    """Return the people of the schools who have no passport of a mentor in the year."""
    taken = MentorProfile.objects.filter(school_year=school_year).values("person")
    found = Person.objects.filter(employments__organisation__in=list(school_ids), archived_at__isnull=True)
    return found.exclude(pk__in=taken).distinct().order_by("sort_key", "pk")


def waiting_count(scope: Scope) -> int:
    """Return how many nominations of schools and people wait for a decision in the scope."""
    waiting = {"state": PassportState.SUBMITTED}
    schools = LeadProfile.objects.within(scope).filter(**waiting).count()
    return schools + MentorProfile.objects.within(scope).filter(**waiting).count()


def current_criteria() -> MentorCriteria | None:
    """Return the version of the criteria in use."""
    return MentorCriteria.objects.filter(is_current=True).first()


def result_of(profile: MentorProfile, criteria: MentorCriteria) -> Result:
    """Return the breakdown of a candidate over all scorers (two queries)."""
    items = [Item(item.pk, item.group, item.max_points) for item in criteria.items.all()]
    scores = MentorScore.objects.filter(scoring__profile=profile, scoring__criteria=criteria)
    return breakdown(items, scores.order_by("pk").values_list("criterion_id", "points"))


def sheets_of(profile: MentorProfile, criteria: MentorCriteria) -> list[MentorScoring]:
    """Return the sheets of a candidate with their scores."""
    found = MentorScoring.objects.filter(profile=profile, criteria=criteria)
    return list(found.prefetch_related("scores__criterion").order_by("pk"))


def reasons_of(sheets: Iterable[MentorScoring]) -> dict[int, list[dict[str, Any]]]:
    """Return criterion -> points, reason and scorer of each sheet."""
    found: dict[int, list[dict[str, Any]]] = {}
    for sheet in sheets:
        for score in sheet.scores.all():
            row = {"points": score.points, "reason": score.reason, "scorer": sheet.scorer_label}
            found.setdefault(score.criterion_id, []).append(row)
    return found
