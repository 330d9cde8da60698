"""Holding festivals of lessons."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import LessonRound, ObservationForm
from mayak.diagnosis.services.lesson_guard import log_round
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, snapshot
from mayak.registry.models import Territory


@transaction.atomic
def create_round(
    *,
    actor: Actor,
    territory: Territory,
    title: str,
    form: ObservationForm,
    starts_on: dt.date,
    ends_on: dt.date,
    **further: Any,
) -> LessonRound:
    """Begin a festival (``organisation``, ``min_observers``, ``min_group`` besides).

    Raises:
        ValidationError: a field says no, or the form is not in use.
    """
    made = LessonRound(
        territory=territory, title=title, form=form, starts_on=starts_on, ends_on=ends_on, **further
    )
    if form.state != ObservationFormState.IN_USE:
        raise ValidationError({"form": _("This form is not in use.")})
    made.full_clean()
    made.save()
    log_round(made, actor=actor, action="create")
    return made


@transaction.atomic
def update_round(found: LessonRound, *, actor: Actor, **changes: Any) -> LessonRound:
    """Change a festival; the form only as long as no lesson is observed by it.

    Raises:
        ValidationError: a field says no, the festival is closed, or lessons stand in the way.
    """
    stored = LessonRound.objects.select_for_update().get(pk=found.pk)
    if stored.is_closed:
        raise ValidationError(_("The festival is closed."))
    if "form" in changes and changes["form"].pk != stored.form_id and found.lessons.exists():
        raise ValidationError({"form": _("Lessons are observed by the form of this festival already.")})
    before = snapshot(stored)
    for name, value in changes.items():
        setattr(found, name, value)
    found.full_clean()
    if found.lessons.exclude(held_on__range=(found.starts_on, found.ends_on)).exists():
        raise ValidationError({"ends_on": _("A lesson of the festival would lie outside.")})
    found.save(update_fields=list(changes))
    log_round(found, actor=actor, action="update", changes=difference(before, snapshot(found)))
    return found


@transaction.atomic
def set_round_closed(found: LessonRound, *, actor: Actor, closed: bool) -> LessonRound:
    """Close a festival, or open it again: a closed one takes no more lessons."""
    found.is_closed = closed
    found.save(update_fields=["is_closed"])
    log_round(found, actor=actor, action="close" if closed else "reopen")
    return found
