"""Changing the numbers of pairs and the school holidays."""

from typing import TypeVar

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.networks.models import PairRule, SchoolHoliday

RowT = TypeVar("RowT", PairRule, SchoolHoliday)


@transaction.atomic
def save_pair_rule(row: RowT, *, actor: Actor) -> RowT:
    """Add or change a number or holidays.

    Raises:
        ValidationError: a value is wrong.
    """
    row.full_clean()
    before = snapshot(type(row).objects.get(pk=row.pk)) if row.pk else None
    row.save()
    territory = getattr(row, "territory", None)  # holidays may belong to one
    record(
        row,
        actor=actor,
        action="create" if before is None else "update",
        before=before or {},
        territory_path=territory.path or "" if territory else "",
    )
    return row
