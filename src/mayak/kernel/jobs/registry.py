"""The functions that run in the background, registered by the apps, and the handle that they get."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias

from mayak.kernel.jobs.models import Job

P = ParamSpec("P")
JobResult: TypeAlias = dict[str, Any] | None
"""What a function returns: the owner reads it as label and value, so the keys are words."""


class JobError(Exception):
    """The work cannot be done and trying again will not help; the message is for the owner, in words."""


class JobHandle(Protocol):
    """What a running function has of its job. Everything here is seen at once, also inside a transaction."""

    job: Job

    def progress(self, done: int, total: int | None = None, stage: str = "") -> None:
        """Say how far the work is; cheap enough for every row. Leaves the function when it must stop."""

    def log(self, text: str) -> None:
        """Add a line that the owner reads."""

    def once(self, key: str) -> AbstractContextManager[bool]:
        """Open a transaction; true if this step has not been done, its effect and the mark are kept together.

        with handle.once("write") as first:
            if first:
                write(...)
        """


JobFunction: TypeAlias = Callable[Concatenate[JobHandle, ...], JobResult]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A registered function: its name for ever, its title, and for a periodic one how often it is due."""

    name: str
    title: Any  # a lazy translation
    run: JobFunction
    every: dt.timedelta | None = None


_kinds: dict[str, JobKind] = {}


def job(
    name: str, *, title: Any, every: dt.timedelta | None = None
) -> Callable[
    [Callable[Concatenate[JobHandle, P], JobResult]], Callable[Concatenate[JobHandle, P], JobResult]
]:
    """Register a function as a job; with ``every`` the workers ask for it by themselves.

    Raises:
        ValueError: the name is taken.
    """

    def add(
        run: Callable[Concatenate[JobHandle, P], JobResult],
    ) -> Callable[Concatenate[JobHandle, P], JobResult]:
        if name in _kinds and _kinds[name].run is not run:
            raise ValueError(f"job {name!r} is registered twice")
        _kinds[name] = JobKind(name, title, run, every)
        return run

    return add


def get(name: str) -> JobKind:
    """Return the kind.

    Raises:
        KeyError: nobody registered it.
    """
    return _kinds[name]


def all_kinds() -> Iterator[JobKind]:
    """Yield the kinds in the order of their names."""
    for name in sorted(_kinds):
        yield _kinds[name]
