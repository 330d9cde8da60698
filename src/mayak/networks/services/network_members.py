"""Who takes part in a network: joining, changes, leaving with a reason."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.matching.enums import NetworkModel
from mayak.networks.models import Network, NetworkMember
from mayak.networks.services.network_guard import hold_network, log_network
from mayak.registry.models import Organisation


@transaction.atomic
def add_member(
    network: Network, organisation: Organisation, *, actor: Actor, role: str, **values: Any
) -> NetworkMember:
    """Take an organisation into a network; it may be in several networks, and in one network in several roles.

    Raises:
        ValidationError: it has this role already, the network is mixed (its parts have members), or it is closed.
    """
    held = hold_network(network)
    if held.model == NetworkModel.MIXED and held.parts.exists():
        raise ValidationError(_("A mixed network has its members in its parts: add the member to a part."))
    member = NetworkMember(network=held, organisation=organisation, role=role, **values)
    member.full_clean()
    member.save()
    log_network(member, held, actor=actor, action="create", before={}, organisation_id=organisation.pk)
    return member


@transaction.atomic
def update_member(member: NetworkMember, *, actor: Actor, **values: Any) -> NetworkMember:
    """Change role, place in the chain, task or the day of joining.

    Raises:
        ValidationError: the member has left, or the network is closed.
    """
    network = hold_network(member.network)
    held = NetworkMember.objects.select_for_update().get(pk=member.pk)
    if held.left_on is not None:
        raise ValidationError(_("This member has left the network already."))
    before = snapshot(held)
    for name, value in values.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(values))
    log_network(
        held, network, actor=actor, action="update", before=before, organisation_id=held.organisation_id
    )
    return held


@transaction.atomic
def leave_network(
    member: NetworkMember, *, actor: Actor, left_on: dt.date, leave_reason: str, remains: str = ""
) -> NetworkMember:
    """Let a member leave with a reason and what remains; also of a closed network, while its year is open.

    Raises:
        ValidationError: it has left already, no reason is given, or it would leave before it joined.
    """
    network = hold_network(member.network, even_closed=True)
    held = NetworkMember.objects.select_for_update().get(pk=member.pk)
    if held.left_on is not None:
        raise ValidationError(_("This member has left the network already."))
    if not leave_reason.strip():
        raise ValidationError({"leave_reason": _("Say why the member leaves the network.")})
    if held.joined_on is not None and left_on < held.joined_on:
        raise ValidationError({"left_on": _("The member cannot leave before it joined.")})
    before = snapshot(held)
    held.left_on, held.leave_reason, held.remains = left_on, leave_reason.strip(), remains.strip()
    held.save(update_fields=["left_on", "leave_reason", "remains"])
    log_network(
        held, network, actor=actor, action="leave", before=before, organisation_id=held.organisation_id
    )
    return held
