"""Approving and archiving a pairing."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import input_of
from mayak.matching.services.guard import check_draft, check_transition, fault_texts, held, log_run
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
    pairs = list(run.pairs.select_related("mentee", "lead"))
    if not pairs:
        found.append(_("There is no pair to approve."))
    other = MatchingRun.objects.filter(
        territory=run.territory_id, school_year=run.school_year_id, state=MatchingState.APPROVED
    ).exclude(pk=run.pk)
    if (approved := other.first()) is not None:
        found.append(
            _("«%(title)s» is approved for this territory and year; archive it first.") % {"title": approved}
        )
    now = input_of(run)
    mentees = {school.key for school in now.problem.mentees}
    leads = {school.key for school in now.problem.leads}
    standing = []
    for pair in pairs:
        keys = (str(pair.mentee_id), str(pair.lead_id))
        if keys[0] not in mentees:
            found.append(_("%(school)s has no status of a school that needs help.") % {"school": pair.mentee})
        if keys[1] not in leads:
            found.append(_("%(school)s has no status of a lead school.") % {"school": pair.lead})
        if keys[0] in mentees and keys[1] in leads:
            standing.append(keys)
    faults = faults_of(replace(now.problem, fixed=tuple(standing)))
    return list(dict.fromkeys([*found, *fault_texts(faults, now.names)]))


@transaction.atomic
def approve_run(run: MatchingRun, *, actor: Actor) -> MatchingRun:
    """Approve a draft: its pairs become partnerships (the networks listen to the signal).

    Raises:
        ValidationError: what stands against it, each point in words; nothing is changed then.
    """
    stored = held(run)
    check_transition(stored, MatchingState.APPROVED)
    check_draft(stored)
    if against := problems_of_approval(stored):
        raise ValidationError(against, code="approval")
    stored.state = MatchingState.APPROVED
    stored.approved_at = timezone.now()
    stored.approved_by_label = actor.label[:200]
    stored.save(update_fields=["state", "approved_at", "approved_by_label"])
    changes = {"state": [MatchingState.DRAFT, MatchingState.APPROVED], "pairs": stored.pairs.count()}
    log_run(stored, actor=actor, action="approve", changes=changes)
    matching_approved.send(sender=MatchingRun, run=stored, actor=actor)
    return stored


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
    changes = {"state": [was, MatchingState.ARCHIVED], "reason": stored.archive_reason}
    log_run(stored, actor=actor, action="archive", changes=changes)
    if was == MatchingState.APPROVED:
        matching_archived.send(sender=MatchingRun, run=stored, actor=actor, reason=stored.archive_reason)
    return stored
