"""The state of the step «who needs help» and its tasks of the first screen."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.tables import number_text
from mayak.kernel.ui.today import TodayTask
from mayak.results.enums import RunState
from mayak.results.models import IdentificationRun, SchoolResult
from mayak.results.permissions import may_identify
from mayak.results.selectors.identification import visible_runs


def identification_state(request: HttpRequest) -> StepState | None:
    """Which list is there: of which year, approved or not."""
    run = _latest(request)
    if run is None:
        return None
    if run.state == RunState.APPROVED:
        return StepState(_("list of %(year)s approved") % {"year": run.year}, "good")
    return StepState(_("draft of %(year)s") % {"year": run.year}, "warning")


def identification_tasks(request: HttpRequest) -> Iterable[TodayTask]:
    """Find the schools once results are there; approve the list."""
    scope = request_scope(request)
    if not may_identify(scope):
        return
    run = _latest(request)
    if run is not None:
        is_done = run.state == RunState.APPROVED
        found = {
            "listed": number_text(run.summary.get("listed")),
            "schools": number_text(run.summary.get("schools")),
        }
        text = (
            _("The list of %(year)s is approved: %(listed)s of %(schools)s schools.")
            if is_done
            else _("The list of %(year)s is a draft: %(listed)s of %(schools)s schools.")
        )
        yield TodayTask(
            _("Approve the list of schools that need help"),
            text % {"year": run.year, **found},
            reverse("identification:overview"),
            tone="good" if is_done else "warning",
            order=30,
        )
    elif SchoolResult.objects.visible().within(scope).exists():
        yield TodayTask(
            _("Find the schools that need help"),
            _("Results are loaded. Apply the rule of the year and see who is on the list and why."),
            reverse("identification:overview"),
            tone="warning",
            order=30,
        )


def _latest(request: HttpRequest) -> IdentificationRun | None:
    runs = visible_runs(request_scope(request)).exclude(state=RunState.ARCHIVED)
    return runs.order_by("-year", "-created_at", "-pk").first()
