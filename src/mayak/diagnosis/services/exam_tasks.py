"""Writing catalogues of tasks: what the trial run showed, with the consent to each replacement; undoing it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.models import ExamTask, TaskCatalogue, TaskCatalogueLoad
from mayak.diagnosis.selectors.exam_tasks import TASK_FIELDS, Image, image_of, last_load, points_text
from mayak.diagnosis.services.exam_task_lists import NEW, SAME, PlannedCatalogue, differing
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was written; ``left`` are catalogues whose replacement nobody agreed to."""

    new: list[TaskCatalogue]
    replaced: list[TaskCatalogue]
    left: int


@transaction.atomic
def apply_catalogues(
    planned: Iterable[PlannedCatalogue], *, agreed: Collection[str], file_name: str, actor: Actor
) -> LoadReport:
    """Write the new catalogues of a plan, and replace those to which a person agreed.

    Args:
        planned: the plan of the trial run.
        agreed: keys of the catalogues that may be replaced.
        file_name: of the file, for the page of the catalogue.
        actor: who.

    Raises:
        ValidationError: nothing is to be written, or a catalogue was changed meanwhile; then nothing is written.
    """
    report = LoadReport([], [], 0)
    left = 0
    for row in planned:
        if row.outcome == SAME:
            continue
        if row.outcome != NEW and row.key not in agreed:
            left += 1
            continue
        made = _load(row, file_name=file_name, actor=actor)
        (report.new if row.outcome == NEW else report.replaced).append(made)
    if not report.new and not report.replaced:
        raise ValidationError(_("Nothing is written: mark the catalogues that may be replaced."))
    return LoadReport(report.new, report.replaced, left)


@transaction.atomic
def undo_load(catalogue: TaskCatalogue, *, actor: Actor) -> bool:
    """Take back the last loading; a catalogue that it created is deleted.

    Returns:
        whether the catalogue is still there.

    Raises:
        ValidationError: it was not loaded from a file, or was changed since.
    """
    locked = TaskCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    load = last_load(locked)
    if load is None:
        raise ValidationError(_("This catalogue was not loaded from a file."))
    if image_of(locked) != load.after:
        raise ValidationError(_("The catalogue was changed since it was loaded, so that is not undone."))
    _log(locked, load.after, load.before, file_name=load.file_name, action="undo import", actor=actor)
    if load.before is None:
        locked.delete()
        return False
    _write(locked, load.before)
    load.undone_at = timezone.now()
    load.save(update_fields=["undone_at"])
    return True


def _load(row: PlannedCatalogue, *, file_name: str, actor: Actor) -> TaskCatalogue:
    identity = {"kind": row.kind, "subject_id": row.subject_id, "grade": row.grade, "year": row.year}
    found = TaskCatalogue.objects.select_for_update().filter(**identity).first()
    before = image_of(found) if found else None
    if before != row.seen:
        raise ValidationError(
            _("“%(title)s” was changed meanwhile: load the file again.") % {"title": row.title}
        )
    catalogue = found or TaskCatalogue(**identity)
    _write(catalogue, {"source": row.source, "is_supplied": False, "tasks": row.tasks})
    after = image_of(catalogue)
    TaskCatalogueLoad.objects.create(
        catalogue=catalogue, file_name=file_name[:200], before=before, after=after
    )
    _log(catalogue, before, after, file_name=file_name, action="replace" if found else "import", actor=actor)
    return catalogue


def _write(catalogue: TaskCatalogue, image: Image) -> None:
    """Make the catalogue what the image says; a task that stays keeps its row."""
    catalogue.source, catalogue.is_supplied = image["source"], image["is_supplied"]
    catalogue.full_clean()
    catalogue.save()
    present = {task.task_code: task for task in catalogue.tasks.all()}
    codes = {values["task_code"] for values in image["tasks"]}
    catalogue.tasks.exclude(task_code__in=codes).delete()
    made, kept = [], []
    for position, values in enumerate(image["tasks"], start=1):
        task = present.get(values["task_code"])
        if task is None:
            made.append(task := ExamTask(catalogue=catalogue))
        else:
            kept.append(task)
        for name, value in (values | {"position": position}).items():
            setattr(task, name, value)
        task.clean_fields(exclude=["catalogue"])
    ExamTask.objects.bulk_create(made)
    ExamTask.objects.bulk_update(kept, [*TASK_FIELDS, "position"])


def _log(
    catalogue: TaskCatalogue,
    before: Image | None,
    after: Image | None,
    *,
    file_name: str,
    action: str,
    actor: Actor,
) -> None:
    """Write what changed: the source, and of each task the words before and after."""
    old, new = _words(before), _words(after)
    changes: dict[str, Any] = {"file": [None, file_name]}
    sources = [before["source"] if before else None, after["source"] if after else None]
    if sources[0] != sources[1]:
        changes["source"] = sources
    for codes in differing(before, after).values():
        changes |= {code: [old.get(code), new.get(code)] for code in codes}
    record(catalogue, actor=actor, action=action, changes=changes)


def _words(image: Image | None) -> dict[str, str]:
    names = ("section", "topic", "skill", "complexity")
    rows = image["tasks"] if image else []
    return {
        row["task_code"]: " | ".join([points_text(row["max_score"]), *(row[name] for name in names)])
        for row in rows
    }
