"""Tables of networks."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn
from mayak.matching.selectors import load_limit_of
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.selectors import LOAD_LIMIT

TONES = {
    PartnershipState.PROPOSED: "info",
    PartnershipState.REFUSED: "bad",
    PartnershipState.CONSENTED: "info",
    PartnershipState.AGREED: "info",
    PartnershipState.ACTIVE: "good",
    PartnershipState.PAUSED: "warning",
    PartnershipState.ENDED: "neutral",
}


def state_tone(record: Partnership) -> str:
    """Return the tone of the state."""
    return TONES.get(PartnershipState(record.state), "neutral")


def is_overloaded(record: Any) -> bool:
    """Whether the lead school helps more schools than the limit of the pairing."""
    limit = load_limit_of(record.run) if record.run_id else LOAD_LIMIT
    return bool(not record.is_over and record.lead_load > limit)


def lead_line(record: Any) -> str:
    """Return the territory of the lead school; an overload is said here."""
    if is_overloaded(record):
        return _("%(territory)s · overload %(load)s : 1") % {
            "territory": record.lead.territory,
            "load": record.lead_load,
        }
    return str(record.lead.territory)


class PartnershipTable(MayakTable):
    """Partnerships of schools."""

    mentee = TwoLineColumn(
        verbose_name=gettext_lazy("School that gets help"),
        second=lambda record: record.mentee.territory,
        linkify=("networks:detail", {"pk": tables.A("pk")}),
        order_by=("mentee__sort_key",),
    )
    lead = TwoLineColumn(
        verbose_name=gettext_lazy("Lead school"), second=lead_line, order_by=("lead__sort_key",)
    )
    lead_load = NumberColumn(verbose_name=gettext_lazy("Schools of the lead"))
    school_year = tables.Column(
        verbose_name=gettext_lazy("School year"), order_by=("school_year__start_year",)
    )
    state = BadgeColumn(verbose_name=gettext_lazy("State"), tone=state_tone)
    basis = tables.Column(verbose_name=gettext_lazy("Basis"))

    class Meta(MayakTable.Meta):
        model = Partnership
        fields = ("mentee", "lead", "lead_load", "school_year", "state", "basis")
