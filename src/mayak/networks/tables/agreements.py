"""Tables of agreements."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, TwoLineColumn
from mayak.networks.enums.agreements import AgreementState
from mayak.networks.models import Agreement

TONES = {
    AgreementState.DRAFT: "neutral",
    AgreementState.IN_APPROVAL: "info",
    AgreementState.AGREED: "warning",
    AgreementState.SIGNED: "good",
    AgreementState.IN_FORCE: "good",
    AgreementState.AMENDED: "good",
    AgreementState.ENDED: "neutral",
}


def state_tone(record: Agreement) -> str:
    """Return the tone of the state."""
    return TONES[AgreementState(record.state)]


class AgreementTable(MayakTable):
    """Agreements with their parties."""

    title = TwoLineColumn(
        verbose_name=pgettext_lazy("paper", "Agreement"),
        second=lambda record: record.party_names,
        linkify=("networks:agreement", {"pk": tables.A("pk")}),
        order_by=("title",),
    )
    number = tables.Column(verbose_name=_("Number"))
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    ends_on = tables.DateColumn(verbose_name=_("Valid until"), format="d.m.Y")
    signed_on = tables.DateColumn(verbose_name=_("Signed on"), format="d.m.Y")
    state = BadgeColumn(verbose_name=_("State"), tone=state_tone)

    class Meta(MayakTable.Meta):
        model = Agreement
        fields = ("title", "number", "school_year", "ends_on", "signed_on", "state")
