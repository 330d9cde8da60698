"""Changing what a questionnaire asks: only the draft changes, what is in use stays as it was."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.surveys.algorithms.definition import Definition, DefinitionError
from mayak.surveys.algorithms.editing import GoneError
from mayak.surveys.algorithms.parsing import definition_from_dict, definition_to_dict
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Questionnaire, QuestionnaireVersion
from mayak.surveys.selectors.fault_words import fault_words, place_words
from mayak.surveys.selectors.questionnaires import audit_place, problems_of_version

Change = Callable[[Definition], Definition]


class StaleError(ValidationError):
    """Somebody else changed the draft since the form was opened."""


def stamp_of(document: Mapping[str, Any]) -> str:
    """Return a mark of the content: a form carries the one it was drawn from."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def change_version(
    version: QuestionnaireVersion, change: Change, *, actor: Actor, stamp: str, what: str = "update"
) -> QuestionnaireVersion:
    """Apply a change to the draft; where the version came into use meanwhile, to the next draft.

    Args:
        version: what the form was drawn from.
        change: from the old values to the new ones.
        actor: who changes.
        stamp: ``stamp_of`` the content that the form was drawn from.
        what: action of the audit entry.

    Raises:
        StaleError: the content is another by now; nothing was changed.
        ValidationError: the change makes no questionnaire, or the thing to be changed is gone.
    """
    locked = _locked(version)
    if stamp_of(locked.document) != stamp:
        raise StaleError(
            _(
                "Somebody else changed this draft after you opened the form. Nothing was overwritten and your text is "
                "below: look at the draft as it is now, then save again."
            ),
            code="stale",
        )
    target = _draft_for(locked, actor=actor)
    before = target.document
    try:
        target.document = checked(change(target.definition))
    except GoneError as error:
        raise ValidationError(
            _("This part of the questionnaire was removed meanwhile."), code="gone"
        ) from error
    if target.document != before:
        target.save(update_fields=["document"])
        _record(target, actor, what, {"document": [stamp_of(before), stamp_of(target.document)]})
    return target


def checked(definition: Definition) -> dict[str, Any]:
    """Return the document after reading it again, as the strictest reader would.

    Raises:
        ValidationError: it is not a questionnaire; every place is named.
    """
    document = definition_to_dict(definition)
    try:
        definition_from_dict(document)
    except DefinitionError as error:
        raise ValidationError(
            [
                ": ".join(filter(None, [place_words(fault.place, definition), fault_words(fault)]))
                for fault in error.faults
            ],
            code="faults",
        ) from error
    return document


@transaction.atomic
def make_draft(questionnaire: Questionnaire, *, actor: Actor) -> QuestionnaireVersion:
    """Return the draft of the questionnaire; where there is none, a copy of the last version becomes it."""
    _locked_questionnaire(questionnaire.pk)
    last = questionnaire.versions.order_by("-number").first()
    if last is not None and last.state == VersionState.DRAFT:
        return last
    return _next(questionnaire, last, actor=actor)


@transaction.atomic
def freeze_version(version: QuestionnaireVersion, *, actor: Actor) -> QuestionnaireVersion:
    """Freeze a version for ever because a round begins to use it.

    Raises:
        ValidationError: it cannot be answered; every problem is named with its place.
    """
    locked = _locked(version)
    if locked.state == VersionState.FROZEN:
        return locked
    if problems := problems_of_version(locked):
        definition = locked.definition
        raise ValidationError(
            [
                ": ".join(filter(None, [place_words(one.place, definition), fault_words(one, definition)]))
                for one in problems
            ],
            code="problems",
        )
    locked.state = VersionState.FROZEN
    locked.save(update_fields=["state"])
    _record(locked, actor, "freeze", {"state": [VersionState.DRAFT, VersionState.FROZEN]})
    return locked


@transaction.atomic
def drop_draft(version: QuestionnaireVersion, *, actor: Actor) -> None:
    """Throw a draft away; the only version of a questionnaire stays.

    Raises:
        ValidationError: it is in use, planned for a round, or the only one.
    """
    locked = _locked(version)
    if locked.state != VersionState.DRAFT:
        raise ValidationError(_("A version that is in use stays for ever."))
    if locked.questionnaire.versions.count() == 1:
        raise ValidationError(_("This is the only version. Archive the questionnaire instead."))
    if locked.audiences.exists():
        raise ValidationError(_("A survey is being prepared with this draft. Take it out there first."))
    _record(locked, actor, "delete", {"document": [stamp_of(locked.document), None]})
    locked.delete()


@transaction.atomic
def describe_version(version: QuestionnaireVersion, *, actor: Actor, note: str) -> QuestionnaireVersion:
    """Say in a sentence what is new in the version."""
    locked = _locked(version)
    if locked.note != note:
        before = locked.note
        locked.note = note
        locked.save(update_fields=["note"])
        _record(locked, actor, "update", {"note": [before, note]})
    return locked


def _locked(version: QuestionnaireVersion) -> QuestionnaireVersion:
    _locked_questionnaire(version.questionnaire_id)
    return QuestionnaireVersion.objects.select_related("questionnaire__owner__territory").get(pk=version.pk)


def _locked_questionnaire(pk: int) -> None:
    """Hold every other change of this questionnaire back until this one is done."""
    list(Questionnaire.objects.select_for_update().filter(pk=pk).values_list("pk"))


def _draft_for(version: QuestionnaireVersion, *, actor: Actor) -> QuestionnaireVersion:
    if version.state == VersionState.DRAFT:
        return version
    draft = version.questionnaire.versions.filter(state=VersionState.DRAFT).first()
    if draft is not None and draft.document != version.document:
        raise ValidationError(
            _("Version %(number)s is in use and frozen. Change its draft, version %(draft)s, instead."),
            code="frozen",
            params={"number": version.number, "draft": draft.number},
        )
    return draft or _next(version.questionnaire, version, actor=actor)


def _next(
    questionnaire: Questionnaire, last: QuestionnaireVersion | None, *, actor: Actor
) -> QuestionnaireVersion:
    draft = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=(questionnaire.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
        document=last.document if last else {"sections": []},
    )
    _record(draft, actor, "create", {"copied_from": last.number if last else None})
    return draft


def _record(version: QuestionnaireVersion, actor: Actor, action: str, changes: dict[str, Any]) -> None:
    record(version, actor=actor, action=action, changes=changes, **audit_place(version.questionnaire))
