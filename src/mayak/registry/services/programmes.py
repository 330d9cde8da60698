"""Programmes of any kind with their stages, roles and participants."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.models import (
    LegalAct,
    Organisation,
    Programme,
    ProgrammeParticipant,
    ProgrammeRole,
    ProgrammeStage,
    Territory,
)
from mayak.registry.services.rows import create_row, delete_row, update_row


def create_programme(
    *,
    actor: Actor,
    territory: Territory,
    name: str,
    kind: str,
    legal_basis: Iterable[LegalAct] = (),
    **fields: Any,
) -> Programme:
    """Create a programme with its legal basis.

    Raises:
        ValidationError: the name is taken in the territory, or the period is reversed.
    """
    programme = Programme(territory=territory, name=name, kind=kind, **fields)
    return create_row(programme, actor=actor, related={"legal_basis": legal_basis})


def update_programme(
    programme: Programme, *, actor: Actor, legal_basis: Iterable[LegalAct] | None = None, **changes: Any
) -> Programme:
    """Change a programme; ``legal_basis`` replaces the list where it is given.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    related = None if legal_basis is None else {"legal_basis": legal_basis}
    return update_row(programme, actor=actor, values=changes, related=related)


def add_stage(
    programme: Programme,
    *,
    actor: Actor,
    name: str,
    position: int | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> ProgrammeStage:
    """Add a stage; without a position it comes last.

    Raises:
        ValidationError: the position is taken, or the stage leaves the period of the programme.
    """
    if position is None:
        last = programme.stages.aggregate(last=Max("position"))["last"]
        position = (last or 0) + 1
    stage = ProgrammeStage(
        programme=programme, name=name, position=position, starts_on=starts_on, ends_on=ends_on
    )
    check_stage(stage)
    return create_row(stage, actor=actor)


def remove_stage(stage: ProgrammeStage, *, actor: Actor) -> None:
    """Remove a stage."""
    delete_row(stage, actor=actor)


def add_role(programme: Programme, *, actor: Actor, name: str, description: str = "") -> ProgrammeRole:
    """Add a role that the programme defines.

    Raises:
        ValidationError: the programme has this role already.
    """
    return create_row(ProgrammeRole(programme=programme, name=name, description=description), actor=actor)


def remove_role(role: ProgrammeRole, *, actor: Actor) -> None:
    """Remove a role that nobody holds.

    Raises:
        ValidationError: a participant holds it.
    """
    if ProgrammeParticipant.objects.filter(role=role).exists():
        raise ValidationError(_("Participants hold this role. Give them another one first."))
    delete_row(role, actor=actor)


def add_participant(
    programme: Programme,
    *,
    actor: Actor,
    organisation: Organisation,
    role: ProgrammeRole | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> ProgrammeParticipant:
    """Let an organisation take part.

    Raises:
        ValidationError: it takes part in this role already, or the role is of another programme.
    """
    participant = ProgrammeParticipant(
        programme=programme, organisation=organisation, role=role, valid_from=valid_from, valid_to=valid_to
    )
    check_participant(participant)
    return create_row(participant, actor=actor)


@transaction.atomic
def remove_participant(participant: ProgrammeParticipant, *, actor: Actor) -> None:
    """Remove a participant that was added by mistake; one that leaves gets an end date instead."""
    delete_row(participant, actor=actor)


def check_participant(participant: ProgrammeParticipant) -> None:
    """Refuse a role of another programme.

    Raises:
        ValidationError: at the field ``role``.
    """
    role = participant.role
    if role is not None and role.programme_id != participant.programme_id:
        raise ValidationError({"role": _("This role belongs to another programme.")})


def check_stage(stage: ProgrammeStage) -> None:
    """Refuse a stage that leaves the period of its programme.

    Raises:
        ValidationError: at the day that lies outside.
    """
    programme = stage.programme
    if programme.starts_on and stage.starts_on and stage.starts_on < programme.starts_on:
        raise ValidationError({"starts_on": _("The stage begins before the programme.")})
    if programme.ends_on and stage.ends_on and stage.ends_on > programme.ends_on:
        raise ValidationError({"ends_on": _("The stage ends after the programme.")})
