"""Two groups side by side."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.charts import Chart, bar_chart
from mayak.surveys.selectors.comparison import (
    Line,
    Side,
    lines_of,
    pair_lines,
    rounds_of,
    sides_of,
    usual_pairs,
)
from mayak.surveys.selectors.results import seen_audiences
from mayak.surveys.services.summaries import refresh_when_due
from mayak.surveys.views.campaigns import crumbs
from mayak.surveys.views.results import seen_campaign


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare rounds, audiences, and both sides of a pair."""
    campaign = seen_campaign(request, pk)
    scope = request_scope(request)
    for audience in seen_audiences(scope).filter(campaign__in=rounds_of(campaign, scope)):
        refresh_when_due(audience, actor=request_actor(request))
    sides = sides_of(campaign, scope)
    usual = usual_pairs(sides, campaign)
    left, right = _side(sides, request.GET.get("left", "")), _side(sides, request.GET.get("right", ""))
    context: dict[str, Any] = {
        "campaign": campaign,
        "sides": sides,
        "usual": usual,
        "left": left,
        "right": right,
        "breadcrumbs": [
            *crumbs(campaign, "-")[:-1], (_("Results"), reverse("surveys:results", args=[pk])), (_("Comparison"), ""),
        ],
    }  # fmt: skip
    if left is not None and right is not None:
        lines = lines_of(left, right)
        means = [line for line in lines if line.is_mean]
        code = request.GET.get("question", "") or next((line.code for line in means), "")
        context |= {
            "lines": lines,
            "means": means,
            "chart": _chart(means, left, right),
            "question": code,
            "pairs": pair_lines(left, right, code) if code else [],
        }
    return render(request, "surveys/compare.html", context)


def _side(sides: Sequence[Side], key: str) -> Side | None:
    if not key:
        return None
    found = next((side for side in sides if side.key == key), None)
    if found is None:
        raise Http404
    return found


def _chart(lines: Sequence[Line], left: Side, right: Side) -> Chart | None:
    scales = [line for line in lines if line.is_scale and line.difference is not None]
    rows = [[line.question, line.left, line.right] for line in scales]
    if not rows:
        return None
    most = max(scales, key=lambda line: abs(line.difference or 0))
    summary = _("The greatest difference: “%(question)s”.") % {"question": most.question}
    columns = [_("question"), left.label, right.label]
    return bar_chart(
        _("Means of both sides"), summary, columns, rows, horizontal=True, height=96 + 48 * len(rows)
    )
