"""What a person may change in the passports of lead schools."""

from mayak.diagnosis.models import LeadProfile
from mayak.diagnosis.permissions.schools import can_fill_passport
from mayak.kernel.access import Scope
from mayak.registry.models import Territory


def can_edit_profiles(scope: Scope) -> bool:
    """Whether the person may change passports at all."""
    return scope.allows("matching.edit")


def can_build_profiles(scope: Scope, territory: Territory) -> bool:
    """Whether the passports of the whole territory may be computed anew."""
    return can_edit_profiles(scope) and scope.covers_territory(territory.path or "")


def can_edit_profile(scope: Scope, profile: LeadProfile) -> bool:
    """Whether this passport may be changed: by coordinators, by the school while it is its own draft."""
    school = profile.organisation
    covers = scope.covers_organisation(school.pk, school.territory.path or "")
    return (can_edit_profiles(scope) and covers) or can_fill_passport(scope, profile)
