"""What allauth tells of: a sign-in, a factor added, used in vain or removed."""

import time
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from mayak.accounts.models import User
from mayak.accounts.selectors import actor_of
from mayak.accounts.selectors.sign_in import client_address
from mayak.accounts.services.letters import tell_of_change
from mayak.accounts.services.trail import note
from mayak.kernel.access.requests import request_actor

SEEN = "seen"
"""Where a session keeps when it was last written down as active; only real sign-ins have it."""

BEGUN = "begun"
"""Where a session keeps when its sign-in was."""

FACTOR = "factor"
"""Where a session keeps that its user has a second factor."""


@receiver(user_logged_in)
def on_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write the sign-in down and begin to watch the session."""
    request.session[SEEN] = request.session[BEGUN] = int(time.time())
    means = [record["method"] for record in request.session.get("account_authentication_methods", [])]
    actor = actor_of(user, address=client_address(request))
    note(user, actor=actor, action="sign-in", changes={"means": " + ".join(means)} if means else {})


@receiver(authenticator_added)
def on_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Write it down and tell the owner."""
    note(user, actor=request_actor(request), action="factor-add", changes={"factor": authenticator.type})
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        tell_of_change(user, "factor-add")


@receiver(authenticator_removed)
def on_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Write it down and tell the owner; whether one is left is asked anew."""
    request.session.pop(FACTOR, None)
    note(user, actor=request_actor(request), action="factor-remove", changes={"factor": authenticator.type})
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        tell_of_change(user, "factor-remove")


@receiver(authenticator_reset)
def on_codes_made(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Write down that the recovery codes were replaced."""
    note(user, actor=request_actor(request), action="factor-reset", changes={"factor": authenticator.type})
