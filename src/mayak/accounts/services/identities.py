"""Identities of the region's service: whose account they open."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mayak.accounts.models import User, plain_email
from mayak.accounts.selectors import actor_of
from mayak.accounts.services.invitations import LinkIsDeadError, accept_invitation, invitation_of_email
from mayak.accounts.services.trail import note


class NoAccountError(Exception):
    """The identity opens nothing here; the message is for the person."""


def user_of_identity(linked: User | None, claims: Mapping[str, Any], *, address: str) -> User:
    """Return the account that an identity opens; an invited person gets the account of the invitation.

    Args:
        linked: the account to which the identity has been linked before.
        claims: what the service says («id_token», «userinfo»).
        address: network address of the request.

    Raises:
        NoAccountError: the e-mail is not confirmed, is unknown here, or the account is a closed or shared one.
    """
    told = _told(claims)
    if linked is not None:
        return _open(linked)
    email = plain_email(str(told.get("email") or ""))
    if not email or told.get("email_verified") is not True:
        raise NoAccountError(
            _("The identity service has not confirmed your e-mail: without that no account can be found.")
        )
    user = User.objects.filter(email=email).first() or _invited(email, address)
    _open(user)
    note(user, actor=actor_of(user, address=address), action="identity-link")
    return user


def _told(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    token, info = claims.get("id_token") or {}, claims.get("userinfo") or {}
    if token and info and token.get("sub") != info.get("sub"):  # OpenID Connect Core 1.0, 5.3.2
        raise NoAccountError(_("The identity service speaks of two different people."))
    return {**token, **info}


def _invited(email: str, address: str) -> User:
    invitation = invitation_of_email(email)
    if invitation is None:
        raise NoAccountError(
            _(
                "There is no account for your e-mail here. Ask the coordinator of your territory to invite you."
            )
        )
    try:
        return accept_invitation(invitation, password=None, address=address)
    except LinkIsDeadError:
        raise NoAccountError(_("The invitation has just been used. Try again.")) from None


def _open(user: User) -> User:
    if user.is_demo and not settings.DEMO:
        raise NoAccountError(_("Demonstration accounts do not open here: this server works with real data."))
    if not user.is_active:
        raise NoAccountError(_("This account is closed. Ask the coordinator of your territory to open it."))
    return user
