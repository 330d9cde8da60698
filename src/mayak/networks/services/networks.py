"""A network from its beginning to its end."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk, snapshot
from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import NETWORK_TRANSITIONS, MemberRole, NetworkState
from mayak.networks.models import Network, NetworkMember, Partnership
from mayak.networks.services.network_guard import check_year_open, hold_network, log_network


@transaction.atomic
def create_network(*, actor: Actor, take_members: bool = False, **values: Any) -> Network:
    """Begin a network as a draft.

    Args:
        actor: who.
        take_members: take the schools of this year's partnerships of the territory as members.
        values: programme, school_year, territory, name, and perhaps goal, basis, parent.

    Raises:
        ValidationError: the name is taken, the year is closed, or the parent is not a mixed network of the same
            programme and year.
    """
    network = Network(**values)
    check_year_open(network.school_year)
    if network.parent is not None:
        _check_parent(network, network.parent)
    network.full_clean()
    network.save()
    log_network(network, network, actor=actor, action="create", before={})
    if take_members:
        take_members_from_partnerships(network, actor=actor)
    return network


def _check_parent(network: Network, parent: Network) -> None:
    if parent.model != NetworkModel.MIXED or parent.parent_id is not None:
        raise ValidationError(_("Only a mixed network has parts."))
    if parent.state == NetworkState.CLOSED:
        raise ValidationError(_("The network is closed: nothing of it is changed any more."), code="closed")
    if (network.programme_id, network.school_year_id) != (parent.programme_id, parent.school_year_id):
        raise ValidationError(_("A part belongs to the programme and the school year of its network."))


@transaction.atomic
def update_network(network: Network, *, actor: Actor, **values: Any) -> Network:
    """Change name, goal or basis.

    Raises:
        ValidationError: the name is taken, the network or its year is closed.
    """
    held = hold_network(network)
    before = snapshot(held)
    for name, value in values.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(values))
    log_network(held, held, actor=actor, action="update", before=before)
    return held


@transaction.atomic
def take_members_from_partnerships(network: Network, *, actor: Actor) -> int:
    """Make members of the schools of this year's partnerships of the territory; return how many were new.

    Partnerships whose mentee lies in the territory count; those that belong to another network are left out, those
    that belong to none are put into this one. Calling it twice adds nothing.

    Raises:
        ValidationError: the network or its year is closed.
    """
    held = hold_network(network)
    pairs = (
        Partnership.objects.current()
        .filter(school_year=held.school_year, mentee__territory__path__under=held.territory.path or "")
        .exclude(network__isnull=False, network__in=Network.objects.exclude(pk=held.pk).order_by())
        .order_by("pk")
    )
    present = set(held.members.filter(left_on=None).values_list("organisation_id", "role"))
    wanted: dict[tuple[int, str], None] = {}
    rows = list(pairs)
    for pair in rows:
        wanted[pair.lead_id, MemberRole.LEAD.value] = None
        wanted[pair.mentee_id, MemberRole.MENTEE.value] = None
    made = NetworkMember.objects.bulk_create(
        [
            NetworkMember(network=held, organisation_id=school, role=role, joined_on=timezone.localdate())
            for school, role in wanted
            if (school, role) not in present
        ]
    )
    Partnership.objects.filter(pk__in=[row.pk for row in rows]).update(network=held)
    record_bulk(
        NetworkMember,
        actor=actor,
        action="create",
        row_count=len(made),
        row_first=made[0].pk if made else None,
        row_last=made[-1].pk if made else None,
        territory_path=held.territory.path or "",
        cause=held,
        changes={"partnerships": len(rows)},
    )
    return len(made)


@transaction.atomic
def activate_network(network: Network, *, actor: Actor) -> Network:
    """Say that the network works.

    Raises:
        ValidationError: it does not stand in draft, has no model, no members, or a mixed one has no parts.
    """
    held = hold_network(network)
    if NetworkState.ACTIVE not in NETWORK_TRANSITIONS[held.state]:
        raise ValidationError(_("The network works already."))
    if not held.model:
        raise ValidationError(_("First choose the model of the network; the guide helps."))
    if held.model == NetworkModel.MIXED and not held.parts.exists():
        raise ValidationError(_("A mixed network needs parts: add them first."))
    if held.model != NetworkModel.MIXED and not held.members.filter(left_on=None).exists():
        raise ValidationError(_("The network has no members yet: name them first."))
    return _move(held, NetworkState.ACTIVE, actor=actor, action="activate")


@transaction.atomic
def close_network(
    network: Network, *, actor: Actor, close_reason: str, closed_on: dt.date | None = None, remains: str = ""
) -> Network:
    """Close a network; it stays in the history with the reason and what remains.

    Raises:
        ValidationError: it is closed already, its parts still work, or no reason is given.
    """
    held = hold_network(network)
    if not close_reason.strip():
        raise ValidationError({"close_reason": _("Say why the network is closed.")})
    if held.parts.exclude(state=NetworkState.CLOSED).exists():
        raise ValidationError(_("Its parts are not closed yet: close them first."))
    held.closed_on = closed_on or timezone.localdate()
    held.close_reason, held.remains = close_reason.strip(), remains.strip()
    return _move(
        held, NetworkState.CLOSED, "closed_on", "close_reason", "remains", actor=actor, action="close"
    )


def _move(held: Network, state: NetworkState, *fields: str, actor: Actor, action: str) -> Network:
    before = held.state
    held.state = state
    held.save(update_fields=["state", *fields])
    changes = {"state": [before, state.value]}
    if held.close_reason:
        changes["close_reason"] = ["", held.close_reason]
    log_network(held, held, actor=actor, action=action, changes=changes)
    return held
