"""The upload of a registry table and the report of its trial run; nothing of the registry is written."""

import hashlib
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.models import Job
from mayak.registry.enums import ImportState
from mayak.registry.models import RegistryImport
from mayak.registry.services.import_plan import ImportPlan, RowAction


@transaction.atomic
def keep_upload(
    kind: str,
    *,
    actor: Actor,
    file_name: str,
    content: bytes,
    key: str,
    clears_empty: bool,
    territory_path: str,
) -> RegistryImport:
    """Keep a file that is still to be checked."""
    upload = RegistryImport(
        kind=kind,
        state=ImportState.CHECKING,
        file_name=file_name[-200:],
        file_hash=hashlib.sha256(content).hexdigest(),
        key=key,
        clears_empty=clears_empty,
        territory_path=territory_path,
        uploaded_by_id=actor.user_id,
        uploaded_by_label=actor.label,
    )
    upload.file.save(file_name[-100:], ContentFile(content), save=False)
    upload.save()
    return upload


@transaction.atomic
def record_trial(upload: RegistryImport, plan: ImportPlan) -> RegistryImport:
    """Keep the report of the trial run.

    Raises:
        ValidationError: the file is checked or dropped already.
    """
    stored = RegistryImport.objects.select_for_update().defer("report").get(pk=upload.pk)
    if stored.state != ImportState.CHECKING:
        raise ValidationError(_("This file is not waiting for a check."))
    upload.created_count = plan.count(RowAction.CREATE)
    upload.updated_count = plan.count(RowAction.UPDATE)
    upload.unchanged_count = plan.count(RowAction.KEEP)
    upload.rejected_count = plan.count(RowAction.REJECT)
    upload.report = plan.report()
    upload.plan_hash = plan.fingerprint
    upload.state = ImportState.CHECKED
    counts = ("created_count", "updated_count", "unchanged_count", "rejected_count")
    upload.save(update_fields=[*counts, "report", "plan_hash", "state"])
    return upload


@transaction.atomic
def give_to_job(upload: RegistryImport, state: ImportState, enqueue: Callable[[], Job]) -> Job:
    """Let a job check (``CHECKING``), write (``CHECKED``) or undo (``APPLIED``) the file; there is only one at it.

    Raises:
        ValidationError: a job is at it already, or the file is not in the state.
    """
    stored = RegistryImport.objects.select_for_update().defer("report").get(pk=upload.pk)
    if stored.is_busy:
        raise ValidationError(_("A background job is at this file already."))
    if stored.state != state and state == ImportState.APPLIED:
        raise ValidationError(_("Only a written import can be undone."))
    if stored.state != state:
        raise ValidationError(_("This import is not waiting for a confirmation."))
    upload.job = enqueue()
    upload.save(update_fields=["job"])
    return upload.job


@transaction.atomic
def drop_import(upload: RegistryImport, *, actor: Actor) -> RegistryImport:
    """Drop an import that was only checked, or is being checked.

    Raises:
        ValidationError: it is written already.
    """
    stored = RegistryImport.objects.select_for_update().defer("report").get(pk=upload.pk)
    if stored.state not in (ImportState.CHECKING, ImportState.CHECKED):
        raise ValidationError(_("This import is not waiting for a confirmation."))
    upload.state = ImportState.DROPPED
    upload.save(update_fields=["state"])
    return upload
