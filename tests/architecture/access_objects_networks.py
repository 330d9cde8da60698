"""What the addresses of networks and their rules lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.matching.enums import NetworkModel
from mayak.networks.models import Network, NetworkModelCard
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.matching import school_year
from tests.factories.networks import CentreFactory, MemberFactory, NetworkFactory, requirement, rules


def network(world: World, side: Side, model: str = NetworkModel.CONCENTRATED_BOTH) -> Network:
    """Return a network of the side's municipality with its school as a member."""
    place = world.place(side)
    rules()
    made: Network = NetworkFactory.create(
        territory=place.municipality, school_year=school_year(), model=model
    )
    MemberFactory.create(network=made, organisation=place.school)
    return made


@provides(
    "networks:network",
    "networks:network-edit",
    "networks:network-picture",
    "networks:network-activate",
    "networks:network-close",
    "networks:network-guide",
    "networks:network-choose",
    "networks:network-take-members",
    "networks:network-member-add",
    "networks:network-centre-add",
    "networks:network-check",
)
def of_network(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a network of the side."""
    return {"pk": network(world, side).pk}


@provides("networks:network-part")
def of_mixed_network(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a mixed network of the side."""
    return {"pk": network(world, side, NetworkModel.MIXED).pk}


@provides("networks:network-member", "networks:network-leave")
def of_member(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the school of the side in its network."""
    made = network(world, side)
    return {"pk": made.pk, "member_pk": made.members.get().pk}


@provides("networks:network-centre", "networks:network-centre-drop")
def of_centre(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the centre of a network of the side."""
    made = network(world, side)
    return {"pk": made.pk, "centre_pk": CentreFactory.create(network=made).pk}


@provides("networks:network-direction")
def of_direction(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a direction of a network of the side."""
    return {"pk": network(world, side).pk, "kind": "remote"}


@provides("networks:network-document")
def of_document(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a document that a network of the side needs."""
    made = network(world, side)
    return {"pk": made.pk, "requirement_pk": requirement(made, "network-rules").pk}


@provides("networks:network-member-document")
def of_member_document(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a document that the school of the side needs."""
    made = network(world, side)
    rule = requirement(made, "member-contract")
    return {"pk": made.pk, "requirement_pk": rule.pk, "member_pk": made.members.get().pk}


@shared("networks:network-rule-add")
def of_rules(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a kind of rules: they belong to no place."""
    return {"kind": "model"}


@shared("networks:network-rule")
def of_rule(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a card of a model: it belongs to no place."""
    rules()
    card = NetworkModelCard.objects.order_by("pk").first()
    return {"kind": "model", "pk": card.pk if card else 0}
