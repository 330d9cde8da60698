"""The worker: takes jobs from the queue, gives signs of life, takes again the jobs of workers that died."""

import logging
import time
from types import FrameType
from typing import Any, TypeAlias

from django.db import DatabaseError, OperationalError, close_old_connections, connections
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from mayak.kernel.audit.chain import seal_missing
from mayak.kernel.jobs.alive import BEAT_EVERY, Pulse, WorkerSign, forget_dead, is_alive, new_worker_id
from mayak.kernel.jobs.handle import STOPPING, JobStopped
from mayak.kernel.jobs.lifecycle import take_from_dead
from mayak.kernel.jobs.runner import attempt_job
from mayak.kernel.jobs.schedule import ask_for_due_jobs
from mayak.kernel.jobs.tasks import run_job

Row: TypeAlias = DBTaskResult[Any, Any]

logger = logging.getLogger(__name__)

LOOK_ROUND_EVERY = 2.0
"""Seconds between two looks for dead workers and due periodic jobs."""


class JobWorker(Worker):
    """The worker of django-tasks-db with beats, a reaper, retries and a schedule (docs/adr/0004)."""

    def __init__(self, *, interval: float = 1.0, batch: bool = False, periodic: bool = True) -> None:
        super().__init__(
            queue_names=["default"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=new_worker_id(),
            excluded_queue_names=[],
        )
        self.periodic = periodic
        self._looked_round = 0.0

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop at the next word of progress; at a second signal at once. The job is put back."""
        if STOPPING.is_set():
            raise SystemExit(1)
        logger.info("stopping: the job in hand is put back; once more to stop at once")
        self.running = False
        STOPPING.set()

    def run(self) -> None:
        """Work until told to stop, or in batch mode until nothing is waiting."""
        logger.info("worker %s is ready", self.worker_id)
        with WorkerSign(self.worker_id) as sign, Pulse(sign.beat, every=BEAT_EVERY):
            _seal_what_was_left()
            while self.running:
                try:
                    close_old_connections()
                    worked = self.work_once()
                except OperationalError as error:  # the database is busy or restarts: it comes back
                    logger.warning("the database does not answer, waiting: %s", error)
                    connections.close_all()
                    worked = False
                if not worked and self.batch:
                    break
                if not worked:
                    STOPPING.wait(self.interval)
        logger.info("worker %s has stopped", self.worker_id)

    def work_once(self) -> bool:
        """Look round, take one task and run it; false where nothing is waiting."""
        self.look_round()
        row = self._claim()
        if row is None:
            return False
        self.run_task(row)
        return True

    def look_round(self) -> None:
        """Take again what dead workers had and ask for periodic jobs, at most every two seconds."""
        if time.monotonic() - self._looked_round < LOOK_ROUND_EVERY:
            return
        self._looked_round = time.monotonic()
        reap(self.worker_id)
        if self.periodic:
            ask_for_due_jobs()

    def run_task(self, db_task_result: Row) -> None:
        """Run a job, counting attempts; anything else in the queue is run as django-tasks does."""
        if db_task_result.task_path != run_job.module_path:
            super().run_task(db_task_result)
            return
        self.running_task = True
        job_id = str(db_task_result.args_kwargs["kwargs"]["job_id"])
        try:
            attempt_job(job_id, attempt=len(db_task_result.worker_ids), may_retry=True)
            _close(db_task_result)
        except JobStopped:
            self.running = False
        finally:
            self.running_task = False

    def _claim(self) -> Row | None:
        ready = DBTaskResult.objects.ready().filter(
            backend_name=self.backend_name, queue_name__in=self.queue_names
        )
        if not ready.exists():  # a read: an idle worker never takes SQLite's only place for a writer
            return None
        with exclusive_transaction(ready.db):
            row: Row | None = ready.get_locked()
            if row is not None:
                row.claim(self.worker_id)
        return row


def reap(own_id: str = "") -> int:
    """Take the tasks of dead workers again; return how many."""
    dead: dict[str, bool] = {own_id: False}
    taken = 0
    running: Any = DBTaskResult.objects.running()
    for row in running:
        worker_id = row.worker_ids[-1] if row.worker_ids else ""
        if worker_id not in dead:
            dead[worker_id] = not is_alive(worker_id)
        if dead[worker_id] and take_from_dead(row, worker_id=worker_id):
            logger.warning("task %s of the dead worker %s is taken again", row.pk, worker_id)
            taken += 1
    if taken:
        forget_dead()
    return taken


def _seal_what_was_left() -> None:
    """Seal the entries that a killed process left without a seal, however old."""
    try:
        sealed = seal_missing()
    except DatabaseError as error:  # the periodic job tries again
        logger.warning("the audit log could not be sealed: %s", error)
        connections.close_all()
    else:
        if sealed:
            logger.warning("%s entries of the audit log had no seal and got one", sealed)


def _close(row: Row) -> None:
    """Close a task whose job was finished or gone before it began."""
    DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids).update(
        status=TaskResultStatus.SUCCESSFUL
    )
