"""What every change of a partnership does: hold the row, check the step, write the log."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.networks.enums import PARTNERSHIP_TRANSITIONS
from mayak.networks.models import Partnership


def held(partnership: Partnership) -> Partnership:
    """Return the row as it is now, kept from others until the transaction ends."""
    rows = Partnership.objects.select_for_update(of=("self",))
    return rows.select_related("mentee__territory", "lead__territory", "school_year").get(pk=partnership.pk)


def step(row: Partnership, state: str, *, actor: Actor, action: str, **changed: Any) -> Partnership:
    """Bring a held partnership into another state and write it into the log.

    Args:
        row: the partnership, held by ``held``.
        state: the state that follows.
        actor: who does it.
        action: the word of the log.
        **changed: further fields with their new values.

    Raises:
        ValidationError: this state cannot follow on the present one.
    """
    if state not in PARTNERSHIP_TRANSITIONS[row.state]:
        raise ValidationError(
            _("This partnership is in the state «%(state)s»: that cannot be done now.")
            % {"state": row.get_state_display()},
            code="state",
        )
    return write(row, actor=actor, action=action, state=state, **changed)


def write(row: Partnership, *, actor: Actor, action: str, **changed: Any) -> Partnership:
    """Write fields of a held partnership and the log; nothing where nothing differs."""
    changes = {}
    for name, value in changed.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    if not changes:
        return row
    row.full_clean(validate_unique=False)
    row.save(update_fields=list(changes))
    log(row, actor=actor, action=action, changes=changes)
    return row


def log(row: Partnership, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None) -> None:
    """Write into the log what was done to a partnership; without changes, all its values (it was made)."""
    record(
        row,
        actor=actor,
        action=action,
        before={} if changes is None else None,
        changes=changes,
        territory_path=row.mentee.territory.path or "",
        organisation_id=row.mentee_id,
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return value.pk if hasattr(value, "pk") else value.isoformat()
