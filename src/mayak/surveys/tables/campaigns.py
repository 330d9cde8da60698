"""Table of rounds."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Campaign

TONES = {
    CampaignState.DRAFT: "neutral",
    CampaignState.STARTING: "info",
    CampaignState.RUNNING: "good",
    CampaignState.CLOSED: "neutral",
}


def state_tone(record: Campaign) -> str:
    """Return the tone of the state."""
    return TONES.get(CampaignState(record.state), "neutral")


class CampaignTable(MayakTable):
    """Rounds of surveys."""

    title = TwoLineColumn(
        verbose_name=_("Survey"),
        second=lambda record: record.owner,
        linkify=("surveys:campaign", {"pk": tables.A("pk")}),
    )
    state = BadgeColumn(verbose_name=_("State"), tone=state_tone)
    mode = tables.Column(verbose_name=_("Mode"))
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    closes_on = tables.Column(verbose_name=_("Until"))
    invited_count = NumberColumn(verbose_name=_("People asked"))
    answered_count = NumberColumn(verbose_name=_("Have answered"))

    class Meta(MayakTable.Meta):
        model = Campaign
        fields = ("title", "state", "mode", "school_year", "closes_on", "invited_count", "answered_count")
