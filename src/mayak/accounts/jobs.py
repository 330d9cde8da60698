"""Background work of accounts: letters, and forgetting of what is over."""

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.models import User
from mayak.accounts.services.invitations import SEND_JOB, send_invitation
from mayak.accounts.services.letters import NOTICE_JOB, send_letter
from mayak.accounts.services.passwords import RESET_JOB, send_reset_letter
from mayak.accounts.services.throttling import forget_old_attempts
from mayak.kernel.jobs.registry import JobHandle, job


@job(SEND_JOB, title=gettext_lazy("Letters of invitation"))
def send_invitations(handle: JobHandle, *, keys: list[int], site: str) -> dict[str, Any]:
    """Send the letters that were asked for; one that went is not sent again when the job is repeated."""
    sent = 0
    for number, key in enumerate(keys, start=1):
        sent += send_invitation(key, site=site)
        handle.progress(number, len(keys))
    return {_("Letters sent"): sent}


@job(RESET_JOB, title=gettext_lazy("Letter on a new password"))
def send_reset(handle: JobHandle, *, user_id: int, site: str, address: str) -> None:
    """Send the letter, if there is such an account; the result does not tell."""
    send_reset_letter(user_id, site=site, address=address)


@job(NOTICE_JOB, title=gettext_lazy("Letter on a change of the sign-in"))
def send_notice(handle: JobHandle, *, user_id: int, what: str) -> None:
    """Tell the owner of an account what has changed."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        send_letter(user.email, "notice", {"name": user.full_name, "what": what})


@job("accounts.tidy", title=gettext_lazy("Forget old attempts and sessions"), every=dt.timedelta(days=1))
def tidy(handle: JobHandle) -> dict[str, Any]:
    """Delete counts of attempts that no longer count, and rows of sessions that have ended."""
    attempts = forget_old_attempts()
    live = Session.objects.values("session_key")
    ended = UserSession.objects.exclude(session_key__in=live).delete()[0]
    return {_("Old counts deleted"): attempts, _("Ended sessions deleted"): ended}
