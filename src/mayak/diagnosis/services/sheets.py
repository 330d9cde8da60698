"""Filling in the sheet of an observer: on one device or on several, with a line or without one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.algorithms.rubric import Rubric
from mayak.diagnosis.algorithms.rubric_scores import fits, unanswered
from mayak.diagnosis.enums.lessons import LessonState, SheetState
from mayak.diagnosis.models import LessonObservation, ObservationSheet
from mayak.diagnosis.models.lessons import ADVICE
from mayak.diagnosis.services.lesson_deficits import record_lesson_deficits
from mayak.diagnosis.services.lesson_guard import log_lesson
from mayak.diagnosis.signals import observation_finished
from mayak.kernel.access import Actor

EVIDENCE_LENGTH: Final = 4000
NAMED: Final = 5
"""So many items without an answer are named."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What an observer changed in one item.

    Attributes:
        values: ``score`` (a number, or None for «not observed») and ``evidence``; what is missing stays.
        base: the version of the sheet that the device knew when the change was made.
    """

    values: Mapping[str, Any]
    base: int


@dataclass(slots=True)
class Saved:
    """What became of the changes.

    Attributes:
        version: of the sheet now.
        saved: items whose change is kept, or was already.
        conflicts: items that another device changed in between -> what is kept of them now.
        refused: items that the form does not have, or scores that it does not know.
    """

    version: int
    saved: list[str] = field(default_factory=list)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def save_answers(
    sheet: ObservationSheet, changes: Mapping[str, ItemChange], *, actor: Actor, device: str = ""
) -> Saved:
    """Keep changes of a sheet, each item apart, so that no device overwrites what another one scored.

    An item that another device has changed since ``base`` is left as it is and named as a conflict; sending the same
    change again, as a bad line makes a device do, changes nothing. The log says who began and who finished.

    Raises:
        ValidationError: the sheet is finished (code ``finished``).
    """
    stored = ObservationSheet.objects.select_for_update().get(pk=sheet.pk)
    if stored.state == SheetState.FINISHED:
        raise ValidationError(
            _("This sheet is finished. Who oversees the school can open it again."), code="finished"
        )
    is_first = not stored.answers
    rubric = sheet.lesson.form.rubric
    saved = Saved(stored.version)
    answers = dict(stored.answers)
    for code, change in changes.items():
        _apply(
            code,
            change,
            rubric=rubric,
            answers=answers,
            saved=saved,
            device=device,
            version=stored.version + 1,
        )
    if answers != stored.answers:
        saved.version = stored.version + 1
        stored.answers, stored.version = answers, saved.version
        stored.save(update_fields=["answers", "version"])
        if is_first:
            log_lesson(sheet.lesson, actor=actor, action="begin_sheet")
    sheet.answers, sheet.version = stored.answers, stored.version
    return saved


@transaction.atomic
def finish_sheet(sheet: ObservationSheet, *, actor: Actor) -> ObservationSheet:
    """Finish the own sheet; the last one of a lesson finishes the lesson.

    Raises:
        ValidationError: it is finished already, or items have no answer («not observed» is one).
    """
    stored = ObservationSheet.objects.select_for_update().get(pk=sheet.pk)
    if stored.state == SheetState.FINISHED:
        raise ValidationError(_("This sheet is finished already."))
    missing = unanswered(sheet.lesson.form.rubric, stored.scores)
    if missing:
        names = ", ".join(item.number or item.text for item in missing[:NAMED])
        text = ngettext(
            "%(count)s item has no answer: %(names)s. Score it or mark it as not observed.",
            "%(count)s items have no answer, first of all %(names)s. Score them or mark them as not observed.",
            len(missing),
        )
        raise ValidationError(text % {"count": len(missing), "names": names})
    stored.state, stored.finished_at = SheetState.FINISHED, timezone.now()
    stored.save(update_fields=["state", "finished_at"])
    sheet.state, sheet.finished_at, sheet.answers = stored.state, stored.finished_at, stored.answers
    log_lesson(sheet.lesson, actor=actor, action="finish_sheet")
    finish_if_complete(sheet.lesson, actor=actor)
    return sheet


@transaction.atomic
def reopen_sheet(sheet: ObservationSheet, *, actor: Actor, reason: str) -> ObservationSheet:
    """Open a finished sheet again, with a reason; the lesson is under observation again.

    Raises:
        ValidationError: there is no reason, or the sheet is not finished.
    """
    if not reason.strip():
        raise ValidationError(_("Give the reason."))
    stored = ObservationSheet.objects.select_for_update().get(pk=sheet.pk)
    if stored.state != SheetState.FINISHED:
        raise ValidationError(_("This sheet is not finished."))
    stored.state, stored.finished_at = SheetState.DRAFT, None
    stored.save(update_fields=["state", "finished_at"])
    sheet.state, sheet.finished_at = stored.state, None
    lesson = sheet.lesson
    lesson.state, lesson.finished_at = LessonState.DRAFT, None
    lesson.save(update_fields=["state", "finished_at"])
    log_lesson(lesson, actor=actor, action="reopen", changes={"reason": ["", reason.strip()]})
    return sheet


def finish_if_complete(lesson: LessonObservation, *, actor: Actor) -> bool:
    """Finish a lesson all of whose observers have finished: its deficits are recorded, the listeners are told."""
    stored = LessonObservation.objects.select_for_update().get(pk=lesson.pk)
    states = list(lesson.sheets.values_list("state", flat=True))
    if stored.state == LessonState.FINISHED or not states or set(states) != {SheetState.FINISHED}:
        return False
    lesson.state, lesson.finished_at = LessonState.FINISHED, timezone.now()
    lesson.save(update_fields=["state", "finished_at"])
    log_lesson(lesson, actor=actor, action="finish", changes={"observers": [None, len(states)]})
    record_lesson_deficits(lesson, actor=actor)
    observation_finished.send(LessonObservation, lesson=lesson, actor=actor)
    return True


def read_changes(raw: Any) -> dict[str, ItemChange]:
    """Return the changes that a device sends; what is no change is left out.

    Raises:
        ValueError: it is no table of changes at all.
    """
    if not isinstance(raw, Mapping):
        raise ValueError("changes")  # noqa: TRY004  # it is bad input of a device, not a wrong call
    found = {}
    for code, one in raw.items():
        if not isinstance(one, Mapping):
            continue
        values = {name: one[name] for name in ("score", "evidence") if name in one}
        base = one.get("base")
        found[str(code)] = ItemChange(values, base if isinstance(base, int) else 0)
    return found


def answered(codes: Iterable[str], sheet: ObservationSheet) -> int:
    """Return how many of the items have an answer."""
    return sum(1 for code in codes if code in sheet.scores)


def _apply(
    code: str,
    change: ItemChange,
    *,
    rubric: Rubric,
    answers: dict[str, Any],
    saved: Saved,
    device: str,
    version: int,
) -> None:
    if not _is_known(code, change, rubric):
        saved.refused.append(code)
        return
    before = answers.get(code, {})
    after = {**before, **_clean(change.values)}
    if after == before or (not before and after == {"evidence": ""}):
        saved.saved.append(code)
    elif before.get("v", 0) > change.base and not (device and before.get("d") == device):
        saved.conflicts[code] = {name: before[name] for name in ("score", "evidence") if name in before}
    else:
        answers[code] = {**after, "v": version, "d": device}
        saved.saved.append(code)


def _is_known(code: str, change: ItemChange, rubric: Rubric) -> bool:
    if code == ADVICE:
        return set(change.values) <= {"evidence"}
    item = rubric.by_code.get(code)
    score = change.values.get("score")
    is_number = score is None or (isinstance(score, int) and not isinstance(score, bool))
    return item is not None and is_number and fits(item, score)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "evidence" in cleaned:
        cleaned["evidence"] = str(cleaned["evidence"] or "").replace("\x00", "")[:EVIDENCE_LENGTH]
    return cleaned
