"""From consent to work, pause and end; terms and content of a partnership."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.models import Partnership
from mayak.networks.services.consents import consent_to_partnership
from mayak.networks.services.guard import held, step, write


@transaction.atomic
def agree_partnership(partnership: Partnership, *, actor: Actor) -> Partnership:
    """The agreement of both schools is signed.

    Raises:
        ValidationError: the schools have not consented, or the partnership is past this step.
    """
    return step(held(partnership), PartnershipState.AGREED, actor=actor, action="agree")


@transaction.atomic
def follow_agreement(partnership: Partnership, *, actor: Actor, label: str) -> Partnership:
    """A signed agreement takes its partnership along: it stands for the consents that are missing.

    A partnership past this step, or over, stays as it is. ``label``: the agreement, for the missing consents.
    """
    row = held(partnership)
    if row.state == PartnershipState.PROPOSED:
        answered = set(row.consents.values_list("side", flat=True))
        for side in Side:
            if side not in answered:
                row = consent_to_partnership(row, side, actor=actor, by_label=label, on_paper=True)
    return agree_partnership(row, actor=actor) if row.state == PartnershipState.CONSENTED else row


@transaction.atomic
def begin_partnership(
    partnership: Partnership, *, actor: Actor, began_on: dt.date | None = None, reason: str = ""
) -> Partnership:
    """The joint work begins: after a signed agreement, or without one with a reason (the check CH-04 stays).

    Raises:
        ValidationError: both schools have not consented, or there is neither an agreement nor a reason.
    """
    row = held(partnership)
    if row.state == PartnershipState.PAUSED:
        raise ValidationError(_("This partnership is paused: resume it."), code="state")
    if row.state == PartnershipState.CONSENTED and not reason.strip():
        raise ValidationError(
            {"reason": _("There is no signed agreement: say on what ground the work begins.")}
        )
    return step(
        row,
        PartnershipState.ACTIVE,
        actor=actor,
        action="begin",
        began_on=began_on or timezone.localdate(),
        begin_note=reason.strip(),
    )


@transaction.atomic
def pause_partnership(partnership: Partnership, *, actor: Actor, reason: str) -> Partnership:
    """Stop the joint work for a time.

    Raises:
        ValidationError: it does not work now, or no reason is given.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the work stops for a time.")})
    return step(
        held(partnership),
        PartnershipState.PAUSED,
        actor=actor,
        action="pause",
        paused_on=timezone.localdate(),
        pause_reason=reason.strip(),
    )


@transaction.atomic
def resume_partnership(partnership: Partnership, *, actor: Actor) -> Partnership:
    """Go on after a pause.

    Raises:
        ValidationError: it is not paused.
    """
    row = held(partnership)
    if row.state != PartnershipState.PAUSED:
        raise ValidationError(_("This partnership is not paused."), code="state")
    return step(row, PartnershipState.ACTIVE, actor=actor, action="resume", paused_on=None, pause_reason="")


@transaction.atomic
def set_terms(
    partnership: Partnership,
    *,
    actor: Actor,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    content: Sequence[dict[str, Any]],
) -> Partnership:
    """Change the term and the content lines (subjects, risk factors, anything else) of the help.

    Raises:
        ValidationError: the partnership is over, the term ends before it begins, or a line has no name or stands twice.
    """
    row = held(partnership)
    if row.is_over:
        raise ValidationError(_("This partnership is over: its terms stay as they were."), code="state")
    lines = [dict(line) for line in content]
    names = [(str(line.get("name", "")).strip(), line.get("grade") or "") for line in lines]
    if any(not name for name, _grade in names):
        raise ValidationError({"content": _("A content line needs a name.")})
    if len(set(names)) < len(names):
        raise ValidationError({"content": _("A content line stands twice.")})
    return write(row, actor=actor, action="terms", starts_on=starts_on, ends_on=ends_on, content=lines)
