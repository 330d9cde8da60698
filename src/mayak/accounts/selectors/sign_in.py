"""What signing in asks of a user, and from where a request comes."""

import ipaddress

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from mayak.accounts.enums import STRONG_SIGN_IN_ROLES
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.selectors.users import current_roles

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  # stands for «unknown», nothing is bound to it

PASSWORD = "password"  # noqa: S105  # the name of a value
"""Where a sign-in that waits for its second step keeps a hash of the password of the first."""


def client_address(request: HttpRequest) -> str:
    """Return the network address of the client: the one that the outermost trusted proxy has seen.

    Behind proxies (MAYAK_PROXIES) the header names it; a shorter header than that came past them and is not believed.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    address = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return UNKNOWN_ADDRESS


def strong_roles() -> frozenset[str]:
    """Return the roles that need a second factor here."""
    chosen: frozenset[str] | None = settings.STRONG_SIGN_IN
    return frozenset(STRONG_SIGN_IN_ROLES) if chosen is None else chosen


def acts_strongly(user: User, held: RoleAssignment | None) -> bool:
    """Whether the user needs a second factor for acting in this role; demonstration accounts do not, while it lasts."""
    strong = strong_roles()
    if not strong or (user.is_demo and settings.DEMO):
        return False
    return user.is_superuser or (held is not None and held.role in strong)


def needs_second_factor(user: User) -> bool:
    """Whether any role of today needs one."""
    return acts_strongly(user, None) or any(acts_strongly(user, held) for held in current_roles(user))


def has_second_factor(user: User) -> bool:
    """Whether the user has an authenticator app or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())
