"""Pages of results: questions as charts with their tables, one breakdown and one filter at most, files."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import attachment
from mayak.kernel.models import Job, JobState
from mayak.surveys.enums import ExportContent
from mayak.surveys.exports.making import Wanted, make_file
from mayak.surveys.exports.single_answers import why_no_rows
from mayak.surveys.forms.results import ExportForm
from mayak.surveys.jobs import EXPORT_JOB, ask_export
from mayak.surveys.models import Answer, Audience, Campaign, ResultSummary
from mayak.surveys.permissions.results import may_export, may_read_named, may_read_results, may_read_texts
from mayak.surveys.selectors.results import (
    BreakdownChoice,
    Shown,
    breakdown_choices,
    breakdown_label,
    participation_of,
    results_of,
    seen_audiences,
    shown_of,
    value_labels,
)
from mayak.surveys.selectors.satisfaction import satisfaction_of
from mayak.surveys.selectors.texts import audience_traces
from mayak.surveys.services.export_files import export_file
from mayak.surveys.services.summaries import AT_ONCE, ask_to_count, refresh_when_due
from mayak.surveys.views.campaigns import crumbs
from mayak.surveys.views.result_charts import shown_items

FEW_VALUES = 60
"""A breakdown with more groups is offered as a filter only: a page of it could not be read."""


def seen_campaign(request: HttpRequest, pk: int) -> Campaign:
    """Return a round for those who read results.

    Raises:
        Http404: it is not in the scope.
        PermissionDenied: results are not read in this role.
    """
    if not may_read_results(request_scope(request)):
        raise PermissionDenied(
            _("Results of surveys are read by those who hold surveys, analysts and councils.")
        )
    rows = Campaign.objects.within(request_scope(request)).select_related(
        "owner__territory", "school_year", "previous"
    )
    return get_object_or_404(rows, pk=pk)


def chosen_audience(request: HttpRequest, campaign: Campaign) -> tuple[list[Audience], Audience | None]:
    """Return the audiences of a started round and the one that the address names, else the first."""
    audiences = list(seen_audiences(request_scope(request)).filter(campaign=campaign))
    wanted = request.GET.get("audience") or request.POST.get("audience") or ""
    if not wanted:
        return audiences, audiences[0] if audiences else None
    found = next((one for one in audiences if str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return audiences, found


@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of one audience of a round."""
    campaign = seen_campaign(request, pk)
    audiences, audience = chosen_audience(request, campaign)
    scope = request_scope(request)
    context: dict[str, Any] = {
        "campaign": campaign,
        "audiences": audiences,
        "audience": audience,
        "breadcrumbs": crumbs(campaign, _("Results")),
        "may_read_texts": may_read_texts(scope, campaign),
        "may_read_named": may_read_named(scope, campaign),
    }
    if audience is not None:
        shown = shown_of(audience, refresh_when_due(audience, actor=request_actor(request)))
        context |= {"participation": participation_of(audience), "shown": shown}
        if shown is not None:
            context |= _shown_context(request, shown)
    return render(request, "surveys/results.html", context)


def _shown_context(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    choices = breakdown_choices(shown)
    by = request.GET.get("by", "")
    offered = [one for one in choices if len(one.values) <= FEW_VALUES]
    found = results_of(
        shown, by=by if by in {one.code for one in offered} else "", chosen=_chosen(request, choices)
    )
    return {
        "results": found,
        "items": shown_items(found, get_language() or "ru"),
        "satisfaction": satisfaction_of(found, shown.audience.campaign),
        "by_choices": offered,
        "where_choices": choices,
        "where_value": ":".join(found.where) if found.where else "",
        "where_words": _where_words(shown.audience, found.where),
        "by_label": breakdown_label(shown.audience, found.by) if found.by else "",
        "rest": next((one.rest for one in choices if one.code == found.by), 0),
    }


def _chosen(request: HttpRequest, choices: list[BreakdownChoice]) -> tuple[str, str] | None:
    code, _colon, value = request.GET.get("where", "").partition(":")
    known = next((one for one in choices if one.code == code), None)
    if known is None or value not in {one.code for one in known.values}:
        return None
    return code, value


def _where_words(audience: Audience, where: tuple[str, str] | None) -> str:
    if where is None:
        return ""
    words = value_labels(audience, where[0], [where[1]])
    return f"{breakdown_label(audience, where[0])}: {words.get(where[1], where[1])}"


@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the answers to be counted now."""
    campaign = seen_campaign(request, pk)
    _audiences, audience = chosen_audience(request, campaign)
    if audience is not None:
        ask_to_count(audience, actor=request_actor(request))
        messages.success(request, _("The answers are being counted; the page shows them in a minute."))
    address = reverse("surveys:results", args=[pk])
    return redirect(f"{address}?audience={audience.pk}" if audience else address)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take results or single answers: a small file at once, a large one by a job."""
    campaign = seen_campaign(request, pk)
    _audiences, audience = chosen_audience(request, campaign)
    if audience is None:
        raise Http404
    scope, actor = request_scope(request), request_actor(request)
    may_take_answers = may_export(scope, audience, ExportContent.ANSWERS)
    summary = refresh_when_due(audience, actor=actor)
    traces = audience_traces(audience) if may_take_answers else []
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        no_answers="" if may_take_answers else _("Single answers are taken by those who hold the round."),
        named_texts=len(traces),
    )
    if form.is_valid():
        wanted = Wanted(
            form.cleaned_data["content"], form.cleaned_data["file_format"], form.cleaned_data["texts"]
        )
        if not may_export(scope, audience, wanted.content):
            raise PermissionDenied(_("Single answers are taken by those who hold the round."))
        if Answer.objects.filter(audience=audience).count() > AT_ONCE:
            job = ask_export(audience, wanted, actor=actor)
            messages.success(request, _("The file is being made; the link to it appears on its page."))
            return redirect(job.get_absolute_url())
        try:
            return _file_now(request, audience, wanted)
        except ValidationError as problem:
            form.add_error(None, problem)
    context = {
        "form": form,
        "campaign": campaign,
        "audience": audience,
        "summary": summary,
        "may_take_answers": may_take_answers,
        "why_no_rows": why_no_rows(audience, summary),
        "traces": traces,
        "breadcrumbs": [
            *crumbs(campaign, _("Results"))[:-1],
            (_("Results"), _results_url(audience)),
            (_("Export"), ""),
        ],
    }
    return render(request, "surveys/results_export.html", context, status=400 if form.errors else 200)


def _results_url(audience: Audience) -> str:
    return f"{reverse('surveys:results', args=[audience.campaign_id])}?audience={audience.pk}"


def _file_now(request: HttpRequest, audience: Audience, wanted: Wanted) -> HttpResponse:
    with tempfile.TemporaryDirectory(prefix="mayak-export-") as made:
        path = Path(made) / f"export.{wanted.ending}"
        make_file(audience, wanted, path, actor=request_actor(request))
        response = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    response["Content-Disposition"] = attachment(_file_name(audience, wanted.content, wanted.ending))
    return response


def _file_name(audience: Audience, content: str, ending: str) -> str:
    what = _("results") if content == ExportContent.RESULTS else _("answers")
    return f"{audience.campaign.title} – {audience.label} – {what} {timezone.localdate():%Y-%m-%d}.{ending}"


@require_GET
def export_download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Give the file of a job to whoever asked for it.

    Raises:
        Http404: the file is gone, or the job is another's.
    """
    scope = request_scope(request)
    if not may_read_results(scope):
        raise PermissionDenied(
            _("Results of surveys are read by those who hold surveys, analysts and councils.")
        )
    own = Job.objects.visible_to(request_actor(request), scope)
    job = get_object_or_404(own, pk=pk, kind=EXPORT_JOB, state=JobState.DONE)
    audience = get_object_or_404(seen_audiences(scope), pk=job.arguments["audience"])
    if not may_export(scope, audience, job.arguments["content"]):
        raise PermissionDenied(_("Single answers are taken by those who hold the round."))
    path = export_file(str(job.pk))
    if path is None:
        raise Http404(_("The file is kept for a week; make it again."))
    name = _file_name(audience, job.arguments["content"], path.suffix[1:])
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def kept_summary(audience: Audience) -> ResultSummary | None:
    """Return the sums of an audience as they are."""
    return ResultSummary.objects.filter(audience=audience).first()
