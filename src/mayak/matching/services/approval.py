"""Approving and archiving a pairing."""

from copy import copy
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import MatchingLevel, MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import input_of
from mayak.matching.selectors.scenarios import mended_run, origin_of
from mayak.matching.services.guard import (
    check_draft,
    check_transition,
    fault_texts,
    held,
    log_run,
    logged_words,
)
from mayak.matching.services.repair import become_repair, replace_approved, tell_replaced
from mayak.matching.services.teacher_approval import problems_of_teacher_approval
from mayak.matching.signals import matching_approved, matching_archived


def problems_of_approval(run: MatchingRun) -> list[str]:
    """Return everything that stands against an approval, in words; empty where nothing does.

    Looked at with the schools, statuses and capacities as they are now, not as they were when it was computed.
    """
    if run.solved_at is None:
        return [_("The pairs have not been computed yet.")]
    found: list[str] = []
    if run.input_changed:
        found.append(_("The rules were changed after the computation. Compute the pairs again."))
    if run.job_id and Job.objects.filter(pk=run.job_id).exclude(state__in=FINISHED).exists():
        found.append(_("The pairs are being computed now. Wait until it is done."))
    if run.level == MatchingLevel.TEACHERS:
        return [*found, *_approved_already(run), *problems_of_teacher_approval(_as_it_is(run))]
    pairs = list(run.pairs.select_related("mentee", "lead"))
    if not pairs:
        found.append(_("There is no pair to approve."))
    found += _approved_already(run)
    now = input_of(_as_it_is(run))
    mentees = {school.key for school in now.problem.mentees}
    leads = {school.key for school in now.problem.leads}
    standing = []
    for pair in pairs:
        keys = (str(pair.mentee_id), str(pair.lead_id))
        if keys[0] not in mentees:
            found.append(_("%(school)s has no status of a school that needs help.") % {"school": pair.mentee})
        passes_on = pair.group.isdigit() and keys[1] in mentees  # in a chain a school helps the next one
        if keys[1] not in leads and not passes_on:
            found.append(_("%(school)s has no status of a lead school.") % {"school": pair.lead})
        if keys[0] in mentees and keys[1] in leads:
            standing.append(keys)
    faults = faults_of(replace(now.problem, fixed=tuple(standing)))
    return list(dict.fromkeys([*found, *fault_texts(faults, now.names)]))


def _approved_already(run: MatchingRun) -> list[str]:
    """What other approved pairing stands in the way; a repair takes the place of the one that it mends."""
    other = MatchingRun.objects.filter(
        territory=run.territory_id,
        school_year=run.school_year_id,
        level=run.level,
        state=MatchingState.APPROVED,
    ).exclude(pk=run.pk)
    base = mended_run(run)
    if base is not None:
        if base.state != MatchingState.APPROVED:
            return [_("«%(title)s», which this pairing repairs, is approved no more.") % {"title": base}]
        other = other.exclude(pk=base.pk)
    return [
        _("«%(title)s» is approved for this territory and year; archive it first.") % {"title": approved}
        for approved in other[:1]
    ]


def _as_it_is(run: MatchingRun) -> MatchingRun:
    """Return the run without what a scenario only supposed: places that nobody gave count for nothing."""
    origin = origin_of(run)
    if origin is run:
        return run
    real = copy(run)
    real.scenario = list(origin.scenario)
    return real


@transaction.atomic
def approve_run(run: MatchingRun, *, actor: Actor) -> MatchingRun:
    """Approve a draft: its pairs become partnerships (the networks listen to the signal).

    Raises:
        ValidationError: what stands against it, each point in words; nothing is changed then. The code is
            «approved_already» where somebody approved this pairing before.
    """
    stored = held(run)
    _check_not_yet(stored)
    check_transition(stored, MatchingState.APPROVED)
    check_draft(stored)
    if against := problems_of_approval(stored):
        raise ValidationError(against, code="approval")
    old = replace_approved(become_repair(stored), actor=actor) if mended_run(stored) is not None else None
    stored.state = MatchingState.APPROVED
    stored.approved_at = timezone.now()
    stored.approved_by_label = actor.label[:200]
    _save_approved(stored)
    pairs = stored.teacher_pairs if stored.level == MatchingLevel.TEACHERS else stored.pairs
    changes = {"state": [MatchingState.DRAFT, MatchingState.APPROVED], "pairs": pairs.count()}
    log_run(stored, actor=actor, action="approve", changes=changes)
    if old is not None:
        tell_replaced(stored, old, actor=actor)
    else:
        matching_approved.send(sender=MatchingRun, run=stored, actor=actor)
    return stored


def _check_not_yet(run: MatchingRun) -> None:
    """Tell whoever comes second that it is done, by whom and when."""
    if run.state != MatchingState.APPROVED:
        return
    day = date_format(timezone.localtime(run.approved_at), "d.m.Y H:i") if run.approved_at else "—"
    raise ValidationError(
        _("The pairs are approved already: %(day)s, %(who)s.") % {"day": day, "who": run.approved_by_label},
        code="approved_already",
    )


def _save_approved(run: MatchingRun) -> None:
    """Write the approval; of two drafts approved at the same moment the database lets one through."""
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "approved_at", "approved_by_label"])
    except IntegrityError as error:
        rivals = _approved_already(run) or [
            _("A pairing of this territory and year is approved already; archive it first.")
        ]
        raise ValidationError(rivals, code="approval") from error


@transaction.atomic
def archive_run(run: MatchingRun, *, actor: Actor, reason: str = "") -> MatchingRun:
    """Put a pairing away; the partnerships of an approved one end with the reason, which it then needs.

    Raises:
        ValidationError: it is archived already, or an approved one is archived without a reason.
    """
    stored = held(run)
    check_transition(stored, MatchingState.ARCHIVED)
    was = stored.state
    if was == MatchingState.APPROVED and not reason.strip():
        raise ValidationError({"reason": _("Say why the approved pairs end.")})
    stored.state = MatchingState.ARCHIVED
    stored.archived_at = timezone.now()
    stored.archive_reason = reason.strip()[:300]
    stored.save(update_fields=["state", "archived_at", "archive_reason"])
    reason_kept = logged_words(stored, stored.archive_reason)
    changes = {"state": [was, MatchingState.ARCHIVED], "reason": reason_kept}
    log_run(stored, actor=actor, action="archive", changes=changes)
    if was == MatchingState.APPROVED:
        matching_archived.send(sender=MatchingRun, run=stored, actor=actor, reason=stored.archive_reason)
    return stored
