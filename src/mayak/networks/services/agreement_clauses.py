"""Clauses and versions of a draft: add, change, drop, number anew, add what is missing, begin a new version."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.networks.algorithms.numbering import numbered
from mayak.networks.enums.agreements import ClauseSection
from mayak.networks.models import (
    Agreement,
    AgreementClause,
    AgreementRequirement,
    AgreementTemplate,
    AgreementVersion,
)
from mayak.networks.selectors.agreement_texts import paper_of
from mayak.networks.services.agreement_guard import held_draft, log, log_part, open_version


@transaction.atomic
def add_clause(
    agreement: Agreement, *, actor: Actor, after: AgreementClause | None = None, **values: Any
) -> AgreementClause:
    """Add a clause behind another one, or at the end.

    Raises:
        ValidationError: the agreement is no draft, or a field says no.
    """
    row = held_draft(agreement)
    version = open_version(row)
    if after is not None and after.version_id == version.pk:
        position = after.position + 1
        version.clauses.filter(position__gte=position).update(position=F("position") + 1)
    else:
        position = version.clauses.count() + 1
    clause = AgreementClause(version=version, key=uuid.uuid4().hex, position=position, **values)
    clause.full_clean()
    clause.save()
    log_part(clause, row, actor=actor, action="create", before={})
    return clause


@transaction.atomic
def update_clause(clause: AgreementClause, *, actor: Actor, **values: Any) -> AgreementClause:
    """Change number, section, side and text of a clause of the open version.

    Raises:
        ValidationError: the version is frozen, or a field says no.
    """
    row = _held(clause)
    kept = AgreementClause.objects.get(pk=clause.pk)  # a form has changed the object that it was given
    before = snapshot(kept)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.full_clean()
    kept.save()
    if snapshot(kept) != before:
        log_part(kept, row, actor=actor, action="update", before=before)
    return kept


@transaction.atomic
def drop_clause(clause: AgreementClause, *, actor: Actor) -> None:
    """Take a clause out of the open version; earlier versions keep it.

    Raises:
        ValidationError: the version is frozen.
    """
    row = _held(clause)
    log_part(clause, row, actor=actor, action="delete", changes={"text": [clause.text, ""]})
    clause.delete()


@transaction.atomic
def renumber_clauses(agreement: Agreement, *, actor: Actor) -> int:
    """Number the clauses of the open version without gaps, in their order; return how many changed.

    Raises:
        ValidationError: the agreement is no draft.
    """
    row = held_draft(agreement)
    clauses = list(open_version(row).clauses.all())
    changed = []
    for place, (clause, number) in enumerate(
        zip(clauses, numbered([one.number for one in clauses]), strict=True), start=1
    ):
        if (clause.number, clause.position) != (number, place):
            changed.append([clause.number, number])
            clause.number, clause.position = number, place
    if changed:
        AgreementClause.objects.bulk_update(clauses, ["number", "position"])
        log(row, actor=actor, action="update", changes={"numbers": changed})
    return len(changed)


@transaction.atomic
def add_missing_clauses(agreement: Agreement, *, actor: Actor) -> int:
    """Add the clauses of the template that answer missing sections and duties; return how many were added.

    They stand before the requisites under the heading that the template gives them; numbers are made anew.

    Raises:
        ValidationError: the agreement is no draft, or nothing is missing.
    """
    row = held_draft(agreement)
    version = open_version(row)
    present = list(version.clauses.all())
    roles = set(row.parties.values_list("role", flat=True))
    wanted = _missing(row, present, roles)
    if not wanted:
        raise ValidationError(_("No clause of the template is missing."))
    merged = _merged(version, present, wanted)
    for place, (clause, number) in enumerate(
        zip(merged, numbered([one.number for one in merged]), strict=True), start=1
    ):
        clause.position, clause.number = place, number
    AgreementClause.objects.bulk_update([one for one in merged if one.pk], ["number", "position"])
    AgreementClause.objects.bulk_create([one for one in merged if not one.pk])
    log(row, actor=actor, action="update", changes={"clauses": [len(present), len(merged)]})
    return len(merged) - len(present)


@transaction.atomic
def begin_version(agreement: Agreement, *, actor: Actor, note: str = "") -> AgreementVersion:
    """Freeze the open version of a draft and go on with a copy of it.

    Raises:
        ValidationError: the agreement is no draft.
    """
    row = held_draft(agreement)
    freeze(row, open_version(row))
    return copy_version(row, actor=actor, note=note)


def freeze(row: Agreement, version: AgreementVersion) -> AgreementVersion:
    """Keep the whole paper of a version; nothing in it changes any more."""
    version.paper = paper_of(row, version).to_json()
    version.frozen_at = timezone.now()
    version.save(update_fields=["paper", "frozen_at"])
    return version


def copy_version(row: Agreement, *, actor: Actor, note: str = "") -> AgreementVersion:
    """Return the next version with a copy of the clauses of the last one; all versions must be frozen."""
    last = row.versions.order_by("-number")[0]
    made = AgreementVersion.objects.create(
        agreement=row, number=last.number + 1, note=note[:300], author_label=actor.label[:200]
    )
    clauses = list(last.clauses.all())
    for clause in clauses:
        clause.pk, clause.version = None, made
    AgreementClause.objects.bulk_create(clauses)
    log_part(made, row, actor=actor, action="create", changes={"number": [last.number, made.number]})
    return made


def _held(clause: AgreementClause) -> Agreement:
    row = held_draft(clause.version.agreement)
    if clause.version.frozen_at is not None:
        raise ValidationError(_("This version is frozen; change the present one."), code="state")
    return row


def _missing(row: Agreement, present: Iterable[AgreementClause], roles: set[str]) -> list[AgreementTemplate]:
    """Return the template's clauses of the sections that are required and not there."""
    has = {(one.section, one.side) for one in present if not one.is_heading}
    sections = {section for section, _side in has}
    has_requisites = any(one.section == ClauseSection.REQUISITES for one in present)
    rules = {rule.section: rule for rule in AgreementRequirement.objects.filter(kind=row.kind)}
    wanted = []
    for one in AgreementTemplate.objects.filter(kind=row.kind):
        rule = rules.get(one.section)
        if rule is None or (one.side and one.side not in roles):
            continue
        if one.section == ClauseSection.REQUISITES:
            is_missing = not has_requisites
        elif rule.each_side:
            is_missing = bool(one.side) and (one.section, one.side) not in has
        else:
            is_missing = one.section not in sections
        if is_missing:
            wanted.append(one)
    return wanted


def _merged(
    version: AgreementVersion, present: list[AgreementClause], wanted: list[AgreementTemplate]
) -> list[AgreementClause]:
    """Return all clauses in order: duties behind the other duties, new sections before the requisites."""
    merged = list(present)
    for one in wanted:
        clause = AgreementClause(
            version=version, key=uuid.uuid4().hex, number=one.number, section=one.section, side=one.side,
            text=one.text,
        )  # fmt: skip
        same = [place for place, other in enumerate(merged) if other.section == one.section]
        if same and not clause.is_heading:
            merged.insert(same[-1] + 1, clause)
            continue
        ends = [place for place, other in enumerate(merged) if other.section == ClauseSection.REQUISITES]
        merged.insert(ends[0] if ends else len(merged), clause)
    return merged
