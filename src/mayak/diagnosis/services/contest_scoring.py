"""Points of experts, decisions of the commission, and the statuses that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.contests import ContestDecision, ContestState
from mayak.diagnosis.models import Contest, ContestApplication, ContestAssignment, ContestScore
from mayak.diagnosis.selectors.contests import conflict_organisations
from mayak.kernel.access import Actor
from mayak.registry.services.rows import log, update_row
from mayak.results.enums import StatusSource
from mayak.results.models import SchoolStatus, StatusKind
from mayak.results.services.statuses import level_of, set_status


@dataclass(frozen=True, slots=True)
class Points:
    """Points by one criterion, with a comment."""

    points: Decimal | None
    comment: str = ""


@transaction.atomic
def save_scores(
    assignment: ContestAssignment,
    *,
    actor: Actor,
    points: Mapping[int, Points],
    conclusion: str = "",
    is_finished: bool = False,
) -> ContestAssignment:
    """Keep the sheet of an expert; a half-filled one is kept too, a finished one must be whole.

    Raises:
        ValidationError: not now, the own school, points outside of their bounds, or a criterion without points at the
            end; nothing is kept then.
    """
    contest = assignment.application.contest
    if contest.state != ContestState.SCORING:
        raise ValidationError(_("Experts score while the contest is in the state “experts score”."))
    if assignment.declined_reason:
        raise ValidationError(_("The expert declared a conflict of interest."))
    if assignment.application.organisation_id in conflict_organisations(assignment.expert.user):
        raise ValidationError(_("An expert does not score the own school."))
    criteria = {row.pk: row for row in contest.criteria.all()}
    _check(criteria, points, is_finished=is_finished)
    before = {
        criterion: str(value) for criterion, value in assignment.scores.values_list("criterion_id", "points")
    }
    for key, given in points.items():
        if given.points is None:
            assignment.scores.filter(criterion=key).delete()
            continue
        ContestScore.objects.update_or_create(
            assignment=assignment,
            criterion=criteria[key],
            defaults={"points": given.points, "comment": given.comment.strip()[:500]},
        )
    assignment.conclusion = conclusion.strip()
    assignment.finished_at = timezone.now() if is_finished else None
    assignment.save(update_fields=["conclusion", "finished_at"])
    after = {
        criterion: str(value) for criterion, value in assignment.scores.values_list("criterion_id", "points")
    }
    changes = {
        criteria[key].name: [before.get(key), after.get(key)]
        for key in criteria
        if before.get(key) != after.get(key)
    }
    log(assignment, actor=actor, action="score", changes={**changes, "is_finished": [None, is_finished]})
    return assignment


def _check(criteria: Mapping[int, object], points: Mapping[int, Points], *, is_finished: bool) -> None:
    errors: dict[str, str] = {}
    for key, criterion in criteria.items():
        given = points.get(key)
        value = given.points if given else None
        maximum = getattr(criterion, "maximum", Decimal(0))
        if value is None and is_finished:
            errors[f"points_{key}"] = _("No points yet: a finished sheet is whole.")
        elif value is not None and not 0 <= value <= maximum:
            errors[f"points_{key}"] = _("From 0 to %(maximum)s points.") % {"maximum": f"{float(maximum):g}"}
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def decline_assignment(assignment: ContestAssignment, *, actor: Actor, reason: str) -> ContestAssignment:
    """Declare a conflict of interest: the expert's points of this application no longer count.

    Raises:
        ValidationError: no reason, or the contest is closed.
    """
    if assignment.application.contest.state == ContestState.CLOSED:
        raise ValidationError(_("The contest is closed."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say what the conflict of interest is.")})
    return update_row(
        assignment, actor=actor, values={"declined_reason": reason.strip()[:300]}, action="decline"
    )


@transaction.atomic
def decide_application(
    application: ContestApplication, *, actor: Actor, decision: str, reason: str
) -> ContestApplication:
    """Write down what the commission decided.

    Raises:
        ValidationError: not in the state of scoring, or a decision without a reason.
    """
    if application.contest.state != ContestState.SCORING:
        raise ValidationError(_("Decisions are made while experts score."))
    if decision and not reason.strip():
        raise ValidationError({"decision_reason": _("Say why: the reason stands in the protocol.")})
    values = {"decision": decision, "decision_reason": reason.strip()}
    return update_row(application, actor=actor, values=values, action="decide")


@transaction.atomic
def give_statuses(contest: Contest, kind: StatusKind, *, actor: Actor) -> tuple[int, list[str]]:
    """Give the chosen schools a status that names the contest; return how many got it and who bore it already.

    Raises:
        ValidationError: the contest is not closed.
    """
    if contest.state != ContestState.CLOSED:
        raise ValidationError(_("Statuses follow from a closed contest."))
    given, known = 0, []
    start = contest.protocol_date or timezone.localdate()
    for row in contest.applications.filter(decision=ContestDecision.CHOSEN).select_related(
        "organisation__territory"
    ):
        reason = _("Contest “%(title)s”, protocol No. %(number)s") % {
            "title": contest.title,
            "number": contest.protocol_number,
        }
        bears = SchoolStatus.objects.filter(
            organisation=row.organisation, kind=kind, valid_to__isnull=True
        ).exists()
        if bears:
            known.append(str(row.organisation))
            continue
        set_status(
            row.organisation,
            kind,
            actor=actor,
            level=level_of(contest.territory),
            valid_from=start,
            reason=reason,
            basis=contest.basis,
            source=StatusSource.CONTEST,
        )
        given += 1
    return given, known
