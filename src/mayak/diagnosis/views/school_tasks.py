"""Deficits of a school by task."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.diagnosis.permissions.deficits import can_edit_catalogue, can_see_school_matrix
from mayak.diagnosis.selectors.school_tasks import school_task_deficits
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.charts import bar_chart
from mayak.registry.models import Organisation

SHOWN = 8
NO_RIGHT = gettext_lazy(
    "Topics and skills of a school are read by methodists, coordinators and heads of schools."
)


@require_GET
def school_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which topics and skills fall behind in a school."""
    scope = request_scope(request)
    rows = Organisation.objects.within(scope).schools().select_related("territory")
    school: Organisation = get_object_or_404(rows, pk=pk)
    if not can_see_school_matrix(scope, school):
        raise PermissionDenied(NO_RIGHT)
    papers = school_task_deficits(school)
    context = {
        "school": school,
        "papers": [(paper, _chart(paper)) for paper in papers],
        "can_load": can_edit_catalogue(scope),
        "breadcrumbs": [
            (_("Diagnosis"), reverse("diagnosis:index")),
            (str(school), reverse("diagnosis:matrix-school", args=[pk])),
            (_("Topics and skills by task"), ""),
        ],
    }
    return render(request, "diagnosis/school_tasks.html", context)


def _chart(paper: Any) -> Any:
    if paper.problem:
        return None
    rows = [(one.words, round(one.share * 100, 1)) for one in paper.topics[:SHOWN]]
    weak = len(paper.weak_topics)
    summary = _("The weakest topics; %(count)s of %(total)s lie below %(limit)s per cent.") % {
        "count": weak,
        "total": len(paper.topics),
        "limit": round(paper.weak_below * 100),
    }
    title = _("%(paper)s: points got, per cent of the possible") % {"paper": paper.title}
    return bar_chart(title, summary, [_("Topic"), _("Points got, per cent")], rows, horizontal=True)
