"""Catalogues of tasks that come in as a file: first a report, then the consent, then the write; undoing it."""

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

from mayak.diagnosis.enums.exam_tasks import TASK_COLUMNS
from mayak.diagnosis.forms.exam_tasks import TaskFileForm
from mayak.diagnosis.imports.exam_tasks import read_tasks
from mayak.diagnosis.models import TaskCatalogue
from mayak.diagnosis.permissions.deficits import can_edit_catalogue
from mayak.diagnosis.selectors.table_words import table_words
from mayak.diagnosis.services.exam_task_lists import (
    CHANGED,
    NEW,
    SAME,
    CataloguePlan,
    plan_catalogues,
    plan_from_plain,
    plan_to_plain,
)
from mayak.diagnosis.services.exam_tasks import LoadReport, apply_catalogues, undo_load
from mayak.diagnosis.views.exam_tasks import task_crumbs
from mayak.diagnosis.views.file_plans import on_consent, signed_plan, trial_page
from mayak.diagnosis.views.school_pages import tell_error
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response

SALT = "mayak.diagnosis.exam-tasks"
FAULTS_SHOWN = 200
NO_RIGHT = gettext_lazy("The catalogue of tasks is changed by coordinators and methodists.")


@require_http_methods(["GET", "POST"])
def task_import(request: HttpRequest) -> HttpResponse:
    """Read a file and say what it would do; nothing is written."""
    _require(request)

    def plan(values: dict[str, Any]) -> tuple[CataloguePlan, str]:
        name = values["file"].name or "file"
        return plan_catalogues(read_tasks(name, values["file"].read())), name

    context = {
        "title": _("Load tasks from a file"),
        "template_url": reverse("diagnosis:exam-tasks-template"),
        "cancel_url": reverse("diagnosis:exam-tasks"),
        "breadcrumbs": task_crumbs((_("Load a file"), "")),
    }
    form = TaskFileForm(request.POST or None, request.FILES or None)
    return trial_page(request, form, plan, lambda planned: _report(request, *planned), context=context)


@require_POST
def task_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed; a catalogue is replaced where its mark was set."""
    _require(request)

    def write(plain: dict[str, Any]) -> HttpResponse:
        report = apply_catalogues(
            plan_from_plain(plain["catalogues"]),
            agreed=request.POST.getlist("replace"),
            file_name=plain["file"],
            actor=request_actor(request),
        )
        _tell(request, report)
        written = [*report.new, *report.replaced]
        if len(written) == 1:
            return redirect("diagnosis:exam-catalogue", pk=written[0].pk)
        return redirect("diagnosis:exam-tasks")

    return on_consent(request, write, salt=SALT, again="diagnosis:exam-tasks-import")


@require_GET
def task_template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with two example rows."""
    _require(request)
    rows = table_words()["task_examples"]
    return table_response(list(TASK_COLUMNS.values()), rows, file_format="xlsx", name="tasks-template")


@require_POST
def task_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the last loading of a catalogue."""
    catalogue = get_object_or_404(TaskCatalogue, pk=pk)
    _require(request)
    try:
        is_there = undo_load(catalogue, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
        return redirect("diagnosis:exam-catalogue", pk=pk)
    if not is_there:
        messages.success(request, _("The loading is undone: the catalogue that it made is gone."))
        return redirect("diagnosis:exam-tasks")
    messages.success(request, _("The loading is undone: the catalogue is as it was before."))
    return redirect("diagnosis:exam-catalogue", pk=pk)


def _report(request: HttpRequest, plan: CataloguePlan, name: str) -> HttpResponse:
    of = {
        outcome: [row for row in plan.catalogues if row.outcome == outcome]
        for outcome in (NEW, CHANGED, SAME)
    }
    plain = {"file": name, "catalogues": plan_to_plain(plan.catalogues)}
    context = {
        "title": _("What the file would do"),
        **of,
        "faults": plan.faults[:FAULTS_SHOWN],
        "fault_count": len(plan.faults),
        "plan": signed_plan(plain, salt=SALT),
        "breadcrumbs": task_crumbs(
            (_("Load a file"), reverse("diagnosis:exam-tasks-import")), (_("Report"), "")
        ),
    }
    return render(request, "diagnosis/exam_task_report.html", context)


def _tell(request: HttpRequest, report: LoadReport) -> None:
    messages.success(
        request,
        _("Catalogues added: %(new)s, replaced: %(replaced)s.")
        % {"new": len(report.new), "replaced": len(report.replaced)},
    )
    if report.left:
        messages.warning(
            request,
            _("Left as they were, because their mark was not set: %(count)s.") % {"count": report.left},
        )


def _require(request: HttpRequest) -> None:
    if not can_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_RIGHT)
