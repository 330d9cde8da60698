"""Puts the scope and the actor of the signed-in user on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from mayak.accounts.models import User
from mayak.accounts.selectors import actor_of, scope_of
from mayak.kernel.access import Actor, Scope


class ScopeMiddleware:
    """``request.scope`` (lazy: one query, only where it is used) and ``request.actor``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the values; an anonymous visitor sees nothing."""
        request.scope = SimpleLazyObject(lambda: _scope(request))  # type: ignore[attr-defined]  # kernel.access.requests
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # types the reading
        return self.get_response(request)


def _scope(request: HttpRequest) -> Scope:
    return scope_of(request.user) if isinstance(request.user, User) else Scope()


def _actor(request: HttpRequest) -> Actor:
    address = request.META.get("REMOTE_ADDR", "")
    if isinstance(request.user, User):
        return actor_of(request.user, address=address)
    return Actor(user_id=None, label="anonymous", address=address)
