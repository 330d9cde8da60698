"""Making and changing the passports of lead schools."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.diagnosis.selectors import SubjectStrength, reference_day, schools_in_role, strengths_of
from mayak.diagnosis.services.guard import check_open, log_profile
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record_bulk, snapshot
from mayak.registry.models import SchoolYear, Territory
from mayak.results.enums import StatusRole

DEFAULT_CAPACITY = 3
"""Mentee schools of one lead school where nobody said otherwise: the greatest load of S1 (domain.md A1.2)."""
_REGION_DEPTH = 2


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a computation of the passports of a territory did."""

    schools: int
    created: int
    strengths: int
    without_results: tuple[str, ...]


@transaction.atomic
def build_lead_profiles(territory: Territory, school_year: SchoolYear, *, actor: Actor) -> BuildReport:
    """Make a passport for every school that can give help and compute its strengths from results.

    Capacity, notes and strengths that a person stated are kept; strengths that were computed before are replaced
    (``strengths_of`` says how they are computed). Calling it twice changes nothing.

    Raises:
        ValidationError: the school year is closed.
    """
    check_open(school_year)
    path = territory.path or ""
    schools = list(schools_in_role(path, StatusRole.GIVES_HELP, reference_day(school_year)))
    computed = strengths_of([school.pk for school in schools], school_year, among_path=region_path(path))
    known = {
        profile.organisation_id: profile
        for profile in LeadProfile.objects.filter(school_year=school_year, organisation__in=schools)
    }
    missing = [
        LeadProfile(organisation=school, school_year=school_year, capacity=DEFAULT_CAPACITY)
        for school in schools
        if school.pk not in known
    ]
    made = LeadProfile.objects.bulk_create(missing)
    profiles = {**known, **{profile.organisation_id: profile for profile in made}}
    count = _replace_strengths(profiles, computed)
    record_bulk(
        LeadProfile,
        actor=actor,
        action="build",
        row_count=len(profiles),
        territory_path=path,
        object_text=str(territory),
        changes={"school_year": str(school_year), "created": len(made), "strengths": count},
    )
    without = tuple(str(school) for school in schools if school.pk not in computed)
    return BuildReport(len(schools), len(made), count, without)


@transaction.atomic
def update_lead_profile(profile: LeadProfile, *, actor: Actor, **changes: Any) -> LeadProfile:
    """Change capacity, remote help or the note.

    Raises:
        ValidationError: a field says no, or the school year is closed.
    """
    check_open(profile.school_year)
    before = snapshot(LeadProfile.objects.select_for_update().get(pk=profile.pk))
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.full_clean()
    profile.save(update_fields=list(changes))
    log_profile(profile, actor=actor, action="update", changes=difference(before, snapshot(profile)))
    return profile


def region_path(path: str) -> str:
    """Return the path of the region in which a territory lies; the territory's own where it is no part of one."""
    keys = path.strip("/").split("/")[:_REGION_DEPTH]
    return "/" + "/".join(keys) + "/"


def _replace_strengths(profiles: dict[int, LeadProfile], computed: dict[int, list[SubjectStrength]]) -> int:
    """Write the computed strengths; a stated one of the same subject and grade stands in their place."""
    LeadStrength.objects.filter(profile__in=profiles.values(), from_results=True).delete()
    stated = set(
        LeadStrength.objects.filter(profile__in=profiles.values()).values_list(
            "profile_id", "subject_id", "grade_from"
        )
    )
    rows = [
        LeadStrength(
            profile=profile,
            subject_id=strength.subject_id,
            grade_from=strength.grade,
            grade_to=strength.grade,
            level=strength.level,
        )
        for school, profile in sorted(profiles.items())
        for strength in computed.get(school, [])
        if (profile.pk, strength.subject_id, strength.grade) not in stated
    ]
    return len(LeadStrength.objects.bulk_create(rows))
