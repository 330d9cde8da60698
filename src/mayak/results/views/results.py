"""Pages of results: the overview, lists, one result, one assessment."""

from typing import Any

from django.db.models import Avg, Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_scope
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.findings.words import check_title
from mayak.kernel.ui.lists import Action, ListPage
from mayak.results.checks import CHECK_IDS
from mayak.results.enums import BatchState
from mayak.results.filters.results import ResultFilter
from mayak.results.models import SchoolResult
from mayak.results.permissions import may_download, may_load, may_read_participants
from mayak.results.selectors.batches import batches_of, waiting_count
from mayak.results.selectors.results import assessments_of, counted_results, loaded_by_year, visible_results
from mayak.results.selectors.scales import few_limit
from mayak.results.tables.results import ResultTable
from mayak.results.views.charts import distribution_chart, loaded_chart, marks_chart
from mayak.results.views.common import TONE_OF_STATE, crumbs


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is loaded, what waits, what deserves a second look."""
    scope = request_scope(request)
    cells = loaded_by_year(scope)
    signs = (
        Finding.objects.within(scope)
        .filter(check_id__in=CHECK_IDS, state=FindingState.OPEN)
        .values("check_id")
        .annotate(count=Count("pk"))
        .order_by("check_id")
    )
    context = {
        "cells": cells,
        "chart": loaded_chart(cells) if cells else None,
        "results": sum(cell.results for cell in cells),
        "years": len({cell.year for cell in cells}),
        "waiting": waiting_count(scope),
        "signs": [
            {"id": row["check_id"], "title": check_title(row["check_id"]), "count": row["count"]}
            for row in signs
        ],
        "recent": [(batch, TONE_OF_STATE[BatchState(batch.state)]) for batch in batches_of(scope)[:5]],
        "may_load": may_load(scope),
        "breadcrumbs": [(_("Results"), "")],
    }
    return render(request, "results/overview.html", context)


class ResultList(ListPage):
    """Results of the schools of the scope."""

    title = gettext_lazy("Results of schools")
    lead = gettext_lazy(
        "A signal for support, not a ranking: a share always stands with its number of participants."
    )
    table_class = ResultTable
    filter_class = ResultFilter
    export_name = "results"
    empty_title = gettext_lazy("No results yet")
    empty_text = gettext_lazy("Upload a file of ВПР, ОГЭ, ЕГЭ or any table of results by school.")
    empty_url_name = "results:upload"
    empty_label = gettext_lazy("Upload results")

    def get_queryset(self) -> Any:
        """Return the visible results of the scope."""
        return visible_results(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Upload, where allowed."""
        may = may_load(request_scope(self.request))
        return [Action(_("Upload results"), reverse("results:upload"), primary=True)] if may else []

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return crumbs()

    def get_table_kwargs(self) -> dict[str, Any]:
        """Pass the limit under which participants are few."""
        return {"few_limit": few_limit()}


@require_GET
def result_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every number of one result and the place where each stands."""
    scope = request_scope(request)
    rows = SchoolResult.objects.visible().within(scope)
    result = get_object_or_404(
        rows.select_related(
            "organisation__territory", "assessment__subject", "batch", "file__batch__territory"
        ),
        pk=pk,
    )
    key = f"{result.organisation_id}:{result.assessment_id}"
    context = {
        "result": result,
        "few": result.participants is not None and result.participants < few_limit(),
        "rows": _rows(result),
        "charts": [chart for chart in (marks_chart(result), distribution_chart(result)) if chart is not None],
        "findings": [
            {"pk": found.pk, "reason": found.reason, "check_title": check_title(found.check_id)}
            for found in Finding.objects.within(scope).filter(
                check_id__in=CHECK_IDS, object_key=key, state=FindingState.OPEN
            )
        ],
        "may_download": result.file is not None and may_download(scope, result.file, request.user.pk),
        "may_read_participants": may_read_participants(scope, result),
        "has_participants": result.participant_rows.exists(),
        "breadcrumbs": crumbs(
            (_("Results of schools"), reverse("results:list")), (str(result.organisation), "")
        ),
    }
    return render(request, "results/result.html", context)


BELOW_FROM = {
    "file": gettext_lazy("said by the file"),
    "marks": gettext_lazy("marks “2”"),
    "scale": gettext_lazy("counted by the scale of the exam"),
}


def _rows(result: SchoolResult) -> list[tuple[Any, Any]]:
    extra = result.extra
    below = result.below if result.below is not None else None
    return [
        (_("School"), result.organisation),
        (_("Assessment"), result.assessment),
        (_("Date"), result.assessment.held_on or extra.get("held_on")),
        (_("Wave"), result.assessment.wave),
        (_("Made from"), result.get_basis_display()),
        (_("Participants"), result.participants),
        (_("Participants declared"), result.declared_participants),
        (_("Mean score"), result.mean),
        (_("Maximum score"), result.scale_max or result.assessment.max_score),
        (_("Below the threshold"), below),
        (_("The number below the threshold is"), BELOW_FROM.get(str(extra.get("below_from", "")), "")),
        (_("Below the journal mark"), result.journal_lowered),
        (_("Equal to the journal mark"), result.journal_confirmed),
        (_("Above the journal mark"), result.journal_raised),
    ]


@require_GET
def assessment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment over the schools of the scope, without a ranking."""
    scope = request_scope(request)
    assessment = get_object_or_404(assessments_of(scope), pk=pk)
    rows = counted_results(scope).filter(assessment=assessment)
    sums = rows.aggregate(
        schools=Count("pk"), participants=Sum("participants"), below=Sum("below"), mean=Avg("mean")
    )
    known = rows.filter(below__isnull=False).aggregate(n=Sum("participants"))
    context = {
        "assessment": assessment,
        "sums": sums,
        "share": sums["below"] / known["n"] if sums["below"] is not None and known["n"] else None,
        "known": known["n"],
        "few": rows.filter(participants__lt=few_limit()).count(),
        "list_url": f"{reverse('results:list')}?{_query(assessment)}",
        "rows": [
            (_("Kind"), assessment.get_kind_display()),
            (_("Subject"), assessment.subject),
            (_("Grade"), assessment.grade),
            (_("Year"), assessment.year),
            (_("Date"), assessment.held_on),
            (_("Wave"), assessment.wave),
            (_("Quarter"), assessment.quarter),
            (_("Maximum score"), assessment.max_score),
        ],
        "breadcrumbs": crumbs((str(assessment), "")),
    }
    return render(request, "results/assessment.html", context)


def _query(assessment: Any) -> str:
    grade = f"&grade={assessment.grade}" if assessment.grade else ""
    return f"year={assessment.year}&kind={assessment.kind}&subject={assessment.subject_id}{grade}"
