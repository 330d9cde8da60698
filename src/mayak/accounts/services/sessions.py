"""Ending sessions from afar."""

from allauth.usersessions.models import UserSession

from mayak.accounts.models import User
from mayak.accounts.services.trail import note
from mayak.kernel.access import Actor


def end_session(session: UserSession, *, actor: Actor) -> None:
    """Sign the user out where this session runs."""
    user, address = session.user, session.ip
    session.end()
    note(user, actor=actor, action="session-end", changes={"address": address})


def end_other_sessions(user: User, *, keep: str, actor: Actor) -> int:
    """Sign the user out everywhere but in the session with the key ``keep``; return how many ended."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=keep))
    for session in others:
        session.end()
    note(user, actor=actor, action="sessions-end", changes={"sessions": len(others)})
    return len(others)
