"""Lists of what may lie in the archive, and the years of staffing that were entered by mistake."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mayak.kernel.models import AuditEntry
from mayak.registry.models import StaffingRecord
from tests.factories.registry import (
    AssociationFactory,
    LegalActFactory,
    PersonFactory,
    ProgrammeFactory,
    SchoolYearFactory,
    StaffingFactory,
    WorkingGroupFactory,
)
from tests.registry.conftest import World

pytestmark = pytest.mark.django_db

MAKERS: dict[str, Any] = {
    "people": lambda world: PersonFactory(territory=world.own),
    "associations": lambda world: AssociationFactory(organisation=world.school),
    "groups": lambda world: WorkingGroupFactory(organisation=world.school),
    "programmes": lambda world: ProgrammeFactory(territory=world.own),
    "acts": lambda world: LegalActFactory(territory=world.own),
}


@pytest.mark.parametrize("noun", list(MAKERS))
def test_the_archive_is_listed_only_where_it_is_asked_for(
    world: World, coordinator: Client, noun: str
) -> None:
    kept, archived = MAKERS[noun](world), MAKERS[noun](world)
    archived.archived_at = timezone.now()
    archived.save()

    def listed(**query: str) -> set[int]:
        text = coordinator.get(reverse(f"registry:{noun}-list"), query).content.decode()
        return {
            row.pk for row in (kept, archived) if reverse(f"registry:{noun}-detail", args=[row.pk]) in text
        }

    assert listed() == {kept.pk}
    assert listed(archive="archived") == {archived.pk}
    assert coordinator.get(reverse(f"registry:{noun}-list"), {"archive": "x"}).status_code == 400


def test_a_year_of_staffing_is_removed_by_a_button(world: World, coordinator: Client) -> None:
    row = StaffingFactory(organisation=world.school)
    page = coordinator.get(reverse("registry:staffing-detail", args=[row.pk])).content.decode()
    school = reverse("registry:organisations-detail", args=[world.school.pk])
    assert f'<a href="{school}">{world.school}</a>' in page
    address = reverse("registry:staffing-deed", args=[row.pk, "remove"])
    assert address in page
    assert coordinator.get(address).status_code == 302
    assert StaffingRecord.objects.count() == 1
    assert coordinator.post(address).url == reverse("registry:staffing-list")
    assert not StaffingRecord.objects.exists()
    assert AuditEntry.objects.filter(action="delete").count() == 1


def test_a_closed_year_of_staffing_stays(world: World, coordinator: Client) -> None:
    row = StaffingFactory(organisation=world.school, school_year=SchoolYearFactory(is_closed=True))
    address = reverse("registry:staffing-deed", args=[row.pk, "remove"])
    assert address not in coordinator.get(reverse("registry:staffing-detail", args=[row.pk])).content.decode()
    assert coordinator.post(address).status_code == 403
    assert StaffingRecord.objects.count() == 1
