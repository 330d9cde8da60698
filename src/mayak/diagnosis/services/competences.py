"""Changes of the catalogue of competences and of the rules of deficits."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mayak.diagnosis.models import Competence, CompetenceGroup, CompetenceLevel, DeficitEvidence, DeficitRule
from mayak.diagnosis.services.deficit_jobs import ask_refresh
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot

LEVELS = range(4)


@transaction.atomic
def create_competence(*, actor: Actor, levels: Mapping[int, str] | None = None, **values: Any) -> Competence:
    """Add a competence; without a code it gets the next free one of its group.

    Raises:
        ValidationError: a field says no.
    """
    group: CompetenceGroup = values["group"]
    code = values.pop("code", "") or _free_code(group)
    competence = Competence(code=code, **values)
    competence.full_clean()
    competence.save()
    _write_levels(competence, levels or {})
    record(competence, actor=actor, action="create", changes={"code": code, "name": competence.name})
    return competence


@transaction.atomic
def update_competence(
    competence: Competence, *, actor: Actor, levels: Mapping[int, str] | None = None, **values: Any
) -> Competence:
    """Change a competence; an empty level takes the words of the group again.

    Raises:
        ValidationError: a field says no.
    """
    before = snapshot(Competence.objects.select_for_update().get(pk=competence.pk))
    for name, value in values.items():
        setattr(competence, name, value)
    competence.full_clean()
    competence.save()
    changes = difference(before, snapshot(competence))
    if levels is not None:
        changes |= _write_levels(competence, levels)
    if changes:
        record(competence, actor=actor, action="update", changes=changes)
    return competence


@transaction.atomic
def archive_competence(competence: Competence, *, actor: Actor) -> Competence:
    """Take a competence out of use: it leaves lists, matrices and needs, its evidence stays."""
    if not competence.is_archived:
        competence.archived_at = timezone.now()
        competence.save(update_fields=["archived_at"])
        record(competence, actor=actor, action="archive")
        _refresh_those_with(competence, actor)
    return competence


@transaction.atomic
def restore_competence(competence: Competence, *, actor: Actor) -> Competence:
    """Bring a competence back; what was recorded of it counts again."""
    if competence.is_archived:
        competence.archived_at = None
        competence.save(update_fields=["archived_at"])
        record(competence, actor=actor, action="restore")
        _refresh_those_with(competence, actor)
    return competence


@transaction.atomic
def update_group(
    group: CompetenceGroup, *, actor: Actor, levels: Mapping[int, str], **values: Any
) -> CompetenceGroup:
    """Change the name, the source and the levels of a group.

    Raises:
        ValidationError: a field says no, or a level is empty.
    """
    before = snapshot(group)
    for name, value in values.items():
        setattr(group, name, value)
    group.full_clean()
    group.save()
    changes = difference(before, snapshot(group))
    present = {row.level: row for row in group.levels.all()}
    for level in LEVELS:
        text = levels.get(level, "").strip()
        if not text:
            raise ValidationError(_("Describe each level from 0 to 3."))
        row = present.get(level) or CompetenceLevel(group=group, level=level)
        if row.description != text:
            changes[f"level {level}"] = [row.description, text]
            row.description = text
            row.save()
    if changes:
        record(group, actor=actor, action="update", changes=changes)
    return group


@transaction.atomic
def update_rule(
    rule: DeficitRule, *, value: float, source: str, is_assumption: bool, actor: Actor
) -> DeficitRule:
    """Change a weight or threshold; the combined view of everybody is made again in the background.

    Raises:
        ValidationError: the value lies outside its limits.
    """
    before = snapshot(rule)
    rule.value, rule.source, rule.is_assumption = value, source, is_assumption
    if not rule.lowest <= value <= rule.highest:
        raise ValidationError(
            {
                "value": _("A number between %(low)s and %(high)s.")
                % {"low": rule.lowest, "high": rule.highest}
            }
        )
    rule.full_clean()
    rule.save()
    changes = difference(before, snapshot(rule))
    if changes:
        record(rule, actor=actor, action="update", changes=changes)
        if "value" in changes:
            ask_refresh(actor=actor)
    return rule


def _write_levels(competence: Competence, levels: Mapping[int, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    present = {row.level: row for row in competence.levels.all()}
    for level, words in levels.items():
        text, row = words.strip(), present.get(level)
        old = row.description if row else ""
        if text == old:
            continue
        changes[f"level {level}"] = [old, text]
        if row is not None and not text:
            row.delete()
        else:
            CompetenceLevel.objects.update_or_create(
                competence=competence, level=level, defaults={"description": text}
            )
    return changes


def _free_code(group: CompetenceGroup) -> str:
    stem = slugify(group.code) or "competence"
    taken = set(Competence.objects.filter(code__startswith=f"{stem}-").values_list("code", flat=True))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _refresh_those_with(competence: Competence, actor: Actor) -> None:
    if DeficitEvidence.objects.filter(competence=competence).exists():
        ask_refresh(actor=actor, competence=competence.pk)
