"""Pages of recommendations: the list, one of them, its life."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.measures import RecommendationState
from mayak.diagnosis.filters.measures import RecommendationFilter
from mayak.diagnosis.forms.contests import ReasonForm
from mayak.diagnosis.forms.measures import DoneForm, NewRecommendationForm, RecommendationForm
from mayak.diagnosis.models import Recommendation
from mayak.diagnosis.permissions.measures import (
    is_own_school,
    may_keep,
    may_keep_school,
    may_read_measures,
    may_read_people,
    may_read_recommendation,
)
from mayak.diagnosis.selectors.measures import recommendation_list
from mayak.diagnosis.services import measures as services
from mayak.diagnosis.tables.measures import RecommendationTable, state_tone
from mayak.diagnosis.views.measure_common import do_post, form_page, own_person_id, posted, send_file
from mayak.diagnosis.views.measures import NO_RIGHT, crumbs
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.readings.services import log_reading
from mayak.kernel.ui.lists import EXPORT, Action, ListPage
from mayak.kernel.uploads.kinds import ending_of
from mayak.registry.models import Organisation

NOT_YOURS = gettext_lazy("The school, or the teacher to whom it is addressed, reports a recommendation.")


class RecommendationList(ListPage):
    """The recommendations that the user may read."""

    title = gettext_lazy("Targeted recommendations")
    lead = gettext_lazy(
        "To whom, until when, who controls and when. Addressees: the administration of the school, heads of subject "
        "associations, teachers."
    )
    table_class = RecommendationTable
    filter_class = RecommendationFilter
    export_name = "recommendations"
    empty_title = gettext_lazy("No recommendations")
    empty_text = gettext_lazy("They are made from the levels of a school or written by hand.")

    def get_queryset(self) -> QuerySet[Recommendation]:
        """Return what this person may read."""
        return recommendation_list(request_scope(self.request), own_person_id(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]

    def get_table_kwargs(self) -> dict[str, Any]:
        """The page leaves out what stands on the page of a recommendation; the export has it."""
        return {} if EXPORT in self.request.GET else {"exclude": ("trigger_label", "controller")}

    def get_actions(self) -> list[Action]:
        """Propose; issue; the library."""
        scope = request_scope(self.request)
        found = []
        if may_keep(scope):
            found = [
                Action(_("From level to measure"), reverse("diagnosis:measure-choose"), primary=True),
                Action(_("Issue the drafts"), reverse("diagnosis:recommendations-issue")),
            ]
        if may_read_measures(scope):
            found.append(Action(_("Typical measures"), reverse("diagnosis:measure-templates")))
        return found


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a recommendation; reading one that names another person is logged."""
    row = _row(request, pk)
    scope = request_scope(request)
    person = row.addressee_person
    if person is not None and person.pk != own_person_id(request):
        log_reading(
            actor=request_actor(request),
            subject=f"registry.person:{person.pk}",
            name=str(person),
            what="recommendation",
            instance=row,
            territory_path=row.organisation.territory.path or "",
            organisation_id=row.organisation_id,
        )
    keeps = may_keep_school(scope, row.organisation)
    context = {
        "row": row,
        "tone": state_tone(row),
        "rows": _rows(row),
        "keeps": keeps,
        "may_report": _may_report(request, row) and row.state == RecommendationState.ISSUED,
        "is_draft": row.state == RecommendationState.DRAFT,
        "is_issued": row.state == RecommendationState.ISSUED,
        "is_done": row.state == RecommendationState.DONE,
        "done_form": DoneForm(),
        "breadcrumbs": crumbs((row.organisation, "")),
    }
    return render(request, "diagnosis/recommendation.html", context)


def _rows(row: Recommendation) -> list[tuple[Any, Any]]:
    return [
        (_("School"), row.organisation),
        (_("School year"), row.school_year),
        (_("Addressee"), row.get_addressee_display()),
        (_("Person"), row.addressee_person),
        (_("Other organisation that helps"), row.addressee_organisation),
        (_("What showed it"), row.trigger_label),
        (_("What proves it"), row.expected_evidence),
        (_("Deadline"), row.deadline),
        (_("Control date"), row.control_on),
        (_("Controller"), row.controller),
        (_("Order"), row.basis),
        (_("Issued"), row.issued_on),
        (_("Carried out"), row.done_on),
        (_("What was done"), row.done_note),
        (_("Why it was sent back"), row.return_reason),
        (_("Why it was cancelled"), row.cancel_reason),
    ]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, school_pk: int) -> HttpResponse:
    """Write a recommendation by hand."""
    scope = request_scope(request)
    school = get_object_or_404(
        Organisation.objects.within(scope).schools().select_related("territory"), pk=school_pk
    )
    if not may_keep_school(scope, school):
        raise PermissionDenied(NO_RIGHT)
    form = NewRecommendationForm(
        posted(request), scope=scope, school=school, names_people=may_read_people(scope)
    )

    def act(values: dict[str, Any]) -> Recommendation:
        year = values.pop("school_year")
        return services.create_recommendation(school, year, actor=request_actor(request), **values)

    return form_page(
        request,
        form,
        act,
        title=_("New recommendation"),
        lead=str(school),
        crumbs=crumbs(),
        back=reverse("diagnosis:recommendations"),
        success=_("The draft is saved. Issue it when it is whole."),
        target=row_url,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or the dates and the controller of an issued one."""
    row = _kept(request, pk)
    scope = request_scope(request)
    form = RecommendationForm(
        posted(request),
        instance=row,
        scope=scope,
        school=row.organisation,
        names_people=may_read_people(scope),
    )
    return form_page(
        request,
        form,
        lambda values: services.update_recommendation(row, actor=request_actor(request), **values),
        title=_("Change the recommendation"),
        lead=str(row.organisation),
        crumbs=crumbs((row.organisation, row_url(row))),
        back=row_url(row),
        success=_("The recommendation is saved."),
    )


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a recommendation to its school."""
    row = _kept(request, pk)
    return do_post(
        request,
        lambda: services.issue_recommendation(row, actor=request_actor(request)),
        success=_("The recommendation is issued; the school sees it."),
        back=row_url(row),
    )


@require_http_methods(["GET", "POST"])
def issue_all(request: HttpRequest) -> HttpResponse:
    """Look at the drafts of the scope and issue the whole ones at once."""
    scope = request_scope(request)
    if not may_keep(scope):
        raise PermissionDenied(NO_RIGHT)
    drafts = list(
        recommendation_list(scope, None)
        .filter(state=RecommendationState.DRAFT)
        .order_by("organisation__sort_key", "pk")[:500]
    )
    if request.method == "POST":
        wanted = set(request.POST.getlist("row"))
        chosen = [row for row in drafts if str(row.pk) in wanted]
        given, kept = services.issue_recommendations(chosen, actor=request_actor(request))
        messages.success(request, _("Recommendations issued: %(count)s.") % {"count": given})
        for text in kept:
            messages.warning(request, _("Still missing: %(words)s.") % {"words": text})
        return redirect("diagnosis:recommendations")
    context = {
        "drafts": drafts,
        "whole": sum(not row.missing for row in drafts),
        "breadcrumbs": crumbs((_("Issue the drafts"), "")),
    }
    return render(request, "diagnosis/recommendations_issue.html", context)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Report that a recommendation is carried out."""
    row = _row(request, pk)
    if not _may_report(request, row):
        raise PermissionDenied(NOT_YOURS)
    form = DoneForm(request.POST, request.FILES)
    return form_page(
        request,
        form,
        lambda values: services.report_done(row, actor=request_actor(request), **values),
        title=_("Report what was done"),
        lead=str(row.organisation),
        crumbs=crumbs((row.organisation, row_url(row))),
        back=row_url(row),
        success=_("Thank you: the recommendation is marked as carried out."),
        submit=_("Carried out"),
    )


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a report back."""
    row = _kept(request, pk)
    return _with_reason(
        request, row, services.return_recommendation, _("Send the report back"), _("The report is sent back.")
    )


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a recommendation with a reason."""
    row = _kept(request, pk)
    return _with_reason(
        request,
        row,
        services.cancel_recommendation,
        _("Cancel the recommendation"),
        _("The recommendation is cancelled."),
    )


def _with_reason(
    request: HttpRequest, row: Recommendation, act: Any, title: str, success: str
) -> HttpResponse:
    return form_page(
        request,
        ReasonForm(posted(request)),
        lambda values: act(row, actor=request_actor(request), **values),
        title=title,
        lead=str(row.organisation),
        crumbs=crumbs((row.organisation, row_url(row))),
        back=row_url(row),
        success=success,
        submit=title,
    )


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    row = _kept(request, pk)
    return do_post(
        request,
        lambda: services.remove_draft(row, actor=request_actor(request)),
        success=_("The draft is deleted."),
        back=reverse("diagnosis:recommendations"),
    )


@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the evidence."""
    row = _row(request, pk)
    name = _("Evidence %(number)s") % {"number": row.pk}
    return send_file(row.evidence, f"{name}{ending_of(str(row.evidence.name or ''))}")


def row_url(row: Recommendation) -> str:
    """The page of a recommendation."""
    return reverse("diagnosis:recommendation", args=[row.pk])


def _may_report(request: HttpRequest, row: Recommendation) -> bool:
    scope = request_scope(request)
    if row.addressee_person_id is not None and row.addressee_person_id == own_person_id(request):
        return True
    return is_own_school(scope, row.organisation) or may_keep_school(scope, row.organisation)


def _row(request: HttpRequest, pk: int) -> Recommendation:
    """The recommendation that the user may read: a neighbour's is unknown, one of the own school refused in words."""
    scope, person = request_scope(request), own_person_id(request)
    row = recommendation_list(scope, person).filter(pk=pk).first()
    if row is not None and may_read_recommendation(scope, row, person):
        return row
    get_object_or_404(Recommendation.objects.within(scope), pk=pk)
    raise PermissionDenied(
        _(
            "Recommendations of a school are read by its head and by coordinators, those of a teacher by the teacher."
        )
    )


def _kept(request: HttpRequest, pk: int) -> Recommendation:
    row = _row(request, pk)
    if not may_keep_school(request_scope(request), row.organisation):
        raise PermissionDenied(NO_RIGHT)
    return row
