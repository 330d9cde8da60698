"""Taking the second factor away from somebody who has lost it."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.accounts.enums import Guess
from mayak.accounts.models import User
from mayak.accounts.services.letters import tell_of_change
from mayak.accounts.services.throttling import forgive
from mayak.accounts.services.trail import note
from mayak.kernel.access import Actor


@transaction.atomic
def forget_factors(user: User, *, actor: Actor, reason: str) -> int:
    """Remove app, passkeys and recovery codes, end all sessions, tell the owner; return how many there were.

    Raises:
        ValidationError: no reason; nothing to remove.
    """
    if not reason.strip():
        raise ValidationError(_("Say why: the log keeps it."))
    removed = int(Authenticator.objects.filter(user=user).delete()[0])
    if not removed:
        raise ValidationError(_("This account has no second factor."))
    for session in UserSession.objects.filter(user=user):
        session.end()
    forgive(Guess.CODE, user.pk)
    note(user, actor=actor, action="factor-remove", changes={"factors": removed, "reason": reason[:300]})
    tell_of_change(user, "factor-remove")
    return removed
