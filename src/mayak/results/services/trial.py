"""The trial run: reads everything, compares with what is stored, writes nothing but its report."""

from collections.abc import Callable

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.results.enums import BatchState
from mayak.results.models import ImportBatch
from mayak.results.services.batches import change_state
from mayak.results.services.planning import Planner
from mayak.results.services.source import Source

Progress = Callable[[int, str], None]


def trial_run(
    batch: ImportBatch, source: Source, *, actor: Actor, progress: Progress | None = None
) -> ImportBatch:
    """Report what writing the import would do: created, updated, unchanged, rejected, skipped, and what is asked.

    Raises:
        ValidationError: the import is written or undone already.
    """
    planner = Planner(batch, actor=actor, is_trial=True, progress=progress)
    planner.read(source)
    planner.build()
    planner.issues.save(batch)
    with transaction.atomic():
        report = {**planner.report(), "trial": True}
        change_state(batch, BatchState.CHECKED, actor=actor, report=report, error="")
    return batch
