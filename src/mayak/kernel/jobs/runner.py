"""One attempt at a job: begin, call the function, keep what came of it."""

from contextlib import nullcontext

from django.conf import settings
from django.db import connection
from django.utils.translation import override

from mayak.kernel.access.origin import working_for
from mayak.kernel.jobs import lifecycle, registry
from mayak.kernel.jobs.alive import Pulse
from mayak.kernel.jobs.handle import FLUSH_EVERY, JobStopped, JobTaken, RunningJob
from mayak.kernel.jobs.models import Job


def attempt_job(job_id: str, *, attempt: int, may_retry: bool) -> Exception | None:
    """Run the job's function once and settle the job; return the error that the function raised, if any.

    Inside a transaction of the caller (tests) everything is written on the caller's connection.

    Raises:
        JobStopped: the process was asked to stop; the job has been put back.
    """
    job = lifecycle.begin(job_id, attempt=attempt)
    if job is None:
        return None
    with override(job.language or settings.LANGUAGE_CODE), working_for(job_id=str(job.pk)):
        return _attempt(job, may_retry=may_retry and attempt < lifecycle.ATTEMPTS)


def _attempt(job: Job, *, may_retry: bool) -> Exception | None:
    alone = connection.in_atomic_block
    handle = RunningJob(job, writes_itself=alone)
    try:
        with nullcontext() if alone else Pulse(handle.flush, every=FLUSH_EVERY):
            result = _call(handle)
        lifecycle.succeed(job, result)
    except JobTaken:
        return None
    except (JobStopped, KeyboardInterrupt, SystemExit) as stop:
        lifecycle.put_back(job)
        raise JobStopped from stop
    except lifecycle.FINAL_ERRORS as error:
        lifecycle.fail(job, error)
        return error
    except Exception as error:
        settle = lifecycle.try_again if may_retry else lifecycle.fail
        settle(job, error)
        return error
    return None


def _call(handle: RunningJob) -> dict[str, object]:
    try:
        kind = registry.get(handle.job.kind)
    except KeyError:
        raise registry.JobError(f"no such job: {handle.job.kind}") from None
    return kind.run(handle, **handle.job.arguments) or {}
