"""Pages of contests: the list, one contest, its criteria and its states."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.contests import ContestKind, ContestState
from mayak.diagnosis.filters.contests import ContestFilter
from mayak.diagnosis.forms.contests import (
    ContestForm,
    CriterionForm,
    ExpertForm,
    ProtocolForm,
    ReasonForm,
    StatusForm,
)
from mayak.diagnosis.models import Contest, ContestCriterion
from mayak.diagnosis.permissions.measures import holds_contest, may_keep, may_tell
from mayak.diagnosis.selectors.contests import (
    application_list,
    contest_list,
    possible_experts,
    scored_applications,
)
from mayak.diagnosis.services import contests as services
from mayak.diagnosis.services.contest_protocol import make_protocol
from mayak.diagnosis.services.contest_scoring import give_statuses
from mayak.diagnosis.tables.contests import CONTEST_TONES, ContestTable
from mayak.diagnosis.views.measure_common import do_post, form_page, posted
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import attachment, table_response
from mayak.kernel.ui.lists import Action, ListPage
from mayak.results.enums import StatusRole

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_RIGHT = gettext_lazy("Contests are held by the coordinators and methodists of the territory.")
STATUS_ROLES = {
    ContestKind.LOW_RESULTS.value: StatusRole.NEEDS_HELP.value,
    ContestKind.DONOR.value: StatusRole.GIVES_HELP.value,
}
STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "open": (services.open_contest, gettext_lazy("Schools can apply now.")),
    "score": (services.begin_scoring, gettext_lazy("The experts can score now.")),
    "close": (services.close_contest, gettext_lazy("The contest is closed; the schools see their decision.")),
}


class ContestList(ListPage):
    """The contests that the user may see."""

    title = gettext_lazy("Contests of schools")
    lead = gettext_lazy(
        "Schools with low results and donor schools are chosen by expert evaluation: applications, criteria, points of "
        "several experts, a protocol."
    )
    table_class = ContestTable
    filter_class = ContestFilter
    export_name = "contests"
    empty_title = gettext_lazy("No contests yet")
    empty_text = gettext_lazy("A coordinator begins a contest; its criteria are supplied and can be changed.")

    def get_queryset(self) -> QuerySet[Contest]:
        """Return the contests of the scope."""
        return contest_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]

    def get_actions(self) -> list[Action]:
        """Offer a new contest to whoever may hold one."""
        if not may_keep(request_scope(self.request)):
            return []
        return [Action(_("New contest"), reverse("diagnosis:contest-create"), primary=True)]


def crumbs(contest: Contest | None = None) -> list[tuple[Any, str]]:
    """The way to a page of a contest."""
    found: list[tuple[Any, str]] = [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Contests of schools"), reverse("diagnosis:contests")),
    ]
    if contest is not None:
        found.append((contest, contest_url(contest)))
    return found


def contest_url(contest: Contest) -> str:
    """The page of a contest."""
    return reverse("diagnosis:contest", args=[contest.pk])


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Begin a contest."""
    scope = request_scope(request)
    if not may_keep(scope):
        raise PermissionDenied(NO_RIGHT)
    form = ContestForm(posted(request), scope=scope)
    return form_page(
        request,
        form,
        lambda values: services.create_contest(actor=request_actor(request), **values),
        title=_("New contest"),
        crumbs=crumbs(),
        back=reverse("diagnosis:contests"),
        success=_("The contest is a draft. Look at its criteria, name experts and open it."),
        target=contest_url,
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a contest; who holds it sees everything, a school its own application."""
    contest = find_contest(request, pk)
    scope = request_scope(request)
    holds = holds_contest(scope, contest)
    own = list(application_list(scope).filter(contest=contest).order_by("organisation__sort_key"))
    context: dict[str, Any] = {
        "contest": contest,
        "tone": CONTEST_TONES[ContestState(contest.state)],
        "rows": _rows(contest),
        "criteria": contest.criteria.order_by("position", "pk"),
        "holds": holds,
        "breadcrumbs": [*crumbs(), (contest, "")],
        "own": own if may_tell(scope) or may_keep(scope) else [],
        "may_apply": contest.state == ContestState.OPEN and (may_tell(scope) or may_keep(scope)),
    }
    if holds:
        users = possible_experts(contest)
        context |= {
            "scored": scored_applications(contest),
            "drafts": contest.applications.exclude(state="submitted").select_related("organisation"),
            "experts": contest.experts.select_related("user"),
            "expert_form": ExpertForm(users=users),
            "criteria_fixed": services.criteria_are_fixed(contest),
            "status_form": StatusForm(role=STATUS_ROLES[contest.kind]),
        }
    return render(request, "diagnosis/contest.html", context)


def _rows(contest: Contest) -> list[tuple[Any, Any]]:
    return [
        (_("Who is chosen"), contest.get_kind_display()),
        (_("School year"), contest.school_year),
        (_("Territory"), contest.territory),
        (_("Programme"), contest.programme),
        (_("Basis"), contest.basis),
        (_("Purpose and rules"), contest.purpose),
        (
            _("Applications"),
            f"{contest.applications_from:%d.%m.%Y} – {contest.applications_until:%d.%m.%Y}",
        ),
        (_("Scores until"), f"{contest.scores_until:%d.%m.%Y}"),
        (_("Experts for an application, at least"), contest.experts_at_least),
    ]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the contest says of itself."""
    contest = held_contest(request, pk)
    form = ContestForm(posted(request), instance=contest, scope=request_scope(request))
    return _edit(request, contest, form, _("Change the contest"))


@require_http_methods(["GET", "POST"])
def protocol_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Number, date and commission of the protocol."""
    contest = held_contest(request, pk)
    return _edit(
        request, contest, ProtocolForm(posted(request), instance=contest), _("Number, date and commission")
    )


def _edit(request: HttpRequest, contest: Contest, form: Any, title: str) -> HttpResponse:
    return form_page(
        request,
        form,
        lambda values: services.update_contest(contest, actor=request_actor(request), **values),
        title=title,
        crumbs=crumbs(contest),
        back=contest_url(contest),
        success=_("The contest is saved."),
    )


@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, pk: int, criterion_pk: int | None = None) -> HttpResponse:
    """Add or change a criterion."""
    contest = held_contest(request, pk)
    row = (
        get_object_or_404(ContestCriterion, contest=contest, pk=criterion_pk)
        if criterion_pk
        else ContestCriterion(contest=contest)
    )
    form = CriterionForm(posted(request), instance=row)
    return form_page(
        request,
        form,
        lambda values: services.save_criterion(row, actor=request_actor(request), **values),
        title=_("Criterion"),
        lead=_("Criteria can be changed until the first school applies."),
        crumbs=crumbs(contest),
        back=contest_url(contest),
        success=_("The criterion is saved."),
    )


@require_POST
def drop_criterion(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Remove a criterion."""
    contest = held_contest(request, pk)
    row = get_object_or_404(ContestCriterion, contest=contest, pk=criterion_pk)
    return do_post(
        request,
        lambda: services.remove_criterion(row, actor=request_actor(request)),
        success=_("The criterion is removed."),
        back=contest_url(contest),
    )


@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take the next step of the life of a contest."""
    contest = held_contest(request, pk)
    if name not in STEPS:
        raise Http404
    act, success = STEPS[name]
    return do_post(
        request,
        lambda: act(contest, actor=request_actor(request)),
        success=success,
        back=contest_url(contest),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Go one step back with a reason."""
    contest = held_contest(request, pk)
    return form_page(
        request,
        ReasonForm(posted(request)),
        lambda values: services.reopen_contest(contest, actor=request_actor(request), **values),
        title=_("Go one step back"),
        lead=_("The audit log keeps the reason."),
        crumbs=crumbs(contest),
        back=contest_url(contest),
        success=_("The contest is one step back."),
        submit=_("Go one step back"),
    )


@require_GET
def protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the protocol as a .docx file."""
    contest = held_contest(request, pk)
    response = HttpResponse(make_protocol(contest, actor=request_actor(request)), content_type=DOCX)
    name = _("Protocol: %(title)s") % {"title": contest.title[:80].replace("/", "-")}
    response["Content-Disposition"] = attachment(f"{name}.docx")
    return response


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the list of applications with the points as an .xlsx file."""
    contest = held_contest(request, pk)
    criteria = list(contest.criteria.order_by("position", "pk"))
    columns = [
        _("School"), _("Territory"), *(row.name for row in criteria), _("Sum"), _("Out of"), _("Experts"),
        _("Spread, per cent"), _("Decision"), _("Reason"),
    ]  # fmt: skip
    rows = [
        [
            str(one.application.organisation),
            str(one.application.organisation.territory),
            *(round(found.mean, 2) for found in one.outcome.criteria),
            round(one.outcome.total, 2),
            round(one.outcome.maximum, 2),
            one.outcome.experts,
            round(one.outcome.spread, 1),
            one.application.get_decision_display(),
            one.application.decision_reason,
        ]
        for one in scored_applications(contest)
    ]
    return table_response(columns, rows, file_format="xlsx", name=f"contest-{contest.pk}")


@require_POST
def statuses(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the chosen schools a status."""
    contest = held_contest(request, pk)
    if not request_scope(request).allows("results.identify"):
        raise PermissionDenied(_("Statuses are set by the coordinators of a region or a municipality."))
    form = StatusForm(request.POST, role=STATUS_ROLES[contest.kind])
    if not form.is_valid():
        messages.error(request, _("Choose the status."))
        return redirect(contest_url(contest))

    def act() -> None:
        given, known = give_statuses(contest, form.cleaned_data["kind"], actor=request_actor(request))
        if known:
            messages.info(request, _("Borne already: %(schools)s.") % {"schools": ", ".join(known)})
        messages.info(request, _("Statuses given: %(count)s.") % {"count": given})

    return do_post(request, act, success=_("Done."), back=contest_url(contest))


def find_contest(request: HttpRequest, pk: int) -> Contest:
    """Return the contest that the user may see."""
    return get_object_or_404(contest_list(request_scope(request)), pk=pk)


def held_contest(request: HttpRequest, pk: int) -> Contest:
    """Return the contest that the user holds."""
    contest = find_contest(request, pk)
    if not holds_contest(request_scope(request), contest):
        raise PermissionDenied(NO_RIGHT)
    return contest
