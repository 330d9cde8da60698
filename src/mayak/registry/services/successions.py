"""One organisation follows another: merger, joining, split, a new legal person."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.enums import SuccessionKind
from mayak.registry.models import LegalAct, Organisation, Succession
from mayak.registry.services.rows import create_row, delete_row, update_row

_ENDS_PREDECESSOR = (SuccessionKind.MERGER, SuccessionKind.JOINING, SuccessionKind.RENAMING)
"""After a split the predecessor may live on; after the others it is closed."""


@transaction.atomic
def record_succession(
    predecessor: Organisation,
    *,
    actor: Actor,
    successor: Organisation,
    kind: str,
    happened_on: dt.date,
    basis: LegalAct | None = None,
) -> Succession:
    """Record that ``successor`` follows ``predecessor``; the predecessor is closed the day before.

    Its open branches go over to the successor.

    Raises:
        ValidationError: the successor is closed, is the predecessor itself, or precedes it already.
    """
    if successor.closed_on and successor.closed_on < happened_on:
        raise ValidationError({"successor": _("The successor was closed before this day.")})
    if successor.pk in _successors(predecessor.pk, backwards=True):
        raise ValidationError({"successor": _("This organisation is a predecessor already.")})
    succession = Succession(
        predecessor=predecessor, successor=successor, kind=kind, happened_on=happened_on, basis=basis
    )
    create_row(succession, actor=actor)
    if kind in _ENDS_PREDECESSOR:
        _end(predecessor, successor, actor=actor, closed_on=happened_on - dt.timedelta(days=1))
    return succession


@transaction.atomic
def remove_succession(succession: Succession, *, actor: Actor) -> None:
    """Take a succession back that was recorded by mistake; the predecessor is open again."""
    predecessor = succession.predecessor
    delete_row(succession, actor=actor)
    if predecessor.closed_on == succession.happened_on - dt.timedelta(days=1):
        update_row(predecessor, actor=actor, values={"closed_on": None}, action="reopen")


def _end(predecessor: Organisation, successor: Organisation, *, actor: Actor, closed_on: dt.date) -> None:
    for branch in predecessor.branches.filter(closed_on__isnull=True):
        update_row(branch, actor=actor, values={"parent": successor})
    if predecessor.closed_on is None:
        update_row(predecessor, actor=actor, values={"closed_on": closed_on}, action="close")


def _successors(start: int, *, backwards: bool) -> set[int]:
    """Everything that came before (or after) the organisation, over any number of steps."""
    source, target = ("successor_id", "predecessor_id") if backwards else ("predecessor_id", "successor_id")
    found: set[int] = set()
    wave: Iterable[int] = {start}
    while (
        wave := set(Succession.objects.filter(**{f"{source}__in": wave}).values_list(target, flat=True))
        - found
    ):
        found |= wave
    return found
