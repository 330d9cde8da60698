"""Changing a row of a dictionary or of the thresholds: one service for all of them."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.models import NeedRule, RiskCutoff, RiskFactor, RiskLine
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot

RuleT = TypeVar("RuleT", RiskFactor, RiskCutoff, NeedRule)


@transaction.atomic
def save_rule_row(row: RuleT, *, actor: Actor) -> RuleT:
    """Add or change a factor, a cut-off or a weight.

    Raises:
        ValidationError: a value is wrong, or the code of a factor with profiles would change.
    """
    row.full_clean()
    before = snapshot(type(row).objects.get(pk=row.pk)) if row.pk else None
    if before is not None and isinstance(row, RiskFactor):
        _refuse_other_identity(row, before)
    row.save()
    record(row, actor=actor, action="create" if before is None else "update", before=before or {})
    return row


def _refuse_other_identity(row: RiskFactor, before: Mapping[str, object]) -> None:
    """A factor with profiles keeps its programme, year and code: the profiles of past years must stay readable."""
    changed = any(before[name] != getattr(row, name) for name in ("programme", "year", "code"))
    if changed and RiskLine.objects.filter(factor=row).exists():
        raise ValidationError(
            _(
                "Profiles use this factor: its programme, year and code stay. Add a factor of a new year instead."
            )
        )
