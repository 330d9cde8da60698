"""The passports of lead schools as lists show them."""

from django.db.models import Count, QuerySet

from mayak.diagnosis.models import LeadProfile
from mayak.kernel.access import Scope


def profile_list(scope: Scope) -> QuerySet[LeadProfile]:
    """Return the passports of the scope with the number of their strengths."""
    return (
        LeadProfile.objects.within(scope)
        .select_related("organisation__territory", "school_year")
        .annotate(strength_count=Count("strengths"))
        .order_by("-school_year__start_year", "organisation__sort_key", "pk")
    )
