"""Applications to a contest: by the school, by the coordinator, from a list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.contests import ApplicationOrigin, ApplicationState, ContestState
from mayak.diagnosis.forms.contests import (
    ApplicationForm,
    DecisionForm,
    FileForm,
    ListFileForm,
    NewApplicationForm,
    ReasonForm,
)
from mayak.diagnosis.imports.applications import read_applications
from mayak.diagnosis.models import Contest, ContestApplication, ContestFile
from mayak.diagnosis.permissions.measures import holds_contest, may_keep, may_tell, may_write_application
from mayak.diagnosis.selectors.contests import application_list, scored_applications
from mayak.diagnosis.services import contest_applications as services
from mayak.diagnosis.services.application_lists import (
    NEW,
    REJECTED,
    UNCHANGED,
    apply_applications,
    plan_applications,
    plan_from_plain,
    plan_to_plain,
)
from mayak.diagnosis.services.contest_scoring import decide_application
from mayak.diagnosis.views.contests import contest_url, crumbs, find_contest, held_contest
from mayak.diagnosis.views.file_plans import on_consent, signed_plan, trial_page
from mayak.diagnosis.views.measure_common import do_post, form_page, posted, send_file, show_errors
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.registry.models import Organisation

SALT = "mayak.diagnosis.contest_list"
NO_RIGHT = gettext_lazy("An application is written by its school or by the coordinator of the territory.")


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application."""
    contest = find_contest(request, pk)
    scope = request_scope(request)
    if not (may_tell(scope) or may_keep(scope)):
        raise PermissionDenied(NO_RIGHT)
    schools = (
        Organisation.objects.within(scope)
        .schools()
        .open()
        .filter(territory__path__under=contest.territory.path or "-")
        .exclude(pk__in=contest.applications.values("organisation"))
        .select_related("territory")
    )
    origin = ApplicationOrigin.COORDINATOR if may_keep(scope) else ApplicationOrigin.SCHOOL

    def act(values: dict[str, Any]) -> ContestApplication:
        school = values.pop("organisation")
        return services.begin_application(
            contest, school, actor=request_actor(request), origin=origin, **values
        )

    return form_page(
        request,
        NewApplicationForm(posted(request), schools=schools),
        act,
        title=_("New application"),
        lead=contest.title,
        crumbs=crumbs(contest),
        back=contest_url(contest),
        success=_("The draft is saved. Add papers and submit it."),
        target=application_url,
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application: to its school with the own result, to who holds the contest with the points."""
    row = find_application(request, pk)
    scope = request_scope(request)
    holds = holds_contest(scope, row.contest)
    return render(request, "diagnosis/contest_application.html", _context(row, holds, request))


def _context(row: ContestApplication, holds: bool, request: HttpRequest) -> dict[str, Any]:
    is_open = row.contest.state == ContestState.OPEN
    shows_result = holds or row.contest.state == ContestState.CLOSED
    scored = scored_applications(row.contest, [row])[0] if shows_result else None
    criteria = list(row.contest.criteria.order_by("position", "pk"))
    context: dict[str, Any] = {
        "application": row,
        "contest": row.contest,
        "files": row.files.order_by("pk"),
        "file_form": FileForm(),
        "is_open": is_open and row.state != ApplicationState.WITHDRAWN,
        "may_submit": is_open and row.state != ApplicationState.SUBMITTED,
        "may_withdraw": row.state == ApplicationState.SUBMITTED and row.contest.state != ContestState.CLOSED,
        "holds": holds,
        "scored": scored,
        "lines": list(zip(criteria, scored.outcome.criteria, strict=True)) if scored else [],
        "shows_result": shows_result,
        "breadcrumbs": [*crumbs(row.contest), (row.organisation, "")],
    }
    if holds:
        assignments = list(
            row.assignments.select_related("expert__user")
            .prefetch_related("scores__criterion")
            .order_by("pk")
        )
        taken = {one.expert_id for one in assignments}
        context |= {
            "assignments": assignments,
            "free_experts": [
                one for one in row.contest.experts.select_related("user") if one.pk not in taken
            ],
            "decision_form": DecisionForm(instance=row),
            "may_decide": row.contest.state == ContestState.SCORING,
        }
    return context


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of an application."""
    row = writable_application(request, pk)
    return form_page(
        request,
        ApplicationForm(posted(request), instance=row),
        lambda values: services.update_application(row, actor=request_actor(request), **values),
        title=_("Change the application"),
        crumbs=[*crumbs(row.contest), (row.organisation, application_url(row))],
        back=application_url(row),
        success=_("The application is saved."),
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an application."""
    row = writable_application(request, pk)
    return do_post(
        request,
        lambda: services.submit_application(row, actor=request_actor(request)),
        success=_("The application is submitted."),
        back=application_url(row),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an application with a reason."""
    row = writable_application(request, pk)
    return form_page(
        request,
        ReasonForm(posted(request)),
        lambda values: services.withdraw_application(row, actor=request_actor(request), **values),
        title=_("Withdraw the application"),
        crumbs=[*crumbs(row.contest), (row.organisation, application_url(row))],
        back=application_url(row),
        success=_("The application is withdrawn; it stays in the history."),
        submit=_("Withdraw the application"),
    )


@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a paper."""
    row = writable_application(request, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.add_file(row, actor=request_actor(request), file=form.cleaned_data["file"])
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The file is added."))
            return redirect(application_url(row))
    context = _context(row, holds_contest(request_scope(request), row.contest), request)
    return render(request, "diagnosis/contest_application.html", {**context, "file_form": form}, status=400)


@require_GET
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Give a paper."""
    row = find_application(request, pk)
    found = get_object_or_404(ContestFile, application=row, pk=file_pk)
    return send_file(found.file, found.name)


@require_POST
def drop_file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Remove a paper."""
    row = writable_application(request, pk)
    found = get_object_or_404(ContestFile, application=row, pk=file_pk)
    return do_post(
        request,
        lambda: services.remove_file(found, actor=request_actor(request)),
        success=_("The file is removed."),
        back=application_url(row),
    )


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the decision of the commission."""
    row = find_application(request, pk)
    if not holds_contest(request_scope(request), row.contest):
        raise PermissionDenied(_("The decision is written down by who holds the contest."))
    return form_page(
        request,
        DecisionForm(posted(request), instance=row),
        lambda values: decide_application(
            row,
            actor=request_actor(request),
            decision=values["decision"],
            reason=values["decision_reason"],
        ),
        title=_("Decision of the commission"),
        lead=str(row.organisation),
        crumbs=[*crumbs(row.contest), (row.organisation, application_url(row))],
        back=application_url(row),
        success=_("The decision is saved."),
    )


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a list of applications and say what it would do; nothing is written."""
    contest = held_contest(request, pk)

    def plan(values: dict[str, Any]) -> Any:
        file = values["file"]
        rows = read_applications(file.name or "file", file.read())
        return plan_applications(contest, rows, scope=request_scope(request))

    context = {
        "title": _("Load a list of applications"),
        "back": contest_url(contest),
        "template_url": reverse("diagnosis:contest-template", args=[contest.pk]),
        "breadcrumbs": [*crumbs(contest), (_("A list of applications"), "")],
    }
    form = ListFileForm(posted(request), request.FILES or None)
    template = "diagnosis/measure_import.html"
    return trial_page(
        request,
        form,
        plan,
        lambda planned: _report(request, contest, planned),
        context=context,
        template=template,
    )


def _report(request: HttpRequest, contest: Contest, plan: Any) -> HttpResponse:
    context = {
        "title": _("What the list would do"),
        "new": [(row.row, row.school, row.reasons) for row in plan if row.outcome == NEW],
        "unchanged": [(row.row, row.text, row.problem) for row in plan if row.outcome == UNCHANGED],
        "rejected": [(row.row, row.text, row.problem) for row in plan if row.outcome == REJECTED],
        "plan": signed_plan(plan_to_plain(plan), salt=SALT),
        "confirm_url": reverse("diagnosis:contest-import-confirm", args=[contest.pk]),
        "again_url": reverse("diagnosis:contest-import", args=[contest.pk]),
        "breadcrumbs": [*crumbs(contest), (_("A list of applications"), "")],
    }
    return render(request, "diagnosis/measure_report.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the report showed."""
    contest = held_contest(request, pk)
    return on_consent(
        request,
        lambda plain: do_post(
            request,
            lambda: apply_applications(
                contest, plan_from_plain(plain), scope=request_scope(request), actor=request_actor(request)
            ),
            success=_("The applications are entered."),
            back=contest_url(contest),
        ),
        salt=SALT,
        again=reverse("diagnosis:contest-import", args=[pk]),
    )


@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a file to fill in, with an example row."""
    held_contest(request, pk)
    columns = [_("login"), _("code"), _("school"), _("reasons"), _("done"), _("plans")]
    example = ["edu203389", "", _("School No. 1"), _("Low results in mathematics, grade 9"), "", ""]
    return table_response(columns, [example], file_format="xlsx", name="applications")


def application_url(row: ContestApplication) -> str:
    """The page of an application."""
    return reverse("diagnosis:contest-application", args=[row.pk])


def find_application(request: HttpRequest, pk: int) -> ContestApplication:
    """Return the application that the user may read: of the own school, or of a contest held in the territory."""
    scope = request_scope(request)
    row = get_object_or_404(application_list(scope), pk=pk)
    if not may_write_application(scope, row):
        raise PermissionDenied(NO_RIGHT)
    return row


def writable_application(request: HttpRequest, pk: int) -> ContestApplication:
    """Return the application that the user may write; who may read one may write it."""
    return find_application(request, pk)
