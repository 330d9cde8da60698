"""The handle that a running function gets."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.jobs.models import Job, JobQuerySet, JobState, JobStep

FLUSH_EVERY = 0.5
LOG_LETTERS = 64_000
"""Seconds between two writes of the progress, and how much of the log is kept (its end)."""

STOPPING = threading.Event()
"""Set when this process was asked to stop: a running function leaves at its next word of progress."""


class JobStopped(BaseException):  # not an error: the process stops, the job goes on later
    """The process stops; the job is put back. Not an ``Exception``, so that no function swallows it."""


class JobTaken(BaseException):  # not an error: another worker has the job now
    """This worker was taken for dead and the job given to another: nothing more may be written for it."""


class RunningJob:
    """Keeps the progress in memory; a pulse on another connection, or the call itself, writes it at times.

    So a word of progress costs nothing, and is seen by others while the function's own transaction is open
    (on SQLite, where there is one writer at a time, as soon as that transaction ends).
    """

    def __init__(self, job: Job, *, writes_itself: bool) -> None:
        self.job = job
        self.writes_itself = writes_itself
        self._lock = threading.Lock()
        self._dirty = False
        self._taken = False
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, stage: str = "") -> None:
        """Say how far the work is; no total and no stage leave the last ones.

        Raises:
            JobStopped: the process was asked to stop.
            JobTaken: another worker has the job.
        """
        with self._lock:
            self.job.done = done
            self.job.total = self.job.total if total is None else total
            self.job.stage = str(stage)[:200] or self.job.stage
            self._dirty = True
        self._after_a_word()

    def log(self, text: str) -> None:
        """Add a line with the time."""
        line = f"{timezone.localtime():%H:%M:%S} {text}\n"
        with self._lock:
            self.job.log = (self.job.log + line)[-LOG_LETTERS:]
            self._dirty = True
        self._after_a_word()

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """Open a transaction; true if the step is not done yet. The mark is kept together with the effect.

        Raises:
            JobTaken: another worker has the job.
        """
        with transaction.atomic():
            created = JobStep.objects.get_or_create(job=self.job, key=key)[1]
            if not owned(self.job).exists():
                raise JobTaken(_("Another worker has taken the job."))
            yield created

    def flush(self) -> None:
        """Write what was said since the last time."""
        with self._lock:
            if not self._dirty:
                return
            self._dirty = False
            job = self.job
            values = {"done": job.done, "total": job.total, "stage": job.stage, "log": job.log}
        try:
            self._taken = not owned(self.job).update(**values)
        except BaseException:
            self._dirty = True
            raise

    def _after_a_word(self) -> None:
        if self._taken:
            raise JobTaken(_("Another worker has taken the job."))
        if STOPPING.is_set():
            raise JobStopped
        if (
            self.writes_itself
            and time.monotonic() - self._written > FLUSH_EVERY
            and not connection.in_atomic_block
        ):
            self._written = time.monotonic()
            self.flush()


def owned(job: Job) -> JobQuerySet:
    """Return the row of the job if this attempt still has it."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
