"""Which workers live: a locked file on this machine, a beat in the database for the others.

The operating system drops the lock the moment a process ends, however it ends: a worker killed by -9 on this
machine is known to be dead at once, and one that holds the database for minutes is not taken for dead.
Workers on other machines are judged by the age of their last beat.
"""

import datetime as dt
import fcntl
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from mayak.kernel.jobs.models import WorkerBeat

logger = logging.getLogger(__name__)

BEAT_EVERY = 2.0
DEAD_AFTER = dt.timedelta(seconds=30)
"""Seconds between two beats, and the silence after which a worker of another machine counts as dead."""


def new_worker_id() -> str:
    """Return a name that no other process bears."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


def lock_path(worker_id: str) -> Path:
    """Return where the worker keeps its locked file."""
    return Path(settings.DATA_DIR) / "workers" / f"{worker_id}.lock"


class WorkerSign:
    """The sign of life of this process while the block lasts."""

    def __init__(self, worker_id: str) -> None:
        self.worker_id = worker_id
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Lock the file and write the first beat."""
        path = lock_path(self.worker_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.beat()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the signs away."""
        if self._file is not None:
            lock_path(self.worker_id).unlink(missing_ok=True)
            self._file.close()
        try:
            WorkerBeat.objects.filter(worker_id=self.worker_id).delete()
        except DatabaseError:
            logger.debug("the beat of %s stays until the next tidying", self.worker_id)

    def beat(self) -> None:
        """Write the time into the database."""
        WorkerBeat.objects.update_or_create(worker_id=self.worker_id, defaults={"seen_at": timezone.now()})


class Pulse(threading.Thread):
    """Calls an action again and again on a thread, so with a database connection, of its own."""

    def __init__(self, action: Callable[[], None], *, every: float) -> None:
        super().__init__(daemon=True)
        self.action = action
        self.every = every
        self._ended = threading.Event()

    def run(self) -> None:
        """Act until told to end; a busy database only delays."""
        while not self._ended.wait(self.every):
            try:
                self.action()
            except DatabaseError as error:
                logger.debug("delayed: %s", error)
            finally:
                connections.close_all()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End and wait for the last action."""
        self._ended.set()
        self.join(timeout=25)


def is_alive(worker_id: str) -> bool:
    """Whether the worker lives: by its locked file where it ran here, else by its last beat."""
    path = lock_path(worker_id)
    if path.exists():
        return _is_locked(path)
    beat = WorkerBeat.objects.filter(worker_id=worker_id).values_list("seen_at", flat=True).first()
    return beat is not None and beat > timezone.now() - DEAD_AFTER


def forget_dead() -> None:
    """Remove the files and beats of workers that are gone."""
    for path in lock_path("x").parent.glob("*.lock"):
        if not _is_locked(path):
            path.unlink(missing_ok=True)
            WorkerBeat.objects.filter(worker_id=path.stem).delete()
    WorkerBeat.objects.filter(seen_at__lt=timezone.now() - 10 * DEAD_AFTER).delete()


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
