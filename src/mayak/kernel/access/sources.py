"""The scope of somebody who is not in a request: a job does its work with the rights that its owner has now.

The app that knows users registers how to find them; the kernel and the apps below it know only the value.
"""

from collections.abc import Callable

from mayak.kernel.access.actor import Actor
from mayak.kernel.access.scope import Scope

_sources: list[Callable[[int, str], Scope]] = []


def register_scope_source(source: Callable[[int, str], Scope]) -> None:
    """Register what returns the scope of a user by the primary key and a right; the last one registered is asked."""
    _sources.append(source)


def scope_of_actor(actor: Actor, right: str) -> Scope:
    """Return where the actor holds the right now; nothing for the system and for a user who is gone."""
    if actor.user_id is None or not _sources:
        return Scope()
    return _sources[-1](actor.user_id, right)
