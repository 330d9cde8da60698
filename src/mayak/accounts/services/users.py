"""Opening and closing accounts."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot


@transaction.atomic
def close_account(user: User, *, actor: Actor, reason: str) -> User:
    """Let somebody in no more; roles and history stay. Open sessions end at the next page.

    Raises:
        ValidationError: the own account; closed already; no reason.
    """
    if actor.user_id == user.pk:
        raise ValidationError(_("Nobody closes the own account: ask another coordinator."))
    if not user.is_active:
        raise ValidationError(_("This account is closed already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the log keeps it.")})
    return _set_active(user, is_active=False, actor=actor, reason=reason.strip())


@transaction.atomic
def open_account(user: User, *, actor: Actor) -> User:
    """Let somebody in again.

    Raises:
        ValidationError: the account is open.
    """
    if user.is_active:
        raise ValidationError(_("This account is open."))
    return _set_active(user, is_active=True, actor=actor, reason="")


def _set_active(user: User, *, is_active: bool, actor: Actor, reason: str) -> User:
    before = snapshot(user, ["is_active"])
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    changes: dict[str, object] = {"is_active": [before["is_active"], is_active]}
    if reason:
        changes["reason"] = reason[:300]
    held = user.roles.select_related("organisation__territory").order_by("pk").first()
    record(
        user,
        actor=actor,
        action="open" if is_active else "close",
        territory_path=(held.organisation.territory.path or "") if held else "",
        organisation_id=held.organisation_id if held else None,
        changes=changes,
    )
    return user
