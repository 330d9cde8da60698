"""The way of a passport: submitted by whoever nominates itself, accepted or returned with a reason."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.passports import OWN_STATES, PassportState
from mayak.diagnosis.models import LeadProfile, MentorProfile
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.school_log import log_school
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot

PassportT = TypeVar("PassportT", LeadProfile, MentorProfile)


@transaction.atomic
def submit_passport(profile: PassportT, *, actor: Actor) -> PassportT:
    """Send a draft to whoever decides.

    Raises:
        ValidationError: it is no draft, it offers nothing, or the year is closed.
    """
    check_open(profile.school_year)
    if profile.state not in OWN_STATES:
        raise ValidationError(_("This passport is sent already."), code="state")
    if not _offers_something(profile):
        raise ValidationError(_("Say first what you can give: at least one line."), code="empty")
    before = snapshot(profile)
    profile.state, profile.submitted_at, profile.decision_reason = PassportState.SUBMITTED, timezone.now(), ""
    profile.save(update_fields=["state", "submitted_at", "decision_reason"])
    log_school(profile, profile.organisation, actor=actor, action="submit", before=before)
    return profile


@transaction.atomic
def decide_passport(profile: PassportT, *, accept: bool, reason: str, actor: Actor) -> PassportT:
    """Accept a submitted passport, or return it with a reason; an accepted one may be returned too.

    Raises:
        ValidationError: it is a draft, a return has no reason, or the year is closed.
    """
    check_open(profile.school_year)
    if profile.state not in {PassportState.SUBMITTED, PassportState.ACCEPTED}:
        raise ValidationError(_("Only a submitted passport can be decided."), code="state")
    if accept and profile.state == PassportState.ACCEPTED:
        raise ValidationError(_("This passport is accepted already."), code="state")
    if not accept and not reason.strip():
        raise ValidationError({"reason": _("Say what is to be mended: the other side reads it.")})
    before = snapshot(profile)
    profile.state = PassportState.ACCEPTED if accept else PassportState.RETURNED
    profile.decided_at, profile.decision_reason = timezone.now(), reason.strip()
    profile.decided_by_id, profile.decided_by_label = actor.user_id, actor.label
    fields = ["state", "decided_at", "decision_reason", "decided_by_id", "decided_by_label"]
    profile.save(update_fields=fields)
    action = "accept" if accept else "return"
    log_school(profile, profile.organisation, actor=actor, action=action, before=before)
    return profile


def _offers_something(profile: LeadProfile | MentorProfile) -> bool:
    if isinstance(profile, LeadProfile):
        return profile.offers.exists() or profile.strengths.exists()
    return profile.strengths.exists()
