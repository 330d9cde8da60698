"""How one row is written: checked, saved, and put into the audit log, in one transaction.

The services of the nouns call these; nobody else does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import JsonValue, record, snapshot
from mayak.registry.models import NameLinkDecision, Organisation, Territory

ModelT = TypeVar("ModelT", bound=models.Model)
Related = Mapping[str, Iterable[models.Model]]

_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Place:
    """For whom an audit entry is visible."""

    territory_path: str = ""
    organisation_id: int | None = None


def place_of(instance: models.Model) -> Place:
    """Return the territory and the organisation to which a row of the registry belongs."""
    if isinstance(instance, Territory):
        return Place(instance.path or "")
    if isinstance(instance, Organisation):
        return Place(instance.territory.path or "", instance.pk)
    owners = ["organisation", "successor", "programme", "association", "group", "territory"]
    if isinstance(instance, NameLinkDecision):
        owners = ["territory"]
    for owner in owners:
        found = getattr(instance, owner, None)
        if isinstance(found, models.Model):
            return place_of(found)
    return Place()


def image(instance: models.Model, related: Iterable[str] = ()) -> dict[str, JsonValue]:
    """Return the plain values of the row, many-to-many fields as sorted keys."""
    values = snapshot(instance)
    for name in related:
        manager = getattr(instance, name)
        values[name] = sorted(manager.values_list("pk", flat=True))
    return values


@transaction.atomic
def create_row(instance: ModelT, *, actor: Actor, related: Related | None = None) -> ModelT:
    """Check and save a new row.

    Raises:
        ValidationError: a field or a constraint says no; the message names the field.
    """
    instance.full_clean()
    _save(instance)
    _set_related(instance, related)
    changes = {
        name: [None, value] for name, value in image(instance, related or ()).items() if value not in _EMPTY
    }
    log(instance, actor=actor, action="create", changes=changes)
    return instance


def _save(instance: models.Model, fields: list[str] | None = None) -> None:
    """Save. Where somebody wrote the same between the check and the saving, the check is asked again and says so.

    Raises:
        ValidationError: what the check says now.
        IntegrityError: the check says nothing.
    """
    try:
        with transaction.atomic():
            instance.save(update_fields=fields)
    except IntegrityError:
        instance.full_clean()
        raise


@transaction.atomic
def update_row(
    instance: ModelT,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    related: Related | None = None,
    action: str = "update",
) -> ModelT:
    """Check and save the changed fields; a change of nothing writes nothing.

    Raises:
        ValidationError: a field or a constraint says no; the message names the field.
    """
    names = tuple(related or ())
    before = image(_locked(instance), names)
    for name, value in values.items():
        setattr(instance, name, value)
    instance.full_clean()
    _save(instance, list(values) or None)
    _set_related(instance, related)
    after = image(instance, names)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        log(instance, actor=actor, action=action, changes=changes)
    return instance


@transaction.atomic
def delete_row(instance: models.Model, *, actor: Actor) -> None:
    """Delete a row that is a mere part of another (a member, a stage); the audit log keeps its values."""
    changes = {name: [value, None] for name, value in image(instance).items() if value not in _EMPTY}
    log(instance, actor=actor, action="delete", changes=changes)
    instance.delete()


def archive_row(instance: ModelT, *, actor: Actor) -> ModelT:
    """Take a row out of the lists; it keeps its history and can be brought back."""
    if getattr(instance, "archived_at", None) is not None:
        return instance
    return update_row(instance, actor=actor, values={"archived_at": timezone.now()}, action="archive")


def restore_row(instance: ModelT, *, actor: Actor) -> ModelT:
    """Bring a row back from the archive."""
    return update_row(instance, actor=actor, values={"archived_at": None}, action="restore")


def log(instance: models.Model, *, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    """Write the audit entry of one row."""
    place = place_of(instance)
    record(
        instance,
        actor=actor,
        action=action,
        changes=changes,
        territory_path=place.territory_path,
        organisation_id=place.organisation_id,
    )


def _locked(instance: ModelT) -> ModelT:
    """The row as it is stored now, held until the end of the transaction."""
    manager: models.Manager[ModelT] = type(instance)._base_manager
    return manager.select_for_update().get(pk=instance.pk)


def _set_related(instance: models.Model, related: Related | None) -> None:
    for name, rows in (related or {}).items():
        getattr(instance, name).set(list(rows))
