"""Who visits and what they visit, for the table of addresses and roles.

Two regions: «own» is where every visitor works, «foreign» is the neighbour's. An address with arguments needs a
provider that makes its object on a side; add one with ``@provides`` beside the factories of your app.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.findings.models import Finding
from mayak.kernel.jobs.services import enqueue_job
from mayak.registry.enums import OrganisationKind
from mayak.registry.models import Organisation, Territory
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    RegionFactory,
    SchoolFactory,
    ServiceFactory,
)

Side: TypeAlias = Literal["own", "foreign"]
ROLES = ("anonymous", *Role.values)
SHORT = {
    "regional": Role.REGIONAL_COORDINATOR,
    "municipal": Role.MUNICIPAL_COORDINATOR,
    "school": Role.SCHOOL_COORDINATOR,
    "administrator": Role.SYSTEM_ADMINISTRATOR,
}


@dataclass
class Place:
    """A region with one municipality and one school."""

    region: Territory
    municipality: Territory
    school: Organisation


@dataclass
class World:
    """Both places and one visitor for each role."""

    own: Place
    foreign: Place
    visitors: dict[str, User | None] = field(default_factory=dict)

    def place(self, side: Side) -> Place:
        """Return the place of a side."""
        return self.own if side == "own" else self.foreign


Provider: TypeAlias = Callable[[World, Side, User | None], dict[str, Any]]
_providers: dict[str, Provider] = {}
SHARED: set[str] = set()


def provides(*names: str) -> Callable[[Provider], Provider]:
    """Register what makes the arguments of the addresses with these names."""

    def add(provider: Provider) -> Provider:
        _providers.update(dict.fromkeys(names, provider))
        return provider

    return add


def shared(*names: str) -> Callable[[Provider], Provider]:
    """Register what makes the arguments of addresses whose objects belong to no place: there is no neighbour's."""
    SHARED.update(names)
    return provides(*names)


def arguments_of(name: str, world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the arguments of an address that lead to an object of the side, and ``body``, the form it needs.

    Raises:
        LookupError: nobody provides them.
    """
    if name not in _providers:
        raise LookupError(f"no object for {name}: add a provider to tests/architecture/access_objects*.py")
    return _providers[name](world, side, visitor)


def make_world() -> World:
    """Create both places and the visitors."""
    world = World(own=_place(), foreign=_place())
    own = world.own
    authority = AuthorityFactory.create(
        territory=own.region, kind=OrganisationKind.EDUCATION_AUTHORITY_REGIONAL, short_name="Министерство"
    )
    municipal = AuthorityFactory.create(territory=own.municipality)
    service = ServiceFactory.create(territory=own.municipality)
    seats = {
        Role.REGIONAL_COORDINATOR: authority,
        Role.REGIONAL_ANALYST: authority,
        Role.SYSTEM_ADMINISTRATOR: authority,
        Role.MUNICIPAL_COORDINATOR: municipal,
        Role.EXTERNAL_EXPERT: municipal,
        Role.METHODIST: service,
        Role.DISTRICT_SUBJECT_LEAD: service,
        Role.PROGRAM_CURATOR: service,
        Role.COUNCIL_MEMBER: service,
    }
    world.visitors = {"anonymous": None}
    for role in Role:
        world.visitors[role.value] = _visitor(role.value, role, seats.get(role, own.school), own.school)
    world.visitors |= {short: world.visitors[role] for short, role in SHORT.items()}
    return world


def _place() -> Place:
    region = RegionFactory.create()
    municipality = MunicipalityFactory.create(parent=region)
    return Place(region, municipality, SchoolFactory.create(territory=municipality))


def _visitor(name: str, role: Role, organisation: Organisation, shared: Organisation) -> User:
    user = User.objects.create_user(f"{name}@example.org", "password")
    is_expert = role == Role.EXTERNAL_EXPERT
    until = timezone.localdate() + dt.timedelta(days=30) if is_expert else None
    held = RoleAssignment.objects.create(user=user, role=role, organisation=organisation, valid_to=until)
    if is_expert:
        held.shared.add(shared)
    return user


@provides("jobs:detail", "jobs:retry")
def job(_world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a job of the visitor, or one that the system asked for."""
    mine = side == "own" and visitor is not None
    actor = Actor(visitor.pk, visitor.email) if mine and visitor else SYSTEM
    return {"pk": enqueue_job("kernel.tidy", actor=actor).pk}


@provides("findings:detail", "findings:waive", "findings:reopen")
def finding(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a finding about the school of the side."""
    place = world.place(side)
    found = Finding.objects.create(
        check_id="CH-00",
        object_key=f"{side}:{Finding.objects.count()}",
        place=str(place.school),
        reason="-",
        seen_at=timezone.now(),
        territory_path=place.municipality.path or "",
        organisation_id=place.school.pk,
    )
    return {"pk": found.pk}


@provides("audit:detail")
def audit_entry(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an entry about the school of the side."""
    place = world.place(side)
    entry = AuditEntry.objects.create(
        actor_label="-",
        action="update",
        object_type="registry.organisation",
        territory_path=place.municipality.path or "",
        organisation_id=place.school.pk,
    )
    return {"pk": entry.pk}


@provides("audit:history")
def history(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the history of the school of the side."""
    return {"object_type": "registry.organisation", "object_id": world.place(side).school.pk}
