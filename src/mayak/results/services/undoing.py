"""Undoing an import: its rows hide, what they had replaced is visible again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.results.enums import BatchState
from mayak.results.models import ImportBatch
from mayak.results.services.applying import STAGED_MODELS, audit_rows
from mayak.results.services.batches import change_state, lock_writing


def blocking_batches(batch: ImportBatch) -> list[ImportBatch]:
    """Loaded imports that have replaced rows of this one: they must be undone first, the latest before the others."""
    found: set[int] = set()
    for model in STAGED_MODELS:
        rows = model._default_manager.filter(batch=batch, superseded_by__state=BatchState.APPLIED)
        found |= set(rows.values_list("superseded_by", flat=True).distinct())
    return list(ImportBatch.objects.filter(pk__in=found).order_by("-applied_at"))


@transaction.atomic
def undo_batch(batch: ImportBatch, *, actor: Actor, reason: str) -> ImportBatch:
    """Hide the rows of a loaded import, with the reason in words.

    Raises:
        ValidationError: no reason; a later import replaced rows of this one; another import is being written.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the import is undone.")})
    lock_writing()
    writing = ImportBatch.objects.filter(state=BatchState.STAGING).first()
    if writing is not None:
        message = _("Import № %(number)s is being written just now. Undo this one when that one is done.")
        raise ValidationError(message % {"number": writing.pk})
    blocking = blocking_batches(batch)
    if blocking:
        numbers = ", ".join(f"№ {other.pk}" for other in blocking)
        raise ValidationError(
            _("A later import replaced rows of this one. First undo the import %(numbers)s.")
            % {"numbers": numbers}
        )
    batch.settings = {**batch.settings, "undo_reason": reason.strip()[:500]}
    change_state(batch, BatchState.UNDONE, actor=actor, undone_at=timezone.now(), settings=batch.settings)
    for model in STAGED_MODELS:
        audit_rows(model, batch, actor=actor, action="undo import")
    return batch
