"""Pages of rounds: the list, one round, its settings, its copy."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mayak.accounts.selectors import request_role
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.charts import Chart, bar_chart
from mayak.kernel.ui.fields import FieldRow
from mayak.kernel.ui.lists import Action, ListPage
from mayak.surveys.enums import CampaignState
from mayak.surveys.filters.campaigns import CampaignFilter
from mayak.surveys.forms.campaigns import CampaignForm, CopyForm
from mayak.surveys.models import Campaign
from mayak.surveys.permissions.campaigns import may_hold, may_hold_campaigns, may_see_campaigns
from mayak.surveys.selectors.campaigns import audiences_of, campaign_list, start_plan
from mayak.surveys.selectors.participation import (
    OrganisationRow,
    participation_by_audience,
    participation_by_organisation,
    waiting_answers,
)
from mayak.surveys.services.campaigns import (
    change_campaign,
    copy_campaign,
    create_campaign,
    delete_campaign,
    set_audiences,
)
from mayak.surveys.services.closing import is_settling
from mayak.surveys.services.mixing import batch_of
from mayak.surveys.tables.campaigns import CampaignTable, state_tone

BARS = 15
"""Organisations on the chart, those with the least participation first; the table and its file have all."""


class CampaignList(ListPage):
    """The rounds that the user may see; whoever holds none is led to the own surveys."""

    title = gettext_lazy("Surveys")
    lead = gettext_lazy("One round asks different groups of people, each with its own questionnaire.")
    table_class = CampaignTable
    filter_class = CampaignFilter
    export_name = "surveys"
    empty_title = gettext_lazy("No surveys yet")
    empty_text = gettext_lazy("Choose questionnaires and whom to ask. No letter goes before you start.")
    empty_url_name = "surveys:campaign-new"
    empty_label = gettext_lazy("New survey")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead those who only answer to what they are asked."""
        if not may_see_campaigns(request_scope(request)):
            return redirect("surveys:mine")
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Campaign]:
        """Return the rounds of the scope."""
        return campaign_list(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Offer a new round, the questionnaires and the own surveys."""
        found = [
            Action(_("Questionnaires"), reverse("surveys:questionnaires")),
            Action(_("My surveys"), reverse("surveys:mine")),
            Action(_("Rules of surveys"), reverse("surveys:rules")),
        ]
        if may_hold_campaigns(request_scope(self.request)):
            found.insert(
                0, Action(_("New survey"), reverse("surveys:campaign-new"), primary=True, icon="plus-lg")
            )
        return found


@require_http_methods(["GET", "HEAD"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: a draft with what its start would do, a started one with its participation as it is now."""
    campaign = seen(request, pk)
    holds = may_hold(request_scope(request), campaign)
    context: dict[str, Any] = {
        "campaign": campaign,
        "tone": state_tone(campaign),
        "may_hold": holds,
        "rows": _rows(campaign),
        "breadcrumbs": crumbs(campaign),
        "plan": start_plan(campaign) if campaign.state == CampaignState.DRAFT and holds else None,
        "is_started": campaign.started_at is not None,
    }
    if campaign.started_at is not None:
        context |= progress_of(campaign)
    part = request.GET.get("part") == "progress"
    return render(request, "surveys/campaign_progress.html" if part else "surveys/campaign.html", context)


def progress_of(campaign: Campaign) -> dict[str, Any]:
    """Return participation by audience and by organisation, counts only."""
    audiences = audiences_of(campaign)
    counts = participation_by_audience(audiences)
    rows = participation_by_organisation(audiences)
    return {
        "audiences": [(one, counts[one.pk]) for one in audiences],
        "asked": sum(one.invited or 0 for one in counts.values()),
        "answered": sum(one.answered for one in counts.values()),
        "chart": participation_chart(rows),
        "organisation_count": len(rows),
        "waiting": waiting_answers(campaign),
        "is_settling": is_settling(campaign),
        "batch": batch_of(campaign),
        "links": any(one.by_link for one in audiences),
    }


def participation_chart(rows: list[OrganisationRow]) -> Chart | None:
    """Return the organisations with the least participation as bars."""
    counted = [row for row in rows if row.count.share is not None]
    if not counted:
        return None
    shown = sorted(counted, key=lambda row: (row.count.share or 0, row.organisation))[:BARS]
    several = len({row.audience.pk for row in rows}) > 1
    table = [
        (
            f"{row.organisation or _('no organisation')} ({row.audience})" if several else row.organisation,
            row.count.answered,
            row.missing,
        )
        for row in shown
    ]
    summary = _("%(shown)s of %(total)s rows, those with the least participation first.") % {
        "shown": len(shown),
        "total": len(rows),
    }
    columns = (_("Organisation"), _("Have answered"), _("Have not answered yet"))
    return bar_chart(_("Participation, people"), summary, columns, table, horizontal=True, stacked=True)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a draft with its audiences."""
    scope = request_scope(request)
    if not may_hold_campaigns(scope):
        raise PermissionDenied(_("Surveys are held by coordinators, methodists and heads of schools."))
    role = request_role(request)
    form = CampaignForm(request.POST or None, scope=scope, owner=role.organisation if role else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                campaign = create_campaign(form.values(), actor=request_actor(request))
                set_audiences(campaign, form.chosen, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The draft is kept. Nobody was asked yet: look at it and start it."))
            return redirect("surveys:campaign", pk=campaign.pk)
    context = {
        "form": form,
        "cancel_url": reverse("surveys:list"),
        "breadcrumbs": [(_("Surveys"), reverse("surveys:list")), (_("New survey"), "")],
    }
    return render(request, "surveys/campaign_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round."""
    campaign = held(request, pk)
    form = CampaignForm(request.POST or None, instance=campaign, scope=request_scope(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change_campaign(campaign, form.values(), actor=request_actor(request))
                if form.providers:
                    set_audiences(campaign, form.chosen, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The changes are kept."))
            return redirect("surveys:campaign", pk=pk)
    context = {
        "form": form,
        "campaign": campaign,
        "cancel_url": reverse("surveys:campaign", args=[pk]),
        "breadcrumbs": crumbs(campaign, _("Settings")),
    }
    return render(request, "surveys/campaign_form.html", context, status=400 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    campaign = held(request, pk)
    try:
        delete_campaign(campaign, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:campaign", pk=pk)
    messages.success(request, _("The draft is deleted."))
    return redirect("surveys:list")


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the same round in another school year."""
    campaign = held(request, pk)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = copy_campaign(
            campaign, school_year=form.cleaned_data["school_year"], actor=request_actor(request)
        )
        messages.success(
            request, _("The draft of the next round is kept; results will be compared with this one.")
        )
        return redirect("surveys:campaign-edit", pk=made.pk)
    context = {
        "form": form,
        "campaign": campaign,
        "cancel_url": reverse("surveys:campaign", args=[pk]),
        "breadcrumbs": crumbs(campaign, _("Hold again")),
    }
    return render(request, "surveys/campaign_copy.html", context, status=400 if form.errors else 200)


def seen(request: HttpRequest, pk: int) -> Campaign:
    """Return the round for whoever may look at it; 403 in words for others, 404 outside of the scope."""
    scope = request_scope(request)
    if not may_see_campaigns(scope):
        raise PermissionDenied(_("Surveys are seen by those who hold them and those who read their results."))
    rows = Campaign.objects.within(scope).select_related(
        "owner__territory", "school_year", "programme", "previous"
    )
    return get_object_or_404(rows, pk=pk)


def held(request: HttpRequest, pk: int) -> Campaign:
    """Return the round for whoever holds it; 403 in words for others, 404 outside of the scope."""
    campaign = seen(request, pk)
    if not may_hold(request_scope(request), campaign):
        raise PermissionDenied(_("Surveys are held by coordinators, methodists and heads of schools."))
    return campaign


def crumbs(campaign: Campaign, here: str = "") -> list[tuple[Any, str]]:
    """Return the way to a page of a round."""
    found: list[tuple[Any, str]] = [(_("Surveys"), reverse("surveys:list"))]
    if here:
        return [*found, (campaign.title, reverse("surveys:campaign", args=[campaign.pk])), (here, "")]
    return [*found, (campaign.title, "")]


def show_errors(form: Any, error: ValidationError) -> None:
    """Put what a service refuses beside its field, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, faults)


def _rows(campaign: Campaign) -> list[FieldRow]:
    target = f"{campaign.target_percent} %" if campaign.target_percent else ""
    return [
        FieldRow(_("What for"), campaign.purpose),
        FieldRow(_("Held by"), campaign.owner),
        FieldRow(_("Programme"), campaign.programme),
        FieldRow(_("School year"), campaign.school_year),
        FieldRow(_("Mode"), campaign.get_mode_display()),
        FieldRow(_("Opens on"), campaign.opens_on),
        FieldRow(_("Closes on"), campaign.closes_on),
        FieldRow(_("Smallest group shown"), campaign.threshold),
        FieldRow(_("Target of satisfaction"), target),
        FieldRow(_("Source of the target"), campaign.target_source),
        FieldRow(_("Earlier round to compare with"), campaign.previous),
        FieldRow(_("Why it was opened again"), campaign.reopened_reason),
    ]
