"""Imports of registry tables: writing what the trial run promised, undoing it."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import JsonValue, record_bulk, snapshot
from mayak.registry.enums import ImportState
from mayak.registry.models import Organisation, OrganisationName, RegistryImport, RegistryImportChange
from mayak.registry.services.bulk import BATCH, create_many, update_many
from mayak.registry.services.import_plan import ImportPlan, PlannedRow, RowAction

NAMES_IMAGE: Final = "_names"
"""In the image of a renamed organisation: all rows of its names, because a renaming writes there too."""


@transaction.atomic
def apply_import(upload: RegistryImport, plan: ImportPlan, *, actor: Actor) -> RegistryImport:
    """Write what the trial run promised, all of it or nothing; rejected lines are left out.

    Raises:
        ValidationError: the import was written or dropped before, or the registry has changed since the trial run.
    """
    stored = RegistryImport.objects.select_for_update().defer("report").get(pk=upload.pk)
    if stored.state != ImportState.CHECKED:
        raise ValidationError(_("This import is not waiting for a confirmation."))
    if plan.fingerprint != upload.plan_hash:
        raise ValidationError(_("The registry has changed since the check. Check the file again."))
    created = _create_in_waves(plan)
    updated = list(plan.of(RowAction.UPDATE))
    before = {row.instance.pk: row.before or {} for row in updated}
    renamed = _renamed(plan, updated)
    names_before = _names_of(renamed)
    update_many(plan.model, [row.instance for row in updated], before)
    _write_related(plan, [*created, *updated])
    names_after = _names_of(renamed)
    changes = [_change(upload, plan, row, names_before, names_after) for row in [*created, *updated]]
    RegistryImportChange.objects.bulk_create(changes, batch_size=BATCH)
    upload.state = ImportState.APPLIED
    upload.applied_at = timezone.now()
    upload.save(update_fields=["state", "applied_at"])
    _log(upload, plan.model, changes, actor=actor, action="import")
    return upload


@transaction.atomic
def undo_import(
    upload: RegistryImport, model: type[models.Model], related: tuple[str, ...], *, actor: Actor
) -> int:
    """Bring every row back to what it was before the import and delete the rows it created.

    Returns:
        how many rows were brought back.

    Raises:
        ValidationError: the import is not written, a row was changed since, or something refers to a created row;
            the message names the rows.
    """
    stored = RegistryImport.objects.select_for_update().defer("report").get(pk=upload.pk)
    if stored.state != ImportState.APPLIED:
        raise ValidationError(_("Only a written import can be undone."))
    changes = list(upload.changes.all())
    rows = _rows_of(model, related, [change.object_id for change in changes])
    _refuse_changed(changes, rows, related)
    fresh = [change.object_id for change in changes if change.before is None]
    _refuse_referred(model, fresh)
    _restore(model, related, [change for change in changes if change.before is not None], rows)
    if model is Organisation:
        OrganisationName.objects.filter(organisation_id__in=fresh).delete()
    _delete(model, fresh)
    upload.state = ImportState.UNDONE
    upload.undone_at = timezone.now()
    upload.save(update_fields=["state", "undone_at"])
    _log(upload, model, changes, actor=actor, action="undo import")
    return len(changes)


def _create_in_waves(plan: ImportPlan) -> list[PlannedRow]:
    """Insert new rows; those that refer to others of the file come after them."""
    waiting = list(plan.of(RowAction.CREATE))
    done: list[PlannedRow] = []
    finished: set[int] = set()
    while waiting:
        ready = [row for row in waiting if row.waits_for is None or row.waits_for.row in finished]
        if not ready:
            raise ValidationError(_("Lines of the file refer to each other in a circle."))
        for row in ready:
            if row.waits_for is not None:
                setattr(row.instance, plan.parent, row.waits_for.instance)
        create_many(plan.model, [row.instance for row in ready])
        finished |= {row.row for row in ready}
        done += ready
        waiting = [row for row in waiting if row.row not in finished]
    for row in plan.of(RowAction.UPDATE):
        if row.waits_for is not None:
            setattr(row.instance, plan.parent, row.waits_for.instance)
    return done


def _write_related(plan: ImportPlan, rows: Iterable[PlannedRow]) -> None:
    """Bring the many-to-many rows in line: only differences are written."""
    rows = list(rows)
    for name in plan.related:
        field: Any = plan.model._meta.get_field(name)
        through = field.remote_field.through
        source, target = field.m2m_column_name(), field.m2m_reverse_name()
        added = []
        for row in rows:
            if name not in row.related:
                continue
            wanted = {one.pk for one in row.related[name]}
            former = (row.before or {}).get(name)
            present = set(former) if isinstance(former, list) else set()
            if present - wanted:
                through.objects.filter(
                    **{source: row.instance.pk, f"{target}__in": present - wanted}
                ).delete()
            added += [through(**{source: row.instance.pk, target: key}) for key in sorted(wanted - present)]
        through.objects.bulk_create(added, batch_size=BATCH)


def _change(
    upload: RegistryImport,
    plan: ImportPlan,
    row: PlannedRow,
    names_before: dict[int, list[Any]],
    names_after: dict[int, list[Any]],
) -> RegistryImportChange:
    after = snapshot(row.instance)
    before = dict(row.before) if row.before is not None else None
    for name in plan.related:
        if name in row.related:
            after[name] = sorted(one.pk for one in row.related[name])
        else:
            after[name] = (row.before or {}).get(name, [])
    key = row.instance.pk
    if before is not None and key in names_before:
        before[NAMES_IMAGE] = names_before[key]
        after[NAMES_IMAGE] = names_after[key]
    return RegistryImportChange(
        registry_import=upload, row=row.row, object_id=key, before=before, after=after
    )


def _renamed(plan: ImportPlan, updated: Iterable[PlannedRow]) -> list[int]:
    if plan.model is not Organisation:
        return []
    return [row.instance.pk for row in updated if {"name", "short_name"} & set(row.changed)]


def _names_of(organisation_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {key: [] for key in organisation_ids}
    for row in OrganisationName.objects.filter(organisation_id__in=organisation_ids).order_by("pk"):
        values = snapshot(row)
        found[row.organisation_id].append(
            {name: values[name] for name in ("name", "key", "kind", "valid_from", "valid_to")}
        )
    return found


def _rows_of(model: type[models.Model], related: tuple[str, ...], keys: list[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(keys), BATCH):
        rows = model._base_manager.filter(pk__in=keys[start : start + BATCH]).prefetch_related(*related)
        found |= {row.pk: row for row in rows}
    return found


def _refuse_changed(
    changes: list[RegistryImportChange], rows: dict[int, Any], related: tuple[str, ...]
) -> None:
    names = _names_of([change.object_id for change in changes if NAMES_IMAGE in change.after])
    touched = []
    for change in changes:
        row = rows.get(change.object_id)
        if row is None or _image(row, related, names) != _comparable(change.after):
            touched.append(
                str(row) if row is not None else _("deleted row %(id)s") % {"id": change.object_id}
            )
    if touched:
        shown = ", ".join(touched[:10])
        message = _("The import cannot be undone: %(count)s rows were changed since: %(names)s.")
        raise ValidationError(message % {"count": len(touched), "names": shown})


def _image(row: models.Model, related: tuple[str, ...], names: dict[int, list[Any]]) -> dict[str, JsonValue]:
    image = snapshot(row)
    for name in related:
        image[name] = sorted(one.pk for one in getattr(row, name).all())
    if row.pk in names:
        image[NAMES_IMAGE] = names[row.pk]
    return _comparable(image)


def _comparable(image: dict[str, Any]) -> dict[str, Any]:
    """Without what the services derive: another import of names may refresh the searching text."""
    return {name: value for name, value in image.items() if name not in ("search_text", "sort_key", "path")}


def _refuse_referred(model: type[models.Model], keys: list[int]) -> None:
    """Refuse where anything outside the import refers to a row that would be deleted."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        other: Any = relation.related_model
        field: Any = relation.field  # type: ignore[union-attr]  # a reverse relation has its field
        own_part = other is OrganisationName or other._meta.auto_created or field.model is model
        if own_part or other.__name__.endswith("Membership"):
            continue
        for start in range(0, len(keys), BATCH):
            count = other._base_manager.filter(**{f"{field.name}__in": keys[start : start + BATCH]}).count()
            if count:
                found.append(f"{other._meta.verbose_name_plural}: {count}")
    if found:
        message = _("The import cannot be undone: other rows refer to what it created (%(names)s).")
        raise ValidationError(message % {"names": "; ".join(dict.fromkeys(found))})


def _restore(
    model: type[models.Model],
    related: tuple[str, ...],
    changes: list[RegistryImportChange],
    rows: dict[int, Any],
) -> None:
    restored = []
    fields: set[str] = set()
    for change in changes:
        row = rows[change.object_id]
        before = change.before or {}
        for field in model._meta.concrete_fields:
            if (
                field.name in before
                and not field.primary_key
                and before[field.name] != change.after.get(field.name)
            ):
                setattr(row, field.attname, field.to_python(before[field.name]))
                fields.add(field.name)
        restored.append(row)
        for name in related:
            if name in before and before[name] != change.after.get(name):
                getattr(row, name).set(before[name])
        if NAMES_IMAGE in before:
            _restore_names(change.object_id, before[NAMES_IMAGE])
    if fields:
        model._base_manager.bulk_update(restored, sorted(fields), batch_size=100)


def _restore_names(organisation_id: int, names: list[dict[str, Any]]) -> None:
    OrganisationName.objects.filter(organisation_id=organisation_id).delete()
    to_date = OrganisationName._meta.get_field("valid_from").to_python
    OrganisationName.objects.bulk_create(
        OrganisationName(
            organisation_id=organisation_id,
            name=row["name"],
            key=row["key"],
            kind=row["kind"],
            valid_from=to_date(row["valid_from"]),
            valid_to=to_date(row["valid_to"]),
        )
        for row in names
    )


def _delete(model: type[models.Model], keys: list[int]) -> None:
    """Delete created rows, the deepest first, so that those that refer to others of the import go before them."""
    ordered = sorted(keys, reverse=True)
    for start in range(0, len(ordered), BATCH):
        model._base_manager.filter(pk__in=ordered[start : start + BATCH]).delete()


def _log(
    upload: RegistryImport,
    model: type[models.Model],
    changes: list[RegistryImportChange],
    *,
    actor: Actor,
    action: str,
) -> None:
    keys = [change.object_id for change in changes]
    record_bulk(
        model,
        actor=actor,
        action=action,
        row_count=len(keys),
        row_first=min(keys, default=None),
        row_last=max(keys, default=None),
        content_hash=upload.file_hash,
        territory_path=upload.territory_path,
        cause=upload,
        object_text=upload.file_name,
    )
