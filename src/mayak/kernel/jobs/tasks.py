"""The one function that the queue knows; whatever the queue is, it runs a job by its number."""

from django_tasks import task

from mayak.kernel.jobs.runner import attempt_job


@task()
def run_job(job_id: str, attempt: int = 1) -> None:
    """Run the job. Our own worker does not come through here: it counts the attempts itself (worker.py).

    Raises:
        Exception: what the job's function raised, so that a backend with its own retries sees it.
    """
    error = attempt_job(job_id, attempt=attempt, may_retry=False)
    if error is not None:
        raise error
