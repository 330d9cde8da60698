"""Who may change what belongs to a school: coordinators in their territory, the school itself."""

from mayak.diagnosis.enums.passports import OWN_STATES
from mayak.diagnosis.models import LeadProfile, MentorProfile
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation

EDIT = "diagnosis.edit"
OWN = "diagnosis.own_school"
CATALOGUE = "diagnosis.catalogue"


def can_edit_schools(scope: Scope) -> bool:
    """Whether the person keeps profiles, needs and passports of the schools of a territory."""
    return scope.allows(EDIT)


def can_fill_own_school(scope: Scope) -> bool:
    """Whether the person fills in what the own school tells of itself."""
    return scope.allows(OWN) and bool(scope.organisation_ids)


def can_decide_school(scope: Scope, school: Organisation) -> bool:
    """Whether the person decides about this school as a coordinator."""
    return can_edit_schools(scope) and scope.covers_organisation(school.pk, school.territory.path or "")


def is_own_school(scope: Scope, school: Organisation) -> bool:
    """Whether the person fills in this school as the own one."""
    return scope.allows(OWN) and school.pk in scope.organisation_ids


def can_edit_school(scope: Scope, school: Organisation) -> bool:
    """Whether the risk profile and the needs of this school may be changed."""
    return can_decide_school(scope, school) or is_own_school(scope, school)


def can_edit_catalogue(scope: Scope) -> bool:
    """Whether dictionaries and thresholds may be changed."""
    return scope.allows(CATALOGUE)


def can_fill_passport(scope: Scope, profile: LeadProfile) -> bool:
    """Whether offers and proofs may be changed: by coordinators, by the school while it is its own draft."""
    if can_decide_school(scope, profile.organisation):
        return True
    return is_own_school(scope, profile.organisation) and profile.state in OWN_STATES


def can_submit_passport(scope: Scope, profile: LeadProfile) -> bool:
    """Whether the school may send its nomination."""
    return can_edit_school(scope, profile.organisation) and profile.state in OWN_STATES


def can_see_mentors(scope: Scope) -> bool:
    """Whether the person keeps passports of mentors at all."""
    return scope.allows(EDIT) or scope.allows(OWN)


def can_decide_mentor(scope: Scope, profile: MentorProfile, person_id: int | None) -> bool:
    """Whether the passport may be confirmed or returned: by the school or a coordinator, never one's own."""
    return profile.person_id != person_id and can_edit_school(scope, profile.organisation)


def can_fill_mentor(scope: Scope, profile: MentorProfile, person_id: int | None) -> bool:
    """Whether the passport may be changed: by the person while it is the own draft, by school and coordinators."""
    if profile.person_id == person_id:
        return profile.state in OWN_STATES
    return can_edit_school(scope, profile.organisation)


def can_score_mentor(scope: Scope, profile: MentorProfile, person_id: int | None) -> bool:
    """Whether the candidate may be scored by this coordinator; nobody scores oneself."""
    return profile.person_id != person_id and can_decide_school(scope, profile.organisation)
