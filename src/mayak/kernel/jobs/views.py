"""Pages of background jobs: a person sees their own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.jobs.filters import JobFilter
from mayak.kernel.jobs.models import Job, JobQuerySet
from mayak.kernel.jobs.services import retry_job
from mayak.kernel.jobs.tables import JobTable
from mayak.kernel.ui.lists import ListPage


def visible_jobs(request: HttpRequest) -> JobQuerySet:
    """Return the jobs that the user of the request may see."""
    return Job.objects.visible_to(request_actor(request), request_scope(request))


class JobList(ListPage):
    """All jobs of the person."""

    title = gettext_lazy("Background jobs")
    lead = gettext_lazy("Long work goes on here while you do something else.")
    table_class = JobTable
    filter_class = JobFilter
    export_name = "jobs"
    empty_title = gettext_lazy("Nothing has been running yet")
    empty_text = gettext_lazy("When you load a large file, its progress is shown here.")

    def get_queryset(self) -> JobQuerySet:
        """Return the person's own jobs."""
        return visible_jobs(self.request)

    def get_table_kwargs(self) -> dict[str, Any]:
        """Leave out the owner where it is always oneself."""
        return {} if request_scope(self.request).everything else {"exclude": ("owner_label",)}


@require_GET
def job_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show how far a job is; htmx asks for the changing part every two seconds until it is finished."""
    job = get_object_or_404(visible_jobs(request), pk=pk)
    context = {
        "job": job,
        "breadcrumbs": [(_("Background jobs"), reverse("jobs:list")), (job.title, "")],
        "rows": [
            (_("Asked for"), job.created_at),
            (_("Started"), job.started_at),
            (_("Finished"), job.finished_at),
            (_("Attempts"), job.attempts if job.attempts > 1 else None),
        ],
        "result": [(name, value) for name, value in job.result.items() if not isinstance(value, dict | list)],
    }
    template = "jobs/status.html" if getattr(request, "htmx", False) else "jobs/detail.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def job_retry(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask for a failed job once more."""
    job = get_object_or_404(visible_jobs(request), pk=pk)
    try:
        retry_job(job, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The job will be tried again."))
    return redirect(job)
