"""The passports of lead schools as lists show them."""

from django.db.models import Count, QuerySet

from mayak.diagnosis.models import LeadProfile
from mayak.kernel.access import Scope


def profile_list(scope: Scope) -> QuerySet[LeadProfile]:
    """Return the passports of the scope with the numbers of their strengths and offers."""
    return (
        LeadProfile.objects.within(scope)
        .select_related("organisation__territory", "school_year")
        .annotate(
            strength_count=Count("strengths", distinct=True), offer_count=Count("offers", distinct=True)
        )
        .order_by("-school_year__start_year", "organisation__sort_key", "pk")
    )
