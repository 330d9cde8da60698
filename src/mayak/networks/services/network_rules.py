"""Changing a row of the rules of networks, and adding one that holds from a later year on."""

from typing import TypeVar

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.networks.models import DocumentRequirement, GuideQuestion, NetworkCheckItem, NetworkModelCard

RuleT = TypeVar("RuleT", NetworkModelCard, DocumentRequirement, GuideQuestion, NetworkCheckItem)


@transaction.atomic
def save_network_rule(row: RuleT, *, actor: Actor) -> RuleT:
    """Add or change a card, a required document, a question or an item.

    Raises:
        ValidationError: a value is wrong, or there is a row of this year already.
    """
    row.full_clean()
    before = snapshot(type(row).objects.get(pk=row.pk)) if row.pk else None
    row.save()
    record(row, actor=actor, action="create" if before is None else "update", before=before or {})
    return row
