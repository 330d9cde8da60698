"""Letters of a round: an invitation with a personal link, and a reminder to those who have not answered."""

import base64
import datetime as dt
import smtplib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.bulk import bulk_insert, portions
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.jobs.registry import JobHandle
from mayak.kernel.jobs.services import enqueue_job
from mayak.surveys.enums import CampaignState, LetterKind
from mayak.surveys.models import Campaign, SurveyInvitation, SurveyInvitationQuerySet, SurveyLetter
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.selectors.questionnaires import minutes_shown
from mayak.surveys.services.campaigns import note
from mayak.surveys.services.submitting import digest_of

LETTERS_JOB = "surveys.letters"
PORTION = 5000
AT_ONCE = 50
"""Letters of one connection to the mail server."""


def secret_of(invitation: SurveyInvitation) -> str:
    """Return the secret of the personal link: derived of the secret key, so that the database alone opens none."""
    mac = salted_hmac("mayak.surveys.invitation", str(invitation.pk), algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def make_link(invitation: SurveyInvitation) -> str:
    """Return the path of the personal link and let it work from now on."""
    secret = secret_of(invitation)
    digest = digest_of(secret)
    if invitation.token_hash != digest:
        invitation.token_hash = digest
        SurveyInvitation.objects.filter(pk=invitation.pk).update(token_hash=digest)
    return reverse("surveys:answer", args=[secret])


def addressees(campaign: Campaign) -> SurveyInvitationQuerySet:
    """Return those who have not answered and have an address."""
    return SurveyInvitation.objects.filter(audience__campaign=campaign, answered=False).exclude(email="")


def reminded_on(campaign: Campaign, day: dt.date) -> bool:
    """Whether reminders were asked for on that day."""
    return SurveyLetter.objects.filter(
        invitation__audience__campaign=campaign, kind=LetterKind.REMINDER, day=day
    ).exists()


@transaction.atomic
def queue_invitation_letters(campaign: Campaign) -> int:
    """Let the letters of a running round go, from its first day on and once. Return how many."""
    today = timezone.localdate()
    if campaign.state != CampaignState.RUNNING or campaign.opens_on > today:
        return 0
    invited = addressees(campaign).exclude(letters__kind=LetterKind.INVITATION)
    return _queue(campaign, invited, LetterKind.INVITATION, SYSTEM)


@transaction.atomic
def queue_reminders(campaign: Campaign, *, actor: Actor) -> int:
    """Remind those who have not answered; at most once a day. Return how many letters go.

    Raises:
        ValidationError: the round is not running, or reminders went today already.
    """
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("owner__territory")
        .get(pk=campaign.pk)
    )
    today = timezone.localdate()
    if held.state != CampaignState.RUNNING or held.opens_on > today:
        raise ValidationError(_("Reminders go only while the round runs."))
    if reminded_on(held, today):
        raise ValidationError(_("Reminders went today already: at most once a day."))
    count = _queue(held, addressees(held), LetterKind.REMINDER, actor)
    note(held, actor, "remind", {"letters": [None, count]})
    return count


def ask_to_send(campaign: Campaign, *, actor: Actor = SYSTEM) -> None:
    """Ask for the job that sends what waits, unless one is on its way."""
    on_its_way = Job.objects.filter(kind=LETTERS_JOB, arguments__campaign=campaign.pk).exclude(
        state__in=FINISHED
    )
    if not on_its_way.exists():
        enqueue_job(
            LETTERS_JOB,
            actor=actor,
            title=_("Letters of the survey «%(title)s»") % {"title": campaign.title},
            arguments={"campaign": campaign.pk},
            link=reverse("surveys:campaign", args=[campaign.pk]),
        )


def send_letters(campaign_id: int, handle: JobHandle) -> int:
    """Send what waits, each letter once; who has answered meanwhile gets none. Return how many went.

    Raises:
        OSError: the mail server cannot be reached; the job tries again.
    """
    sent, total = 0, _waiting(campaign_id).count()
    while letters := list(_waiting(campaign_id).select_related(*_NEEDED).order_by("pk")[:AT_ONCE]):
        with get_connection() as connection:
            for letter in letters:
                sent += _send(letter, connection)
                handle.progress(sent, max(total, sent))
    return sent


_NEEDED = ("invitation__audience__campaign__owner", "invitation__audience__version")


def _waiting(campaign_id: int) -> Any:
    return SurveyLetter.objects.filter(invitation__audience__campaign=campaign_id, sent_at=None, failed="")


def _send(letter: SurveyLetter, connection: Any) -> bool:
    invitation = letter.invitation
    campaign = invitation.audience.campaign
    mine = SurveyLetter.objects.filter(pk=letter.pk, sent_at=None)
    if invitation.answered or campaign.state != CampaignState.RUNNING:
        mine.update(failed=_("not needed any more"))
        return False
    subject, text, page = write_letter(letter.kind, invitation, f"{campaign.site}{make_link(invitation)}")
    message = EmailMultiAlternatives(
        subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email], connection=connection
    )
    message.attach_alternative(page, "text/html")
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, ValueError):  # no address at all: the letters behind it go on
        mine.update(failed=_("the mail server refused the address"))
        return False
    return bool(mine.update(sent_at=timezone.now()))


def write_letter(kind: str, invitation: SurveyInvitation, link: str) -> tuple[str, str, str]:
    """Return subject, text and page of a letter; it says what is promised and how long it takes."""
    audience = invitation.audience
    values = {
        "campaign": audience.campaign,
        "audience": audience,
        "is_anonymous": audience.is_anonymous,
        "is_reminder": kind == LetterKind.REMINDER,
        "minutes": minutes_shown(definition_of(audience)),
        "link": link,
    }
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string("surveys/letters/survey_subject.txt", values)
        text = render_to_string("surveys/letters/survey.txt", values)
        page = render_to_string("surveys/letters/survey.html", values)
    return " ".join(subject.split()), text.strip() + "\n", page


def _queue(campaign: Campaign, invitations: SurveyInvitationQuerySet, kind: str, actor: Actor) -> int:
    keys = invitations.order_by("pk").values_list("pk", flat=True)
    count = 0
    for part in portions(_rows(list(keys), kind), PORTION):
        count += bulk_insert(SurveyLetter, ("invitation_id", "kind", "day", "sent_at", "failed"), part)
    if count:
        ask_to_send(campaign, actor=actor)
    return count


def _rows(keys: list[int], kind: str) -> Iterator[tuple[Any, ...]]:
    today = timezone.localdate()
    for key in keys:
        yield key, str(kind), today, None, ""
