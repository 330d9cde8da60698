"""Puts the role, the scope and the actor of the signed-in user on the request, and asks for a second factor."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.receivers import BEGUN, FACTOR, SEEN
from mayak.accounts.selectors import ROLE_KEY, actor_of, chosen_role, request_role, scope_of
from mayak.accounts.selectors.sign_in import acts_strongly, client_address, has_second_factor
from mayak.accounts.services.throttling import TooManyAttempts
from mayak.kernel.access import Actor, Scope

SEEN_EVERY = 300
"""Seconds after which a session is written down as active again: no write for every page."""

OPEN_WITHOUT_FACTOR = {
    "account_reauthenticate",
    "accounts:profile",
    "accounts:role-switch",
    "accounts:sign-out",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "web:language",
}
"""What somebody whose role needs a second factor may do before there is one."""


class ScopeMiddleware:
    """``request.role`` (lazy: one query, only where it is used), ``request.scope`` and ``request.actor``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the values; an anonymous visitor sees nothing."""
        request.role = SimpleLazyObject(lambda: _role(request))  # type: ignore[attr-defined]  # accounts.requests
        request.scope = SimpleLazyObject(lambda: _scope(request))  # type: ignore[attr-defined]  # kernel.access.requests
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # types the reading
        return self.get_response(request)


def _role(request: HttpRequest) -> RoleAssignment | None:
    if not isinstance(request.user, User):
        return None
    return chosen_role(request.user, request.session.get(ROLE_KEY))


def _scope(request: HttpRequest) -> Scope:
    user = request.user
    if not isinstance(user, User):
        return Scope()
    held = request_role(request)
    return scope_of(user, held) if held else Scope(everything=user.is_superuser)


def _actor(request: HttpRequest) -> Actor:
    address = client_address(request)
    if isinstance(request.user, User):
        held = request_role(request)
        return actor_of(request.user, address=address, role=held.role if held else "")
    return Actor(user_id=None, label="anonymous", address=address)


class SignInMiddleware:
    """Asks for a second factor where the role needs one, keeps the time of the last activity, answers 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End a session that has lain idle or lasted too long; note that another one is alive."""
        last, now = request.session.get(SEEN), time.time()
        if last is None or now - last <= SEEN_EVERY or not request.user.is_authenticated:
            return self.get_response(request)
        if (
            now - last > settings.IDLE_SECONDS
            or now - request.session.get(BEGUN, last) > settings.SESSION_SECONDS
        ):
            logout(request)
            messages.info(request, _("You have been away for long, so the session has ended. Sign in again."))
        else:
            request.session[SEEN] = int(now)
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        """Send to the page that says why a second factor is needed and how to set it up."""
        match = request.resolver_match
        if match is None or match.view_name in OPEN_WITHOUT_FACTOR or not _lacks_factor(request):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say how long to wait."""
        if not isinstance(exception, TooManyAttempts):
            return None
        response = render(request, "web/429.html", {"wait": exception.words}, status=429)
        response["Retry-After"] = str(exception.seconds)
        return response


def _lacks_factor(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or request.session.get(FACTOR):
        return False
    if not acts_strongly(user, request_role(request)):
        return False
    if has_second_factor(user):
        request.session[FACTOR] = True
        return False
    return True
