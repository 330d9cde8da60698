"""Own sessions in words that a person recognises."""

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from mayak.accounts.models import User

BROWSERS = (
    ("YaBrowser", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""Marks in what a browser says of itself, the more telling first."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session of the user: where, since when, whether it is this one."""

    pk: int
    device: str
    address: str
    since: dt.datetime
    seen: dt.datetime
    is_current: bool


def own_sessions(user: User, current_key: str) -> list[OwnSession]:
    """Return the sessions that are open now, this one first, then the last active; ended ones are cleared away."""
    shown = [
        OwnSession(
            pk=session.pk,
            device=device_of(session.user_agent),
            address=session.ip,
            since=session.created_at,
            seen=session.last_seen_at,
            is_current=session.session_key == current_key,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(shown, key=lambda session: (not session.is_current, -session.seen.timestamp()))


def device_of(user_agent: str) -> str:
    """Return «Firefox, Windows»."""
    named = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in named if name) or _("unknown device")
