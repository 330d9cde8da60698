"""Statuses of schools: the list, by hand, ended, a list from outside; the block on the page of a school."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem
from mayak.kernel.ui.lists import Action, ListPage
from mayak.kernel.ui.panels import Panel
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation
from mayak.results.filters.identification import StatusFilter
from mayak.results.forms.statuses import EndStatusForm, StatusForm, StatusListForm
from mayak.results.imports.status_lists import read_status_list
from mayak.results.models import SchoolStatus
from mayak.results.permissions import may_identify, may_set_status
from mayak.results.selectors.statuses import holds, school_statuses, statuses_of
from mayak.results.services.status_lists import (
    NEW,
    REJECTED,
    UNCHANGED,
    ListDefaults,
    apply_list,
    plan_from_plain,
    plan_list,
    plan_to_plain,
    undo_list,
)
from mayak.results.services.statuses import end_status, set_status
from mayak.results.tables.identification import StatusTable
from mayak.results.views.identification import crumbs

SALT = "mayak.results.status_list"
PLAN_AGE = 24 * 60 * 60


def status_crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the statuses."""
    return crumbs((_("Statuses of schools"), reverse("identification:statuses") if rest else ""), *rest)


class StatusList(ListPage):
    """All statuses of the schools that the user may see."""

    title = gettext_lazy("Statuses of schools")
    lead = gettext_lazy(
        "A school may bear several statuses at once: each with its period, the level that assigned it, its basis and "
        "where it came from. A status is a signal for support, not an evaluation."
    )
    table_class = StatusTable
    filter_class = StatusFilter
    export_name = "school-statuses"
    empty_title = gettext_lazy("No school has a status yet")
    empty_text = gettext_lazy(
        "Statuses come from an approved list, from a list from outside, or by hand with a reason."
    )
    empty_url_name = "identification:overview"
    empty_label = gettext_lazy("Find the schools")

    def get_queryset(self) -> QuerySet[SchoolStatus]:
        """Statuses of the scope."""
        return statuses_of(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return crumbs()

    def get_table_kwargs(self) -> dict[str, Any]:
        """Only who may end a status sees the button."""
        return {"may_change": may_identify(request_scope(self.request))}

    def get_actions(self) -> list[Action]:
        """Set one, load a list."""
        if not may_identify(request_scope(self.request)):
            return []
        return [
            Action(_("Load a list"), reverse("identification:status-import"), primary=True),
            Action(_("Set a status by hand"), reverse("identification:status-create")),
        ]


@require_http_methods(["GET", "POST"])
def status_create(request: HttpRequest) -> HttpResponse:
    """Set a status by hand, with a reason."""
    scope = request_scope(request)
    _require(request)
    initial = {}
    if (asked := request.GET.get("school", "")).isdigit():
        initial["organisation"] = get_object_or_404(Organisation.objects.within(scope), pk=asked)
    form = StatusForm(request.POST if request.method == "POST" else None, initial=initial, scope=scope)
    if form.is_valid():
        values = dict(form.cleaned_data)
        school = values.pop("organisation")
        if not may_set_status(scope, school):
            raise PermissionDenied(_("The statuses of this school are set by its own coordinator."))
        try:
            status = set_status(school, values.pop("kind"), actor=request_actor(request), **values)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, _("%(school)s: %(kind)s.") % {"school": school, "kind": status.kind})
            return redirect(f"{reverse('identification:statuses')}?now=holds&kind={status.kind_id}")
    context = {
        "title": _("Set a status by hand"),
        "form": form,
        "submit": _("Set the status"),
        "back": reverse("identification:statuses"),
        "breadcrumbs": status_crumbs((_("By hand"), "")),
    }
    return render(request, "results/identification/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def status_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a status with a reason."""
    scope = request_scope(request)
    status = get_object_or_404(statuses_of(scope), pk=pk)
    if not may_set_status(scope, status.organisation):
        raise PermissionDenied(_("The statuses of this school are ended by its own coordinator."))
    form = EndStatusForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_status(status, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, _("The status is ended; it stays in the history of the school."))
            return redirect("identification:statuses")
    context = {
        "title": _("End the status"),
        "lead": f"{status.organisation}: {status.kind}, {status.get_level_display()}",
        "form": form,
        "submit": _("End the status"),
        "back": reverse("identification:statuses"),
        "breadcrumbs": status_crumbs((_("End"), "")),
    }
    return render(request, "results/identification/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def status_import(request: HttpRequest) -> HttpResponse:
    """Read a list and say what it would do; nothing is written."""
    _require(request)
    is_sent = request.method == "POST"
    form = StatusListForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        values = form.cleaned_data
        defaults = ListDefaults(
            values["kind"].code if values["kind"] else "",
            values["level"],
            values["valid_from"],
            values["source"],
        )
        file = values["file"]
        try:
            rows = read_status_list(file.name or "file", file.read())
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            return _report(request, plan_list(rows, scope=request_scope(request), defaults=defaults))
    context = {
        "title": _("Load a list of statuses"),
        "form": form,
        "breadcrumbs": status_crumbs((_("A list from outside"), "")),
    }
    return render(
        request, "results/identification/status_import.html", context, status=400 if is_sent else 200
    )


def _report(request: HttpRequest, plan: Any) -> HttpResponse:
    context = {
        "title": _("What the list would do"),
        "new": plan.with_outcome(NEW),
        "unchanged": plan.with_outcome(UNCHANGED),
        "rejected": plan.with_outcome(REJECTED),
        "plan": signing.dumps(plan_to_plain(plan), salt=SALT, compress=True),
        "breadcrumbs": status_crumbs(
            (_("A list from outside"), reverse("identification:status-import")), (_("Report"), "")
        ),
    }
    return render(request, "results/identification/status_report.html", context)


@require_POST
def status_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require(request)
    try:
        plain = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=PLAN_AGE)
        key = apply_list(plan_from_plain(plain), scope=request_scope(request), actor=request_actor(request))
    except signing.BadSignature:
        messages.error(request, _("The report is too old. Load the file again."))
        return redirect("identification:status-import")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("identification:status-import")
    messages.success(request, _("The list is loaded. It can be taken back as a whole."))
    return redirect("identification:status-list", key=key)


@require_GET
def status_list(request: HttpRequest, key: str) -> HttpResponse:
    """An imported list as it was written, with the way back."""
    rows = get_list_or_404(statuses_of(request_scope(request)).exclude(list_key=""), list_key=key)
    context = {
        "title": _("A loaded list of statuses"),
        "rows": rows,
        "key": key,
        "may_undo": may_identify(request_scope(request)),
        "breadcrumbs": status_crumbs((_("A loaded list"), "")),
    }
    return render(request, "results/identification/status_list.html", context)


@require_POST
def status_undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take an imported list back."""
    _require(request)
    get_list_or_404(statuses_of(request_scope(request)).exclude(list_key=""), list_key=key)
    try:
        count = undo_list(key, scope=request_scope(request), actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Statuses taken back: %(count)s.") % {"count": count})
    return redirect("identification:statuses")


@require_GET
def status_template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with an example row."""
    columns = [
        _("login"), _("name"), _("status"), _("level"), _("from"), _("until"), _("act number"), _("act date"),
        _("reason"),
    ]  # fmt: skip
    example = [
        "edu203389",
        "МБОУ СОШ № 1",
        "ШНОР",
        _("regional"),
        timezone.localdate(),
        None,
        "237",
        timezone.localdate(),
        "",
    ]
    return table_response(columns, [example], file_format="xlsx", name="statuses")


def status_panel(request: HttpRequest, organisation: Any) -> Panel | None:
    """The statuses of a school on its page."""
    if organisation.kind not in SCHOOL_KINDS:
        return None
    today = timezone.localdate()
    rows = [(status, holds(status, today)) for status in school_statuses(organisation)]
    may_set = may_set_status(request_scope(request), organisation)
    if not rows and not may_set:
        return None
    context = {"organisation": organisation, "rows": rows, "may_set_status": may_set}
    content = render_to_string("results/identification/status_panel.html", context, request=request)
    return Panel(_("Statuses"), content, order=30)


def _require(request: HttpRequest) -> None:
    if not may_identify(request_scope(request)):
        raise PermissionDenied(_("Statuses are set by the coordinators of a region or a municipality."))


def _show(form: Any, error: ValidationError) -> None:
    """Put the refusal of a service at the fields of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
