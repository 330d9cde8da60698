"""Where a number comes from: the file, the sheet, the row; and the kept file itself."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.tables import BOM, csv_quoted, guarded
from mayak.kernel.importing import ImportProblem, clean
from mayak.results.imports.stored import open_stored
from mayak.results.models import ImportFile, SchoolResult
from mayak.results.permissions import may_download
from mayak.results.services.reading import log_download
from mayak.results.views.common import crumbs

_AROUND = 1
_FURTHEST_ROW = 200_000
_SIGNED_NUMBER = re.compile(r"[+-]\d+([.,]\d+)?")


@require_GET
def provenance(request: HttpRequest, pk: int) -> HttpResponse:
    """The row of the file in which a result stands, where the file may be seen."""
    scope = request_scope(request)
    rows = SchoolResult.objects.visible().within(scope)
    result = get_object_or_404(
        rows.select_related(
            "organisation__territory", "assessment__subject", "batch", "file__batch__territory"
        ),
        pk=pk,
    )
    may = result.file is not None and may_download(scope, result.file, request.user.pk)
    context = {
        "result": result,
        "file": result.file,
        "may_download": may,
        "lines": _lines(result) if may and result.basis != "individual" else [],
        "rows": [
            (_("File"), result.file.name if result.file else ""),
            (_("Sheet"), result.sheet),
            (_("Row"), result.row),
            (_("Import"), result.batch),
            (_("Loaded by"), result.batch.owner_label),
            (_("Loaded"), result.batch.applied_at),
            (_("SHA-256 of the file"), result.file.sha256 if result.file else ""),
            (_("Kept"), _kept(result)),
        ],
        "breadcrumbs": crumbs(
            (_("Results of schools"), reverse("results:list")),
            (str(result.organisation), reverse("results:result", args=[result.pk])),
            (_("Where the number comes from"), ""),
        ),
    }
    return render(request, "results/provenance.html", context)


def _kept(result: SchoolResult) -> str:
    is_clean = result.file is not None and result.file.depersonalised
    return _("without names of pupils") if is_clean else _("as it came")


def _lines(result: SchoolResult) -> list[tuple[int, list[str], bool]]:
    """Headers and the row itself, as the file has them."""
    if result.file is None or result.row is None or result.row > _FURTHEST_ROW:
        return []
    try:
        plans = [plan for plan in open_stored(result.file) if plan.sheet.name == result.sheet]
    except (ImportProblem, OSError):
        return []
    found: list[tuple[int, list[str], bool]] = []
    for plan in plans[:1]:
        headers = set(plan.guess.shape.header_rows) if plan.guess.shape else set()
        for number, cells in plan.sheet.rows():
            if number in headers or number == result.row:
                found.append((number, [clean(cell) for cell in cells], number == result.row))
            if number >= result.row:
                break
    return found


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The kept file; taking it is logged."""
    scope = request_scope(request)
    file = get_object_or_404(ImportFile.objects.within(scope).select_related("batch__territory"), pk=pk)
    if not may_download(scope, file, request.user.pk):
        raise PermissionDenied(_("The file shows every row. It may be taken by those who load results here."))
    if not file.content:
        raise Http404
    log_download(file, actor=request_actor(request))
    name = PurePosixPath(file.name).name
    if file.depersonalised and not name.lower().endswith(".csv"):
        name += ".csv"
    try:
        stream: Any = file.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    sent: Any = _guarded_lines(stream) if file.depersonalised else stream
    return FileResponse(sent, as_attachment=True, filename=name, content_type="application/octet-stream")


def _guarded_lines(stream: Any) -> Iterator[bytes]:
    """Yield the copy that we wrote ourselves: its cells open in a spreadsheet without running as formulas."""
    with io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
        yield BOM
        for row in csv.reader(text, delimiter=";"):
            yield csv_quoted(cell if _SIGNED_NUMBER.fullmatch(cell) else guarded(cell) for cell in row)
