"""What a network has and does: its centre, the four directions, documents, the self-check."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.networks.enums.networks import CheckAnswer, DirectionKind, DocumentState, DocumentSubject
from mayak.networks.models import (
    CoordinationCentre,
    DocumentRequirement,
    Network,
    NetworkCheckAnswer,
    NetworkDocument,
    NetworkMember,
    ResourceDirection,
)
from mayak.networks.selectors.network_rules import check_items_of
from mayak.networks.services.network_guard import hold_network, log_network
from mayak.registry.models import LegalAct


@transaction.atomic
def save_centre(
    network: Network, *, actor: Actor, centre: CoordinationCentre | None = None, **values: Any
) -> CoordinationCentre:
    """Name a coordination centre or change it.

    Raises:
        ValidationError: neither an organisation nor a council, a second centre of the kind, or a closed network.
    """
    held = hold_network(network)
    row = centre or CoordinationCentre(network=held)
    before = snapshot(row) if centre else {}
    for name, value in values.items():
        setattr(row, name, value)
    if row.organisation is None and row.group is None:
        raise ValidationError({"organisation": _("Name the organisation or the council that is the centre.")})
    row.full_clean()
    row.save()
    log_network(row, held, actor=actor, action="update" if centre else "create", before=before)
    return row


@transaction.atomic
def remove_centre(centre: CoordinationCentre, *, actor: Actor) -> None:
    """Take a centre back.

    Raises:
        ValidationError: the network or its year is closed.
    """
    held = hold_network(centre.network)
    row = CoordinationCentre.objects.select_for_update().get(pk=centre.pk)
    kept = {name: [value, None] for name, value in snapshot(row).items()}
    log_network(row, held, actor=actor, action="delete", changes=kept)
    row.delete()


@transaction.atomic
def save_direction(
    network: Network, *, actor: Actor, kind: str, planned: str, done: str
) -> ResourceDirection:
    """Write what is planned and really done in one of the four directions.

    Raises:
        ValidationError: the direction is unknown, or the network is closed.
    """
    held = hold_network(network)
    if kind not in DirectionKind.values:
        raise ValidationError({"kind": _("Choose the direction from the list.")})
    row = held.directions.filter(kind=kind).first() or ResourceDirection(network=held, kind=kind)
    before = snapshot(row) if row.pk else {}
    row.planned, row.done = planned.strip(), done.strip()
    row.save()
    log_network(row, held, actor=actor, action="update" if before else "create", before=before)
    return row


@transaction.atomic
def save_document(
    network: Network,
    requirement: DocumentRequirement,
    *,
    actor: Actor,
    state: str,
    member: NetworkMember | None = None,
    act: LegalAct | None = None,
    signed_on: dt.date | None = None,
    valid_until: dt.date | None = None,
    note: str = "",
) -> NetworkDocument:
    """Write that a required document is a draft or signed.

    Raises:
        ValidationError: no day of signing, an end before it, no act where the document gives management functions,
            a member of another network, or a closed network.
    """
    held = hold_network(network)
    if (requirement.subject == DocumentSubject.MEMBER) != (member is not None):
        raise ValidationError(_("Say whose document it is."))
    if member is not None and member.network_id != held.pk:
        raise ValidationError(_("This member is of another network."))
    if state == DocumentState.SIGNED and requirement.gives_functions and act is None:
        raise ValidationError({"act": _("Name the act: without it nobody has management functions.")})
    found = held.documents.filter(requirement__code=requirement.code, member=member).first()
    row = found or NetworkDocument(network=held, member=member)
    before = snapshot(row) if found else {}
    row.requirement, row.state, row.act = requirement, state, act
    row.signed_on, row.valid_until, row.note = signed_on, valid_until, note.strip()
    row.full_clean()
    row.save()
    log_network(
        row,
        held,
        actor=actor,
        action="update" if before else "create",
        before=before,
        organisation_id=member.organisation_id if member else None,
    )
    return row


@transaction.atomic
def save_check_answers(network: Network, *, actor: Actor, answers: Mapping[str, tuple[str, str]]) -> int:
    """Keep the self-check; return how many answers changed.

    Args:
        network: of whom.
        actor: who.
        answers: answer and note by the code of the item; an empty answer takes an earlier one back.

    Raises:
        ValidationError: an item or an answer is unknown, or the network is closed.
    """
    held = hold_network(network)
    items = {row.code: row for row in check_items_of(held.school_year.start_year)}
    known = {row.item.code: row for row in held.check_answers.select_related("item")}
    changes: dict[str, list[str]] = {}
    for code, (answer, note) in answers.items():
        if code not in items or answer not in {"", *CheckAnswer.values}:
            raise ValidationError(_("Choose the answers from the list."), code="choice")
        row = known.get(code)
        old = (row.answer, row.note) if row else ("", "")
        new = (answer, note.strip() if answer else "")
        if old == new:
            continue
        changes[code] = [old[0], new[0]]
        if not answer and row:
            row.delete()
        else:
            kept = row or NetworkCheckAnswer(network=held)
            kept.item, kept.answer, kept.note = items[code], *new
            kept.full_clean()
            kept.save()
    if changes:
        log_network(held, held, actor=actor, action="check", changes=changes)
    return len(changes)
