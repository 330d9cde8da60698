"""Pages of imports: the list, one import by its state, its report, what a person decides."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.importing import ImportProblem
from mayak.kernel.models import Job
from mayak.kernel.ui.lists import Action, ListPage
from mayak.results.enums import AssessmentKind, BatchState
from mayak.results.filters.batches import BatchFilter, LineFilter
from mayak.results.forms.uploads import OptionsForm, UndoForm
from mayak.results.imports.stored import StoredSheet, stored_sheets
from mayak.results.imports.words import issue_text
from mayak.results.jobs import ask_apply, ask_trial
from mayak.results.models import ImportBatch
from mayak.results.models.batches import ImportBatchQuerySet
from mayak.results.permissions import may_change_batch, may_load
from mayak.results.selectors.batches import batches_of, line_counts, lines_of, questions_of
from mayak.results.services.batches import discard_batch, save_settings
from mayak.results.services.undoing import blocking_batches, undo_batch
from mayak.results.tables.batches import BatchTable, LineTable
from mayak.results.views.common import TONE_OF_STATE, batch_crumbs, crumbs, get_batch, get_own_batch

FORMAT_LABELS = {
    "vpr_f1": gettext_lazy("ВПР: individual results (Ф1)"),
    "vpr_f3": gettext_lazy("ВПР: statistics of marks (Ф3)"),
    "vpr_journal": gettext_lazy("ВПР: comparison with the journal"),
    "vpr_collection_form": gettext_lazy("ВПР: form of collection"),
    "exam_protocol": gettext_lazy("protocol of an exam"),
    "flat_schools": gettext_lazy("table by school"),
    "flat_participants": gettext_lazy("table by participant"),
    "context": gettext_lazy("context of schools"),
    "unknown": gettext_lazy("nothing that can be read"),
}
MISSING_LABELS = {
    "kind": gettext_lazy("kind of the assessment"),
    "year": gettext_lazy("year"),
    "subject": gettext_lazy("subject"),
    "grade": gettext_lazy("grade"),
    "school": gettext_lazy("column of the school"),
}
OPEN_STATES = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)


class BatchList(ListPage):
    """All imports of the scope."""

    title = gettext_lazy("Imports")
    lead = gettext_lazy("Every import shows what it wrote and can be undone.")
    table_class = BatchTable
    filter_class = BatchFilter
    export_name = "imports"
    empty_title = gettext_lazy("No files yet")
    empty_text = gettext_lazy("Upload a file of results: before anything is written you see what is in it.")
    empty_url_name = "results:upload"
    empty_label = gettext_lazy("Upload results")

    def get_queryset(self) -> ImportBatchQuerySet:
        """Return the imports of the scope."""
        return batches_of(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Upload, where allowed."""
        may = may_load(request_scope(self.request))
        return [Action(_("Upload results"), reverse("results:upload"), primary=True)] if may else []

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return crumbs()


class LineList(ListPage):
    """The report of an import line by line, downloadable."""

    title = gettext_lazy("Lines of the report")
    table_class = LineTable
    filter_class = LineFilter
    export_name = "report"
    empty_title = gettext_lazy("Nothing was rejected")
    empty_text = gettext_lazy("Every row of the files was taken or skipped with a reason that needs no look.")

    def get_queryset(self) -> Any:
        """Return the lines of the import."""
        return lines_of(get_batch(self.request, self.kwargs["pk"]))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return batch_crumbs(get_batch(self.request, self.kwargs["pk"]), (_("Report"), ""))[:-1]


@require_GET
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import by its state; the running job refreshes the page when it is done."""
    batch = get_batch(request, pk)
    job = Job.objects.filter(pk=batch.job_id).first() if batch.job_id else None
    is_running = job is not None and not job.is_finished
    if request.GET.get("part") == "job":
        response = render(request, "results/batch_job.html", {"batch": batch, "job": job})
        if not is_running:
            response["HX-Refresh"] = "true"
        return response
    may_change = may_change_batch(request_scope(request), batch)
    sheets, problem = _sheets(batch)
    report = batch.report
    context = {
        "batch": batch,
        "tone": TONE_OF_STATE[BatchState(batch.state)],
        "job": job,
        "is_running": is_running,
        "may_change": may_change,
        "sheets": [_sheet_row(sheet) for sheet in sheets],
        "problem": problem,
        "skipped": [
            (issue_text(code), count) for code, count in report.get("rows", {}).get("skipped", {}).items()
        ],
        "report": report,
        "figures": _figures(report),
        "has_changes": _has_changes(report),
        "lines": line_counts(batch),
        "questions": questions_of(batch).count(),
        "new_questions": report.get("questions", {}).get("new_schools", 0),
        "options_form": OptionsForm(initial=_options(batch)),
        "blocking": blocking_batches(batch) if batch.state == BatchState.APPLIED else [],
        "is_open": batch.state in OPEN_STATES,
        "breadcrumbs": batch_crumbs(batch),
    }
    return render(request, "results/batch.html", context)


def _options(batch: ImportBatch) -> dict[str, bool]:
    return {name: bool(value) for name, value in batch.settings.get("options", {}).items()}


def _sheets(batch: ImportBatch) -> tuple[list[Any], str]:
    """The sheets of the kept files as they will be read, or why they cannot be."""
    if batch.state == BatchState.DISCARDED:
        return [], ""
    try:
        return stored_sheets(batch), ""
    except ImportProblem as problem:
        return [], problem.message
    except FileNotFoundError:
        return [], _("The kept files of this import are gone from the disk.")


def _sheet_row(sheet: StoredSheet) -> dict[str, Any]:
    guess = sheet.plan.guess
    defaults = guess.mapping.defaults if guess.mapping else None
    parts = []
    if defaults is not None:
        kind = dict(AssessmentKind.choices).get(defaults.kind, "")
        grade = _("grade %(grade)s") % {"grade": defaults.grade} if defaults.grade else ""
        parts = [str(part) for part in (kind, defaults.subject_text, grade, defaults.year or "") if part]
    return {
        "file": sheet.file,
        "sheet_name": sheet.plan.sheet.name,
        "format_label": FORMAT_LABELS.get(guess.format, guess.format),
        "summary": ", ".join(parts),
        "is_skipped": sheet.is_skipped,
        "has_mapping": guess.mapping is not None,
        "missing_labels": [MISSING_LABELS.get(what, what) for what in sheet.missing],
    }


def _figures(report: dict[str, Any]) -> list[tuple[Any, int, str]]:
    """Label, number and tone of the key figures."""
    if not report:
        return []
    parts = ("results", "context", "markers")
    sums = {
        verdict: sum(report.get(part, {}).get(verdict, 0) for part in parts)
        for verdict in ("created", "updated", "unchanged")
    }
    return [
        (_("new"), sums["created"], "good" if sums["created"] else ""),
        (_("changed"), sums["updated"], "info" if sums["updated"] else ""),
        (_("unchanged"), sums["unchanged"], ""),
        (_("rows rejected"), report["rows"]["rejected"], "warning" if report["rows"]["rejected"] else ""),
        (_("rows skipped"), sum(report["rows"]["skipped"].values()), ""),
    ]


def _has_changes(report: dict[str, Any]) -> bool:
    parts = ("results", "context", "markers")
    return any(report.get(part, {}).get(verdict, 0) for part in parts for verdict in ("created", "updated"))


@require_GET
def batch_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as the documented JSON (docs/formats/report.md)."""
    batch = get_batch(request, pk)
    response = JsonResponse(
        {"import": batch.pk, "title": batch.title, "state": batch.state, **batch.report},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = f'attachment; filename="report-{batch.pk}.json"'
    return response


@require_POST
def batch_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Repeat the trial run with the answers of the person."""
    batch = get_own_batch(request, pk)
    form = OptionsForm(request.POST)
    try:
        if form.is_valid():
            save_settings(batch, actor=request_actor(request), options=form.options())
        _follow(batch, ask_trial(batch, actor=request_actor(request)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("results:batch", pk=batch.pk)


@require_POST
def batch_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the import in the background."""
    batch = get_own_batch(request, pk)
    if batch.state != BatchState.CHECKED or not _has_changes(batch.report):
        messages.error(
            request, _("There is nothing to write: make the trial run first and look at its report.")
        )
    else:
        _follow(batch, ask_apply(batch, actor=request_actor(request)))
    return redirect("results:batch", pk=batch.pk)


def _follow(batch: ImportBatch, job: Job) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a loaded import with a reason; what it replaced is visible again."""
    batch = get_own_batch(request, pk)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            undo_batch(batch, actor=request_actor(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("The import is undone: its rows are hidden, earlier ones are visible again.")
            )
            return redirect("results:batch", pk=batch.pk)
    context = {"batch": batch, "form": form, "breadcrumbs": batch_crumbs(batch, (_("Undo"), ""))}
    return render(request, "results/undo.html", context, status=400 if request.method == "POST" else 200)


@require_POST
def batch_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away an import that was not written."""
    batch = get_own_batch(request, pk)
    try:
        discard_batch(batch, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The import was thrown away, its files are deleted."))
    return redirect("results:batches")
