"""Making, changing, putting in use and retiring forms of lesson observation."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.rubric import RESERVED, problems_of, read_rubric
from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import ObservationForm
from mayak.diagnosis.services.lesson_guard import log_form, refuse
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, snapshot
from mayak.registry.models import Territory

RESULT_LEVELS = (("low", 0.0), ("medium", 0.5), ("high", 0.8))
"""From which share of the maximum a result is called low, medium, high in a new form: an assumption, editable."""


@transaction.atomic
def create_form(
    *, actor: Actor, territory: Territory, title: str, note: str = "", source: str = ""
) -> ObservationForm:
    """Make an empty form of a territory.

    Raises:
        ValidationError: a field says no.
    """
    words = {"low": _("low"), "medium": _("medium"), "high": _("high")}
    levels = [{"code": code, "title": str(words[code]), "from": start} for code, start in RESULT_LEVELS]
    form = ObservationForm(
        code=_free_code("form"),
        title=title,
        note=note,
        source=source,
        territory=territory,
        definition={"max": 0, "levels": levels, "sections": []},
    )
    form.full_clean()
    form.save()
    log_form(form, actor=actor, action="create")
    return form


@transaction.atomic
def copy_form(form: ObservationForm, *, actor: Actor, territory: Territory) -> ObservationForm:
    """Make a form of one's own from any form: a draft with the same contents under another code."""
    copied = ObservationForm(
        code=_free_code(re.sub(r"-\d+$", "", form.code)),
        title=_("%(title)s (copy)") % {"title": form.title[:190]},
        note=form.note,
        source=form.source,
        year=form.year,
        is_assumption=form.is_assumption,
        territory=territory,
        definition=form.definition,
    )
    copied.full_clean()
    copied.save()
    log_form(copied, actor=actor, action="create", changes={"copy_of": str(form)})
    return copied


@transaction.atomic
def new_form_version(form: ObservationForm, *, actor: Actor) -> ObservationForm:
    """Make the next version of a form as a draft; lessons keep the version by which they were observed.

    Raises:
        ValidationError: the form is a draft itself, or the next version is a draft already.
    """
    rows = ObservationForm.objects.select_for_update().filter(code=form.code)
    if rows.filter(state=ObservationFormState.DRAFT).exists():
        raise ValidationError(_("There is a draft of this form already: change it."))
    last = rows.aggregate(last=Max("version"))["last"] or 0
    made = ObservationForm.objects.create(
        code=form.code,
        version=last + 1,
        title=form.title,
        note=form.note,
        source=form.source,
        year=form.year,
        is_assumption=form.is_assumption,
        territory=form.territory,
        definition=form.definition,
    )
    log_form(made, actor=actor, action="create", changes={"version": made.version})
    return made


@transaction.atomic
def update_form(form: ObservationForm, *, actor: Actor, **changes: Any) -> ObservationForm:
    """Change title, note, source, year of a draft.

    Raises:
        ValidationError: the form is no draft, or a field says no.
    """
    stored = _draft(form)
    before = snapshot(stored)
    for name, value in changes.items():
        setattr(form, name, value)
    form.full_clean()
    form.save(update_fields=list(changes))
    log_form(form, actor=actor, action="update", changes=difference(before, snapshot(form)))
    return form


@transaction.atomic
def change_definition(
    form: ObservationForm, definition: Mapping[str, Any], *, actor: Actor, what: str
) -> ObservationForm:
    """Replace what a draft consists of.

    Args:
        form: the draft.
        definition: the whole new definition.
        actor: who changes it.
        what: the title or text of the part that was changed, for the log.

    Raises:
        ValidationError: the form is no draft.
    """
    _draft(form)
    form.definition = dict(definition)
    form.__dict__.pop("rubric", None)
    form.save(update_fields=["definition"])
    log_form(form, actor=actor, action="update", changes={"definition": ["", what[:200]]})
    return form


@transaction.atomic
def put_form_in_use(form: ObservationForm, *, actor: Actor) -> ObservationForm:
    """Let lessons be observed by the form; older versions of it are retired.

    Raises:
        ValidationError: it is no draft, or says why it cannot be used: every place where maxima do not add up, every
            item without levels.
    """
    stored = _draft(form)
    refuse(problems_of(read_rubric(stored.definition)))
    older = ObservationForm.objects.filter(code=form.code, state=ObservationFormState.IN_USE)
    for one in older:
        retire_form(one, actor=actor)
    form.state = ObservationFormState.IN_USE
    form.save(update_fields=["state"])
    log_form(form, actor=actor, action="put_in_use")
    return form


@transaction.atomic
def withdraw_form(form: ObservationForm, *, actor: Actor) -> ObservationForm:
    """Make a form a draft again, as long as nothing was observed by it.

    Raises:
        ValidationError: it is not in use, or it is used.
    """
    stored = ObservationForm.objects.select_for_update().get(pk=form.pk)
    if stored.state != ObservationFormState.IN_USE:
        raise ValidationError(_("Only a form in use can be made a draft again."))
    if form.lessons.exists() or form.rounds.exists():
        raise ValidationError(
            _("Lessons are observed by this version, so it stays as it is. Make a new version.")
        )
    form.state = ObservationFormState.DRAFT
    form.save(update_fields=["state"])
    log_form(form, actor=actor, action="withdraw")
    return form


@transaction.atomic
def retire_form(form: ObservationForm, *, actor: Actor) -> ObservationForm:
    """Take a form out of use; lessons that were observed by it keep it.

    Raises:
        ValidationError: it is not in use.
    """
    if form.state != ObservationFormState.IN_USE:
        raise ValidationError(_("Only a form in use can be retired."))
    form.state = ObservationFormState.RETIRED
    form.save(update_fields=["state"])
    log_form(form, actor=actor, action="retire")
    return form


@transaction.atomic
def delete_form(form: ObservationForm, *, actor: Actor) -> None:
    """Delete a draft.

    Raises:
        ValidationError: it is no draft.
    """
    _draft(form)
    log_form(form, actor=actor, action="delete")
    form.delete()


def _draft(form: ObservationForm) -> ObservationForm:
    """Return the stored form, locked.

    Raises:
        ValidationError: it is no draft.
    """
    stored = ObservationForm.objects.select_for_update().get(pk=form.pk)
    if stored.state != ObservationFormState.DRAFT:
        raise ValidationError(
            _("This version is not a draft and stays as it is. Make a copy or a new version to change it.")
        )
    return stored


def _free_code(stem: str) -> str:
    stem = stem[:50] if stem != RESERVED else "form"
    taken = set(ObservationForm.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
