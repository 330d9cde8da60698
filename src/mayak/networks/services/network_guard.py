"""What every change of a network checks and records."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network
from mayak.registry.models import SchoolYear


def check_year_open(school_year: SchoolYear) -> None:
    """Refuse a change in a closed school year.

    Raises:
        ValidationError: the school year is closed.
    """
    if school_year.is_closed:
        raise ValidationError(
            _("The school year %(year)s is closed for changes.") % {"year": school_year}, code="closed_year"
        )


def hold_network(network: Network, *, even_closed: bool = False) -> Network:
    """Return the network, locked until the end of the transaction.

    Raises:
        ValidationError: the network or its school year is closed.
    """
    held = (
        Network.objects.select_for_update(of=("self",))
        .select_related("territory", "school_year", "programme")
        .get(pk=network.pk)
    )
    check_year_open(held.school_year)
    if held.state == NetworkState.CLOSED and not even_closed:
        raise ValidationError(_("The network is closed: nothing of it is changed any more."), code="closed")
    return held


def log_network(
    instance: models.Model,
    network: Network,
    *,
    actor: Actor,
    action: str,
    before: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    organisation_id: int | None = None,
) -> None:
    """Write what was done to something of a network; it is seen by whoever reads the log of its territory."""
    record(
        instance,
        actor=actor,
        action=action,
        before=before,
        changes=changes,
        territory_path=network.territory.path or "",
        organisation_id=organisation_id,
    )
