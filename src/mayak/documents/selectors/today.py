"""What the first screen says of papers."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.documents.enums import TemplateKind
from mayak.documents.models import GeneratedDocument
from mayak.kernel.access.requests import request_scope
from mayak.kernel.access.scope import Scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.today import TodayTask
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.registry.selectors.school_years import current_start_year


def step_state(request: HttpRequest) -> StepState | None:
    """What the order of this school year waits for, one query; only for those who approve."""
    scope = request_scope(request)
    run = _pressing(scope) if scope.allows("matching.approve") else None
    if run is None:
        return None
    if run.is_registered:  # type: ignore[attr-defined]  # annotated
        return StepState(_("the order is registered"), "good")
    is_made = run.is_made  # type: ignore[attr-defined]  # annotated
    return StepState(_("the order waits for its signature") if is_made else _("no order yet"), "warning")


def tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the order that the approved pairing of this school year still needs, one query."""
    scope = request_scope(request)
    if not scope.allows("matching.approve"):
        return
    run = _pressing(scope)
    if run is None:
        return
    url = reverse("documents:run", args=[run.pk])
    is_made, is_registered = run.is_made, run.is_registered  # type: ignore[attr-defined]  # annotated
    if is_registered:
        text = _("The order of «%(title)s» is registered.") % {"title": run}
        yield TodayTask(_("Make the order"), text, url, tone="good", order=60)
    elif is_made:
        text = _("The order of «%(title)s» is made. When it is signed, enter its number and date.") % {
            "title": run
        }
        yield TodayTask(_("Register the signed order"), text, url, order=60)
    else:
        text = _("«%(title)s» is approved: the order that approves the list can be made.") % {"title": run}
        yield TodayTask(_("Make the order"), text, url, order=60)


def _pressing(scope: Scope) -> MatchingRun | None:
    """Return the approved pairing of this school year whose order is least far."""
    orders = GeneratedDocument.objects.filter(run=OuterRef("pk"), kind=TemplateKind.PARTNERSHIP_ORDER)
    return (
        MatchingRun.objects.within(scope)
        .filter(state=MatchingState.APPROVED, school_year__start_year=current_start_year())
        .annotate(is_made=Exists(orders), is_registered=Exists(orders.filter(act__isnull=False)))
        .order_by("is_registered", "-approved_at")
        .first()
    )
