"""A person's corrections of how a sheet is read, kept with the import and, where asked, for the next files."""

from typing import Any

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.results.models import ImportBatch, SavedMapping
from mayak.results.services.batches import save_settings


@transaction.atomic
def correct_mapping(
    batch: ImportBatch, sheet_key: str, *, actor: Actor, mapping: str, is_skipped: bool
) -> ImportBatch:
    """Keep the mapping (YAML) of one sheet of an import.

    Raises:
        ValidationError: the import is written or undone already.
    """
    answers = dict(batch.settings.get("sheets", {}))
    answers[sheet_key] = {"mapping": mapping, "skip": is_skipped}
    return save_settings(batch, actor=actor, sheets=answers)


@transaction.atomic
def save_mapping(
    batch: ImportBatch, *, actor: Actor, name: str, signature: str, mapping: str
) -> SavedMapping:
    """Remember a mapping for files with the same header in the territory of the import; the same name is replaced."""
    values: dict[str, Any] = {
        "signature": signature,
        "mapping": {"yaml": mapping},
        "owner_label": actor.label[:200],
    }
    saved, is_new = SavedMapping.objects.update_or_create(
        territory=batch.territory, name=name[:150], defaults=values
    )
    record(
        saved,
        actor=actor,
        action="create" if is_new else "update",
        changes={"signature": signature},
        territory_path=batch.territory.path or "",
    )
    return saved
