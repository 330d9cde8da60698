"""Submitting a questionnaire: this request comes two hundred times a second, so few queries and no audit.

The row of the answer is the record. An anonymous one writes who has answered and, into the pool, what; nothing else:
no entry of the audit log, no line of the server's log, no message that could tie both.
"""

import hashlib
from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.surveys.algorithms.mixing import Sheet
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import (
    Answer,
    Audience,
    Campaign,
    LinkReceipt,
    NamedResponse,
    OpenLink,
    SurveyInvitation,
)
from mayak.surveys.services.mixing import drop_into_pool
from mayak.surveys.signals import response_submitted


class Outcome(Enum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    ALREADY = "already"
    CHANGED = "changed"


def submit_answers(invitation: SurveyInvitation, answers: Mapping[str, Any], *, actor: Actor) -> Outcome:
    """Take the answers, cleaned already, of somebody who was invited. Sending twice does no harm.

    Raises:
        ValidationError: the round is not running.
    """
    if invitation.audience.is_anonymous:
        return _submit_anonymous(invitation, answers)
    return _submit_named(invitation, answers, actor=actor)


@transaction.atomic
def submit_by_link(link: OpenLink, answers: Mapping[str, Any], *, page_number: str) -> Outcome:
    """Take the answers, cleaned already, of somebody who came by an open link. The same page counts once.

    Raises:
        ValidationError: the round is not running, or the link is closed.
    """
    try:
        with transaction.atomic():
            LinkReceipt.objects.create(link=link, digest=digest_of(page_number))
    except IntegrityError:
        return Outcome.ALREADY
    if not OpenLink.objects.filter(pk=link.pk, is_closed=False).update(answered=F("answered") + 1):
        raise ValidationError(_("This link is closed."))
    drop_into_pool(link.audience, Sheet(answers, link.organisation_id, link.groups))
    _must_run(link.audience)
    return Outcome.ACCEPTED


@transaction.atomic
def save_draft(invitation: SurveyInvitation, answers: Mapping[str, Any]) -> None:
    """Keep what was answered so far, in a named round only: drafts of anonymous answers stay in the browser.

    What was sent in stays: a draft that was on its way at the same time does not overwrite it.

    Raises:
        ValidationError: the round is anonymous or not running.
    """
    if invitation.audience.is_anonymous:
        raise ValidationError(_("Drafts of anonymous answers are not kept on the server."))
    _must_run(invitation.audience)
    response, is_new = NamedResponse.objects.select_for_update().get_or_create(
        invitation=invitation, defaults={"answers": dict(answers)}
    )
    if not is_new and not response.is_submitted:
        response.answers = dict(answers)
        response.save(update_fields=["answers", "saved_at"])


@transaction.atomic
def _submit_anonymous(invitation: SurveyInvitation, answers: Mapping[str, Any]) -> Outcome:
    mine = SurveyInvitation.objects.filter(pk=invitation.pk, answered=False)
    if not mine.update(answered=True):
        return Outcome.ALREADY
    audience = invitation.audience
    drop_into_pool(audience, Sheet(answers, invitation.organisation_id, invitation.groups))
    _must_run(audience)
    return Outcome.ACCEPTED


@transaction.atomic
def _submit_named(invitation: SurveyInvitation, answers: Mapping[str, Any], *, actor: Actor) -> Outcome:
    _must_run(invitation.audience)
    response, is_new = NamedResponse.objects.select_for_update().get_or_create(
        invitation=invitation, defaults={"answers": dict(answers), "is_submitted": True}
    )
    was_submitted, same = response.is_submitted and not is_new, response.answers == answers
    if was_submitted and same:
        return Outcome.ALREADY
    if not is_new:
        response.answers, response.is_submitted = dict(answers), True
        response.save(update_fields=["answers", "is_submitted", "saved_at"])
    if was_submitted:
        Answer.objects.filter(response=response).update(answers=dict(answers))
    else:
        SurveyInvitation.objects.filter(pk=invitation.pk).update(answered=True)
        Answer.objects.create(
            audience_id=invitation.audience_id,
            organisation_id=invitation.organisation_id,
            groups=invitation.groups,
            answers=dict(answers),
            response=response,
        )
    response.invitation = invitation
    response_submitted.send(sender=NamedResponse, response=response, actor=actor)
    return Outcome.CHANGED if was_submitted else Outcome.ACCEPTED


def digest_of(secret: str) -> str:
    """Return under which hash a secret of a link or of a page is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _must_run(audience: Audience) -> None:
    """Refuse where the round is not running; asked after the pool is held, so that closing and sending do not cross."""
    if not Campaign.objects.filter(pk=audience.campaign_id, state=CampaignState.RUNNING).exists():
        raise ValidationError(_("The survey is over: answers are not taken any more."))
