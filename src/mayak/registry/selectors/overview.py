"""The first page of the registry: counts, the map, what is missing."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Avg, Count, Q

from mayak.kernel.access import Scope
from mayak.registry.enums import SCHOOL_KINDS, OrganisationKind
from mayak.registry.models import (
    LegalAct,
    Organisation,
    Person,
    Programme,
    StaffingRecord,
    SubjectAssociation,
    Territory,
    WorkingGroup,
)
from mayak.registry.selectors.school_years import current_start_year

MAP_POINTS: Final = 600
"""More schools than this are shown as one point for each territory."""


@dataclass(frozen=True, slots=True)
class RegistryOverview:
    """Counts of open rows of the scope."""

    territories: int
    schools: int
    branches: int
    services: int
    people: int
    associations: int
    groups: int
    programmes: int
    acts: int
    without_coordinates: int
    without_login: int
    without_staffing: int
    start_year: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no school yet."""
        return self.schools + self.branches == 0


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the map: a school, or a territory with the number of its schools."""

    label: str
    latitude: float
    longitude: float
    kind: str
    count: int = 1


def registry_overview(scope: Scope) -> RegistryOverview:
    """Return the counts; a fixed number of queries."""
    start_year = current_start_year()
    schools = Q(kind__in=SCHOOL_KINDS)
    counts: dict[str, Any] = (
        Organisation.objects.within(scope)
        .open()
        .aggregate(
            schools=Count("pk", filter=Q(kind=OrganisationKind.SCHOOL)),
            branches=Count("pk", filter=Q(kind=OrganisationKind.BRANCH)),
            services=Count("pk", filter=~schools),
            without_coordinates=Count("pk", filter=schools & Q(latitude__isnull=True)),
            without_login=Count("pk", filter=schools & Q(fis_oko_login="")),
        )
    )
    staffed = StaffingRecord.objects.within(scope).filter(
        school_year__start_year=start_year, organisation__closed_on__isnull=True
    )
    return RegistryOverview(
        territories=Territory.objects.within(scope).filter(closed_on__isnull=True).count(),
        people=Person.objects.within(scope).kept().count(),
        associations=SubjectAssociation.objects.within(scope).kept().count(),
        groups=WorkingGroup.objects.within(scope).kept().filter(dissolved_on__isnull=True).count(),
        programmes=Programme.objects.within(scope).kept().count(),
        acts=LegalAct.objects.within(scope).kept().count(),
        without_staffing=max(0, counts["schools"] + counts["branches"] - staffed.count()),
        start_year=start_year,
        **counts,
    )


def map_places(scope: Scope) -> list[Place]:
    """Return the open schools with coordinates, or their territories where the schools are too many for a picture."""
    schools = Organisation.objects.within(scope).open().schools().filter(latitude__isnull=False)
    found = [
        Place(name, float(latitude or 0), float(longitude or 0), kind)
        for name, latitude, longitude, kind in schools.values_list(
            "short_name", "latitude", "longitude", "kind"
        )[: MAP_POINTS + 1]
    ]
    if len(found) <= MAP_POINTS:
        return found
    grouped = (
        schools.order_by()
        .values("territory__name")
        .annotate(lat=Avg("latitude"), lon=Avg("longitude"), count=Count("pk"))
        .order_by("-count")[:MAP_POINTS]
    )
    return [
        Place(str(row["territory__name"]), float(row["lat"]), float(row["lon"]), "territory", row["count"])
        for row in grouped
    ]
