"""What the first screen says of contests, recommendations, cards and training."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import ContestState
from mayak.diagnosis.enums.measures import OVERDUE, RecommendationState
from mayak.diagnosis.models import Contest, ContestApplication
from mayak.diagnosis.permissions.measures import may_keep, may_tell
from mayak.diagnosis.selectors.contests import assignments_of
from mayak.diagnosis.selectors.measures import open_recommendations, recommendation_list, to_control
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask

_ORDER = 44


def tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what waits for this user."""
    user = request.user
    if not isinstance(user, User):
        return
    yield from _expert_tasks(user)
    yield from _recommendation_tasks(request, user)
    yield from _contest_tasks(request)


def _expert_tasks(user: User) -> Iterator[TodayTask]:
    """Applications that wait for the points of this expert; one query."""
    waiting = assignments_of(user).filter(
        finished_at__isnull=True, application__contest__state=ContestState.SCORING
    )
    count = waiting.count()
    if count:
        text = ngettext(
            "%(count)s application waits for your points.",
            "%(count)s applications wait for your points.",
            count,
        ) % {"count": count}
        yield TodayTask(
            _("Score the applications of schools"),
            text,
            reverse("diagnosis:contest-tasks"),
            "warning",
            order=_ORDER,
        )


def _recommendation_tasks(request: HttpRequest, user: User) -> Iterator[TodayTask]:
    scope, today = request_scope(request), timezone.localdate()
    url = reverse("diagnosis:recommendations")
    if may_keep(scope):
        drafts = recommendation_list(scope, user.person_id).filter(state=RecommendationState.DRAFT).count()
        if drafts:
            text = ngettext("%(count)s draft waits.", "%(count)s drafts wait.", drafts) % {"count": drafts}
            yield TodayTask(
                _("Issue the recommendations"),
                text,
                reverse("diagnosis:recommendations-issue"),
                "info",
                order=_ORDER,
            )
        late = to_control(scope).count()
        if late:
            text = ngettext(
                "The control date of %(count)s recommendation has come.",
                "The control date of %(count)s recommendations has come.",
                late,
            ) % {"count": late}
            yield TodayTask(
                _("Control the recommendations"), text, f"{url}?state={OVERDUE}", "bad", order=_ORDER
            )
        return
    rows = open_recommendations(scope, user.person_id)
    count = rows.count()
    if count:
        late = rows.filter(deadline__lt=today).count()
        text = ngettext(
            "%(count)s recommendation waits for your report, overdue: %(late)s.",
            "%(count)s recommendations wait for your report, overdue: %(late)s.",
            count,
        ) % {"count": count, "late": late}
        yield TodayTask(
            _("Report on the recommendations"),
            text,
            f"{url}?state=issued",
            "bad" if late else "info",
            order=_ORDER,
        )


def _contest_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Contests in which the own school can take part and has no application."""
    scope, today = request_scope(request), timezone.localdate()
    if not may_tell(scope) or not scope.organisation_ids:
        return
    applied = ContestApplication.objects.within(scope).values("contest")
    rows = (
        Contest.objects.within(scope)
        .filter(state=ContestState.OPEN, applications_from__lte=today, applications_until__gte=today)
        .exclude(pk__in=applied)
    )
    for contest in rows.order_by("applications_until")[:3]:
        text = _("Applications are taken until %(day)s.") % {"day": f"{contest.applications_until:%d.%m.%Y}"}
        yield TodayTask(
            str(contest), text, reverse("diagnosis:contest", args=[contest.pk]), "info", order=_ORDER
        )
