"""The state of a job and of its row in the queue change here and nowhere else, both in one transaction.

Every change after the beginning is fenced by the number of the attempt: a worker that was taken for dead and
comes back finds that the job is no longer its own, and changes nothing.
"""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from mayak.kernel.jobs.handle import owned
from mayak.kernel.jobs.models import FINISHED, Job, JobState
from mayak.kernel.jobs.registry import JobError

logger = logging.getLogger(__name__)

ATTEMPTS = 5
FINAL_ERRORS = (JobError, ValidationError)
"""How often a job is tried, and the errors after which trying again cannot help."""


def backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait after this many attempts: 1, 2, 4, 8 seconds."""
    return dt.timedelta(seconds=2 ** max(attempts - 1, 0))


def begin(job_id: str, *, attempt: int) -> Job | None:
    """Mark the job as running; None where it is finished or gone."""
    begun = (
        Job.objects.filter(pk=job_id)
        .exclude(state__in=FINISHED)
        .update(
            state=JobState.RUNNING,
            attempts=attempt,
            started_at=timezone.now(),
            error="",
            done=0,
            total=None,
            stage="",
        )
    )
    return Job.objects.get(pk=job_id) if begun else None


@transaction.atomic
def succeed(job: Job, result: dict[str, Any]) -> None:
    """Keep the result."""
    total = job.done if job.total is None else job.total
    _settle(
        job,
        status=TaskResultStatus.SUCCESSFUL,
        state=JobState.DONE,
        result=result,
        done=job.done,
        total=total or None,
        stage="",
    )


@transaction.atomic
def fail(job: Job, error: BaseException) -> None:
    """Keep the error in words; nobody tries again."""
    _settle(
        job, status=TaskResultStatus.FAILED, state=JobState.FAILED, error=words_of(error, job), done=job.done
    )


@transaction.atomic
def try_again(job: Job, error: BaseException) -> None:
    """Put the job back after a failure, to be taken after a pause."""
    again = timezone.now() + backoff(job.attempts)
    moment = f"{timezone.localtime(again):%H:%M:%S}"
    note = _("It will be tried again at %(time)s.") % {"time": moment}
    _put_back(job, error=f"{words_of(error, job)} {note}", run_after=again)


@transaction.atomic
def put_back(job: Job) -> None:
    """Put the job back because its process stops; the attempt does not count."""
    row = _rows(job).first()
    if _put_back(job, error="", run_after=timezone.now()) and row is not None:
        DBTaskResult.objects.filter(pk=row.pk).update(worker_ids=row.worker_ids[:-1])


@transaction.atomic
def take_from_dead(row: DBTaskResult[Any, Any], *, worker_id: str) -> bool:
    """Put the job of a dead worker back, or give it up after too many attempts.

    ``worker_id`` is the dead worker; false if the row is no longer its own.
    """
    locked = (
        DBTaskResult.objects.select_for_update().filter(pk=row.pk, status=TaskResultStatus.RUNNING).first()
    )
    if locked is None or locked.worker_ids[-1:] != [worker_id]:
        return False
    attempts = len(locked.worker_ids)
    given_up = attempts >= ATTEMPTS
    locked.status = TaskResultStatus.FAILED if given_up else TaskResultStatus.READY
    locked.run_after = timezone.now() + backoff(attempts)
    locked.save(update_fields=["status", "run_after"])
    jobs = Job.objects.filter(task_id=row.pk).exclude(state__in=FINISHED)
    if given_up:
        error = _("The worker was stopped %(count)s times while it did this. Ask the administrator.")
        jobs.update(
            state=JobState.FAILED,
            error=error % {"count": attempts},
            attempts=attempts,
            finished_at=timezone.now(),
        )
    else:
        jobs.update(
            state=JobState.WAITING, error=_("The worker was stopped; the work will be taken up again.")
        )
    return True


def words_of(error: BaseException, job: Job) -> str:
    """Return the error as the owner reads it; what is not meant for people stays in the log of the server."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, JobError):
        return str(error)
    logger.error("job %s (%s) failed", job.pk, job.kind, exc_info=error)
    return _(
        "Something unexpected happened (%(kind)s). The log of the server has it under the number %(number)s."
    ) % {
        "kind": type(error).__name__,
        "number": job.pk,
    }


def _rows(job: Job) -> QuerySet[DBTaskResult[Any, Any]]:
    return DBTaskResult.objects.filter(pk=job.task_id) if job.task_id else DBTaskResult.objects.none()


def _settle(job: Job, *, status: TaskResultStatus, **values: Any) -> None:
    now = timezone.now()
    if owned(job).update(finished_at=now, log=job.log, **values):
        _rows(job).update(status=status, finished_at=now)
    else:
        logger.warning("job %s was taken by another worker; what this one did for it is not kept", job.pk)


def _put_back(job: Job, *, error: str, run_after: dt.datetime) -> bool:
    if not owned(job).update(state=JobState.WAITING, error=error, log=job.log):
        return False
    _rows(job).update(status=TaskResultStatus.READY, run_after=run_after)
    return True
