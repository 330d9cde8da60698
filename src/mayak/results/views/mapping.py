"""The mapping editor of one sheet, with its first rows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor
from mayak.kernel.importing import ImportProblem, clean
from mayak.results.forms.mapping import MappingForm
from mayak.results.imports.stored import StoredSheet, header_signature, stored_sheets
from mayak.results.imports.words import issue_text
from mayak.results.jobs import ask_trial
from mayak.results.models import ImportBatch
from mayak.results.services.mappings import correct_mapping, save_mapping
from mayak.results.views.common import batch_crumbs, get_own_batch

PREVIEW_ROWS = 12
_CELL = 60


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_mapping(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Correct what the columns of a sheet mean; then the trial run is repeated."""
    batch = get_own_batch(request, pk)
    sheet = _sheet(batch, number)
    guess = sheet.plan.guess
    if guess.mapping is None or guess.shape is None:
        raise Http404
    is_sent = request.method == "POST"
    form = MappingForm(request.POST if is_sent else None, mapping=guess.mapping, is_skipped=sheet.is_skipped)
    if form.is_valid():
        try:
            _keep(request, batch, sheet, form)
        except (ValidationError, ImportProblem) as error:
            text = error.message if isinstance(error, ImportProblem) else " ".join(error.messages)
            form.add_error(None, text)
        else:
            return redirect("results:batch", pk=batch.pk)
    head = sheet.plan.sheet.head(guess.mapping.first_data_row + PREVIEW_ROWS)
    width = guess.shape.width
    context = {
        "batch": batch,
        "sheet": sheet,
        "form": form,
        "preview": [(row, [clean(cell)[:_CELL] for cell in cells[:width]]) for row, cells in head],
        "first_data_row": guess.mapping.first_data_row,
        "header_rows": guess.shape.header_rows,
        "columns": _columns(form),
        "notes": [issue_text(note) for note in guess.mapping.notes],
        "breadcrumbs": batch_crumbs(batch, (_("Columns"), "")),
    }
    return render(request, "results/mapping.html", context, status=400 if is_sent else 200)


def _sheet(batch: ImportBatch, number: int) -> StoredSheet:
    try:
        sheets = stored_sheets(batch)
    except (ImportProblem, FileNotFoundError) as error:
        raise Http404 from error
    if not 1 <= number <= len(sheets):
        raise Http404
    return sheets[number - 1]


def _keep(request: HttpRequest, batch: ImportBatch, sheet: StoredSheet, form: MappingForm) -> None:
    actor = request_actor(request)
    mapping = form.corrected()
    text = mapping.to_yaml()
    correct_mapping(batch, sheet.key, actor=actor, mapping=text, is_skipped=form.cleaned_data["skip"])
    name = form.cleaned_data["save_as"].strip()
    if name and sheet.plan.guess.shape is not None:
        signature = header_signature(sheet.plan.guess.shape)
        save_mapping(batch, actor=actor, name=name, signature=signature, mapping=text)
        messages.success(request, _("The mapping is remembered for files with the same header."))
    job = ask_trial(batch, actor=actor)
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job.pk)


def _columns(form: MappingForm) -> list[dict[str, Any]]:
    return [
        {
            "label": column.label or str(column.index + 1),
            "confidence": column.confidence,
            "is_sure": column.confidence >= 0.75 or column.role == "ignore",  # noqa: PLR2004 - a guess by rule is 0.8
            "notes": [issue_text(note) for note in column.notes],
            "fields": fields,
        }
        for column, fields in form.column_rows()
    ]
