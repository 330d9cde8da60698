"""What the addresses of signing in lead to, for the table of addresses and roles."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.accounts import InvitationFactory, UserFactory, sent_invitation


@provides("accounts:invitation", "accounts:invitation-send", "accounts:invitation-withdraw")
def invitation(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft for a teacher of the side's school."""
    draft = InvitationFactory.create(role=Role.TEACHER, organisation=world.place(side).school)
    return {"pk": draft.pk}


@shared("accounts:invited")
def link(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the link of a letter; whoever has it may open it, whatever the place."""
    _invitation, token = sent_invitation(organisation=world.place(side).school)
    return {"token": token}


@shared("accounts:reset-confirm")
def reset_link(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the link to a new password of somebody."""
    user = UserFactory.create()
    return {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }


@shared("accounts:letter")
def letter(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the name of a letter that is not there."""
    return {"name": "nothing.eml"}


@shared("openid_connect_login", "openid_connect_callback")
def identity_service(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a service that is not set up."""
    return {"provider_id": "region"}


@provides("accounts:session-end")
def session(_world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return another session of the visitor, or one of a stranger."""
    user = visitor if side == "own" and visitor else UserFactory.create()
    key = f"{side}-{UserSession.objects.count()}"
    return {"pk": UserSession.objects.create(user=user, ip="10.0.0.1", session_key=key).pk}


@shared("mfa_remove_webauthn")
def passkey(_world: World, _side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a passkey; it is asked for only after the password has been typed again."""
    user = visitor or UserFactory.create()
    data = {"name": "-", "credential": {}}
    return {"pk": Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data).pk}
