"""Taking anonymised data: a form, a job, a file for the one who asked."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.permissions import may_take_anonymised
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.models import Job, JobState
from mayak.results.forms.anonymised import AnonymisedForm
from mayak.results.jobs import ANONYMISED, ask_anonymised
from mayak.results.services.anonymised import export_file
from mayak.results.views.common import crumbs


def _allowed(request: HttpRequest) -> None:
    if not may_take_anonymised(request_scope(request)):
        raise PermissionDenied(_("Anonymised data are taken by regional analysts and coordinators."))


@require_http_methods(["GET", "HEAD", "POST"])
def anonymised(request: HttpRequest) -> HttpResponse:
    """Ask for an export."""
    _allowed(request)
    form = AnonymisedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("year_from", "year_to", "participants")}
        job = ask_anonymised(actor=request_actor(request), **values)
        messages.success(request, _("The export is being made; the link to the file appears on its page."))
        return redirect(job.get_absolute_url())
    context = {"form": form, "breadcrumbs": crumbs((_("Anonymised data"), ""))}
    return render(request, "results/anonymised.html", context, status=400 if form.errors else 200)


@require_GET
def anonymised_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Give the file to whoever asked for it.

    Raises:
        Http404: the file is gone, or the job is another's.
    """
    _allowed(request)
    own = Job.objects.visible_to(request_actor(request), request_scope(request))
    job = get_object_or_404(own, pk=pk, kind=ANONYMISED, state=JobState.DONE)
    path = export_file(str(job.pk))
    if path is None:
        raise Http404(_("The file is kept for a week; make it again."))
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="mayak-anonymised.zip", content_type="application/zip"
    )
