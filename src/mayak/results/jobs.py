"""Background work of the results: trial runs, writing, quality signs, thresholds, retention."""

import datetime as dt
import time
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import ANONYMISED as TAKE_ANONYMISED
from mayak.accounts.permissions import may_take_anonymised
from mayak.kernel.access import Actor, Scope
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.findings.registry import all_checks
from mayak.kernel.findings.services import run_checks
from mayak.kernel.importing import ImportProblem
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.registry.models import Territory
from mayak.results.enums import BatchState
from mayak.results.imports.stored import stored_source
from mayak.results.models import ImportBatch, RuleSet, SchoolResult
from mayak.results.services.anonymised import make_export
from mayak.results.services.applying import apply_batch
from mayak.results.services.batches import BusyError, fail_batch
from mayak.results.services.identification import run_identification
from mayak.results.services.retention import purge_participants
from mayak.results.services.thresholds import recompute_below
from mayak.results.services.trial import trial_run

STAGES = {
    "reading": _("reading the files"),
    "linking": _("finding the schools"),
    "comparing": _("comparing with what is stored"),
    "writing": _("writing results"),
    "writing participants": _("writing results of participants"),
    "results": _("reading the results"),
    "context": _("reading the context"),
    "deciding": _("deciding on each school"),
    "decisions": _("writing the decisions"),
}
QUALITY_CHECKS = "results."
ANONYMISED = "results.anonymised"
MANY_SCHOOLS = 300
#: So long a job waits for another import before it gives its place in the queue to others.
WAIT_SECONDS = 20


def ask_trial(batch: ImportBatch, *, actor: Actor) -> Job:
    """Ask for a trial run in the background."""
    return enqueue_job(
        "results.trial",
        actor=actor,
        title=gettext("Trial run: %(title)s") % {"title": batch.title},
        arguments={"batch_id": batch.pk},
        link=reverse("results:batch", args=[batch.pk]),
    )


def ask_apply(batch: ImportBatch, *, actor: Actor) -> Job:
    """Ask for the writing of an import in the background."""
    return enqueue_job(
        "results.apply",
        actor=actor,
        title=gettext("Loading: %(title)s") % {"title": batch.title},
        arguments={"batch_id": batch.pk},
        link=reverse("results:batch", args=[batch.pk]),
    )


@job("results.trial", title=_("Trial run of an import"))
def trial(handle: JobHandle, *, batch_id: int) -> dict[str, Any]:
    """Read everything and report what writing would do."""
    batch = ImportBatch.objects.select_related("territory").get(pk=batch_id)
    try:
        trial_run(batch, stored_source(batch), actor=_owner(handle), progress=_progress(handle))
    except (ImportProblem, ValidationError) as problem:
        raise _stop(batch, problem, handle) from problem
    return {name: batch.report[name] for name in ("rows", "results", "participants", "context")}


@job("results.apply", title=_("Loading of an import"))
def apply(handle: JobHandle, *, batch_id: int) -> dict[str, Any]:
    """Write the import and show it; a second run of a finished one changes nothing."""
    batch = ImportBatch.objects.select_related("territory").get(pk=batch_id)
    actor = _owner(handle)
    if batch.state != BatchState.APPLIED:
        try:
            _apply_when_free(batch, handle, actor)
        except (ImportProblem, ValidationError) as problem:
            raise _stop(batch, problem, handle) from problem
    if batch.state == BatchState.APPLIED:
        enqueue_job("results.checks", actor=actor, arguments={"batch_id": batch_id})
    return {name: batch.report[name] for name in ("rows", "results", "participants", "context")}


@job("results.checks", title=_("Quality signs of an import"))
def checks(handle: JobHandle, *, batch_id: int) -> dict[str, Any]:
    """Look for quality signs in the territory of the import."""
    batch = ImportBatch.objects.select_related("territory").get(pk=batch_id)
    own = [check.id for check in all_checks() if check.id.startswith(QUALITY_CHECKS)]
    found = run_checks(scope=_touched(batch), check_ids=own) if own else 0
    handle.log(gettext("Open quality signs: %(count)s") % {"count": found})
    return {"open": found}


@job("results.below", title=_("Shares below the threshold after a change of a scale"))
def below(handle: JobHandle) -> dict[str, Any]:
    """Count again what lies below the thresholds."""
    changed = recompute_below(progress=handle.progress)
    return {"changed": changed}


@job(
    "results.purge", title=_("Deleting results of participants after their term"), every=dt.timedelta(days=1)
)
def purge(handle: JobHandle) -> dict[str, Any]:
    """Delete rows of participants that are older than the retention rule."""
    deleted = purge_participants(progress=handle.progress)
    return {"deleted": deleted}


def _apply_when_free(batch: ImportBatch, handle: JobHandle, actor: Actor) -> None:
    """Write; while another import is being written wait a little, then let the job be tried again later."""
    began = time.monotonic()
    while True:
        try:
            apply_batch(
                batch,
                stored_source(batch),
                actor=actor,
                writer=str(handle.job.pk),
                progress=_progress(handle),
            )
        except BusyError as busy:
            handle.progress(0, stage=str(busy))
            if time.monotonic() - began > WAIT_SECONDS:
                raise
            time.sleep(1)
            batch.refresh_from_db()
        else:
            return


def _touched(batch: ImportBatch) -> Scope:
    """The schools of the import; where they are many, its whole territory."""
    touched = SchoolResult.objects.filter(batch=batch).values_list("organisation_id", flat=True).distinct()
    schools = frozenset(touched[: MANY_SCHOOLS + 1])
    if 0 < len(schools) <= MANY_SCHOOLS:
        return Scope(organisation_ids=schools)
    return Scope(territory_paths=(batch.territory.path or "",))


def ask_identification(rule_set: RuleSet, *, territory: Territory, year: int, actor: Actor) -> Job:
    """Ask for a run of a rule in the background."""
    title = gettext("%(rule)s, %(year)s, %(territory)s") % {
        "rule": rule_set.name,
        "year": year,
        "territory": territory,
    }
    arguments = {"rule_set_id": rule_set.pk, "territory_id": territory.pk, "year": year}
    link = reverse("identification:runs")
    return enqueue_job("results.identify", actor=actor, title=title, arguments=arguments, link=link)


@job("results.identify", title=_("Applying a rule of identification"))
def identify(handle: JobHandle, *, rule_set_id: int, territory_id: int, year: int) -> dict[str, Any]:
    """Apply the rule and keep the decisions; a second run of the same job changes nothing."""
    rule_set = RuleSet.objects.select_related("status_kind").get(pk=rule_set_id)
    territory = Territory.objects.get(pk=territory_id)
    result: dict[str, Any] = {}
    with handle.once("run") as first:
        if first:
            try:
                run = run_identification(
                    rule_set, territory=territory, year=year, actor=_owner(handle), progress=_progress(handle)
                )
            except ValidationError as problem:
                raise JobError(" ".join(problem.messages)) from problem
            Job.objects.filter(pk=handle.job.pk).update(link=reverse("identification:run", args=[run.pk]))
            result = {"run": run.pk, "listed": run.summary["listed"], "schools": run.summary["schools"]}
            handle.log(gettext("%(listed)s of %(schools)s schools are on the list") % result)
    return result


def ask_anonymised(*, actor: Actor, year_from: int, year_to: int, participants: bool) -> Job:
    """Ask for an anonymised export in the background."""
    arguments = {"year_from": year_from, "year_to": year_to, "participants": participants}
    return enqueue_job(ANONYMISED, actor=actor, arguments=arguments)


@job(ANONYMISED, title=_("Anonymised export"))
def anonymised_export(
    handle: JobHandle, *, year_from: int, year_to: int, participants: bool
) -> dict[str, Any]:
    """Make the file with the rights that the owner has now; a second run writes it anew."""
    actor = _owner(handle)
    scope = scope_of_actor(actor, TAKE_ANONYMISED)
    if not may_take_anonymised(scope):
        raise JobError(gettext("The right to take anonymised data is gone."))
    made = make_export(
        str(handle.job.pk),
        scope,
        actor=actor,
        year_from=year_from,
        year_to=year_to,
        participants=participants,
    )
    Job.objects.filter(pk=handle.job.pk).update(link=reverse("results:anonymised-file", args=[handle.job.pk]))
    return dict(made)


def _owner(handle: JobHandle) -> Actor:
    return Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)


def _progress(handle: JobHandle) -> Any:
    return lambda done, stage: handle.progress(done, stage=str(STAGES.get(stage, stage)))


def _stop(batch: ImportBatch, problem: ImportProblem | ValidationError, handle: JobHandle) -> JobError:
    """The import cannot go on; the batch and the job say why in words."""
    text = problem.message if isinstance(problem, ImportProblem) else " ".join(problem.messages)
    batch.refresh_from_db()
    if batch.state in (BatchState.STAGING, BatchState.CHECKED, BatchState.UPLOADED):
        fail_batch(batch, actor=_owner(handle), error=text)
    return JobError(text)
