"""The life of an agreement: sent round, approved or returned, signed, in force, ended. One function for each step."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import SYSTEM, Actor
from mayak.networks.enums.agreements import (
    LASTING,
    UNSIGNED,
    AgreementEnd,
    AgreementFileKind,
    AgreementState,
    ApprovalDecision,
)
from mayak.networks.models import Agreement, AgreementApproval, AgreementParty
from mayak.networks.selectors.agreement_texts import AgreementPaper
from mayak.networks.selectors.agreement_versions import last_version
from mayak.networks.selectors.agreements import due_by_date
from mayak.networks.services.agreement_clauses import copy_version, freeze
from mayak.networks.services.agreement_guard import check_year, held, held_draft, log_part, open_version, step
from mayak.networks.services.agreement_guard import write as write_fields
from mayak.networks.signals import agreement_signed

HEAD_LABEL = "Руководитель"


@transaction.atomic
def add_approval(
    agreement: Agreement,
    *,
    actor: Actor,
    label: str,
    step_number: int = 1,
    party: AgreementParty | None = None,
    **values: Any,
) -> AgreementApproval:
    """Add somebody to the chain of a draft.

    Raises:
        ValidationError: the agreement is no draft, or a field says no.
    """
    row = held_draft(agreement)
    made = AgreementApproval(agreement=row, label=label, step=step_number, party=party, **values)
    made.full_clean()
    made.save()
    log_part(
        made, row, actor=actor, action="create", changes={"label": ["", label], "step": [None, step_number]}
    )
    return made


@transaction.atomic
def drop_approval(approval: AgreementApproval, *, actor: Actor) -> None:
    """Take somebody out of the chain of a draft.

    Raises:
        ValidationError: the agreement is no draft.
    """
    row = held_draft(approval.agreement)
    log_part(approval, row, actor=actor, action="delete", changes={"label": [approval.label, ""]})
    approval.delete()


@transaction.atomic
def send_for_approval(agreement: Agreement, *, actor: Actor) -> Agreement:
    """Freeze the version and send it round; where nobody was chosen, the heads of all parties approve.

    Raises:
        ValidationError: the agreement is no draft, or has no party.
    """
    row = held_draft(agreement)
    parties = list(row.parties.all())
    if not parties:
        raise ValidationError(_("An agreement without parties is not sent round: add them."))
    if not row.approvals.exists():
        AgreementApproval.objects.bulk_create(
            [
                AgreementApproval(agreement=row, step=1, party=one, label=HEAD_LABEL, person=one.person)
                for one in parties
            ]
        )
    row.approvals.update(
        decision=ApprovalDecision.WAITING, note="", version=None, decided_at=None, decided_by_label=""
    )
    freeze(row, open_version(row))
    return step(row, AgreementState.IN_APPROVAL, actor=actor, action="send")


@transaction.atomic
def decide_approval(approval: AgreementApproval, *, actor: Actor, agrees: bool, note: str = "") -> Agreement:
    """Say yes, or return the agreement with remarks; the last yes makes it agreed.

    A return opens a new version of the text, in which the remarks are worked in.

    Raises:
        ValidationError: the agreement is not being approved, an earlier step is open, it was decided already, or a
            return has no remarks.
    """
    row = held(approval.agreement)
    link = AgreementApproval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    _check_turn(row, link)
    if not agrees and not note.strip():
        raise ValidationError({"note": _("Say what must be changed.")})
    link.decision = ApprovalDecision.AGREED if agrees else ApprovalDecision.RETURNED
    link.note, link.version = note.strip(), last_version(row)
    link.decided_at, link.decided_by_label = timezone.now(), actor.label[:200]
    link.save()
    log_part(
        link, row, actor=actor, action="decide",
        changes={"decision": [ApprovalDecision.WAITING, link.decision], "note": ["", link.note]},
    )  # fmt: skip
    if not agrees:
        step(row, AgreementState.DRAFT, actor=actor, action="return")
        copy_version(row, actor=actor, note=_("After the remarks: %(who)s") % {"who": link.label})
    elif not row.approvals.exclude(decision=ApprovalDecision.AGREED).exists():
        step(row, AgreementState.AGREED, actor=actor, action="approve", agreed_on=timezone.localdate())
    return row


@transaction.atomic
def agree_without_chain(agreement: Agreement, *, actor: Actor, reason: str) -> Agreement:
    """Make a draft agreed at once: the parties agreed on paper, or a signed agreement is written down later.

    Raises:
        ValidationError: the agreement is no draft, or no reason is given.
    """
    row = held_draft(agreement)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why nobody approves it here.")})
    freeze(row, open_version(row))
    return step(
        row, AgreementState.AGREED, actor=actor, action="approve",
        agreed_on=timezone.localdate(), agreed_note=reason.strip()[:300],
    )  # fmt: skip


@transaction.atomic
def reopen_agreement(agreement: Agreement, *, actor: Actor, reason: str) -> Agreement:
    """Take an agreement that is not signed back to draft, with a new version of its text.

    Raises:
        ValidationError: it is a draft already, is signed or ended, or no reason is given.
    """
    row = held(agreement)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the text is opened again.")})
    if row.state == AgreementState.DRAFT:
        raise ValidationError(_("It is a draft already."), code="state")
    step(row, AgreementState.DRAFT, actor=actor, action="reopen", agreed_on=None, agreed_note="")
    copy_version(row, actor=actor, note=reason.strip())
    return row


@transaction.atomic
def sign_agreement(
    agreement: Agreement, *, actor: Actor, signed_on: dt.date, number: str = "", today: dt.date | None = None
) -> Agreement:
    """Write down the signature: the text is frozen with its hash, and from its first day on it is in force.

    The scan of the paper or a signature file of each party must be there (``agreement_files.add_file``).

    Raises:
        ValidationError: it is not agreed, the day lies ahead, a party has no representative, or no file proves it.
    """
    row = held(agreement)
    check_year(row.school_year)
    day = today or timezone.localdate()
    parties = list(row.parties.all())
    _check_signature(row, parties, signed_on, day)
    paper = AgreementPaper.from_json(last_version(row).paper)
    step(
        row, AgreementState.SIGNED, actor=actor, action="sign",
        signed_on=signed_on, number=number.strip() or row.number, content_hash=paper.content_hash,
    )  # fmt: skip
    if row.amends_id is None:
        agreement_signed.send(sender=Agreement, agreement=row, actor=actor)
    if row.starts_on is None or row.starts_on <= day:
        return bring_into_force(row, actor=actor, today=day)
    return row


@transaction.atomic
def bring_into_force(
    agreement: Agreement, *, actor: Actor = SYSTEM, today: dt.date | None = None
) -> Agreement:
    """Put a signed agreement in force from its first day on; an amendment changes the agreement it amends.

    Raises:
        ValidationError: it is not signed, or its first day lies ahead.
    """
    row = held(agreement)
    day = today or timezone.localdate()
    if row.starts_on is not None and row.starts_on > day:
        raise ValidationError(_("Its first day lies ahead."))
    step(row, AgreementState.IN_FORCE, actor=actor, action="put_in_use")
    if row.amends is not None:
        _amend(row, actor=actor)
    return row


@transaction.atomic
def end_agreement(
    agreement: Agreement, *, actor: Actor, end_kind: str, reason: str = "", ended_on: dt.date | None = None
) -> Agreement:
    """End an agreement; it stays in the history with how and why.

    Raises:
        ValidationError: it has ended already, or a withdrawal or a dropped draft has no reason.
    """
    row = held(agreement)
    if row.state in UNSIGNED:
        end_kind = AgreementEnd.DROPPED
    elif end_kind == AgreementEnd.DROPPED:
        raise ValidationError({"end_kind": _("It was signed: say how it ended.")})
    if end_kind != AgreementEnd.TERM and not reason.strip():
        raise ValidationError({"reason": _("Say why the agreement ends.")})
    return step(
        row, AgreementState.ENDED, actor=actor, action="end",
        end_kind=end_kind, end_reason=reason.strip(), ended_on=ended_on or timezone.localdate(),
    )  # fmt: skip


def keep_dates(*, actor: Actor = SYSTEM, today: dt.date | None = None) -> tuple[int, int]:
    """Put in force what begins and end what is over by its date; return how many of both. Safe to repeat."""
    begun, over = due_by_date(today)
    counts = [0, 0]
    for row in list(begun):
        bring_into_force(row, actor=actor, today=today)
        counts[0] += 1
    for row in list(over):
        end_agreement(row, actor=actor, end_kind=AgreementEnd.TERM, ended_on=row.ends_on)
        counts[1] += 1
    return counts[0], counts[1]


def _check_turn(row: Agreement, link: AgreementApproval) -> None:
    if row.state != AgreementState.IN_APPROVAL:
        raise ValidationError(_("The agreement is not being approved now."), code="state")
    if link.decision != ApprovalDecision.WAITING:
        raise ValidationError(_("This was decided already."), code="state")
    if row.approvals.filter(step__lt=link.step).exclude(decision=ApprovalDecision.AGREED).exists():
        raise ValidationError(_("An earlier step of the chain is still open."), code="turn")


def _check_signature(row: Agreement, parties: list[AgreementParty], signed_on: dt.date, day: dt.date) -> None:
    if row.state != AgreementState.AGREED:
        raise ValidationError(_("Only an agreed text is signed."), code="state")
    if signed_on > day:
        raise ValidationError({"signed_on": _("The day of the signature lies ahead.")})
    unnamed = [one.name for one in parties if not one.representative]
    if unnamed:
        raise ValidationError(_("Nobody is named who signs for: %(names)s.") % {"names": ", ".join(unnamed)})
    files = list(row.files.values_list("kind", "party"))
    has_scan = any(kind == AgreementFileKind.SCAN for kind, _party in files)
    signed_by = {party for kind, party in files if kind == AgreementFileKind.SIGNATURE}
    if not has_scan and not {one.pk for one in parties} <= signed_by:
        raise ValidationError(_("Add the scan of the signed paper, or a signature file of each party."))


def _amend(row: Agreement, *, actor: Actor) -> None:
    """The amended agreement says so, and takes a new last day from the amendment."""
    assert row.amends is not None  # noqa: S101  # the caller looked
    original = held(row.amends)
    changed: dict[str, Any] = {"ends_on": row.ends_on} if row.ends_on else {}
    if original.state == AgreementState.AMENDED:
        write_fields(original, actor=actor, action="amend", **changed)
    elif original.state in LASTING:
        step(original, AgreementState.AMENDED, actor=actor, action="amend", **changed)
