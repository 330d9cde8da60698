"""Two neighbouring municipalities, who works in them, and clients that are signed in."""

from dataclasses import dataclass

import pytest
from django.test import Client

from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation, Territory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, OrganisationFactory, RegionFactory

ACTOR = Actor(user_id=7, label="coordinator@example.org", address="127.0.0.1")


@dataclass(frozen=True)
class World:
    """A region with two municipalities; «own» is the coordinator's, «other» the neighbour's."""

    region: Territory
    own: Territory
    other: Territory
    authority: Organisation
    school: Organisation
    foreign: Organisation

    @property
    def scope(self) -> Scope:
        """What the coordinator of «own» sees and may do."""
        return Scope(territory_paths=(self.own.path or "",), rights=frozenset({"registry.edit"}))


@pytest.fixture
def world(db: None) -> World:
    region = RegionFactory(name="Ленинградская область")
    own = MunicipalityFactory(name="Тосненский район", parent=region, code="41648")
    other = MunicipalityFactory(name="Кировский район", parent=region, code="41625")
    return World(
        region=region,
        own=own,
        other=other,
        authority=AuthorityFactory(territory=own, short_name="Комитет образования"),
        school=OrganisationFactory(territory=own, short_name="МБОУ СОШ № 1", fis_oko_login="edu203389"),
        foreign=OrganisationFactory(territory=other, short_name="МКОУ СОШ № 9", fis_oko_login="edu209999"),
    )


def client_of(organisation: Organisation, role: str) -> Client:
    """A client signed in with the role for the organisation."""
    user = User.objects.create_user(f"{role}-{organisation.pk}@example.org", "password-of-tests")
    RoleAssignment.objects.create(user=user, role=role, organisation=organisation)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def coordinator(world: World) -> Client:
    """The municipal coordinator of «own»."""
    return client_of(world.authority, "municipal_coordinator")


@pytest.fixture
def school_user(world: World) -> Client:
    """A school coordinator, who may only read."""
    return client_of(world.school, "school_coordinator")


@pytest.fixture
def regional(world: World) -> Client:
    """The regional coordinator."""
    authority = AuthorityFactory(
        territory=world.region, kind="regional_authority", short_name="Комитет области"
    )
    return client_of(authority, "regional_coordinator")
