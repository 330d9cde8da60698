"""Making, copying, describing and archiving questionnaires, and the blocks they share."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import Organisation
from mayak.surveys.algorithms.definition import Definition, DefinitionError, Section
from mayak.surveys.algorithms.editing import free_code, insert_block
from mayak.surveys.algorithms.parsing import section_from_dict, section_to_dict
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.selectors.questionnaires import audit_place
from mayak.surveys.services.versions import change_version, checked, make_draft, stamp_of

FIELDS = ("title_ru", "title_en", "purpose", "source", "is_short", "for_students")
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f h c ch sh sch _ y _ e yu ya".split(),  # noqa: SIM905  # one line reads better
        strict=True,
    )
)


@transaction.atomic
def create_questionnaire(
    *,
    actor: Actor,
    owner: Organisation,
    title_ru: str,
    document: dict[str, Any] | None = None,
    copy_of: Questionnaire | None = None,
    action: str = "create",
    **values: Any,
) -> Questionnaire:
    """Create a questionnaire with its first draft: empty, with a given content or as a copy of another one.

    Args:
        actor: who creates.
        owner: the organisation that keeps it.
        title_ru: its title.
        document: the content, read before by ``definition_from_dict``.
        copy_of: takes the content of the last version of this one, and its source.
        action: of the audit entry («import» for a file).
        **values: title_en, purpose, source, is_short, for_students.
    """
    _require_title(title_ru)
    if copy_of is not None:
        last = copy_of.versions.order_by("-number").first()
        document = last.document if last else None
        if not values.get("source"):
            values["source"] = copy_of.source
    codes = Questionnaire.objects.values_list("code", flat=True)
    questionnaire = Questionnaire(
        code=free_code(code_of(title_ru), codes), title_ru=title_ru, owner=owner, **values
    )
    questionnaire.full_clean()
    questionnaire.save()
    QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, document=document or {"sections": []}
    )
    record(
        questionnaire,
        actor=actor,
        action=action,
        changes={"copied_from": copy_of.code} if copy_of else {},
        **audit_place(questionnaire),
    )
    return questionnaire


@transaction.atomic
def update_questionnaire(questionnaire: Questionnaire, *, actor: Actor, **values: Any) -> Questionnaire:
    """Change title, purpose, source and what is promised (short, for students)."""
    _refuse_supplied(questionnaire)
    before = snapshot(questionnaire)
    for name in FIELDS:
        if name in values:
            setattr(questionnaire, name, values[name])
    _require_title(questionnaire.title_ru)
    if questionnaire.versions.filter(state=VersionState.FROZEN).exists() and (
        before["is_short"] != questionnaire.is_short or before["for_students"] != questionnaire.for_students
    ):
        raise ValidationError(
            _("The questionnaire is in use: what it promises (short, for students) stays. Make a copy of it.")
        )
    questionnaire.full_clean()
    questionnaire.save()
    record(questionnaire, actor=actor, action="update", before=before, **audit_place(questionnaire))
    return questionnaire


@transaction.atomic
def archive_questionnaire(questionnaire: Questionnaire, *, actor: Actor, is_archived: bool) -> Questionnaire:
    """Put a questionnaire away or take it back; its rounds and results stay."""
    if questionnaire.is_archived != is_archived:
        questionnaire.is_archived = is_archived
        questionnaire.save(update_fields=["is_archived"])
        action = "archive" if is_archived else "restore"
        record(questionnaire, actor=actor, action=action, **audit_place(questionnaire))
    return questionnaire


@transaction.atomic
def import_version(
    questionnaire: Questionnaire, definition: Definition, *, actor: Actor, note: str = ""
) -> QuestionnaireVersion:
    """Put the content of a file into the draft of a questionnaire; a draft that holds work is not overwritten.

    Raises:
        ValidationError: there is a draft that differs from the version in use.
    """
    _refuse_supplied(questionnaire)
    last = questionnaire.versions.order_by("-number").first()
    if last is not None and last.state == VersionState.DRAFT and last.document.get("sections"):
        used = questionnaire.versions.filter(state=VersionState.FROZEN).order_by("-number").first()
        if used is None or used.document != last.document:
            raise ValidationError(
                _(
                    "Version %(number)s is a draft with work in it and is not overwritten. Throw it away first or "
                    "import the file as a new questionnaire."
                ),
                params={"number": last.number},
            )
    draft = make_draft(questionnaire, actor=actor)
    changed = change_version(
        draft, lambda _old: definition, actor=actor, stamp=stamp_of(draft.document), what="import"
    )
    if note:
        changed.note = note[:300]
        changed.save(update_fields=["note"])
    return changed


@transaction.atomic
def save_block(section: Section, *, actor: Actor, owner: Organisation, title_ru: str) -> Block:
    """Keep a section as a block that other questionnaires can take a copy of."""
    _require_title(title_ru)
    checked(Definition((section,)))
    codes = Block.objects.values_list("code", flat=True)
    block = Block(
        code=free_code(code_of(title_ru), codes),
        title_ru=title_ru,
        document=section_to_dict(section),
        owner=owner,
    )
    block.full_clean()
    block.save()
    record(block, actor=actor, action="create", **audit_place(block))
    return block


@transaction.atomic
def remove_block(block: Block, *, actor: Actor) -> None:
    """Remove a block; the questionnaires that took a copy keep it.

    Raises:
        ValidationError: the block comes with Mayak.
    """
    if block.is_supplied:
        raise ValidationError(_("What comes with Mayak is not changed. Make a copy of it."))
    record(block, actor=actor, action="delete", **audit_place(block))
    block.delete()


def add_block(
    version: QuestionnaireVersion, block: Block, *, actor: Actor, stamp: str
) -> QuestionnaireVersion:
    """Put a copy of the block at the end of the draft.

    Raises:
        ValidationError: the block cannot be read, or the draft is another by now.
    """
    try:
        section = section_from_dict(block.document)
    except DefinitionError as error:
        raise ValidationError(_("The block is damaged and cannot be inserted.")) from error
    return change_version(version, lambda old: insert_block(old, section), actor=actor, stamp=stamp)


def code_of(title: str) -> str:
    """Return a code of Latin letters from a title."""
    latin = "".join(_LATIN.get(letter, letter) for letter in title.lower())
    code = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60].strip("-")
    return code if code[:1].isalpha() else f"q-{code}".strip("-")


def _require_title(title: str) -> None:
    if not title.strip():
        raise ValidationError({"title_ru": _("Write a title.")})


def _refuse_supplied(questionnaire: Questionnaire) -> None:
    if questionnaire.is_supplied:
        raise ValidationError(_("What comes with Mayak is not changed. Make a copy of it."))
