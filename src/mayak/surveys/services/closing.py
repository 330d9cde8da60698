"""Closing a round, by hand or by its last day, and opening it again with a reason."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.jobs.services import enqueue_job
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, AnswerPacket, Campaign, LinkReceipt
from mayak.surveys.selectors.campaigns import audiences_of
from mayak.surveys.services.campaigns import note
from mayak.surveys.services.mixing import make_pools, mix_answers, settle_answers
from mayak.surveys.services.sealing import SealBrokenError
from mayak.surveys.services.survey_letters import ask_to_send, queue_invitation_letters
from mayak.surveys.signals import campaign_closed

SETTLE_JOB = "surveys.settle"
log = logging.getLogger(__name__)


@transaction.atomic
def close_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Take no answers any more. A job then mixes all anonymous ones a last time (``settle_campaign``).

    Raises:
        ValidationError: it is not running.
    """
    held = _held(campaign)
    if held.state != CampaignState.RUNNING:
        raise ValidationError(_("Only a running round can be closed."))
    held.state, held.closed_at = CampaignState.CLOSED, timezone.now()
    held.save(update_fields=["state", "closed_at"])
    note(held, actor, "close", {"state": [CampaignState.RUNNING, CampaignState.CLOSED]})
    enqueue_job(
        SETTLE_JOB,
        actor=actor,
        title=_("Last mixing of the answers of «%(title)s»") % {"title": held.title},
        arguments={"campaign": held.pk},
        link=reverse("surveys:campaign", args=[held.pk]),
    )
    return held


@transaction.atomic
def settle_campaign(campaign: Campaign, *, actor: Actor = SYSTEM) -> dict[str, int]:
    """Make all anonymous answers of a closed round permanent; return how many there are and how many were deleted.

    Must begin after the closing is committed: an answer that is on its way then finds the round closed.
    """
    held = _held(campaign)
    if held.state != CampaignState.CLOSED:
        return {"answers": 0, "deleted": 0}
    deleted = 0
    for audience in audiences_of(held):
        if audience.is_anonymous:
            deleted += settle_answers(audience)
    LinkReceipt.objects.filter(link__audience__campaign=held).delete()
    campaign_closed.send(sender=Campaign, campaign=held, actor=actor)
    return {"answers": Answer.objects.filter(audience__campaign=held).count(), "deleted": deleted}


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, closes_on: dt.date, reason: str, actor: Actor) -> Campaign:
    """Take answers again until another day, for a reason that everybody who sees the round reads.

    Raises:
        ValidationError: it is not closed; its answers are still being mixed; no reason; the day is over.
    """
    held = _held(campaign)
    if held.state != CampaignState.CLOSED:
        raise ValidationError(_("Only a closed round can be opened again."))
    if is_settling(held):
        raise ValidationError(_("The answers are still being mixed: try again in a minute."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the round is opened again.")})
    if closes_on < timezone.localdate():
        raise ValidationError({"closes_on": _("The last day cannot lie in the past.")})
    before = held.closes_on
    held.state, held.closes_on, held.closed_at = CampaignState.RUNNING, closes_on, None
    held.reopened_reason = reason.strip()[:300]
    held.save(update_fields=["state", "closes_on", "closed_at", "reopened_reason"])
    for audience in audiences_of(held):
        if audience.is_anonymous:
            make_pools(audience)
    note(
        held, actor, "reopen",
        {"closes_on": [before.isoformat(), closes_on.isoformat()], "reopened_reason": [None, held.reopened_reason]},
    )  # fmt: skip
    return held


def is_settling(campaign: Campaign) -> bool:
    """Whether a closed round still has answers that wait for their last mixing."""
    return campaign.state == CampaignState.CLOSED and (
        campaign.audiences.filter(pools__isnull=False).exists()
        or AnswerPacket.objects.filter(audience__campaign=campaign).exists()
    )


def keep_campaigns(today: dt.date | None = None) -> dict[str, int]:
    """Do what the calendar asks: close what is over, send letters of what begins, mix what waits.

    A round whose answers cannot be opened (the secret key is another one) stands in the log and holds no other one up.
    """
    day = today or timezone.localdate()
    closed = letters = mixed = 0
    running = (
        Campaign.objects.filter(state=CampaignState.RUNNING).select_related("owner__territory").order_by("pk")
    )
    for campaign in running:
        if campaign.closes_on < day:
            close_campaign(campaign, actor=SYSTEM)
            closed += 1
            continue
        if campaign.opens_on <= day:
            letters += queue_invitation_letters(campaign)
            _resend(campaign)
            mixed += _mix(campaign)
    return {"closed": closed, "letters": letters, "mixed": mixed}


def _mix(campaign: Campaign) -> int:
    try:
        return sum(mix_answers(one) for one in audiences_of(campaign) if one.is_anonymous)
    except SealBrokenError:
        log.exception(
            "the waiting answers of round %s cannot be opened: look at MAYAK_OLD_SECRET_KEYS", campaign.pk
        )
        return 0


def _resend(campaign: Campaign) -> None:
    """Ask again for letters that a failed job left."""
    waiting = campaign.audiences.filter(
        invitations__letters__sent_at=None,
        invitations__letters__failed="",
        invitations__letters__isnull=False,
    )
    if waiting.exists():
        ask_to_send(campaign)


def _held(campaign: Campaign) -> Campaign:
    return (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("owner__territory")
        .get(pk=campaign.pk)
    )
