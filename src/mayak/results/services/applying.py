"""Writing an import: staged in short transactions, visible by one change of state, once however often it is tried."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.bulk import bulk_insert, let_others_write, portions
from mayak.results.algorithms.collect import CODE_LENGTH, SlotFinder
from mayak.results.algorithms.keys import canonical
from mayak.results.algorithms.records import ParticipantRecord, Place
from mayak.results.enums import BatchState
from mayak.results.models import (
    ContextValue,
    ImportBatch,
    NonObjectivityMarker,
    ParticipantResult,
    SchoolResult,
)
from mayak.results.services.batches import begin_writing, change_state, lock_writing
from mayak.results.services.planned import UNCHANGED, Plan, Planned
from mayak.results.services.planning import Planner
from mayak.results.services.source import Source
from mayak.results.services.staging import Foundations, make_context, make_marker, make_result

Progress = Callable[[int, str], None]
STAGED_MODELS: Final[tuple[type[models.Model], ...]] = (SchoolResult, ContextValue, NonObjectivityMarker)
ROWS_AT_ONCE: Final = 300
PARTICIPANTS_AT_ONCE: Final = 20_000
_PARTICIPANT_COLUMNS: Final = (
    "result_id", "code", "class_label", "variant", "score", "primary_score", "mark", "journal_mark", "tasks", "row",
)  # fmt: skip


def apply_batch(
    batch: ImportBatch, source: Source, *, actor: Actor, writer: str = "", progress: Progress | None = None
) -> ImportBatch:
    """Write the import and show it; where nothing would change it goes back to «checked» and nothing is written.

    Raises:
        BusyError: another import is being written; nothing was done.
        ValidationError: the state of the import does not allow it.
    """
    tell = progress or (lambda done, stage: None)
    with transaction.atomic():
        begin_writing(batch, actor=actor, writer=writer)
    clear_staged(batch)
    planner = Planner(batch, actor=actor, is_trial=False, progress=progress)
    planner.read(source)
    plan = planner.build()
    if not plan.has_changes:
        return _leave(batch, planner, actor=actor)
    foundations = Foundations(plan, planner.indicators.fresh, actor=actor)
    _stage(batch, plan.results, SchoolResult, lambda row: make_result(row, batch, foundations), tell)
    _stage_participants(plan, source, tell)
    _stage(batch, plan.contexts, ContextValue, lambda row: make_context(row, batch, foundations), tell)
    _stage(batch, plan.markers, NonObjectivityMarker, lambda row: make_marker(row, batch), tell)
    planner.issues.save(batch)
    return _show(batch, planner, actor=actor)


def clear_staged(batch: ImportBatch) -> None:
    """Take away what an interrupted attempt left: its rows and its marks on the rows of others."""
    while _delete_some(ParticipantResult.objects.filter(result__batch=batch), PARTICIPANTS_AT_ONCE):
        pass
    for model in STAGED_MODELS:
        while _delete_some(model._default_manager.filter(batch=batch), ROWS_AT_ONCE):
            pass
        while _unmark_some(model, batch):
            pass


@transaction.atomic
def _delete_some(rows: "models.QuerySet[Any]", count: int) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:count])
    if not keys:
        return 0
    rows.filter(pk__gte=keys[0], pk__lte=keys[-1]).delete()
    return len(keys)


@transaction.atomic
def _unmark_some(model: type[models.Model], batch: ImportBatch) -> int:
    marked = model._default_manager.filter(superseded_by=batch)
    keys = list(marked.values_list("pk", flat=True)[:ROWS_AT_ONCE])
    return model._default_manager.filter(pk__in=keys).update(superseded_by=None)


def _stage(
    batch: ImportBatch,
    rows: dict[tuple[Any, ...], Planned],
    model: type[models.Model],
    make: Callable[[Planned], models.Model],
    tell: Progress,
) -> None:
    """Write the new and changed rows, invisible, and mark the rows that they replace."""
    changed = [row for row in rows.values() if row.verdict != UNCHANGED]
    done = 0
    for portion in portions(changed, ROWS_AT_ONCE):
        with transaction.atomic():
            written = model._default_manager.bulk_create([make(row) for row in portion])
            old = [row.old_id for row in portion if row.old_id is not None]
            model._default_manager.filter(pk__in=old).update(superseded_by=batch)
        for row, made in zip(portion, written, strict=True):
            row.id = made.pk
        done += len(portion)
        tell(done, "writing")
        let_others_write()


def _stage_participants(plan: Plan, source: Source, tell: Progress) -> None:
    """Read the participants once more and write those of new and changed results."""
    changed = {
        (row.slot.school, row.slot.assessment): row
        for row in plan.results.values()
        if row.slot is not None and row.verdict != UNCHANGED
    }
    if not changed:
        return
    for row in plan.results.values():
        if row.slot is not None:
            row.slot.codes = set()

    def find(record: ParticipantRecord, _place: Place) -> Planned | None:
        return changed.get((record.school, canonical(record.assessment)))

    finder: SlotFinder = SlotFinder(find)
    done = 0
    for sheet in source:
        if sheet.is_skipped or sheet.missing:
            continue
        waiting: list[tuple[Any, ...]] = []
        for batch in sheet.batches():
            waiting += _participant_rows(batch.participants, finder)
            while len(waiting) >= PARTICIPANTS_AT_ONCE:
                done += _write(waiting[:PARTICIPANTS_AT_ONCE])
                waiting = waiting[PARTICIPANTS_AT_ONCE:]
                tell(done, "writing participants")
                let_others_write()
        done += _write(waiting)


def _participant_rows(records: Sequence[ParticipantRecord], finder: SlotFinder) -> Iterable[tuple[Any, ...]]:
    """Columns of the participants of changed results; the second of two equal codes was reported and is left out."""
    find = finder.find
    for record in records:
        planned = find(record)
        if planned is None:
            continue
        number, _, _, code, label, variant, primary, test, mark, journal, tasks = record
        codes = planned.slot.codes
        if code in codes or len(code) > CODE_LENGTH:
            continue
        codes.add(code)
        score = primary if test is None else test
        yield planned.id, code, label[:40], variant[:40], score, primary, mark, journal, tasks, number


@transaction.atomic
def _write(rows: list[tuple[Any, ...]]) -> int:
    return bulk_insert(ParticipantResult, _PARTICIPANT_COLUMNS, rows) if rows else 0


def _leave(batch: ImportBatch, planner: Planner, *, actor: Actor) -> ImportBatch:
    """Everything is stored already (or nothing could be taken): no import is made of it."""
    planner.issues.save(batch)
    with transaction.atomic():
        report = {**planner.report(), "trial": False}
        change_state(batch, BatchState.CHECKED, actor=actor, report=report, error="")
    return batch


@transaction.atomic
def _show(batch: ImportBatch, planner: Planner, *, actor: Actor) -> ImportBatch:
    """The one short change that makes everything visible."""
    lock_writing()
    report = {**planner.report(), "trial": False}
    change_state(batch, BatchState.APPLIED, actor=actor, report=report, applied_at=timezone.now(), error="")
    for model in STAGED_MODELS:
        audit_rows(model, batch, actor=actor, action="import")
    return batch


def audit_rows(model: type[models.Model], batch: ImportBatch, *, actor: Actor, action: str) -> None:
    """One entry for all rows of a kind: how many, which range of keys, the hash of the files they came from."""
    ends = model._default_manager.filter(batch=batch).aggregate(
        count=models.Count("pk"), first=models.Min("pk"), last=models.Max("pk")
    )
    if not ends["count"]:
        return
    record_bulk(
        model,
        actor=actor,
        action=action,
        row_count=ends["count"],
        row_first=ends["first"],
        row_last=ends["last"],
        content_hash=batch.content_hash,
        territory_path=batch.territory.path or "",
        cause=batch,
        object_text=batch.title,
        changes=batch.report.get("participants") and {"participants": batch.report["participants"]},
    )
