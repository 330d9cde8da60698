"""What is done with a round: start, remind, close, open again, and who has answered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, site_of
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.uploads.kinds import send_paper
from mayak.surveys.enums import CampaignState, LetterKind
from mayak.surveys.forms.campaigns import ReopenForm
from mayak.surveys.models import AnswerFile, Audience, Campaign, OpenLink, SurveyInvitation
from mayak.surveys.selectors.campaigns import audiences_of, start_plan
from mayak.surveys.selectors.participation import names_of, participation_by_organisation
from mayak.surveys.services.closing import close_campaign, reopen_campaign
from mayak.surveys.services.links import close_link, set_expected
from mayak.surveys.services.mixing import batch_of
from mayak.surveys.services.readings import log_invitation_reading
from mayak.surveys.services.starting import start_campaign
from mayak.surveys.services.survey_letters import (
    addressees,
    queue_reminders,
    reminded_on,
    write_letter,
)
from mayak.surveys.views.campaigns import crumbs, held, seen, show_errors

SHOWN = 500
"""Rows of participation on the page; the file has all."""


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom the start would ask, what letter they get and what stands in the way; start when told so."""
    campaign = held(request, pk)
    if request.method == "POST":
        try:
            job = start_campaign(campaign, site=site_of(request), actor=request_actor(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("surveys:start", pk=pk)
        return redirect(job.get_absolute_url())
    plan = start_plan(campaign)
    context = {
        "campaign": campaign,
        "plan": plan,
        "is_draft": campaign.state == CampaignState.DRAFT,
        "letter": _letter(campaign, plan.audiences[0].audience, LetterKind.INVITATION)
        if plan.letters
        else None,
        "batch": batch_of(campaign),
        "breadcrumbs": crumbs(campaign, _("Start")),
    }
    return render(request, "surveys/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how many would be reminded and how; remind when told so."""
    campaign = held(request, pk)
    if request.method == "POST":
        try:
            count = queue_reminders(campaign, actor=request_actor(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            text = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", count)
            messages.success(request, text % {"count": count})
        return redirect("surveys:campaign", pk=pk)
    first = next(iter(audiences_of(campaign)), None)
    context = {
        "campaign": campaign,
        "count": addressees(campaign).count(),
        "was_today": reminded_on(campaign, timezone.localdate()),
        "is_running": campaign.state == CampaignState.RUNNING,
        "letter": _letter(campaign, first, LetterKind.REMINDER) if first else None,
        "breadcrumbs": crumbs(campaign, _("Remind")),
    }
    return render(request, "surveys/remind.html", context)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round by hand."""
    return _done(
        request,
        pk,
        lambda campaign: close_campaign(campaign, actor=request_actor(request)),
        _("The survey is closed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed round again with a reason."""
    campaign = held(request, pk)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_campaign(campaign, **form.cleaned_data, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The survey takes answers again."))
            return redirect("surveys:campaign", pk=pk)
    context = {
        "form": form,
        "campaign": campaign,
        "batch": batch_of(campaign),
        "cancel_url": reverse("surveys:campaign", args=[pk]),
        "breadcrumbs": crumbs(campaign, _("Open again")),
    }
    return render(request, "surveys/reopen.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
def participation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the participation of every organisation, counts only; as a file too."""
    campaign = seen(request, pk)
    audiences = audiences_of(campaign)
    wanted = request.GET.get("audience", "")
    chosen = [one for one in audiences if not wanted or str(one.pk) == wanted]
    rows = participation_by_organisation(chosen)
    if (kind := request.GET.get("_export", "")) in {"csv", "xlsx"}:
        header = [_("Territory"), _("Organisation"), _("Audience"), _("People asked"), _("Have answered")]
        lines = (
            [row.territory, row.organisation, str(row.audience), row.count.invited, row.count.answered]
            for row in rows
        )
        return table_response(
            header, lines, file_format="csv" if kind == "csv" else "xlsx", name="participation"
        )
    context = {
        "campaign": campaign,
        "audiences": audiences,
        "wanted": wanted,
        "shown": rows[:SHOWN],
        "total": len(rows),
        "breadcrumbs": crumbs(campaign, _("Participation")),
    }
    return render(request, "surveys/participation.html", context)


@require_http_methods(["GET", "HEAD"])
def who(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    """Show by name who of an organisation has answered and who has not; only that, and only to who holds the round."""
    found = get_object_or_404(Audience.objects.select_related("campaign"), pk=pk)
    campaign = held(request, found.campaign_id)
    people = list(names_of(found, organisation or None))
    if not people:
        raise Http404
    context = {
        "campaign": campaign,
        "audience": found,
        "people": people,
        "organisation": people[0].organisation,
        "breadcrumbs": crumbs(campaign, _("Who has answered")),
    }
    return render(request, "surveys/who.html", context)


@require_http_methods(["GET", "HEAD"])
def answer_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Give a file of a named answer to whoever holds the round; the reading is logged like that of the answers."""
    rows = AnswerFile.objects.select_related(
        "invitation__audience__campaign",
        "invitation__person",
        "invitation__user",
        "invitation__organisation__territory",
    )
    found = get_object_or_404(rows, key=key)
    held(request, found.invitation.audience.campaign_id)
    log_invitation_reading(found.invitation, actor=request_actor(request))
    return send_paper(found.file, found.name, missing=_("This file is not kept any more."))


@require_http_methods(["GET", "HEAD"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the open links of a round, to be printed or copied."""
    campaign = held(request, pk)
    rows = OpenLink.objects.filter(audience__campaign=campaign).select_related(
        "audience", "organisation__territory"
    )
    context = {
        "campaign": campaign,
        "links": [
            (row, f"{site_of(request)}{reverse('surveys:open-answer', args=[row.token])}") for row in rows
        ],
        "breadcrumbs": crumbs(campaign, _("Open links")),
    }
    return render(request, "surveys/links.html", context)


@require_POST
def link_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one open link, or open it again."""
    link = _own_link(request, pk)
    close_link(link, is_closed=not link.is_closed, actor=request_actor(request))
    messages.success(request, _("The link is closed.") if link.is_closed else _("The link is open again."))
    return redirect("surveys:links", pk=link.audience.campaign_id)


@require_POST
def link_expected(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many answers are expected by a link, so that participation can be counted."""
    link = _own_link(request, pk)
    number = request.POST.get("expected", "").strip()
    try:
        set_expected(link, int(number) if number else None, actor=request_actor(request))
    except (ValueError, ValidationError):
        messages.error(request, _("Write a whole number from 0 to 100000, or leave it empty."))
    return redirect("surveys:links", pk=link.audience.campaign_id)


def _own_link(request: HttpRequest, pk: int) -> OpenLink:
    rows = OpenLink.objects.select_related("audience__campaign__owner__territory", "organisation__territory")
    link = get_object_or_404(rows, pk=pk)
    held(request, link.audience.campaign_id)
    return link


def _letter(campaign: Campaign, audience: Audience, kind: str) -> tuple[str, str]:
    audience.campaign = campaign
    subject, text, _page = write_letter(kind, SurveyInvitation(audience=audience), "https://…")
    return subject, text


def _done(request: HttpRequest, pk: int, act: Any, text: str) -> HttpResponse:
    campaign = held(request, pk)
    try:
        act(campaign)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, text)
    return redirect("surveys:campaign", pk=pk)
