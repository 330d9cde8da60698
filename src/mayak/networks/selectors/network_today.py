"""What the first screen says of networks to those who keep them."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayFigure, TodayTask
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network
from mayak.networks.permissions.networks import can_edit_network, may_keep_networks
from mayak.networks.selectors.network_documents import checklists
from mayak.registry.selectors.school_years import current_start_year

_SHOWN = 3
_READ = 50
"""Networks whose documents are looked at for the first screen; the list of networks has all."""


def network_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what this year's networks lack: a model, documents; five queries at most."""
    scope = request_scope(request)
    if not may_keep_networks(scope):
        return
    rows = (
        Network.objects.within(scope)
        .filter(school_year__start_year=current_start_year())
        .exclude(state=NetworkState.CLOSED)
        .select_related("school_year", "territory")
        .order_by("pk")[:_READ]
    )
    own = [row for row in rows if can_edit_network(scope, row)]
    for row in [one for one in own if not one.model][:_SHOWN]:
        yield TodayTask(
            _("Choose the model of the network"),
            _("%(network)s: ten plain questions propose a model with reasons.") % {"network": row.name},
            reverse("networks:network-guide", args=[row.pk]),
            order=46,
        )
    with_model = [one for one in own if one.model]
    lists = checklists(with_model) if with_model else {}
    for row in [one for one in with_model if lists[one.pk].lacking][:_SHOWN]:
        found = lists[row.pk]
        yield TodayTask(
            _("Put the documents of the network in order"),
            _("%(network)s: signed %(done)s of %(total)s required documents.")
            % {"network": row.name, "done": found.done, "total": len(found.required)},
            reverse("networks:network", args=[row.pk]),
            done=found.done,
            total=len(found.required),
            order=47,
        )


def network_figures(request: HttpRequest) -> Iterator[TodayFigure]:
    """Yield the number of this year's networks; one query."""
    count = (
        Network.objects.within(request_scope(request))
        .filter(school_year__start_year=current_start_year())
        .exclude(state=NetworkState.CLOSED)
        .count()
    )
    if count:
        label = ngettext("network of programmes this year", "networks of programmes this year", count)
        yield TodayFigure(count, label, url=reverse("networks:networks"), order=49)
