"""Territories: the path, the levels, moving, closing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.models import AuditEntry
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory
from mayak.registry.services.territories import (
    close_territory,
    create_territory,
    reopen_territory,
    update_territory,
)
from tests.factories.registry import MunicipalityFactory, OrganisationFactory, RegionFactory
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def test_the_path_is_the_chain_of_keys_from_the_root() -> None:
    country = create_territory(actor=ACTOR, name="Россия", kind=TerritoryKind.COUNTRY)
    region = create_territory(actor=ACTOR, name="Тверская область", kind=TerritoryKind.REGION, parent=country)
    assert region.path == f"/{country.pk}/{region.pk}/"
    assert list(Territory.objects.filter(path__under=country.path).order_by("path")) == [country, region]


def test_creating_is_written_to_the_audit_log() -> None:
    country = create_territory(actor=ACTOR, name="Россия", kind=TerritoryKind.COUNTRY)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.who, entry.action) == (7, "coordinator@example.org", "create")
    assert (entry.object_type, entry.object_id, entry.what) == (
        "registry.territory",
        str(country.pk),
        "Россия",
    )
    assert entry.changes == {"name": [None, "Россия"], "kind": [None, "country"]}
    assert entry.territory_path == country.path


def test_a_name_is_unique_inside_its_parent(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        create_territory(
            actor=ACTOR, name="Тосненский район", kind=TerritoryKind.MUNICIPALITY, parent=world.region
        )
    assert refused.value.messages == ["Территория с таким названием здесь уже есть."]


def test_a_region_cannot_lie_in_a_municipality(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        create_territory(actor=ACTOR, name="Область", kind=TerritoryKind.REGION, parent=world.own)
    assert refused.value.message_dict == {"parent": ["Территория входит в территорию более высокого уровня."]}


def test_moving_rewrites_the_paths_of_the_whole_subtree_and_of_the_audit_log(world: World) -> None:
    target = RegionFactory(name="Новая область")
    update_territory(world.own, actor=ACTOR, name="Тосненский округ")
    update_territory(world.own, actor=ACTOR, parent=target)
    world.own.refresh_from_db()
    assert world.own.path == f"{target.path}{world.own.pk}/"
    assert set(AuditEntry.objects.values_list("territory_path", flat=True)) == {world.own.path}


def test_a_territory_cannot_be_moved_into_itself(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        update_territory(world.region, actor=ACTOR, parent=world.own)
    assert refused.value.message_dict == {"parent": ["Территория не может входить сама в себя."]}


def test_a_territory_with_open_schools_cannot_be_closed(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        close_territory(world.other, actor=ACTOR, closed_on=dt.date(2024, 1, 1))
    assert refused.value.messages == ["На территории есть действующие организации: 1. Сначала перенесите их."]


def test_closing_and_reopening() -> None:
    municipality = MunicipalityFactory()
    close_territory(municipality, actor=ACTOR, closed_on=dt.date(2024, 1, 1))
    assert Territory.objects.get(pk=municipality.pk).closed_on == dt.date(2024, 1, 1)
    reopen_territory(municipality, actor=ACTOR)
    assert Territory.objects.get(pk=municipality.pk).closed_on is None
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["reopen", "close"]


def test_an_organisation_of_a_moved_territory_is_found_under_the_new_region(world: World) -> None:
    target = RegionFactory()
    school = OrganisationFactory(territory=world.own)
    update_territory(world.own, actor=ACTOR, parent=target)
    found = type(school).objects.filter(territory__path__under=target.path)
    assert school in found
