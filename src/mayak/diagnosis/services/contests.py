"""Holding a contest: criteria, states, experts. What depends on points lies in ``contest_scoring``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import ApplicationState, ContestState
from mayak.diagnosis.models import (
    Contest,
    ContestApplication,
    ContestAssignment,
    ContestCriterion,
    ContestExpert,
)
from mayak.diagnosis.selectors.contests import conflict_organisations, scored_applications
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.measure_reference import supplied_criteria
from mayak.kernel.access import Actor
from mayak.registry.models import Territory
from mayak.registry.services.rows import create_row, delete_row, log, update_row


@transaction.atomic
def create_contest(*, actor: Actor, territory: Territory, **fields: Any) -> Contest:
    """Begin a contest with the supplied criteria of its kind; all of them can be changed.

    Raises:
        ValidationError: a field says no, or the school year is closed.
    """
    contest = Contest(territory=territory, **fields)
    check_open(contest.school_year)
    create_row(contest, actor=actor)
    for values in supplied_criteria(contest.kind):
        create_row(ContestCriterion(contest=contest, **values), actor=actor)
    return contest


def update_contest(contest: Contest, *, actor: Actor, **changes: Any) -> Contest:
    """Change what a contest says of itself.

    Raises:
        ValidationError: it is closed, or the kind changes although there are applications.
    """
    if contest.state == ContestState.CLOSED:
        raise ValidationError(
            _("The contest is closed. Open the scoring again, with a reason, to change it.")
        )
    stored = Contest.objects.get(pk=contest.pk)
    if changes.get("kind", stored.kind) != stored.kind and contest.applications.exists():
        raise ValidationError({"kind": _("There are applications already: the kind stays as it is.")})
    return update_row(contest, actor=actor, values=changes)


def criteria_are_fixed(contest: Contest) -> bool:
    """Whether the criteria can no longer be changed: a school has applied, or experts score."""
    sent = contest.applications.exclude(state=ApplicationState.DRAFT).exists()
    return sent or contest.state not in {ContestState.DRAFT, ContestState.OPEN}


def save_criterion(criterion: ContestCriterion, *, actor: Actor, **values: Any) -> ContestCriterion:
    """Add or change a criterion.

    Raises:
        ValidationError: a school has applied already, or a field says no.
    """
    _refuse_fixed(criterion.contest)
    if criterion.pk is None:
        for name, value in values.items():
            setattr(criterion, name, value)
        return create_row(criterion, actor=actor)
    return update_row(criterion, actor=actor, values=values)


def remove_criterion(criterion: ContestCriterion, *, actor: Actor) -> None:
    """Remove a criterion.

    Raises:
        ValidationError: a school has applied already.
    """
    _refuse_fixed(criterion.contest)
    delete_row(criterion, actor=actor)


@transaction.atomic
def open_contest(contest: Contest, *, actor: Actor) -> Contest:
    """Let schools apply.

    Raises:
        ValidationError: it is no draft, or has no criterion with a weight.
    """
    _expect(contest, ContestState.DRAFT)
    if not contest.criteria.filter(weight__gt=0).exists():
        raise ValidationError(_("A contest needs at least one criterion whose weight is above zero."))
    return update_row(contest, actor=actor, values={"state": ContestState.OPEN}, action="open")


@transaction.atomic
def begin_scoring(contest: Contest, *, actor: Actor) -> Contest:
    """End the taking of applications and give the applications to the experts.

    Raises:
        ValidationError: nobody applied, or an application has fewer experts than the contest asks for.
    """
    _expect(contest, ContestState.OPEN)
    rows = scored_applications(contest)
    if not rows:
        raise ValidationError(_("No school has applied yet: there is nothing to score."))
    short = [str(row.application.organisation) for row in rows if row.assigned < contest.experts_at_least]
    if short:
        raise ValidationError(
            _("Fewer than %(count)s experts are assigned to: %(schools)s.")
            % {"count": contest.experts_at_least, "schools": ", ".join(short)}
        )
    return update_row(contest, actor=actor, values={"state": ContestState.SCORING}, action="begin_scoring")


@transaction.atomic
def close_contest(contest: Contest, *, actor: Actor) -> Contest:
    """Close the contest: every application is scored by enough experts and decided.

    Raises:
        ValidationError: an application is not scored by enough experts or has no decision; no number or date of the
            protocol.
    """
    _expect(contest, ContestState.SCORING)
    rows = scored_applications(contest)
    few = [str(row.application.organisation) for row in rows if row.finished < contest.experts_at_least]
    open_rows = [str(row.application.organisation) for row in rows if not row.application.decision]
    problems = []
    if few:
        problems.append(
            _("Scored by fewer than %(count)s experts: %(schools)s.")
            % {"count": contest.experts_at_least, "schools": ", ".join(few)}
        )
    if open_rows:
        problems.append(_("No decision yet: %(schools)s.") % {"schools": ", ".join(open_rows)})
    if not contest.protocol_number or contest.protocol_date is None:
        problems.append(_("Give the number and the date of the protocol."))
    if problems:
        raise ValidationError(problems)
    values = {"state": ContestState.CLOSED, "closed_at": timezone.now()}
    return update_row(contest, actor=actor, values=values, action="close")


@transaction.atomic
def reopen_contest(contest: Contest, *, actor: Actor, reason: str) -> Contest:
    """Go one step back, with a reason that the audit log keeps: from closed to scoring, from scoring to open.

    Raises:
        ValidationError: no reason, or the contest is a draft or open.
    """
    back = {ContestState.CLOSED: ContestState.SCORING, ContestState.SCORING: ContestState.OPEN}
    if contest.state not in back:
        raise ValidationError(_("This contest need not be opened again."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the contest is opened again.")})

    before, contest.state = contest.state, back[ContestState(contest.state)]
    contest.closed_at = None
    contest.save(update_fields=["state", "closed_at"])
    log(
        contest,
        actor=actor,
        action="reopen",
        changes={"state": [before, contest.state], "reason": ["", reason.strip()]},
    )
    return contest


@transaction.atomic
def add_expert(contest: Contest, *, actor: Actor, user: User) -> ContestExpert:
    """Name an expert.

    Raises:
        ValidationError: named already, or the contest is closed.
    """
    _refuse_closed(contest)
    return create_row(ContestExpert(contest=contest, user=user), actor=actor)


@transaction.atomic
def remove_expert(expert: ContestExpert, *, actor: Actor) -> None:
    """Take an expert out who has scored nothing yet.

    Raises:
        ValidationError: points are there already, or the contest is closed.
    """
    _refuse_closed(expert.contest)
    if expert.assignments.filter(scores__isnull=False).exists():
        raise ValidationError(_("This expert has scored already and stays in the protocol."))
    delete_row(expert, actor=actor)


@transaction.atomic
def assign_expert(
    application: ContestApplication, expert: ContestExpert, *, actor: Actor
) -> ContestAssignment:
    """Give an application to an expert.

    Raises:
        ValidationError: of another contest, the own school (conflict of interest), or the contest is closed.
    """
    _refuse_closed(application.contest)
    if expert.contest_id != application.contest_id:
        raise ValidationError(_("This expert belongs to another contest."))
    if application.organisation_id in conflict_organisations(expert.user):
        raise ValidationError(
            _("%(expert)s works at %(school)s: an expert does not score the own school.")
            % {"expert": expert, "school": application.organisation}
        )
    known = ContestAssignment.objects.filter(application=application, expert=expert).first()
    if known is not None:
        return known
    return create_row(ContestAssignment(application=application, expert=expert), actor=actor)


@transaction.atomic
def assign_all(contest: Contest, *, actor: Actor) -> tuple[int, list[str]]:
    """Give every submitted application to every expert; return how many were given and which are conflicts."""
    given, conflicts = 0, []
    applications = list(
        contest.applications.filter(state=ApplicationState.SUBMITTED).select_related(
            "organisation", "contest"
        )
    )
    for expert in contest.experts.select_related("user", "contest"):
        barred = conflict_organisations(expert.user)
        known = set(expert.assignments.values_list("application_id", flat=True))
        for application in applications:
            if application.organisation_id in barred:
                conflicts.append(f"{expert} – {application.organisation}")
            elif application.pk not in known:
                assign_expert(application, expert, actor=actor)
                given += 1
    return given, conflicts


@transaction.atomic
def unassign_expert(assignment: ContestAssignment, *, actor: Actor) -> None:
    """Take an application back from an expert who has not scored it.

    Raises:
        ValidationError: points are there already, or the contest is closed.
    """
    _refuse_closed(assignment.application.contest)
    if assignment.scores.exists():
        raise ValidationError(_("The expert has begun to score this application."))
    delete_row(assignment, actor=actor)


def _expect(contest: Contest, state: str) -> None:
    held = Contest.objects.select_for_update().get(pk=contest.pk)
    contest.state = held.state
    if held.state != state:
        raise ValidationError(
            _("The contest is in the state “%(state)s”: this step is not possible.")
            % {"state": held.get_state_display()}
        )


def _refuse_closed(contest: Contest) -> None:
    if contest.state == ContestState.CLOSED:
        raise ValidationError(_("The contest is closed."))


def _refuse_fixed(contest: Contest) -> None:
    if criteria_are_fixed(contest):
        raise ValidationError(
            _("A school has applied already: the criteria stay as they are, so that all are treated alike.")
        )
