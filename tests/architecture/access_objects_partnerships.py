"""What the addresses of a partnership's life lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.networks.enums import PartnershipState, Side
from tests.architecture.access_objects import Side as PlaceSide
from tests.architecture.access_objects import World, provides
from tests.factories.matching import PartnershipFactory, school_year
from tests.factories.registry import SchoolFactory


def _partnership(world: World, side: PlaceSide, state: PartnershipState) -> dict[str, Any]:
    place = world.place(side)
    lead = SchoolFactory.create(territory=place.municipality)
    row = PartnershipFactory.create(mentee=place.school, lead=lead, school_year=school_year(), state=state)
    return {"pk": row.pk}


@provides("networks:answer")
def proposal(world: World, side: PlaceSide, _visitor: User | None) -> dict[str, Any]:
    """Return a proposal to the side's school."""
    return {**_partnership(world, side, PartnershipState.PROPOSED), "side": Side.MENTEE.value}


@provides("networks:begin")
def consented(world: World, side: PlaceSide, _visitor: User | None) -> dict[str, Any]:
    """Return a partnership to which both schools have consented."""
    return _partnership(world, side, PartnershipState.CONSENTED)


@provides("networks:pause", "networks:terms")
def active(world: World, side: PlaceSide, _visitor: User | None) -> dict[str, Any]:
    """Return a partnership at work."""
    return _partnership(world, side, PartnershipState.ACTIVE)


@provides("networks:resume")
def paused(world: World, side: PlaceSide, _visitor: User | None) -> dict[str, Any]:
    """Return a paused partnership."""
    return _partnership(world, side, PartnershipState.PAUSED)


@provides("networks:propose")
def refused(world: World, side: PlaceSide, _visitor: User | None) -> dict[str, Any]:
    """Return a refused proposal."""
    return _partnership(world, side, PartnershipState.REFUSED)
