"""The block of results on the page of a school, the state of the step, the tasks of the first screen."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.panels import Panel
from mayak.kernel.ui.today import TodayTask
from mayak.registry.enums import SCHOOL_KINDS
from mayak.results.models import SchoolResult
from mayak.results.permissions import may_load
from mayak.results.selectors.batches import waiting_count
from mayak.results.selectors.results import Series, school_journal, school_series
from mayak.results.selectors.scales import few_limit
from mayak.results.views.charts import mean_chart, school_chart


def school_panel(request: HttpRequest, organisation: Any) -> Panel | None:
    """Years of a school beside each other, every share with its number of participants."""
    if organisation.kind not in SCHOOL_KINDS:
        return None
    scope = request_scope(request)
    series = school_series(organisation.pk, scope)
    journal = school_journal(organisation.pk, scope)
    if not series and not journal:
        return None
    limit = few_limit()
    context = {
        "organisation": organisation,
        "charts": [chart for chart in (school_chart(series), mean_chart(series)) if chart is not None],
        "years": sorted({year for one in series for year in one.results}),
        "series": [(one, _cells(one, series, limit)) for one in series],
        "journal": journal,
        "few_limit": limit,
    }
    content = render_to_string("results/school_panel.html", context, request=request)
    url = (
        f"{reverse('results:list')}?q={organisation.fis_oko_login or organisation.rcoi_code or organisation}"
    )
    return Panel(_("Results"), content, url=url, order=20)


def _cells(one: Series, series: list[Series], limit: int) -> list[tuple[SchoolResult | None, bool]]:
    years = sorted({year for other in series for year in other.results})
    found = [one.results.get(year) for year in years]
    return [
        (row, row is not None and row.participants is not None and row.participants < limit) for row in found
    ]


def step_state(request: HttpRequest) -> StepState | None:
    """What waits among the imports; else whether there are results at all."""
    waiting = waiting_count(request_scope(request))
    if not waiting:
        is_loaded = SchoolResult.objects.visible().within(request_scope(request)).exists()
        return StepState(pgettext("results", "loaded"), "good") if is_loaded else None
    text = ngettext("%(count)s import waits", "%(count)s imports wait", waiting) % {"count": waiting}
    return StepState(text, "warning")


def today_tasks(request: HttpRequest) -> Iterable[TodayTask]:
    """Load the first results; finish imports that wait."""
    scope = request_scope(request)
    if not may_load(scope):
        return
    waiting = waiting_count(scope)
    if waiting:
        yield TodayTask(
            _("Finish the imports"),
            ngettext(
                "%(count)s import was checked and waits for your decision.",
                "%(count)s imports were checked and wait for your decision.",
                waiting,
            )
            % {"count": waiting},
            reverse("results:batches") + "?state=checked",
            tone="warning",
            order=20,
        )
    has_results = SchoolResult.objects.visible().within(scope).exists()
    yield TodayTask(
        _("Load results"),
        _("Results are loaded; add the next procedures when they come.")
        if has_results
        else _("Nothing is loaded yet: begin with a file of ВПР, ОГЭ, ЕГЭ or any table by school."),
        reverse("results:upload"),
        tone="good" if has_results else "warning",
        order=21,
    )
