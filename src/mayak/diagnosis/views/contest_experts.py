"""Experts of a contest: named and assigned by the coordinator; their own list and sheet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.accounts.models import User
from mayak.diagnosis.forms.contests import ExpertForm, ReasonForm, ScoreForm
from mayak.diagnosis.models import (
    ContestApplication,
    ContestAssignment,
    ContestExpert,
    ContestFile,
)
from mayak.diagnosis.selectors.contests import assignments_of, possible_experts
from mayak.diagnosis.services import contests as services
from mayak.diagnosis.services.contest_scoring import Points, decline_assignment, save_scores
from mayak.diagnosis.tables.contests import AssignmentTable
from mayak.diagnosis.views.contests import contest_url, held_contest
from mayak.diagnosis.views.measure_common import do_post, form_page, posted, send_file
from mayak.kernel.access.requests import request_actor
from mayak.kernel.ui.lists import ListPage


@require_POST
def add_expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Name an expert."""
    contest = held_contest(request, pk)
    form = ExpertForm(request.POST, users=possible_experts(contest))
    if not form.is_valid():
        messages.error(request, _("Choose an expert of the list."))
        return redirect(contest_url(contest))
    return do_post(
        request,
        lambda: services.add_expert(contest, actor=request_actor(request), user=form.cleaned_data["user"]),
        success=_("The expert is named. Assign applications."),
        back=contest_url(contest),
    )


@require_POST
def drop_expert(request: HttpRequest, pk: int, expert_pk: int) -> HttpResponse:
    """Take an expert out."""
    contest = held_contest(request, pk)
    expert = get_object_or_404(ContestExpert, contest=contest, pk=expert_pk)
    return do_post(
        request,
        lambda: services.remove_expert(expert, actor=request_actor(request)),
        success=_("The expert is taken out."),
        back=contest_url(contest),
    )


@require_POST
def assign_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Give every application to every expert without a conflict of interest."""
    contest = held_contest(request, pk)

    def act() -> None:
        given, conflicts = services.assign_all(contest, actor=request_actor(request))
        messages.info(request, _("Applications assigned: %(count)s.") % {"count": given})
        if conflicts:
            messages.warning(
                request,
                _("Not assigned because of a conflict of interest: %(names)s.")
                % {"names": "; ".join(conflicts)},
            )

    return do_post(request, act, success=_("Done."), back=contest_url(contest))


@require_POST
def assign(request: HttpRequest, pk: int, application_pk: int, expert_pk: int) -> HttpResponse:
    """Give one application to one expert."""
    contest = held_contest(request, pk)
    application = get_object_or_404(ContestApplication, contest=contest, pk=application_pk)
    expert = get_object_or_404(ContestExpert, contest=contest, pk=expert_pk)
    return do_post(
        request,
        lambda: services.assign_expert(application, expert, actor=request_actor(request)),
        success=_("The application is assigned."),
        back=reverse("diagnosis:contest-application", args=[application.pk]),
    )


@require_POST
def unassign(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    """Take an application back from an expert."""
    contest = held_contest(request, pk)
    row = get_object_or_404(ContestAssignment, application__contest=contest, pk=assignment_pk)
    return do_post(
        request,
        lambda: services.unassign_expert(row, actor=request_actor(request)),
        success=_("The assignment is taken back."),
        back=reverse("diagnosis:contest-application", args=[row.application_id]),
    )


class MyAssignments(ListPage):
    """What the user has to score, and nothing else."""

    title = gettext_lazy("My expert evaluation")
    lead = gettext_lazy(
        "Applications of schools that you were asked to score. You see only those assigned to you."
    )
    table_class = AssignmentTable
    export_name = "my-expert-evaluation"
    empty_title = gettext_lazy("Nothing is assigned to you")
    empty_text = gettext_lazy(
        "When a coordinator names you an expert and the scoring begins, the applications stand here."
    )

    def get_queryset(self) -> QuerySet[ContestAssignment]:
        """Return the assignments of the user."""
        return assignments_of(_user(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an application and score it."""
    row = _assignment(request, pk)
    contest = row.application.contest
    criteria = list(contest.criteria.order_by("position", "pk"))
    is_finished = request.POST.get("step") == "finish"
    form = ScoreForm(
        posted(request),
        criteria=criteria,
        is_whole=is_finished or request.method == "GET",
        initial=_initial(row),
    )

    def act(values: dict[str, Any]) -> ContestAssignment:
        points = {
            one.pk: Points(values.get(f"points_{one.pk}"), values.get(f"comment_{one.pk}", ""))
            for one in criteria
        }
        return save_scores(
            row,
            actor=request_actor(request),
            points=points,
            conclusion=values["conclusion"],
            is_finished=is_finished,
        )

    return form_page(
        request,
        form,
        act,
        title=str(row.application.organisation),
        lead=contest.title,
        crumbs=_sheet_crumbs(),
        back=reverse("diagnosis:contest-tasks"),
        success=_("The sheet is finished.")
        if is_finished
        else _("The sheet is saved; finish it when it is whole."),
        context={
            "application": row.application,
            "assignment": row,
            "files": row.application.files.order_by("pk"),
            "is_sheet": True,
            "is_scoring": contest.state == "scoring",
        },
    )


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a conflict of interest."""
    row = _assignment(request, pk)
    return form_page(
        request,
        ReasonForm(posted(request)),
        lambda values: decline_assignment(row, actor=request_actor(request), **values),
        title=_("Declare a conflict of interest"),
        lead=str(row.application.organisation),
        crumbs=_sheet_crumbs(),
        back=reverse("diagnosis:contest-tasks"),
        success=_("The coordinator sees that you do not score this application."),
        submit=_("Declare"),
    )


@require_GET
def sheet_file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Give a paper of an application to its expert."""
    row = _assignment(request, pk)
    file = get_object_or_404(ContestFile, application=row.application_id, pk=file_pk)
    return send_file(file.file, file.name)


def _sheet_crumbs() -> list[tuple[Any, str]]:
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("My expert evaluation"), reverse("diagnosis:contest-tasks")),
    ]


def _initial(row: ContestAssignment) -> dict[str, Any]:
    found: dict[str, Any] = {"conclusion": row.conclusion}
    for score in row.scores.all():
        found[f"points_{score.criterion_id}"] = score.points
        found[f"comment_{score.criterion_id}"] = score.comment
    return found


def _assignment(request: HttpRequest, pk: int) -> ContestAssignment:
    return get_object_or_404(assignments_of(_user(request)), pk=pk)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied(_("Sign in to see what is assigned to you."))
    return request.user
