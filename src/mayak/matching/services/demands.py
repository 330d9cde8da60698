"""Locks, bans and moves by hand; each takes effect on the score at once, and a new computation keeps it."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import PairOrigin, PairRuleKind
from mayak.matching.models import MatchingRun, MatchPair, PairRule, UnmatchedSchool
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.problems import input_of, stored_problem
from mayak.matching.selectors.runs import load_price_of
from mayak.matching.services.guard import check_draft, fault_texts, held, log_run
from mayak.matching.services.runs import known_names
from mayak.registry.models import Organisation


@transaction.atomic
def lock_pair(
    run: MatchingRun, mentee: Organisation, lead: Organisation, *, actor: Actor, reason: str = ""
) -> PairRule:
    """Demand that two schools are a pair; before the computation, or to keep a pair that it found.

    Raises:
        ValidationError: no draft, or the lock breaks a limit (named); nothing is changed then.
    """
    stored = held(run)
    check_draft(stored)
    _check_lock(stored, mentee, lead)
    rule = _set_rule(stored, mentee, lead, kind=PairRuleKind.LOCK, reason=reason)
    found = stored.pairs.filter(mentee=mentee, lead=lead)
    if found.update(origin=PairOrigin.LOCKED) == 0 and stored.solved_at is not None:
        MatchingRun.objects.filter(pk=stored.pk).update(input_changed=True)
    log_run(
        stored, actor=actor, action="lock_pair", changes={"pair": _name(mentee, lead), "reason": rule.reason}
    )
    return rule


@transaction.atomic
def forbid_pair(
    run: MatchingRun, mentee: Organisation, lead: Organisation, *, actor: Actor, reason: str
) -> PairRule:
    """Forbid two schools to be a pair; a pair that exists is taken apart at once.

    Raises:
        ValidationError: no draft, or no reason is given.
    """
    stored = held(run)
    check_draft(stored)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this pair must not be.")})
    rule = _set_rule(stored, mentee, lead, kind=PairRuleKind.FORBID, reason=reason.strip())
    gone, _details = stored.pairs.filter(mentee=mentee, lead=lead).delete()
    if gone and not stored.pairs.filter(mentee=mentee).exists():
        UnmatchedSchool.objects.update_or_create(
            run=stored, mentee=mentee, defaults={"reasons": [{"code": "taken_away", "lead": str(lead)}]}
        )
    _recount(stored)
    log_run(
        stored,
        actor=actor,
        action="forbid_pair",
        changes={"pair": _name(mentee, lead), "reason": rule.reason},
    )
    return rule


@transaction.atomic
def drop_rule(rule: PairRule, *, actor: Actor) -> None:
    """Take a lock or a ban back; the pairs stay as they are until the next computation.

    Raises:
        ValidationError: the pairing is no draft.
    """
    stored = held(rule.run)
    check_draft(stored)
    stored.pairs.filter(mentee=rule.mentee_id, lead=rule.lead_id, origin=PairOrigin.LOCKED).update(
        origin=PairOrigin.SOLVER
    )
    changes = {"pair": _name(rule.mentee, rule.lead), "kind": rule.kind}
    rule.delete()
    log_run(stored, actor=actor, action="drop_rule", changes=changes)


@transaction.atomic
def move_pair(
    run: MatchingRun,
    mentee: Organisation,
    *,
    actor: Actor,
    to_lead: Organisation,
    from_lead: Organisation | None = None,
) -> MatchPair:
    """Give a school to another lead school by hand, or to a first one; the new pair is locked.

    Args:
        run: a draft that was computed.
        mentee: the school that gets help.
        actor: who does it.
        to_lead: its new lead school.
        from_lead: which pair it leaves; None where it has none yet, or wants one more.

    Raises:
        ValidationError: the lead is full, the pair breaks a limit, or the school has all the leads it may have.
    """
    stored = held(run)
    check_draft(stored)
    if stored.solved_at is None:
        raise ValidationError(_("Compute the pairs first."))
    leaves = None if from_lead is None else from_lead.pk
    found = {one.lead_id: one for one in candidates_for(stored, mentee.pk, leaves=leaves)}
    candidate = found.get(to_lead.pk)
    if candidate is None or candidate.is_current:
        raise ValidationError(_("%(lead)s cannot be chosen for this school.") % {"lead": to_lead})
    if candidate.why_not:
        raise ValidationError(
            _("%(lead)s cannot be chosen: %(reason)s.") % {"lead": to_lead, "reason": candidate.why_not},
            code="limit",
        )
    _leave(stored, mentee, from_lead)
    wanted = next(one.leads_wanted for one in stored_problem(stored).mentees if one.key == str(mentee.pk))
    if stored.pairs.filter(mentee=mentee).count() >= wanted:
        raise ValidationError(
            _("The school has all the lead schools that the rules allow. Say which one it leaves.")
        )
    pair = MatchPair.objects.create(
        run=stored,
        mentee=mentee,
        lead=to_lead,
        origin=PairOrigin.HAND,
        score=round(candidate.score, 8),
        distance_km=candidate.distance_km,
        contributions=candidate.contributions,
        lines=candidate.lines,
        group=candidate.group[:200],
    )
    stored.unmatched.filter(mentee=mentee).delete()
    _set_rule(stored, mentee, to_lead, kind=PairRuleKind.LOCK, reason=_("moved by hand"))
    _recount(stored)
    changes = {"mentee": str(mentee), "lead": [str(from_lead) if from_lead else None, str(to_lead)]}
    log_run(stored, actor=actor, action="move_pair", changes=changes)
    return pair


def _leave(run: MatchingRun, mentee: Organisation, lead: Organisation | None) -> None:
    if lead is None:
        return
    gone, _details = run.pairs.filter(mentee=mentee, lead=lead).delete()
    if not gone:
        raise ValidationError(_("%(lead)s does not help this school.") % {"lead": lead})
    run.rules.filter(mentee=mentee, lead=lead, kind=PairRuleKind.LOCK).delete()


def _check_lock(run: MatchingRun, mentee: Organisation, lead: Organisation) -> None:
    """Refuse a lock that breaks a limit, alone or together with the others."""
    if run.rules.filter(mentee=mentee, lead=lead, kind=PairRuleKind.FORBID).exists():
        raise ValidationError(
            _("The pair %(pair)s is forbidden; take the ban back first.") % {"pair": _name(mentee, lead)}
        )
    names = {**known_names(run), str(mentee.pk): str(mentee), str(lead.pk): str(lead)}
    if run.solved_at is None:
        found = input_of(run)
        problem, names = found.problem, {**names, **found.names}
    else:
        problem, names = stored_problem(run), {**names, **run.snapshot["names"]}
    pair = (str(mentee.pk), str(lead.pk))
    if pair in problem.fixed:
        return
    if pair[1] in {school.key for school in problem.mentees}:
        raise ValidationError(
            _("%(school)s passes help on in a chain; only the pair with a lead school can be locked.")
            % {"school": lead},
            code="limit",
        )
    faults = faults_of(replace(problem, fixed=(*problem.fixed, pair)))
    if faults:
        raise ValidationError(fault_texts(faults, names), code="limit")


def _set_rule(
    run: MatchingRun, mentee: Organisation, lead: Organisation, *, kind: str, reason: str
) -> PairRule:
    rule = PairRule.objects.filter(run=run, mentee=mentee, lead=lead).first() or PairRule(
        run=run, mentee=mentee, lead=lead
    )
    rule.kind, rule.reason = kind, reason[:300]
    rule.full_clean()
    rule.save()
    return rule


def _recount(run: MatchingRun) -> None:
    """Keep the total score and the number of schools with a pair as the pairs are now."""
    summary = {**run.summary, "served": run.pairs.values("mentee").distinct().count()}
    total = (run.pairs.aggregate(total=Sum("score"))["total"] or 0.0) - load_price_of(run)
    MatchingRun.objects.filter(pk=run.pk).update(score=round(total, 8), summary=summary)
    run.score, run.summary = round(total, 8), summary


def _name(mentee: Organisation, lead: Organisation) -> str:
    return f"{mentee} ← {lead}"
