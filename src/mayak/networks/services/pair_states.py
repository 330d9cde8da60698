"""The steps of a pair: consents, refusal, order, work, pause, end, another mentor."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import EndedBy, TermsState
from mayak.accounts.models import MentoringTerms
from mayak.accounts.selectors.deadlines import deadline
from mayak.accounts.services.terms import last_day_after
from mayak.kernel.access import Actor
from mayak.networks.enums.mentor_pairs import PairLoop, PairSide, PairState, PlanItemState
from mayak.networks.models import MentorPair, PairPlanItem
from mayak.networks.services.mentor_pairs import CONSENT, MenteeGiven, create_pair
from mayak.networks.services.pair_levels import take_entry_levels, take_exit_levels
from mayak.networks.services.pair_log import held_pair, log_pair, mentees_of, move_pair
from mayak.registry.models import LegalAct, Organisation, Person


@transaction.atomic
def consent_to_pair(
    pair: MentorPair, person: Person, *, actor: Actor, given_on: dt.date | None = None, paper: str = ""
) -> MentorPair:
    """Record the own consent of a participant; with the last one the pair goes on to «all consent».

    Args:
        pair: proposed.
        person: the mentor or a mentee.
        actor: this person, or who keeps the pair and holds the signed paper.
        given_on: the day of the consent, today if left out.
        paper: where the signed paper is kept; empty for a consent in the own account.

    Raises:
        ValidationError: the person takes no part or has consented already; the day lies in the future; the pair waits
            for no consents.
    """
    held = held_pair(pair)
    day = given_on or timezone.localdate()
    _check_day(day, "given_on")
    if held.state != PairState.PROPOSED:
        raise ValidationError(_("This pair waits for no consents."))
    mentees = mentees_of(held)
    changes: dict[str, Any]
    if person.pk == held.mentor_id:
        _refuse_second(held.mentor_consented_on)
        held.mentor_consented_on, held.mentor_consent_paper = day, paper.strip()[:200]
        held.save(update_fields=["mentor_consented_on", "mentor_consent_paper"])
        changes = {"mentor_consented_on": [None, day.isoformat()]}
    else:
        mentee = next((one for one in mentees if one.person_id == person.pk), None)
        if mentee is None:
            raise ValidationError(_("Only those who take part in the pair consent to it."))
        _refuse_second(mentee.consented_on)
        mentee.consented_on, mentee.consent_paper = day, paper.strip()[:200]
        mentee.save(update_fields=["consented_on", "consent_paper"])
        changes = {"mentee": mentee.person_id, "consented_on": [None, day.isoformat()]}
    log_pair(held, actor=actor, action="consent", changes=changes)
    if held.mentor_consented_on and all(one.consented_on for one in mentees):
        move_pair(held, PairState.CONSENTED, actor=actor, action="all_consent")
    return held


@transaction.atomic
def refuse_pair(pair: MentorPair, person: Person, *, actor: Actor, reason: str) -> MentorPair:
    """Refuse the pair with a reason: it goes back to the coordinator, who proposes another mentor or ends it.

    Raises:
        ValidationError: no reason; the person takes no part; the pair is formed already (it is ended then).
    """
    held = held_pair(pair)
    _need(reason, "reason", _("Say why, in a few words: it helps to find a better pair."))
    is_mentor = person.pk == held.mentor_id
    if not is_mentor and not held.mentees.filter(person=person).exists():
        raise ValidationError(_("Only those who take part in the pair refuse it."))
    held.mentees.update(consented_on=None, consent_paper="")
    fields = {
        "refused_by": PairSide.MENTOR if is_mentor else PairSide.MENTEE,
        "refused_on": timezone.localdate(),
        "refusal_reason": reason.strip()[:500],
        "mentor_consented_on": None,
        "mentor_consent_paper": "",
    }
    return move_pair(held, PairState.RETURNED, actor=actor, action="refuse", fields=fields)


@transaction.atomic
def propose_again(pair: MentorPair, *, actor: Actor, reason: str) -> MentorPair:
    """Propose a refused pair once more, with what was agreed meanwhile; consents are asked for anew.

    Raises:
        ValidationError: the pair was not refused; nothing is said of what changed.
    """
    held = held_pair(pair)
    _need(reason, "reason", _("Say what has changed since the refusal."))
    today = timezone.localdate()
    fields = {"proposed_on": today, "consent_until": deadline(CONSENT, today).day}
    moved = move_pair(held, PairState.PROPOSED, actor=actor, action="propose_again", fields=fields)
    log_pair(moved, actor=actor, action="note", changes={"reason": ["", reason.strip()[:500]]})
    return moved


@transaction.atomic
def form_pair(
    pair: MentorPair,
    *,
    actor: Actor,
    order: LegalAct,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
) -> MentorPair:
    """Form a pair to which all consent by an order; with one employer the mentor's paper must hold (art. 351.8).

    Raises:
        ValidationError: the order is later than the start; no supplement with a consent where there is one employer.
    """
    held = held_pair(pair)
    if order.date > starts_on:
        raise ValidationError(
            {
                "starts_on": _("The order is of %(day)s: a pair cannot begin before it.")
                % {"day": _day(order.date)}
            }
        )
    fields: dict[str, Any] = {"order": order, "starts_on": starts_on, "ends_on": ends_on}
    if held.loop == PairLoop.INTERNAL:
        fields["terms"] = _terms_of(held, starts_on)
    return move_pair(held, PairState.FORMED, actor=actor, action="form_pair", fields=fields)


@transaction.atomic
def start_pair(pair: MentorPair, *, actor: Actor) -> MentorPair:
    """Begin the work: the levels of the competences at the entry are taken from what is known.

    Raises:
        ValidationError: the pair is not formed.
    """
    held = move_pair(held_pair(pair), PairState.ACTIVE, actor=actor, action="start")
    take_entry_levels(held, actor=actor)
    return held


@transaction.atomic
def pause_pair(pair: MentorPair, *, actor: Actor, reason: str) -> MentorPair:
    """Pause the work with a reason: no hints while it lasts.

    Raises:
        ValidationError: no reason; the pair is not at work.
    """
    held = held_pair(pair)
    _need(reason, "reason", _("Say why the pair pauses."))
    fields = {"pause_reason": reason.strip()[:500]}
    return move_pair(held, PairState.PAUSED, actor=actor, action="pause", fields=fields)


@transaction.atomic
def resume_pair(pair: MentorPair, *, actor: Actor) -> MentorPair:
    """Go on after a pause.

    Raises:
        ValidationError: the pair does not pause.
    """
    held = held_pair(pair)
    if held.state != PairState.PAUSED:
        raise ValidationError(_("This pair does not pause."))
    return move_pair(held, PairState.ACTIVE, actor=actor, action="resume", fields={"pause_reason": ""})


@transaction.atomic
def end_pair(
    pair: MentorPair,
    *,
    actor: Actor,
    reason: str,
    remains: str = "",
    ended_on: dt.date | None = None,
    ended_by: str = "",
    notice_on: dt.date | None = None,
) -> MentorPair:
    """End a pair with the reason and what remains; levels at the exit are taken from what is known.

    Raises:
        ValidationError: no reason; the pair is over; with one employer less than three working days of notice.
    """
    held = held_pair(pair)
    fields = _ending(held, reason, ended_on, ended_by, notice_on)
    fields["remains"] = remains.strip()[:500]
    moved = move_pair(held, PairState.ENDED, actor=actor, action="end", fields=fields)
    take_exit_levels(moved, actor=actor)
    return moved


@transaction.atomic
def change_mentor(
    pair: MentorPair,
    *,
    actor: Actor,
    mentor: Person,
    mentor_school: Organisation,
    reason: str,
    ended_on: dt.date | None = None,
    ended_by: str = "",
    notice_on: dt.date | None = None,
) -> MentorPair:
    """Put another mentor in the place of one who leaves; everything else of the pair stays.

    The old pair becomes «replaced»; the new one has its mentees, goal, competences and the lines of the plan that are
    not done, and waits for the consents. Returns the new pair.

    Raises:
        ValidationError: no reason; the pair is over; the mentor does not fit the mentees; no notice (art. 351.8).
    """
    held = held_pair(pair)
    if mentor.pk == held.mentor_id:
        raise ValidationError({"mentor": _("This is the mentor who leaves: choose another one.")})
    fields = _ending(held, reason, ended_on, ended_by, notice_on)
    move_pair(held, PairState.CHANGED, actor=actor, action="replace", fields=fields)
    made = create_pair(
        mentor,
        mentor_school=mentor_school,
        mentees=[MenteeGiven(one.person, one.school, one.need) for one in mentees_of(held)],
        school_year=held.school_year,
        actor=actor,
        competences=list(held.competences.all()),
        kind=held.kind,
        form=held.form,
        subject=held.subject,
        goal=held.goal,
        ends_on=held.ends_on,
        run=held.run,
        replaces=held,
    )
    open_items = held.plan.filter(state__in=[PlanItemState.PROPOSED, PlanItemState.PLANNED]).order_by("pk")
    PairPlanItem.objects.bulk_create([_copied(item, made) for item in open_items])
    return made


def _copied(item: PairPlanItem, pair: MentorPair) -> PairPlanItem:
    item.pk, item.pair = None, pair
    item._state.adding = True
    return item


def _ending(
    pair: MentorPair, reason: str, ended_on: dt.date | None, ended_by: str, notice_on: dt.date | None
) -> dict[str, Any]:
    """Return the fields of an end; the notice of art. 351.8 is counted where an employer's mentor ends early."""
    _need(reason, "reason", _("Say why the pair ends."))
    last = ended_on or timezone.localdate()
    works = pair.state in {PairState.ACTIVE, PairState.PAUSED}
    early = pair.ends_on is None or last < pair.ends_on
    if pair.loop == PairLoop.INTERNAL and works and early and ended_by in {EndedBy.MENTOR, EndedBy.EMPLOYER}:
        if notice_on is None:
            raise ValidationError({"notice_on": _("Give the day of the written notice (art. 351.8).")})
        _check_day(notice_on, "notice_on")
        least = last_day_after(notice_on, ended_by).day
        if last < least:
            raise ValidationError(
                {
                    "ended_on": _("Three working days of notice (art. 351.8): not before %(day)s.")
                    % {"day": _day(least)}
                }
            )
    return {
        "ended_on": last,
        "end_reason": reason.strip()[:500],
        "ended_by": ended_by,
        "notice_on": notice_on,
    }


def _terms_of(pair: MentorPair, starts_on: dt.date) -> MentoringTerms:
    rows = MentoringTerms.objects.filter(
        person=pair.mentor_id,
        organisation__in={pair.mentor_school_id, pair.mentor_school.signatory.pk},
        consented_on__isnull=False,
        ends_on__gte=starts_on,
    )
    wrong = {TermsState.DRAFT, TermsState.ENDED, TermsState.NOTICE}
    found = next((one for one in rows if one.state_on(starts_on) not in wrong), None)
    if found is None:
        raise ValidationError(
            _(
                "Mentor and mentee have one employer: first record the supplement on mentoring with the written "
                "consent of %(mentor)s (art. 351.8 of the Labour Code)."
            )
            % {"mentor": pair.mentor},
            code="no_terms",
        )
    return found


def _refuse_second(known: dt.date | None) -> None:
    if known is not None:
        raise ValidationError(_("This consent is given already."))


def _check_day(day: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise ValidationError({field: _("This day has not come yet.")})


def _need(text: str, field: str, message: str) -> None:
    if not text.strip():
        raise ValidationError({field: message})


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"
