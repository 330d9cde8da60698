"""Which schools need help and which can give it on a day: their current statuses."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.models.organisations import OrganisationQuerySet
from mayak.results.models import SchoolStatus


def reference_day(school_year: SchoolYear) -> dt.date:
    """Return the day on which statuses are read: today within the school year, else its nearest day."""
    return min(max(timezone.localdate(), school_year.starts_on), school_year.ends_on)


def schools_in_role(path: str, role: str, day: dt.date) -> OrganisationQuerySet:
    """Return the open schools of the subtree that bear a status of this role on this day.

    Args:
        path: materialised path of the territory.
        role: a value of ``StatusRole``.
        day: the day; see ``reference_day``.
    """
    bearing = SchoolStatus.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), kind__role=role, valid_from__lte=day
    )
    return (
        Organisation.objects.schools()
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
        .filter(territory__path__under=path, pk__in=bearing.values("organisation"))
    )
