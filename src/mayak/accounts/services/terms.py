"""Papers of mentors: recording a supplement, its consent, its end by notice (art. 351.8 of the Labour Code)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import ConsentPurpose, EndedBy, TermsState
from mayak.accounts.models import Consent, MentoringTerms
from mayak.accounts.selectors.deadlines import Deadline, deadline
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import Employment, Organisation, Person

NOTICE = "mentoring-notice"


@transaction.atomic
def record_terms(
    person: Person, organisation: Organisation, *, actor: Actor, **fields: Any
) -> MentoringTerms:
    """Record a supplement; the consent of the register is tied to it where it holds.

    Raises:
        ValidationError: the person has no post at the employer; dates; no pay where it is paid.
    """
    terms = MentoringTerms(person=person, organisation=organisation, **fields)
    if not Employment.objects.filter(person=person, organisation=organisation).exists():
        raise ValidationError(
            {"organisation": _("This person has no post there; only the employer makes a supplement.")}
        )
    _tie_consent(terms)
    terms.full_clean()
    terms.save()
    _record(terms, actor, "create", {name: [None, value] for name, value in snapshot(terms).items() if value})
    return terms


@transaction.atomic
def update_terms(terms: MentoringTerms, *, actor: Actor, **fields: Any) -> MentoringTerms:
    """Correct a supplement that has not ended.

    Raises:
        ValidationError: it has ended, or its notice is given; dates; no pay where it is paid.
    """
    if terms.state in {TermsState.NOTICE, TermsState.ENDED}:
        raise ValidationError(_("What has ended is not changed any more."))
    before = snapshot(terms)
    for name, value in fields.items():
        setattr(terms, name, value)
    _tie_consent(terms)
    terms.full_clean()
    terms.save()
    after = snapshot(terms)
    _record(
        terms,
        actor,
        "update",
        {name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    return terms


def last_day_after(notice_on: dt.date, ended_by: str) -> Deadline:
    """Return the last day of mentoring after a notice: the third working day; at once where both agree."""
    if ended_by == EndedBy.AGREEMENT:
        return Deadline(notice_on, None, True)
    return deadline(NOTICE, notice_on)


@transaction.atomic
def end_terms(
    terms: MentoringTerms, *, actor: Actor, ended_by: str, notice_on: dt.date, reason: str = ""
) -> MentoringTerms:
    """End mentoring before its term; the last day is counted from the notice, never later than the term itself.

    Raises:
        ValidationError: it has ended or its notice is given; a notice before the consent or in the future.
    """
    if terms.state in {TermsState.NOTICE, TermsState.ENDED}:
        raise ValidationError(_("What has ended is not changed any more."))
    if notice_on > timezone.localdate():
        raise ValidationError({"notice_on": _("This day has not come yet.")})
    if terms.consented_on is not None and notice_on < terms.consented_on:
        raise ValidationError({"notice_on": _("A notice does not come before the consent.")})
    before = snapshot(terms)
    terms.ended_by, terms.notice_on, terms.end_reason = ended_by, notice_on, reason.strip()[:300]
    terms.last_day = min(last_day_after(notice_on, ended_by).day, terms.ends_on)
    terms.save(update_fields=["ended_by", "notice_on", "end_reason", "last_day"])
    after = snapshot(terms)
    _record(
        terms,
        actor,
        "end",
        {name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    return terms


def _tie_consent(terms: MentoringTerms) -> None:
    """Take the consent of the register, and its day where the form gives none."""
    found = Consent.objects.live().filter(person=terms.person, purpose=ConsentPurpose.MENTORING).first()
    if found is not None:
        terms.consent = found
        terms.consented_on = terms.consented_on or found.given_on


def _record(terms: MentoringTerms, actor: Actor, action: str, changes: dict[str, Any]) -> None:
    record(
        terms,
        actor=actor,
        action=action,
        territory_path=terms.organisation.territory.path or "",
        organisation_id=terms.organisation_id,
        changes=changes,
    )
