"""Reads of contests: lists, applications, the work of an expert, scores put together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mayak.accounts.models import RoleAssignment, User
from mayak.diagnosis.algorithms.contest_scores import Criterion, Outcome, outcome
from mayak.diagnosis.enums.contests import ApplicationState, ContestState
from mayak.diagnosis.models import (
    Contest,
    ContestApplication,
    ContestAssignment,
    ContestCriterion,
    ContestExpert,
)
from mayak.diagnosis.permissions.measures import may_keep
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation


def contest_list(scope: Scope) -> QuerySet[Contest]:
    """Return the contests that the person may see; drafts only those of the own territories."""
    rows = Contest.objects.within(scope)
    if not scope.everything:
        own = Contest.objects.owned(scope).values("pk") if may_keep(scope) else Contest.objects.none()
        rows = rows.filter(~Q(state=ContestState.DRAFT) | Q(pk__in=own))
    sent = Q(applications__state=ApplicationState.SUBMITTED)
    visible = ContestApplication.objects.within(scope).values("pk")
    return rows.select_related("territory", "school_year", "programme").annotate(
        application_count=Count("applications", filter=sent & Q(applications__in=visible), distinct=True)
    )


def application_list(scope: Scope) -> QuerySet[ContestApplication]:
    """Return the applications of the schools of the scope."""
    return ContestApplication.objects.within(scope).select_related(
        "contest__territory", "contest__school_year", "organisation__territory"
    )


def assignments_of(user: User) -> QuerySet[ContestAssignment]:
    """Return what this expert has to read and score: only submitted applications, only those assigned."""
    return (
        ContestAssignment.objects.of_user(user)
        .filter(
            application__state=ApplicationState.SUBMITTED,
            application__contest__state__in=[ContestState.SCORING, ContestState.CLOSED],
        )
        .select_related(
            "application__contest__territory", "application__organisation__territory", "expert__user"
        )
    )


def is_expert(user: User) -> bool:
    """Whether the user is named an expert of a contest."""
    return ContestExpert.objects.filter(user=user).exists()


def conflict_organisations(user: User) -> set[int]:
    """Return the schools whose applications this user must not score: where the user works or holds a school role."""
    held = RoleAssignment.objects.current().filter(user=user).exclude(role="external_expert")
    found = set(held.values_list("organisation_id", flat=True))
    if user.person_id is not None:
        found |= set(
            Organisation.objects.filter(employments__person=user.person_id).values_list("pk", flat=True)
        )
    return found | set(Organisation.objects.filter(parent__in=found).values_list("pk", flat=True))


def possible_experts(contest: Contest) -> QuerySet[User]:
    """Return who may be named: open accounts with a role in the contest's territory, or an external expert anywhere."""
    inside = RoleAssignment.objects.current().filter(
        organisation__territory__path__under=contest.territory.path or "-"
    )
    return (
        User.objects.filter(is_active=True)
        .filter(Exists(inside.filter(user=OuterRef("pk"))))
        .exclude(pk__in=contest.experts.values("user"))
        .order_by("full_name", "email")
    )


@dataclass(frozen=True, slots=True)
class ScoredApplication:
    """An application with what the experts gave it."""

    application: ContestApplication
    outcome: Outcome
    assigned: int

    @property
    def finished(self) -> int:
        """How many experts scored it whole and said so."""
        return self.outcome.experts


def scored_applications(
    contest: Contest, applications: Iterable[ContestApplication] | None = None
) -> list[ScoredApplication]:
    """Return the submitted applications with their points, the greatest sum first; a fixed number of queries."""
    rows = (
        list(applications)
        if applications is not None
        else list(
            contest.applications.filter(state=ApplicationState.SUBMITTED).select_related(
                "organisation__territory"
            )
        )
    )
    criteria = criteria_of(contest)
    assigned: dict[int, int] = defaultdict(int)
    sheets: dict[int, list[dict[int, float]]] = defaultdict(list)
    assignments = ContestAssignment.objects.filter(application__in=rows, declined_reason="").prefetch_related(
        "scores"
    )
    for one in assignments.order_by("expert_id"):
        assigned[one.application_id] += 1
        if one.finished_at is not None:
            sheets[one.application_id].append(
                {score.criterion_id: float(score.points) for score in one.scores.all()}
            )
    limit = threshold("contest-spread", contest.school_year.start_year)
    found = [
        ScoredApplication(row, outcome(criteria, sheets[row.pk], spread_limit=limit), assigned[row.pk])
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.outcome.total, one.application.organisation.sort_key))


def criteria_of(contest: Contest) -> list[Criterion]:
    """Return the criteria as the algorithm takes them."""
    return [
        Criterion(row.pk, float(row.maximum), float(row.weight))
        for row in ContestCriterion.objects.filter(contest=contest).order_by("position", "pk")
    ]
