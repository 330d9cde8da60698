"""Writing the audit log."""

import datetime as dt
import decimal
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from django.db import models

from mayak.kernel.access import Actor
from mayak.kernel.access.origin import current_origin
from mayak.kernel.audit.chain import seal_after_commit
from mayak.kernel.audit.hiding import Written, hidden
from mayak.kernel.audit.models import AuditEntry

JsonValue: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any] | None


def snapshot(instance: models.Model, fields: Iterable[str] | None = None) -> dict[str, JsonValue]:
    """Return the plain values of the instance's own columns (foreign keys as ids), ready for JSON."""
    wanted = set(fields) if fields is not None else None
    return {
        field.name: _plain(field.value_from_object(instance))
        for field in instance._meta.concrete_fields
        if wanted is None or field.name in wanted
    }


def difference(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> dict[str, list[JsonValue]]:
    """Return ``{field: [old, new]}`` for the fields that differ."""
    return {
        name: [before.get(name), after.get(name)]
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def record(
    instance: models.Model,
    *,
    actor: Actor,
    action: str,
    before: Mapping[str, JsonValue] | None = None,
    territory_path: str = "",
    organisation_id: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write what was done to one object.

    Args:
        instance: the object after the change.
        actor: who did it.
        action: a short verb such as «create», «update», «waive».
        before: ``snapshot`` taken before the change; without it only ``changes`` is kept.
        territory_path: for whom the entry is visible.
        organisation_id: for which single organisation it is visible besides.
        changes: what to keep instead of the computed difference.
    """
    kept: Mapping[str, Any] = changes or {}
    if changes is None and before is not None:
        kept = difference(before, snapshot(instance))
    return _write(
        hidden(type(instance), actor=actor, instance=instance, object_text=str(instance), changes=kept),
        actor=actor,
        action=action,
        object_type=instance._meta.label_lower,
        object_id=str(instance.pk),
        territory_path=territory_path,
        organisation_id=organisation_id,
    )


def record_bulk(
    model: type[models.Model],
    *,
    actor: Actor,
    action: str,
    row_count: int,
    row_first: int | None = None,
    row_last: int | None = None,
    content_hash: str = "",
    territory_path: str = "",
    object_id: str = "",
    object_text: str = "",
    cause: models.Model | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry for many rows: how many, which range of keys, and the hash of the content they came from.

    Args:
        model: of what the rows are.
        actor: who did it.
        action: a short verb.
        row_count: how many rows.
        row_first: least key.
        row_last: greatest key.
        content_hash: of the file or the data.
        territory_path: for whom the entry is visible.
        object_id: what else tells the rows from others (a key of a list).
        object_text: the same in words; it must not name a person.
        cause: the import or the run that brought it about, in place of ``object_id`` and ``object_text``; the entry
            belongs to its history too.
        changes: further notes; values of personal fields are not kept.
    """
    if cause is not None:
        object_id, object_text = str(cause.pk), object_text or str(cause)
    return _write(
        hidden(model, actor=actor, instance=None, object_text=object_text, changes=changes or {}),
        actor=actor,
        action=action,
        object_type=model._meta.label_lower,
        object_id=object_id,
        cause_type=cause._meta.label_lower if cause is not None else "",
        territory_path=territory_path,
        row_count=row_count,
        row_first=row_first,
        row_last=row_last,
        content_hash=content_hash,
    )


def _write(written: Written, *, actor: Actor, **columns: Any) -> AuditEntry:
    origin = current_origin()
    entry = AuditEntry.objects.create(
        actor_id=actor.user_id,
        actor_label=written.actor_label,
        actor_key=written.actor_key,
        actor_role=actor.role[:80],
        actor_address=actor.address[:64],
        request_id=actor.request_id or origin.request_id,
        job_id=actor.job_id or origin.job_id,
        object_text=written.object_text,
        person_key=written.person_key,
        changes=written.changes,
        **columns,
    )
    seal_after_commit(entry)
    return entry


def _plain(value: Any) -> JsonValue:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return str(value)
