"""Planning lessons and their observers; the words of the teacher."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.diagnosis.enums.lessons import LessonState, ObservationFormState, SheetState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.diagnosis.selectors.lessons import may_be_observer
from mayak.diagnosis.services.lesson_guard import log_lesson
from mayak.diagnosis.services.sheets import finish_if_complete
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, snapshot
from mayak.registry.models import Organisation, Person, Subject

CHANGEABLE = ("subject", "grade", "topic", "held_on", "kind", "video_url", "round")


@transaction.atomic
def plan_lesson(
    *,
    actor: Actor,
    teacher: Person,
    organisation: Organisation,
    subject: Subject,
    held_on: dt.date,
    form: ObservationForm,
    **further: Any,
) -> LessonObservation:
    """Plan the observation of a lesson (``grade``, ``topic``, ``kind``, ``video_url``, ``round`` besides).

    Raises:
        ValidationError: a field says no, the form is not in use, the teacher does not work in the school that day, or
            the lesson does not fit the festival.
    """
    lesson = LessonObservation(
        teacher=teacher,
        organisation=organisation,
        subject=subject,
        held_on=held_on,
        form=form,
        planned_by_id=actor.user_id,
        planned_by_label=actor.label[:254],
        **further,
    )
    _check(lesson)
    lesson.save()
    log_lesson(lesson, actor=actor, action="create", changes={"held_on": [None, held_on.isoformat()]})
    return lesson


@transaction.atomic
def update_lesson(lesson: LessonObservation, *, actor: Actor, **changes: Any) -> LessonObservation:
    """Change when and on what a lesson is held; teacher, school and form stay.

    Raises:
        ValidationError: the lesson is finished, or a field says no.
    """
    stored = _open_lesson(lesson)
    before = snapshot(stored, CHANGEABLE)
    for name in CHANGEABLE:
        if name in changes:
            setattr(lesson, name, changes[name])
    _check(lesson)
    lesson.save(update_fields=list(CHANGEABLE))
    log_lesson(lesson, actor=actor, action="update", changes=difference(before, snapshot(lesson, CHANGEABLE)))
    return lesson


@transaction.atomic
def delete_lesson(lesson: LessonObservation, *, actor: Actor) -> None:
    """Delete a lesson of which nothing is said yet.

    Raises:
        ValidationError: an observer has begun.
    """
    _open_lesson(lesson)
    if any(sheet.answers for sheet in lesson.sheets.all()):
        raise ValidationError(_("An observer has begun to fill in the sheet, so the lesson stays."))
    log_lesson(lesson, actor=actor, action="delete")
    lesson.delete()


@transaction.atomic
def add_observer(lesson: LessonObservation, user: User, *, actor: Actor) -> ObservationSheet:
    """Ask somebody to observe the lesson: a sheet of one's own.

    Raises:
        ValidationError: the lesson is finished, the person has no role that observes, teaches it or has a sheet.
    """
    _open_lesson(lesson)
    if not may_be_observer(user):
        raise ValidationError(_("%(name)s has no role that observes lessons.") % {"name": user})
    if user.person_id is not None and user.person_id == lesson.teacher_id:
        raise ValidationError(
            _("The teacher does not observe the own lesson; there is room for the own words.")
        )
    if lesson.sheets.filter(observer=user).exists():
        raise ValidationError(_("%(name)s observes this lesson already.") % {"name": user})
    sheet = ObservationSheet.objects.create(lesson=lesson, observer=user)
    log_lesson(
        lesson, actor=actor, action="add_observer", changes={"observer": [None, f"accounts.user:{user.pk}"]}
    )
    return sheet


@transaction.atomic
def remove_observer(sheet: ObservationSheet, *, actor: Actor) -> None:
    """Take back that somebody observes; where the others have finished, the lesson is finished by that.

    Raises:
        ValidationError: the observer has begun.
    """
    stored = ObservationSheet.objects.select_for_update().get(pk=sheet.pk)
    if stored.answers or stored.state == SheetState.FINISHED:
        raise ValidationError(
            _("This observer has begun to fill in the sheet; what was scored is not thrown away.")
        )
    lesson = sheet.lesson
    changes = {"observer": [f"accounts.user:{sheet.observer_id}", None]}
    sheet.delete()
    log_lesson(lesson, actor=actor, action="remove_observer", changes=changes)
    finish_if_complete(lesson, actor=actor)


@transaction.atomic
def set_reflection(lesson: LessonObservation, *, actor: Actor, text: str) -> LessonObservation:
    """Keep the teacher's own words on the lesson; they may be changed at any time."""
    lesson.reflection = text.strip()
    lesson.save(update_fields=["reflection"])
    log_lesson(lesson, actor=actor, action="reflect")
    return lesson


def _open_lesson(lesson: LessonObservation) -> LessonObservation:
    stored = LessonObservation.objects.select_for_update().get(pk=lesson.pk)
    if stored.state == LessonState.FINISHED:
        raise ValidationError(_("The lesson is finished and stays as it is."))
    return stored


def _check(lesson: LessonObservation) -> None:
    if lesson.form.state != ObservationFormState.IN_USE and lesson.pk is None:
        raise ValidationError({"form": _("This form is not in use.")})
    lesson.full_clean()
    posts = lesson.teacher.employments.filter(organisation=lesson.organisation)
    ends = [post.valid_to for post in posts]
    if not ends or all(end is not None and end < lesson.held_on for end in ends):
        raise ValidationError(
            {"teacher": _("The registry knows no post of this person in the school on that day.")}
        )
    if lesson.round is not None:
        _check_round(lesson, lesson.round)


def _check_round(lesson: LessonObservation, found: LessonRound) -> None:
    school = lesson.organisation
    if found.is_closed:
        raise ValidationError({"round": _("The festival is closed.")})
    if found.form_id != lesson.form_id:
        raise ValidationError(
            {
                "round": _("Lessons of this festival are observed by the form «%(form)s».")
                % {"form": found.form}
            }
        )
    if not found.starts_on <= lesson.held_on <= found.ends_on:
        raise ValidationError({"held_on": _("The day lies outside the festival.")})
    inside = (school.territory.path or "").startswith(found.territory.path or "-")
    if not inside or found.organisation_id not in {None, school.pk, school.parent_id}:
        raise ValidationError({"round": _("This school takes no part in the festival.")})
