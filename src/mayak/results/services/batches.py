"""The life of an import: made, changed in state in one place, thrown away."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.kernel.models import Job, JobState
from mayak.registry.models import Territory
from mayak.results.enums import BATCH_TRANSITIONS, BatchState
from mayak.results.models import ImportBatch, ImportIssue

#: New answers or a repeated attempt leave these states as they are.
_MAY_STAY = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.STAGING)


class BusyError(Exception):
    """Another import is being written; try again later."""


@transaction.atomic
def create_batch(
    *, territory: Territory, title: str, actor: Actor, settings: Mapping[str, Any] | None = None
) -> ImportBatch:
    """Make an import without files yet."""
    batch = ImportBatch.objects.create(
        territory=territory,
        title=title[:300],
        settings=dict(settings or {}),
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
    )
    _log(batch, actor=actor, action="upload", changes={})
    return batch


def change_state(batch: ImportBatch, state: str, *, actor: Actor, **fields: Any) -> ImportBatch:
    """Change the state where the table of transitions allows it; the only place that does. Call it in a transaction.

    Raises:
        ValidationError: the present state does not allow it.
        BusyError: another import is being written.
    """
    present = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    stays = state == present.state and state in _MAY_STAY
    if not stays and state not in BATCH_TRANSITIONS[present.state]:
        message = _("The import is “%(state)s”: this cannot be done now.")
        raise ValidationError(message % {"state": present.get_state_display()})
    for name, value in {"state": state, **fields}.items():
        setattr(batch, name, value)
    try:
        with transaction.atomic():
            batch.save(update_fields=["state", *fields])
    except IntegrityError:
        raise BusyError(_busy_text()) from None
    _log(batch, actor=actor, action=str(state), changes={"state": [present.state, state]})
    return batch


def begin_writing(batch: ImportBatch, *, actor: Actor, writer: str = "") -> ImportBatch:
    """Take the one place for writing; a repeated attempt of the same job has it already. Call it in a transaction.

    An import whose job is over without an end (it failed too often) does not block the others: it is marked as failed.

    Raises:
        BusyError: another import is being written, or another job writes this one.
        ValidationError: the state of the import does not allow it.
    """
    lock_writing()
    present = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if (
        present.state == BatchState.STAGING
        and present.settings.get("writer", "") != writer
        and _is_written(present)
    ):
        raise BusyError(_busy_text(present))
    for other in (
        ImportBatch.objects.filter(state=BatchState.STAGING).exclude(pk=batch.pk).select_related("territory")
    ):
        if _is_written(other):
            raise BusyError(_busy_text(other))
        change_state(other, BatchState.FAILED, actor=actor, error=_("Writing was interrupted too often."))
    batch.settings = {**present.settings, "writer": writer}
    return change_state(batch, BatchState.STAGING, actor=actor, settings=batch.settings)


def _is_written(batch: ImportBatch) -> bool:
    """Whether somebody still writes it: its job is not over, or it has none (a script)."""
    writer = batch.settings.get("writer", "")
    return (
        not writer or Job.objects.filter(pk=writer, state__in=(JobState.WAITING, JobState.RUNNING)).exists()
    )


def _busy_text(other: ImportBatch | None = None) -> str:
    number = f" № {other.pk}" if other else ""
    return _("Another import%(number)s is being written just now. This one begins when that one is done.") % {
        "number": number
    }


@transaction.atomic
def lock_writing() -> None:
    """Make those who change visibility wait for one another (PostgreSQL; SQLite has one writer anyway)."""
    ImportBatch.objects.select_for_update().order_by("pk").first()


@transaction.atomic
def save_settings(batch: ImportBatch, *, actor: Actor, **settings: Any) -> ImportBatch:
    """Keep answers of the person; the report of the last trial is no longer true.

    Raises:
        ValidationError: the import is written or undone already.
    """
    change_state(batch, _open_state(batch), actor=actor)
    batch.settings = {**batch.settings, **settings}
    batch.save(update_fields=["settings"])
    return batch


def _open_state(batch: ImportBatch) -> str:
    if batch.state in (BatchState.UPLOADED, BatchState.CHECKED):
        return str(batch.state)
    if batch.state == BatchState.FAILED:
        return BatchState.CHECKED
    raise ValidationError(
        _("The import is “%(state)s”: this cannot be done now.") % {"state": batch.get_state_display()}
    )


@transaction.atomic
def discard_batch(batch: ImportBatch, *, actor: Actor) -> ImportBatch:
    """Throw away an import that was not written; its files are deleted, the entry stays.

    Raises:
        ValidationError: it was written or is being written.
    """
    change_state(batch, BatchState.DISCARDED, actor=actor)
    ImportIssue.objects.filter(batch=batch).delete()
    for file in batch.files.all():
        if file.content:
            stored, name = file.content.storage, file.content.name
            file.content = ""
            file.save(update_fields=["content"])
            transaction.on_commit(lambda stored=stored, name=name: stored.delete(name))  # type: ignore[misc]  # bound now
    return batch


def fail_batch(batch: ImportBatch, *, actor: Actor, error: str) -> ImportBatch:
    """Say in words why the import cannot go on."""
    with transaction.atomic():
        return change_state(batch, BatchState.FAILED, actor=actor, error=error[:2000])


def _log(batch: ImportBatch, *, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    record(batch, actor=actor, action=action, changes=changes, territory_path=batch.territory.path or "")
