"""Automatic check of surveys (domain.md A5): CH-21, participation."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Audience, Campaign
from mayak.surveys.selectors.campaigns import audiences_of
from mayak.surveys.selectors.participation import Participation, participation_by_audience
from mayak.surveys.selectors.rules import rule_value

LOOKED_AT = dt.timedelta(days=365)
"""Rounds that were closed longer ago are history."""


@register(
    "CH-21",
    title=gettext_lazy("Too few have answered a survey"),
    source=gettext_lazy("Mentoring programme of Sechenovo school"),
)
def participation(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the audiences of present rounds in which fewer people than the rule wants have answered."""
    least, from_day = rule_value("least-participation", 50), rule_value("participation-from-day", 7)
    today = timezone.localdate()
    rows = Campaign.objects.within(scope).filter(
        Q(state=CampaignState.RUNNING, opens_on__lte=today - dt.timedelta(days=int(from_day)))
        | Q(state=CampaignState.CLOSED, closes_on__gte=today - LOOKED_AT)
    )
    for campaign in rows.select_related("owner__territory").order_by("pk"):
        audiences = audiences_of(campaign)
        counts = participation_by_audience(audiences)
        for audience in audiences:
            count = counts[audience.pk]
            if count.share is not None and count.share * 100 < least:
                yield _draft(campaign, audience, count, least)


def _draft(campaign: Campaign, audience: Audience, count: Participation, least: float) -> FindingDraft:
    reason = _(
        "%(answered)s of %(invited)s have answered: %(share)s percent, the rule wants at least %(least)s."
    ) % {
        "answered": count.answered,
        "invited": count.invited,
        "share": int((count.share or 0) * 100),
        "least": f"{least:g}",
    }
    is_running = campaign.state == CampaignState.RUNNING
    return FindingDraft(
        object_key=f"audience:{audience.pk}",
        place=f"{campaign}: {audience}",
        reason=reason,
        way_out=_("Send a reminder to those who have not answered.")
        if is_running
        else _("Open the survey again with a reason, or say beside the results how few have answered."),
        link=reverse("surveys:campaign", args=[campaign.pk]),
        territory_path=campaign.owner.territory.path or "",
        organisation_id=campaign.owner_id,
        group_key="CH-21",
    )
