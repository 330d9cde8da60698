"""Questionnaires and blocks that come with Mayak: YAML files, loaded again and again without harm."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import models, transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.services import record_bulk
from mayak.registry.services.reference import ACTION, LoadCount, read_data
from mayak.surveys.algorithms.definition import DefinitionError, Fault
from mayak.surveys.algorithms.parsing import (
    definition_from_dict,
    definition_to_dict,
    section_from_dict,
    section_to_dict,
)
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.services.rules import load_rules

FIELDS = ("title_ru", "title_en", "purpose", "source", "is_short", "for_students")


def load_surveys_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load what comes with surveys themselves; questionnaires of the school world come with diagnosis."""
    return [load_rules(actor=actor)]


@transaction.atomic
def load_questionnaires(folder: Path, *, actor: Actor = SYSTEM) -> LoadCount:
    """Load every ``*.yaml`` of the folder; a content that differs from a version in use makes the next draft.

    Each file holds code, title_ru, title_en, purpose, source, is_short, for_students and sections. Supplied
    questionnaires are not edited by people (they copy them), so a draft takes the content of the file.

    Raises:
        DefinitionError: a file is wrong; the place begins with the name of the file.
    """
    outcomes: dict[str, list[int]] = {"created": [], "updated": [], "unchanged": [], "kept": []}
    for name, row in _files(folder):
        document = _document(name, row)
        outcome, pk = _load_questionnaire(row, document)
        outcomes[outcome].append(pk)
    return _counted(Questionnaire, outcomes, actor)


@transaction.atomic
def load_blocks(folder: Path, *, actor: Actor = SYSTEM) -> LoadCount:
    """Load every ``*.yaml`` of the folder as a block: code, title_ru and section."""
    outcomes: dict[str, list[int]] = {"created": [], "updated": [], "unchanged": [], "kept": []}
    for name, row in _files(folder):
        try:
            document = section_to_dict(section_from_dict(row.get("section")))
        except DefinitionError as error:
            raise _in_file(name, error) from error
        values = {"title_ru": row["title_ru"], "document": document, "is_supplied": True}
        block = Block.objects.filter(code=row["code"]).first()
        if block is None:
            outcomes["created"].append(Block.objects.create(code=row["code"], **values).pk)
        elif not block.is_supplied:
            outcomes["kept"].append(block.pk)
        else:
            outcomes["updated" if _set(block, values) else "unchanged"].append(block.pk)
    return _counted(Block, outcomes, actor)


def _files(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.yaml")):
        yield path.name, read_data(path)


def _document(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return definition_to_dict(definition_from_dict({"sections": row.get("sections")}))
    except DefinitionError as error:
        raise _in_file(name, error) from error


def _in_file(name: str, error: DefinitionError) -> DefinitionError:
    return DefinitionError(
        [Fault(f"{name}: {fault.place}", fault.code, fault.values) for fault in error.faults]
    )


def _load_questionnaire(row: Mapping[str, Any], document: dict[str, Any]) -> tuple[str, int]:
    values: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
    found = Questionnaire.objects.filter(code=row["code"]).first()
    if found is None:
        found = Questionnaire.objects.create(code=row["code"], is_supplied=True, **values)
        QuestionnaireVersion.objects.create(questionnaire=found, number=1, document=document)
        return "created", found.pk
    if not found.is_supplied:
        return "kept", found.pk
    changed = _set(found, values)
    last = found.versions.order_by("-number").first()
    if last is None or last.document != document:
        changed = True
        if last is not None and last.state == VersionState.DRAFT:
            _set(last, {"document": document})
        else:
            number = last.number + 1 if last else 1
            QuestionnaireVersion.objects.create(questionnaire=found, number=number, document=document)
    return ("updated" if changed else "unchanged"), found.pk


def _set(row: models.Model, values: Mapping[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _counted(model: type[models.Model], outcomes: Mapping[str, list[int]], actor: Actor) -> LoadCount:
    created, updated = outcomes["created"], outcomes["updated"]
    if created or updated:
        record_bulk(
            model,
            actor=actor,
            action=ACTION,
            row_count=len(created) + len(updated),
            changes={"created": created, "updated": updated},
        )
    return LoadCount(
        model=model,
        created=len(created),
        updated=len(updated),
        unchanged=len(outcomes["unchanged"]),
        kept=len(outcomes["kept"]),
        left_out=0,
    )
