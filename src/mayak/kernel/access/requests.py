"""Reading the scope and the actor that the accounts middleware put on the request, and the address of the site."""

from django.http import HttpRequest

from mayak.kernel.access.actor import Actor
from mayak.kernel.access.scope import Scope


def request_scope(request: HttpRequest) -> Scope:
    """Return what the user of this request may see; nothing where no middleware ran."""
    scope: Scope = getattr(request, "scope", None) or Scope()
    return scope


def request_actor(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    actor: Actor = getattr(request, "actor", None) or Actor(user_id=None, label="anonymous")
    return actor


def site_of(request: HttpRequest) -> str:
    """Return the address under which the site was opened; Django has checked the name against MAYAK_HOSTS."""
    return request.build_absolute_uri("/").rstrip("/")
