"""The trail of signing in: what happened to an account goes to the audit log of its organisation."""

from collections.abc import Mapping
from typing import Any

from mayak.accounts.models import User
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record


def note(user: User, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None) -> None:
    """Write what happened to the account of a user; never a password, a code or a link."""
    user = User.objects.get(pk=user.pk)  # a request gives a lazy stand-in, which the log cannot name
    held = user.roles.select_related("organisation__territory").order_by("pk").first()
    record(
        user,
        actor=actor,
        action=action,
        territory_path=(held.organisation.territory.path or "") if held else "",
        organisation_id=held.organisation_id if held else None,
        changes=changes or {},
    )
