"""Passwords: asking for a new one by letter, and what follows a change."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from mayak.accounts.enums import Guess
from mayak.accounts.models import User, plain_email
from mayak.accounts.services.letters import send_letter, tell_of_change
from mayak.accounts.services.throttling import forgive
from mayak.accounts.services.trail import note
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.jobs.services import enqueue_job

RESET_JOB = "accounts.reset"
NOBODY = 0


def ask_for_reset(email: str, *, site: str, actor: Actor) -> None:
    """Ask for a letter with a link to a new password.

    A job is made whether there is such an account or not: neither the words of the page nor its time tell.

    Args:
        email: as it was typed.
        site: address under which the site was opened, for the link («https://mayak.example.org»).
        actor: who asks, with the network address.
    """
    user = _who_may_reset().filter(email=plain_email(email)).first()
    enqueue_job(
        RESET_JOB,
        actor=SYSTEM,
        title=_("Letter on a new password"),
        arguments={"user_id": user.pk if user else NOBODY, "site": site, "address": actor.address},
    )


def send_reset_letter(user_id: int, *, site: str, address: str) -> bool:
    """Send the letter; return whether there was somebody to send it to."""
    user = _who_may_reset().filter(pk=user_id).first()
    if user is None or not user.has_usable_password():
        return False
    link = reverse(
        "accounts:reset-confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    send_letter(user.email, "reset", {"name": user.full_name, "link": f"{site}{link}", "hours": hours})
    note(user, actor=Actor(None, "anonymous", address), action="reset-letter")
    return True


def after_password_change(user: User, *, actor: Actor, keep: str = "") -> None:
    """End what the old password had opened, lift the wait of guessing, tell the owner, write it down.

    Args:
        keep: key of the session that goes on.
    """
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep):
        session.end()
    forgive(Guess.PASSWORD, user.email)
    note(user, actor=actor, action="password")
    tell_of_change(user, "password")


def _who_may_reset() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_demo=False)
