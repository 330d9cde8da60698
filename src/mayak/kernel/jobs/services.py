"""Asking for background work."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot
from mayak.kernel.jobs import registry
from mayak.kernel.jobs.alive import BEAT_EVERY, Pulse, WorkerSign, new_worker_id
from mayak.kernel.jobs.lifecycle import FINAL_ERRORS
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.runner import attempt_job
from mayak.kernel.jobs.tasks import run_job


@transaction.atomic
def enqueue_job(
    kind: str,
    *,
    actor: Actor,
    title: str = "",
    arguments: Mapping[str, Any] | None = None,
    link: str = "",
) -> Job:
    """Ask for a job; a worker sees it when the caller's transaction is committed, never if it is rolled back.

    Args:
        kind: name under which the function is registered.
        actor: who asks; the only one, besides administrators, who sees the job.
        title: what is done, in words with the object («Load ege-2024.csv»); else the title of the kind.
        arguments: keyword arguments of the function, plain JSON; keys of objects, never their contents.
        link: where the owner goes on when it is done.

    Raises:
        KeyError: nobody registered the kind.
    """
    registered = registry.get(kind)
    job = Job(
        id=uuid.uuid4(),
        kind=kind,
        title=(title or str(registered.title))[:300],
        arguments=dict(arguments or {}),
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
        link=link,
        language=get_language() or "",
    )
    job.task_id = uuid.UUID(run_job.enqueue(job_id=str(job.pk)).id)
    job.save(force_insert=True)
    return job


@transaction.atomic
def retry_job(job: Job, *, actor: Actor) -> Job:
    """Ask for a failed job once more; its finished steps stay finished.

    Raises:
        ValidationError: the job has not failed.
    """
    before = snapshot(job, ["state"])
    asked = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.WAITING, error="", attempts=0, finished_at=None
    )
    if not asked:
        raise ValidationError(_("Only a failed job can be tried again."))
    task_id = uuid.UUID(run_job.enqueue(job_id=str(job.pk)).id)
    Job.objects.filter(pk=job.pk).update(task_id=task_id)
    job.refresh_from_db()
    record(job, actor=actor, action="retry", changes=difference(before, snapshot(job, ["state"])))
    return job


@transaction.atomic
def withdraw_jobs(job_ids: Collection[uuid.UUID]) -> int:
    """Take back jobs that nobody needs any more; what a worker has in hand stays. Return how many were taken back.

    A worker that claims one at this very moment finds it gone and goes on with the next.
    """
    jobs = Job.objects.filter(pk__in=job_ids).exclude(state=JobState.RUNNING)
    tasks = DBTaskResult.objects.filter(pk__in=jobs.values_list("task_id", flat=True))
    tasks.filter(status=TaskResultStatus.READY).delete()
    return jobs.delete()[0]


def run_now(job: Job) -> Job:
    """Run a waiting job in this process, once, without a worker: for the command line and for tests.

    Raises:
        ValueError: a worker has the job already, or it is finished.
        Exception: what the function raised, unless it was meant for people; the job keeps it in either case.
    """
    worker_id = new_worker_id()
    with WorkerSign(worker_id) as sign:
        attempt = _claim(job, worker_id)
        if connection.in_atomic_block:
            error = attempt_job(str(job.pk), attempt=attempt, may_retry=False)
        else:
            with Pulse(sign.beat, every=BEAT_EVERY):
                error = attempt_job(str(job.pk), attempt=attempt, may_retry=False)
    if error is not None and not isinstance(error, FINAL_ERRORS):
        raise error
    job.refresh_from_db()
    return job


@transaction.atomic
def _claim(job: Job, worker_id: str) -> int:
    row = (
        DBTaskResult.objects.select_for_update()
        .filter(pk=job.task_id or uuid.uuid4(), status=TaskResultStatus.READY)
        .first()
    )
    if row is None:
        raise ValueError(f"job {job.pk} is not waiting")
    row.claim(worker_id)
    return len(row.worker_ids)
