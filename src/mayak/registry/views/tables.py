"""Pages of files: download, template, upload with a trial run, confirmation, undoing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import attachment
from mayak.kernel.jobs.models import JobState
from mayak.kernel.models import Job
from mayak.kernel.ui.lists import ListPage
from mayak.registry.enums import ImportState
from mayak.registry.exports import TableFile, export_file, report_file, template_file
from mayak.registry.forms.programmes import UploadForm
from mayak.registry.imports import Table, TableProblem, build_plan, read_upload
from mayak.registry.jobs import MANY_ROWS, ask_trial, ask_undo, ask_write
from mayak.registry.models import RegistryImport
from mayak.registry.permissions import can_load_table
from mayak.registry.selectors.imports import imports_of, report_lines, territory_path_of
from mayak.registry.selectors.sheets import SHEETS, Sheet
from mayak.registry.services.import_trials import drop_import, keep_upload, record_trial
from mayak.registry.services.imports import apply_import, undo_import
from mayak.registry.tables import ImportTable
from mayak.registry.views.generic import overview_crumb

SHOWN_LINES = 200


def tables_crumbs(*last: Any) -> list[tuple[Any, str]]:
    """Return the crumbs of the pages of files."""
    first = (_("Files"), reverse("registry:tables") if last else "")
    return [overview_crumb(), first, *((one, "") for one in last)]


def may_import(scope: Scope, sheet: Sheet) -> bool:
    """Whether the user may load this table."""
    return can_load_table(scope, sheet.name)


def sheet_or_404(name: str) -> Sheet:
    """Return the table of this name."""
    if name not in SHEETS:
        raise Http404
    return SHEETS[name]


def download(file: TableFile) -> HttpResponse:
    """Return a file as an answer."""
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = attachment(file.name)
    return response


def file_format(request: HttpRequest) -> str:
    """Return the format that the address asks for."""
    return "csv" if request.GET.get("format") == "csv" else "xlsx"


class TablesPage(ListPage):
    """All tables that can be loaded and downloaded, and the imports that were made."""

    title = gettext_lazy("Files: load and download")
    table_class = ImportTable
    export_name = "imports"
    template_name = "registry/tables.html"
    empty_title = gettext_lazy("No files were loaded yet")

    def get_queryset(self) -> Any:
        """Return the imports of the scope."""
        return imports_of(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumb of the registry."""
        return [overview_crumb()]

    def get_extra_context(self) -> dict[str, Any]:
        """Add the tables."""
        scope = request_scope(self.request)
        return {"sheets": [(sheet, may_import(scope, sheet)) for sheet in SHEETS.values()]}


class TablePage(View):
    """One table: what to download, and the form that loads a file; the upload is checked, nothing is written."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show the page."""
        sheet = sheet_or_404(name)
        return self._page(request, sheet, self._form(request, sheet))

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        """Check the file and go to the report."""
        sheet, scope = sheet_or_404(name), request_scope(request)
        if not may_import(scope, sheet):
            raise PermissionDenied(_("You may look at this, but not change it."))
        form = self._form(request, sheet, data=request.POST, files=request.FILES)
        if form.is_valid():
            file, key = form.cleaned_data["file"], sheet.key(form.cleaned_data["key"])
            content = file.read()
            try:
                table = read_upload(file.name, content, sheet, key)
            except TableProblem as problem:
                form.add_error("file", problem.message)
            else:
                return self._check(sheet, table, file.name, content, form.cleaned_data)
        return self._page(request, sheet, form)

    def _check(
        self, sheet: Sheet, table: Table, name: str, content: bytes, options: dict[str, Any]
    ) -> HttpResponse:
        """Check a short file now, a long one in the background."""
        scope, actor = request_scope(self.request), request_actor(self.request)
        key, clears_empty = sheet.key(options["key"]), options["clears_empty"]
        is_long = len(table.lines) > MANY_ROWS
        plan = None if is_long else build_plan(table, sheet, key, scope, clears_empty=clears_empty)
        with transaction.atomic():
            upload = keep_upload(
                sheet.name,
                actor=actor,
                file_name=name,
                content=content,
                key=key.name,
                clears_empty=clears_empty,
                territory_path=territory_path_of(scope),
            )
            if plan is None:
                return redirect(ask_trial(upload, actor=actor))
            record_trial(upload, plan)
        return redirect("registry:import", pk=upload.pk)

    def _form(self, request: HttpRequest, sheet: Sheet, **kwargs: Any) -> UploadForm:
        keys = [(key.name, key.label) for key in sheet.all_keys]
        return UploadForm(scope=request_scope(request), keys=keys, **kwargs)

    def _page(self, request: HttpRequest, sheet: Sheet, form: UploadForm) -> HttpResponse:
        context = {
            "sheet": sheet,
            "form": form,
            "may_import": may_import(request_scope(request), sheet),
            "breadcrumbs": tables_crumbs(sheet.title),
        }
        return render(request, "registry/table.html", context, status=400 if form.is_bound else 200)


class TableDownload(View):
    """The rows of a table as a file."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Send the file."""
        return download(
            export_file(sheet_or_404(name), request_scope(request), file_format=file_format(request))
        )


class TemplateDownload(View):
    """The empty table with an example row and explanations."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Send the file."""
        return download(template_file(sheet_or_404(name), file_format=file_format(request)))


class ImportPage(View):
    """The report of an import, and what can be done with it now."""

    def get(self, request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
        """Show the report; with another status where a deed was refused."""
        scope = request_scope(request)
        upload = get_object_or_404(RegistryImport.objects.within(scope).select_related("job"), pk=pk)
        action = request.GET.get("outcome", "")
        sheet = sheet_or_404(upload.kind)
        lines = report_lines(upload, action=action, limit=SHOWN_LINES)
        context = {
            "upload": upload,
            "sheet": sheet,
            "lines": lines,
            "is_cut": len(lines) == SHOWN_LINES,
            "outcome": action,
            "may_import": may_import(scope, sheet),
            "shown_job": self._job(upload),
            "has_changes": bool(upload.created_count + upload.updated_count),
            "is_checking": upload.state == ImportState.CHECKING,
            "is_checked": upload.state == ImportState.CHECKED,
            "is_applied": upload.state == ImportState.APPLIED,
            "breadcrumbs": tables_crumbs(upload.file_name),
        }
        return render(request, "registry/import.html", context, status=status)

    def _job(self, upload: RegistryImport) -> Job | None:
        """The job while it is at the file or has failed."""
        job = upload.job
        return job if job is not None and job.state != JobState.DONE else None


class ImportReport(View):
    """The whole report as a workbook."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the file."""
        return download(
            report_file(get_object_or_404(RegistryImport.objects.within(request_scope(request)), pk=pk))
        )


#: What long files leave to a job.
_LATER = {"confirm": ask_write, "undo": ask_undo}


class ImportDeed(View):
    """Confirm, drop or undo an import."""

    def post(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Do it and go back to the report."""
        scope = request_scope(request)
        upload = get_object_or_404(RegistryImport.objects.within(scope), pk=pk)
        if not may_import(scope, sheet_or_404(upload.kind)):
            raise PermissionDenied(_("You may look at this, but not change it."))
        later = _LATER.get(deed) if upload.line_count > MANY_ROWS else None
        try:
            if later:
                return redirect(later(upload, actor=request_actor(request)))
            message = self._do(upload, deed, scope)
        except (ValidationError, TableProblem) as error:
            text = error.message if isinstance(error, TableProblem) else " ".join(error.messages)
            messages.error(request, text)
            return ImportPage(request=request).get(request, pk, status=409)
        messages.success(request, message)
        return redirect("registry:import", pk=pk)

    def _do(self, upload: RegistryImport, deed: str, scope: Scope) -> str:
        actor = request_actor(self.request)
        sheet = sheet_or_404(upload.kind)
        if deed == "confirm":
            key = sheet.key(upload.key)
            with upload.file.open("rb") as file:
                table = read_upload(upload.file_name, file.read(), sheet, key)
            plan = build_plan(table, sheet, key, scope, clears_empty=upload.clears_empty)
            apply_import(upload, plan, actor=actor)
            return _("The import is written.")
        if deed == "undo":
            count = undo_import(upload, sheet.model, sheet.related, actor=actor)
            return _("The import is undone, rows brought back: %(count)s.") % {"count": count}
        if deed == "drop":
            drop_import(upload, actor=actor)
            return _("The import is dropped; nothing was written.")
        raise Http404
