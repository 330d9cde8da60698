"""Locks, bans and moves of teachers by hand; each takes effect on the score at once, a new computation keeps it."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.algorithms.teachers.problem import FactKind, PairFact
from mayak.matching.enums import PairOrigin, PairRuleKind
from mayak.matching.models import MatchingRun, TeacherPair, TeacherRule, UncoveredNeed
from mayak.matching.selectors.teacher_candidates import MentorCandidate, candidates_of_need, needs_of_mentee
from mayak.matching.selectors.teacher_problems import stored_teacher_problem, teacher_input_of
from mayak.matching.services.guard import check_draft, held, log_run
from mayak.matching.services.teacher_input import teacher_faults
from mayak.registry.models import Person


@transaction.atomic
def lock_teachers(
    run: MatchingRun, mentee: Person, mentor: Person, *, actor: Actor, reason: str = ""
) -> TeacherRule:
    """Demand that two people are a pair; before the computation, or to keep a pair that it found.

    Raises:
        ValidationError: no draft, a ban stands against it, or there are not places enough; nothing is changed then.
    """
    stored = held(run)
    check_draft(stored)
    _check_lock(stored, mentee, mentor)
    rule = _set_rule(stored, mentee, mentor, kind=PairRuleKind.LOCK, reason=reason)
    found = stored.teacher_pairs.filter(mentee=mentee, mentor=mentor)
    if found.update(origin=PairOrigin.LOCKED) == 0 and stored.solved_at is not None:
        MatchingRun.objects.filter(pk=stored.pk).update(input_changed=True)
    _log(stored, mentee, mentor, actor=actor, action="lock_pair")
    return rule


@transaction.atomic
def forbid_teachers(
    run: MatchingRun, mentee: Person, mentor: Person, *, actor: Actor, reason: str
) -> TeacherRule:
    """Forbid two people to be a pair; a pair that exists is taken apart at once.

    Raises:
        ValidationError: no draft, or no reason is given.
    """
    stored = held(run)
    check_draft(stored)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this pair must not be.")})
    rule = _set_rule(stored, mentee, mentor, kind=PairRuleKind.FORBID, reason=reason.strip())
    for pair in stored.teacher_pairs.filter(mentee=mentee, mentor=mentor):
        _uncover(stored, pair, {"code": "taken_away", "mentor": mentor.pk})
    _recount(stored)
    _log(stored, mentee, mentor, actor=actor, action="forbid_pair")
    return rule


@transaction.atomic
def drop_teacher_rule(rule: TeacherRule, *, actor: Actor) -> None:
    """Take a lock or a ban back; the pairs stay as they are until the next computation.

    Raises:
        ValidationError: the pairing is no draft.
    """
    stored = held(rule.run)
    check_draft(stored)
    stored.teacher_pairs.filter(
        mentee=rule.mentee_id, mentor=rule.mentor_id, origin__in=[PairOrigin.LOCKED, PairOrigin.HAND]
    ).update(origin=PairOrigin.SOLVER)
    mentee, mentor = rule.mentee, rule.mentor
    rule.delete()
    _log(stored, mentee, mentor, actor=actor, action="drop_rule")


@transaction.atomic
def move_teacher(
    run: MatchingRun, mentee: Person, need: str, *, actor: Actor, to_mentor: Person
) -> TeacherPair:
    """Give a need of a mentee to another mentor by hand, or to a first one; the new pair is locked.

    Args:
        run: a draft that was computed.
        mentee: the teacher who gets help.
        need: key of the need.
        actor: who does it.
        to_mentor: the new mentor; the pair with the old one ends.

    Raises:
        ValidationError: the mentor has no place, the pair breaks a limit, or the need takes no part.
    """
    stored = held(run)
    check_draft(stored)
    if stored.solved_at is None:
        raise ValidationError(_("Compute the pairs first."))
    candidate = _candidate(stored, mentee, need, to_mentor)
    old = stored.teacher_pairs.filter(mentee=mentee, need_key=need).select_related("mentor").first()
    left = stored.uncovered.filter(mentee=mentee, need_key=need).first()
    source: Any = old or left
    if source is None:
        raise ValidationError(_("This need takes no part in the pairing."))
    if old is not None:
        stored.teacher_rules.filter(mentee=mentee, mentor=old.mentor_id, kind=PairRuleKind.LOCK).delete()
        old.delete()
    if left is not None:
        left.delete()
    pair = TeacherPair.objects.create(
        run=stored,
        mentee=mentee,
        mentee_school_id=source.mentee_school_id,
        mentor=to_mentor,
        mentor_school_id=candidate.school_id,
        need_key=need,
        need_title=source.need_title,
        competence_id=candidate.competence_id,
        subject_id=candidate.subject_id,
        origin=PairOrigin.HAND,
        score=candidate.score,
        distance_km=candidate.distance_km,
        is_remote=candidate.is_remote,
        hours=candidate.hours,
        group=candidate.group,
        contributions=candidate.contributions,
    )
    _set_rule(stored, mentee, to_mentor, kind=PairRuleKind.LOCK, reason=_("moved by hand"))
    _recount(stored)
    changes = {
        "mentee": mentee.pk,
        "need": pair.need_title,
        "mentor": [old.mentor_id if old else None, to_mentor.pk],
    }
    log_run(stored, actor=actor, action="move_pair", changes=changes)
    return pair


def _candidate(run: MatchingRun, mentee: Person, need: str, mentor: Person) -> MentorCandidate:
    try:
        known = {one.key for one in needs_of_mentee(run, mentee.pk)}
    except KeyError:
        known = set()
    if need not in known:
        raise ValidationError(_("This need takes no part in the pairing."))
    found = {one.mentor_id: one for one in candidates_of_need(run, mentee.pk, need)}
    candidate = found.get(mentor.pk)
    if candidate is None or candidate.is_current:
        raise ValidationError(_("%(mentor)s cannot be chosen for this need.") % {"mentor": mentor})
    if candidate.why_not:
        raise ValidationError(
            _("%(mentor)s cannot be chosen: %(reason)s.") % {"mentor": mentor, "reason": candidate.why_not},
            code="limit",
        )
    return candidate


def _uncover(run: MatchingRun, pair: TeacherPair, reason: dict[str, Any]) -> None:
    """Take a pair apart: its need stands among those without a mentor."""
    weights = {one.key: one.weight for one in needs_of_mentee(run, pair.mentee_id)}
    UncoveredNeed.objects.update_or_create(
        run=run,
        mentee_id=pair.mentee_id,
        need_key=pair.need_key,
        defaults={
            "mentee_school_id": pair.mentee_school_id,
            "need_title": pair.need_title,
            "weight": weights.get(pair.need_key, 0.0),
            "reasons": [reason],
        },
    )
    pair.delete()


def _check_lock(run: MatchingRun, mentee: Person, mentor: Person) -> None:
    """Refuse a lock that no plan can keep, alone or together with the others."""
    if run.teacher_rules.filter(mentee=mentee, mentor=mentor, kind=PairRuleKind.FORBID).exists():
        raise ValidationError(
            _("The pair %(pair)s is forbidden; take the ban back first.") % {"pair": _name(mentee, mentor)}
        )
    names = {str(one.pk): str(one) for one in (mentee, mentor)}
    if run.solved_at is None:
        found = teacher_input_of(run)
        problem, names = found.problem, {**found.names, **names}
    else:
        problem = stored_teacher_problem(run)
    lock = PairFact(str(mentee.pk), str(mentor.pk), FactKind.FIXED)
    if lock in problem.facts:
        return
    if against := teacher_faults(replace(problem, facts=(*problem.facts, lock)), names):
        raise ValidationError(against, code="limit")


def _set_rule(run: MatchingRun, mentee: Person, mentor: Person, *, kind: str, reason: str) -> TeacherRule:
    rule = TeacherRule.objects.filter(run=run, mentee=mentee, mentor=mentor).first() or TeacherRule(
        run=run, mentee=mentee, mentor=mentor
    )
    rule.kind, rule.reason = kind, reason[:300]
    rule.full_clean()
    rule.save()
    return rule


def _recount(run: MatchingRun) -> None:
    """Keep the total score and the numbers of the tiles as the pairs are now."""
    pairs = run.teacher_pairs
    summary = {
        **run.summary,
        "served": pairs.count(),
        "mentees_served": pairs.values("mentee").distinct().count(),
        "mentors_used": pairs.values("mentor").distinct().count(),
        "remote": pairs.filter(is_remote=True).count(),
    }
    total = pairs.aggregate(total=Sum("score"))["total"] or 0.0
    MatchingRun.objects.filter(pk=run.pk).update(score=round(total, 8), summary=summary)
    run.score, run.summary = round(total, 8), summary


def _log(run: MatchingRun, mentee: Person, mentor: Person, *, actor: Actor, action: str) -> None:
    """People by their keys only: an erasure must reach their names. The reason stands in the demand."""
    log_run(run, actor=actor, action=action, changes={"mentee": mentee.pk, "mentor": mentor.pk})


def _name(mentee: Person, mentor: Person) -> str:
    return f"{mentee} ← {mentor}"
