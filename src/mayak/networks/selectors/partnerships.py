"""Partnerships, the load of lead schools, and mentee schools that nobody helps."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mayak.diagnosis.selectors import reference_day, schools_in_role
from mayak.kernel.access import Scope
from mayak.networks.models import Partnership
from mayak.registry.models import Organisation, SchoolYear
from mayak.results.enums import StatusRole

LOAD_LIMIT = 3
"""Mentee schools of one lead school above which the load is a problem (check CH-02): 3 : 1 in S1, 8 : 1 in S0.

A pairing may carry another number in its settings («load_limit»); then that one counts.
"""


def partnership_list(scope: Scope) -> QuerySet[Partnership]:
    """Return the partnerships of the scope with the load of the lead school in that year (``lead_load``)."""
    same = (
        Partnership.objects.current()
        .filter(lead=OuterRef("lead"), school_year=OuterRef("school_year"))
        .order_by()
        .values("lead")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Partnership.objects.within(scope)
        .select_related(
            "mentee__territory",
            "lead__territory",
            "school_year",
            "run",
            "basis",
            "network",
            "instead_of__lead",
        )
        .annotate(lead_load=Coalesce(Subquery(same, output_field=IntegerField()), 0))
    )


def lead_loads(rows: QuerySet[Partnership]) -> list[Mapping[str, Any]]:
    """Return one row per lead school and year among current partnerships, the heaviest load first."""
    return list(
        rows.order_by()
        .values(
            "lead_id",
            "school_year_id",
            name=F("lead__short_name"),
            path=F("lead__territory__path"),
            year=F("school_year__start_year"),
        )
        .annotate(load=Count("pk"))
        .order_by("-load", "name")
    )


def mentees_without_lead(scope: Scope, school_year: SchoolYear) -> QuerySet[Organisation]:
    """Return the schools of the scope that need help in the year and have no partnership."""
    helped = Partnership.objects.current().filter(school_year=school_year).values("mentee")
    return (
        schools_in_role("/", StatusRole.NEEDS_HELP, reference_day(school_year))
        .within(scope)
        .exclude(pk__in=helped)
        .select_related("territory")
    )
