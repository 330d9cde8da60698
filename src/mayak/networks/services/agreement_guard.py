"""What every change of an agreement does: hold the row, check the state, write the log."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.networks.enums.agreements import AGREEMENT_TRANSITIONS, AgreementState
from mayak.networks.models import Agreement, AgreementVersion


def held(agreement: Agreement) -> Agreement:
    """Return the row as it is now, kept from others until the transaction ends."""
    rows = Agreement.objects.select_for_update(of=("self",))
    found: Agreement = rows.select_related(
        "territory", "school_year", "partnership__basis", "network", "programme", "amends"
    ).get(pk=agreement.pk)
    return found


def held_draft(agreement: Agreement) -> Agreement:
    """Return the held row of a draft.

    Raises:
        ValidationError: the text is frozen, or the school year is closed.
    """
    row = held(agreement)
    if row.state != AgreementState.DRAFT:
        raise ValidationError(
            _("Only a draft can be changed; this agreement is in the state «%(state)s».")
            % {"state": row.get_state_display()},
            code="state",
        )
    check_year(row.school_year)
    return row


def check_year(school_year: Any) -> None:
    """Refuse a closed school year.

    Raises:
        ValidationError: it is closed.
    """
    if school_year.is_closed:
        raise ValidationError(_("The school year is closed: nothing can be changed in it."), code="year")


def open_version(agreement: Agreement) -> AgreementVersion:
    """Return the version of a draft that can be changed."""
    found: AgreementVersion = agreement.versions.get(frozen_at__isnull=True)
    return found


def step(row: Agreement, state: str, *, actor: Actor, action: str, **changed: Any) -> Agreement:
    """Bring a held agreement into another state and write it into the log.

    Raises:
        ValidationError: this state cannot follow on the present one.
    """
    if state not in AGREEMENT_TRANSITIONS[row.state]:
        raise ValidationError(
            _("The agreement is in the state «%(state)s»: that cannot be done now.")
            % {"state": row.get_state_display()},
            code="state",
        )
    return write(row, actor=actor, action=action, state=state, **changed)


def write(row: Agreement, *, actor: Actor, action: str, **changed: Any) -> Agreement:
    """Write fields of a held agreement and the log; nothing where nothing differs."""
    before = snapshot(row)
    for name, value in changed.items():
        setattr(row, name, value)
    row.search_text = search_text_of(row)
    if snapshot(row) == before:
        return row
    row.full_clean(validate_unique=False)
    row.save()
    log(row, actor=actor, action=action, before=before)
    return row


def log(
    row: Agreement,
    *,
    actor: Actor,
    action: str,
    before: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write into the log what was done to an agreement."""
    record(
        row,
        actor=actor,
        action=action,
        before=before,
        changes=changes,
        territory_path=row.territory.path or "",
        organisation_id=row.partnership.mentee_id if row.partnership is not None else None,
    )


def log_part(part: models.Model, row: Agreement, *, actor: Actor, action: str, **kept: Any) -> None:
    """Write into the log what was done to a clause, a party, a file or an approval of an agreement."""
    record(
        part,
        actor=actor,
        action=action,
        territory_path=row.territory.path or "",
        organisation_id=row.partnership.mentee_id if row.partnership is not None else None,
        **kept,
    )


def search_text_of(row: Agreement) -> str:
    """Return what a search looks through: title, number and parties in small letters."""
    return " ".join((row.title, row.number, row.party_names)).lower()


def joined_names(names: Iterable[str]) -> str:
    """Return the names of the parties for the lists."""
    return " – ".join(names)[:500]
