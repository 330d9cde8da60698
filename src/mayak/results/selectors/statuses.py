"""Statuses of schools: those that hold, by school and by kind."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.registry.models.organisations import OrganisationQuerySet
from mayak.results.models import SchoolStatus
from mayak.results.models.statuses import SchoolStatusQuerySet


def statuses_of(scope: Scope) -> SchoolStatusQuerySet:
    """Return the statuses of the schools of the scope with what a list shows."""
    rows = SchoolStatus.objects.within(scope)
    return rows.select_related("organisation__territory", "kind", "basis", "run__rule_set")


def school_statuses(organisation: Organisation) -> list[SchoolStatus]:
    """Return all statuses of a school, those that hold first, then the latest."""
    today = timezone.localdate()
    rows = SchoolStatus.objects.filter(organisation=organisation).select_related("kind", "basis", "run")
    return sorted(rows, key=lambda row: (not holds(row, today), -row.valid_from.toordinal(), row.pk))


def holds(status: SchoolStatus, day: dt.date) -> bool:
    """Whether the status holds on the day."""
    return status.valid_from <= day and (status.valid_to is None or status.valid_to >= day)


def find_schools(text: str, scope: Scope) -> OrganisationQuerySet:
    """Return the schools that a text means: an exact login, code or name first, else every word in the name."""
    schools = Organisation.objects.within(scope).schools().open().select_related("territory")
    wanted = text.strip()
    exact = schools.filter(
        Q(fis_oko_login=wanted.lower()) | Q(rcoi_code=wanted) | Q(short_name=wanted) | Q(name=wanted)
    )
    if not wanted or exact.exists():
        return exact if wanted else schools.none()
    found = schools
    for word in wanted.lower().split():
        found = found.filter(search_text__holds=word)
    return found
