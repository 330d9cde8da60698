"""What the first screen says of results to a school, and the counts for whoever reads a territory."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.tables import number_text
from mayak.kernel.ui.today import TodayFigure, TodayTask
from mayak.results.enums import RunState, StatusRole
from mayak.results.models import SchoolResult, SchoolStatus
from mayak.results.permissions import may_identify
from mayak.results.selectors.identification import visible_decisions, visible_runs
from mayak.results.selectors.statuses import statuses_of

_SHOWN = 5


def school_tasks(request: HttpRequest) -> Iterable[TodayTask]:
    """Tell a school which statuses it holds, and why: two queries, none for whoever keeps the lists."""
    scope = request_scope(request)
    if may_identify(scope) or not scope.organisation_ids:
        return
    today = timezone.localdate()
    held = statuses_of(scope).filter(organisation__in=scope.organisation_ids).held_on(today)
    rows = list(held.order_by("kind", "pk")[:_SHOWN])
    reasons = _reasons(request, [row.organisation_id for row in rows])
    for row in rows:
        url = reasons.get((row.organisation_id, row.run_id))
        yield _task(row, url or reverse("registry:organisations-detail", args=[row.organisation_id]))


def _task(row: SchoolStatus, url: str) -> TodayTask:
    words = {"school": row.organisation, "kind": row.kind, "since": date_format(row.valid_from)}
    if row.kind.role == StatusRole.GIVES_HELP:
        text = _("%(school)s, since %(since)s: %(kind)s.") % words
        return TodayTask(_("The school gives help"), text, url, tone="good", order=30)
    text = _("%(school)s, since %(since)s: %(kind)s. It is a signal for support, not an assessment.") % words
    return TodayTask(_("See why the school is on the list"), text, url, tone="info", order=30)


def _reasons(request: HttpRequest, schools: list[int]) -> dict[tuple[int, int | None], str]:
    """Return the page «why on the list» by school and run."""
    rows = visible_decisions(request_scope(request)).filter(organisation__in=schools)
    return {
        (school, run): reverse("identification:decision", args=[pk])
        for pk, school, run in rows.values_list("pk", "organisation", "run")
    }


def territory_figures(request: HttpRequest) -> Iterable[TodayFigure]:
    """Count, for whoever reads a territory, the schools with results of the latest year and those on its list."""
    scope = request_scope(request)
    if not (scope.territory_paths or scope.everything):
        return
    results = SchoolResult.objects.visible().within(scope)
    year = results.order_by("-assessment__year").values_list("assessment__year", flat=True).first()
    if year is not None:
        count = results.filter(assessment__year=year).values("organisation").distinct().count()
        words = _("Schools with results of %(year)s") % {"year": year}
        yield TodayFigure(number_text(count), words, url=reverse("results:list"), order=20)
    runs = visible_runs(scope).filter(
        state=RunState.APPROVED, rule_set__status_kind__role=StatusRole.NEEDS_HELP
    )
    run = runs.order_by("-year", "-created_at", "-pk").first()
    if run is not None:
        listed = visible_decisions(scope).filter(run=run, is_listed=True).count()
        words = _("Schools on the list of %(year)s: %(kind)s") % {
            "year": run.year,
            "kind": run.rule_set.status_kind,
        }
        yield TodayFigure(
            number_text(listed), words, url=reverse("identification:run", args=[run.pk]), order=30
        )
