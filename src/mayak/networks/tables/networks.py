"""Tables of networks."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network

NETWORK_TONES = {
    NetworkState.DRAFT: "neutral",
    NetworkState.ACTIVE: "good",
    NetworkState.CLOSED: "info",
}


def network_tone(record: Network) -> str:
    """Return the tone of the state."""
    return NETWORK_TONES[NetworkState(record.state)]


class NetworkTable(MayakTable):
    """Networks of programmes."""

    name = TwoLineColumn(
        verbose_name=_("Network"),
        second=lambda record: record.programme,
        linkify=("networks:network", {"pk": tables.A("pk")}),
    )
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    territory = tables.Column(verbose_name=_("Territory"), order_by=("territory__sort_key",))
    model = tables.Column(verbose_name=_("Model"), accessor="get_model_display", order_by=("model",))
    parent = tables.Column(verbose_name=_("Part of the network"), accessor="parent__name")
    member_count = NumberColumn(verbose_name=_("Members"))
    state = BadgeColumn(
        verbose_name=_("State"), accessor="get_state_display", order_by=("state",), tone=network_tone
    )

    class Meta(MayakTable.Meta):
        model = Network
        fields = ("name", "school_year", "territory", "model", "parent", "member_count", "state")
