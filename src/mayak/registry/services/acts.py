"""Legal acts, to which every basis in the product refers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.enums import ActState
from mayak.registry.models import LegalAct, Territory
from mayak.registry.services.rows import create_row, update_row
from mayak.registry.validators import check_scan


def register_act(*, actor: Actor, territory: Territory, scan: Any = None, **fields: Any) -> LegalAct:
    """Register an act with its scan.

    Raises:
        ValidationError: the act is registered already, or the scan is too big or of a wrong type.
    """
    act = LegalAct(territory=territory, **fields)
    _check_replacement(act)
    if scan:
        act.scan_hash = _hash(scan)
        act.scan = scan
    return create_row(act, actor=actor)


@transaction.atomic
def update_act(act: LegalAct, *, actor: Actor, scan: Any = None, **changes: Any) -> LegalAct:
    """Change an act; ``scan`` replaces the stored one where it is given.

    Raises:
        ValidationError: as in ``register_act``.
    """
    values = dict(changes)
    if scan:
        values |= {"scan_hash": _hash(scan), "scan": scan}
    for field, value in changes.items():
        setattr(act, field, value)
    _check_replacement(act)
    return update_row(act, actor=actor, values=values)


def cancel_act(act: LegalAct, *, actor: Actor) -> LegalAct:
    """Mark an act as cancelled; what cites it becomes a finding."""
    return update_row(act, actor=actor, values={"state": ActState.CANCELLED}, action="cancel")


def replace_act(act: LegalAct, *, actor: Actor, replaced_by: LegalAct) -> LegalAct:
    """Mark an act as replaced by another.

    Raises:
        ValidationError: an act cannot replace itself.
    """
    act.replaced_by = replaced_by
    act.state = ActState.REPLACED
    _check_replacement(act)
    return update_row(
        act, actor=actor, values={"state": ActState.REPLACED, "replaced_by": replaced_by}, action="replace"
    )


def _check_replacement(act: LegalAct) -> None:
    if act.replaced_by_id is not None and act.replaced_by_id == act.pk:
        raise ValidationError({"replaced_by": _("An act cannot replace itself.")})
    if act.state == ActState.REPLACED and act.replaced_by_id is None:
        raise ValidationError({"replaced_by": _("Say which act replaced this one.")})


def _hash(scan: Any) -> str:
    try:
        return check_scan(scan)
    except ValidationError as error:
        raise ValidationError({"scan": error.messages}) from error
