"""Both schools say yes, or one says no with a reason and another lead school is proposed."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.selectors.deadlines import deadline
from mayak.kernel.access import Actor
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.models import Partnership, PartnershipConsent
from mayak.networks.services.guard import held, log, step
from mayak.registry.models import Organisation

CONSENT = "partnership-consent"


def consent_day(start: dt.date | None = None) -> dt.date:
    """By when the schools answer a proposal that is made on this day (five working days, editable)."""
    return deadline(CONSENT, start or timezone.localdate()).day


@transaction.atomic
def consent_to_partnership(
    partnership: Partnership,
    side: str,
    *,
    actor: Actor,
    by_label: str = "",
    on_paper: bool = False,
    decided_on: dt.date | None = None,
) -> Partnership:
    """Write down that the school of a side consents; with both consents the partnership goes one step on.

    Raises:
        ValidationError: it is no proposal (any more), this side has answered already, or the day lies ahead.
    """
    row = held(partnership)
    _refuse_answered(row, side)
    _answer(row, side, actor, is_consent=True, by_label=by_label, on_paper=on_paper, decided_on=decided_on)
    log(row, actor=actor, action="consent", changes={"side": [None, str(side)]})
    if row.consents.filter(is_consent=True).count() < len(Side):
        return row
    return step(row, PartnershipState.CONSENTED, actor=actor, action="consent")


@transaction.atomic
def refuse_partnership(
    partnership: Partnership,
    side: str,
    *,
    actor: Actor,
    reason: str,
    by_label: str = "",
    on_paper: bool = False,
    decided_on: dt.date | None = None,
) -> Partnership:
    """Write down that the school of a side refuses; the proposal is over and its reason stays.

    Raises:
        ValidationError: no reason, it is no proposal (any more), or this side has answered already.
    """
    row = held(partnership)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the school refuses: the next proposal depends on it.")})
    _refuse_answered(row, side)
    _answer(
        row,
        side,
        actor,
        is_consent=False,
        reason=reason.strip(),
        by_label=by_label,
        on_paper=on_paper,
        decided_on=decided_on,
    )
    return step(row, PartnershipState.REFUSED, actor=actor, action="refuse", end_reason=reason.strip())


@transaction.atomic
def propose_next(partnership: Partnership, lead: Organisation, *, actor: Actor) -> Partnership:
    """Propose another lead school to a school whose partnership was refused.

    Raises:
        ValidationError: the partnership was not refused, the lead school is the same, is the school itself, has refused
            this school this year, or the schools are partners already.
    """
    row = held(partnership)
    if row.state != PartnershipState.REFUSED:
        raise ValidationError(_("Another school is proposed only after a refusal."))
    refused = Partnership.objects.filter(
        school_year=row.school_year, mentee=row.mentee, lead=lead, state=PartnershipState.REFUSED
    )
    if refused.exists():
        raise ValidationError(
            {"lead": _("These two schools have refused to work together this year: choose another one.")}
        )
    made = Partnership(
        school_year=row.school_year,
        mentee=row.mentee,
        lead=lead,
        network=row.network,
        content=row.content,
        consent_due=consent_day(),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        instead_of=row,
    )
    made.full_clean()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise ValidationError(_("These schools are partners in this year already.")) from None
    log(made, actor=actor, action="propose")
    return made


def _refuse_answered(row: Partnership, side: str) -> None:
    if side not in Side:
        raise ValidationError(_("There is no such side."))
    if row.state != PartnershipState.PROPOSED:
        raise ValidationError(_("This is no proposal any more: the answer is known."), code="state")
    if row.consents.filter(side=side).exists():
        raise ValidationError(_("This school has answered already."), code="answered")


def _answer(
    row: Partnership,
    side: str,
    actor: Actor,
    *,
    is_consent: bool,
    by_label: str,
    on_paper: bool,
    decided_on: dt.date | None,
    reason: str = "",
) -> None:
    today = timezone.localdate()
    if decided_on is not None and decided_on > today:
        raise ValidationError({"decided_on": _("This day lies ahead.")})
    PartnershipConsent.objects.create(
        partnership=row,
        side=side,
        organisation=row.school_of(side),
        is_consent=is_consent,
        decided_on=decided_on or today,
        reason=reason,
        by_label=(by_label or actor.label)[:300],
        on_paper=on_paper,
    )
