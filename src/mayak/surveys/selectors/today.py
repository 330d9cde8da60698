"""What the first screen and the navigation say of surveys."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.models import User
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.today import TodayTask
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Campaign
from mayak.surveys.permissions.campaigns import may_hold_campaigns
from mayak.surveys.selectors.participation import invitations_of

SHOWN = 5


def step_state(request: HttpRequest) -> StepState | None:
    """How many rounds run, one query."""
    scope = request_scope(request)
    if not may_hold_campaigns(scope):
        return None
    running = Campaign.objects.within(scope).filter(state=CampaignState.RUNNING).count()
    if not running:
        return None
    return StepState(ngettext("%(count)s runs", "%(count)s run", running) % {"count": running}, "good")


def tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the surveys that the user is asked to answer, one query."""
    if not isinstance(request.user, User):
        return
    open_ones = invitations_of(request.user).filter(
        answered=False,
        audience__campaign__state=CampaignState.RUNNING,
        audience__campaign__opens_on__lte=timezone.localdate(),
    )
    for invitation in open_ones[:SHOWN]:
        campaign = invitation.audience.campaign
        yield TodayTask(
            _("Answer the survey «%(title)s»") % {"title": campaign.title},
            _("Until %(day)s. %(mode)s.")
            % {"day": date_format(campaign.closes_on), "mode": campaign.get_mode_display().capitalize()},
            reverse("surveys:mine-answer", args=[invitation.pk]),
            tone="warning",
            order=34,
        )
