"""To which request or job of the queue a piece of work belongs: a value of the context, so that nobody passes it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change comes from.

    Attributes:
        request_id: number of the request that the middleware gave it, empty outside of one.
        job_id: key of the job that a worker runs, empty outside of one.
    """

    request_id: str = ""
    job_id: str = ""


_origin: ContextVar[Origin] = ContextVar("mayak_origin", default=Origin())  # noqa: B039  # frozen


def current_origin() -> Origin:
    """Return the request or the job in which this code runs; an empty one on the command line."""
    return _origin.get()


@contextmanager
def working_for(*, request_id: str = "", job_id: str = "") -> Iterator[None]:
    """Say for what the block works; what was said before comes back at its end."""
    token = _origin.set(Origin(request_id=request_id, job_id=job_id))
    try:
        yield
    finally:
        _origin.reset(token)
