"""Background work of the registry: long files are checked and written here."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.registry.enums import ImportState
from mayak.registry.imports import TableProblem, build_plan, read_upload
from mayak.registry.models import RegistryImport
from mayak.registry.permissions import EDIT, can_load_table
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.services.import_plan import ImportPlan
from mayak.registry.services.import_trials import give_to_job, record_trial
from mayak.registry.services.imports import apply_import, undo_import

MANY_ROWS = 2000
"""A file with more rows is checked and written in the background; so many are planned in about a second."""


def ask_trial(upload: RegistryImport, *, actor: Actor) -> Job:
    """Ask for the check of a kept file in the background.

    Raises:
        ValidationError: a job is at it already, or it is checked.
    """
    title = _g("Check of the file %(file)s") % {"file": upload.file_name}
    return give_to_job(
        upload, ImportState.CHECKING, lambda: _enqueue("registry.trial", upload, actor=actor, title=title)
    )


def ask_write(upload: RegistryImport, *, actor: Actor) -> Job:
    """Ask for the writing of a checked file in the background.

    Raises:
        ValidationError: a job is at it already, or it is not waiting for a confirmation.
    """
    title = _g("Writing of the file %(file)s") % {"file": upload.file_name}
    return give_to_job(
        upload, ImportState.CHECKED, lambda: _enqueue("registry.write", upload, actor=actor, title=title)
    )


def ask_undo(upload: RegistryImport, *, actor: Actor) -> Job:
    """Ask for the undoing of a written file in the background.

    Raises:
        ValidationError: a job is at it already, or it is not written.
    """
    title = _g("Undoing of the file %(file)s") % {"file": upload.file_name}
    return give_to_job(
        upload, ImportState.APPLIED, lambda: _enqueue("registry.undo", upload, actor=actor, title=title)
    )


@job("registry.trial", title=_("Check of a registry file"))
def trial(handle: JobHandle, *, upload_id: int) -> dict[str, Any]:
    """Say for every line what would be written; a second run of a finished check changes nothing."""
    upload = RegistryImport.objects.get(pk=upload_id)
    if upload.state == ImportState.CHECKING:
        plan = _plan(upload, handle)
        with handle.once("trial") as first:
            if first:
                record_trial(upload, plan)
    return _counts(upload)


@job("registry.write", title=_("Writing of a registry file"))
def write(handle: JobHandle, *, upload_id: int) -> dict[str, Any]:
    """Write what the check promised, all of it or nothing; a second run of a finished writing changes nothing."""
    upload = RegistryImport.objects.get(pk=upload_id)
    if upload.state == ImportState.CHECKED:
        plan = _plan(upload, handle)
        handle.progress(upload.line_count, stage=_g("writing"))
        with handle.once("write") as first:
            if first:
                apply_import(upload, plan, actor=_owner(handle))
    elif upload.state != ImportState.APPLIED:
        raise ValidationError(_g("This import is not waiting for a confirmation."))
    return _counts(upload)


@job("registry.undo", title=_("Undoing of a registry file"))
def undo(handle: JobHandle, *, upload_id: int) -> dict[str, Any]:
    """Bring every row back, all of them or none; a second run of a finished undoing changes nothing."""
    upload = RegistryImport.objects.get(pk=upload_id)
    if upload.state != ImportState.UNDONE:
        _refuse_foreign(upload, handle)
        sheet = SHEETS[upload.kind]
        handle.progress(0, upload.line_count, stage=_g("undoing"))
        with handle.once("undo") as first:
            if first:
                undo_import(upload, sheet.model, sheet.related, actor=_owner(handle))
    return _counts(upload)


def _enqueue(kind: str, upload: RegistryImport, *, actor: Actor, title: str) -> Job:
    link = reverse("registry:import", args=[upload.pk])
    return enqueue_job(kind, actor=actor, title=title, arguments={"upload_id": upload.pk}, link=link)


def _plan(upload: RegistryImport, handle: JobHandle) -> ImportPlan:
    """Read the kept file and plan it with the rights that the owner of the job has now."""
    scope = _refuse_foreign(upload, handle)
    sheet = SHEETS[upload.kind]
    handle.progress(0, stage=_g("reading the file"))
    try:
        with upload.file.open("rb") as file:
            table = read_upload(upload.file_name, file.read(), sheet, sheet.key(upload.key))
    except TableProblem as problem:
        raise JobError(problem.message) from problem
    total, stage = len(table.lines), _g("checking the rows")
    return build_plan(
        table,
        sheet,
        sheet.key(upload.key),
        scope,
        clears_empty=upload.clears_empty,
        progress=lambda done: handle.progress(done, total, stage),
    )


def _refuse_foreign(upload: RegistryImport, handle: JobHandle) -> Scope:
    """Where the owner of the job may change the registry now."""
    scope = scope_of_actor(_owner(handle), EDIT)
    if not can_load_table(scope, upload.kind):
        raise JobError(_g("You may look at this, but not change it."))
    return scope


def _owner(handle: JobHandle) -> Actor:
    return Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)


def _counts(upload: RegistryImport) -> dict[str, Any]:
    return {
        _g("created"): upload.created_count,
        _g("updated"): upload.updated_count,
        _g("unchanged"): upload.unchanged_count,
        _g("rejected"): upload.rejected_count,
    }
