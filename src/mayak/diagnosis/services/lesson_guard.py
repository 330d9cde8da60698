"""What every change of a lesson, a sheet, a form or a round checks and records."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.rubric import Problem
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record


def log_form(
    form: ObservationForm, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None
) -> None:
    """Write the audit entry of a form."""
    path = form.territory.path or "" if form.territory else ""
    record(form, actor=actor, action=action, changes=changes or {}, territory_path=path)


def log_lesson(
    lesson: LessonObservation, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None
) -> None:
    """Write the audit entry of a lesson: that it was observed, not what was said of it."""
    record(
        lesson,
        actor=actor,
        action=action,
        changes=changes or {},
        territory_path=lesson.organisation.territory.path or "",
        organisation_id=lesson.organisation_id,
    )


def log_round(
    found: LessonRound, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None
) -> None:
    """Write the audit entry of a festival."""
    record(
        found,
        actor=actor,
        action=action,
        changes=changes or {},
        territory_path=found.territory.path or "",
        organisation_id=found.organisation_id,
    )


def problem_text(problem: Problem) -> str:
    """Return in words why a form cannot be put in use."""
    text = _problem_words().get(problem.code, problem.code) % problem.params
    return f"{problem.place}: {text}" if problem.place else text


def refuse(problems: list[Problem]) -> None:
    """Refuse to use a form that has problems.

    Raises:
        ValidationError: names every problem.
    """
    if problems:
        raise ValidationError([problem_text(one) for one in problems])


def _problem_words() -> dict[str, str]:
    return {
        "no_sections": _("The form has no section."),
        "no_title": _("it has no title"),
        "no_text": _("the item has no text"),
        "items_in_section": _("items stand inside a criterion, not right inside a section"),
        "empty_part": _("there is neither a criterion nor an item in it"),
        "part_max": _("the maximum is stated as %(stated)s, but what lies in it adds up to %(sum)s"),
        "form_max": _("The maximum of the form is stated as %(stated)s, but the sections add up to %(sum)s."),
        "kind": _("the kind of the item is unknown"),
        "item_max": _("the maximum of an item lies between 1 and %(highest)s"),
        "no_levels": _("the item has no levels, so nobody knows what a score means"),
        "level_text": _("a level has no description"),
        "level_twice": _("a score stands at two levels"),
        "binary": _("an item of yes or no has the levels 0 and 1"),
        "scale_levels": _("a scale needs a level for each score from 0 to %(max)s"),
        "choice_levels": _("a choice needs two levels or more, and the highest gives the maximum (%(max)s)"),
        "codes": _("A code is missing or stands twice."),
        "result_levels": _("The levels of the result must begin at 0 per cent and rise."),
    }
