"""Uploading files: kept in memory, cleaned of names, stored, tried."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.results.forms.uploads import UploadForm
from mayak.results.imports.receiving import Incoming, UploadRefused, receive_files
from mayak.results.imports.stored import reuse_saved_mappings
from mayak.results.jobs import ask_trial
from mayak.results.models import ImportBatch
from mayak.results.permissions import may_load
from mayak.results.selectors.batches import same_content
from mayak.results.views.common import crumbs, require_load


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files and a territory; a file that cannot be read is named with its reason and nothing is kept."""
    require_load(request)
    is_sent = request.method == "POST"
    form = UploadForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, scope=request_scope(request)
    )
    if form.is_valid():
        if not may_load(request_scope(request), form.cleaned_data["territory"]):
            raise PermissionDenied(_("You do not load results for this territory."))
        try:
            batch = _receive(request, form)
        except UploadRefused as refused:
            for message in refused.messages:
                form.add_error("files", message)
        else:
            return redirect("results:batch", pk=batch.pk)
    context = {"form": form, "breadcrumbs": crumbs((_("Upload of files"), ""))}
    return render(request, "results/upload.html", context, status=400 if is_sent else 200)


def _receive(request: HttpRequest, form: UploadForm) -> ImportBatch:
    actor = request_actor(request)
    files = [Incoming(file.name or "file", file.read()) for file in form.cleaned_data["files"]]
    batch = receive_files(
        files, actor=actor, territory=form.cleaned_data["territory"], title=form.cleaned_data["title"]
    )
    used = reuse_saved_mappings(batch, actor=actor)
    if used:
        messages.info(request, _("A saved mapping was used for %(count)s sheets.") % {"count": used})
    same = same_content(batch)
    if same is not None:
        messages.warning(
            request, _("Exactly these files were loaded already: import № %(number)s.") % {"number": same.pk}
        )
    job = ask_trial(batch, actor=actor)
    batch.job_id = job.pk
    batch.save(update_fields=["job_id"])
    return batch
