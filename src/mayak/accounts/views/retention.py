"""What is older than its term: the report, and the deletion by hand (the worker does it every day)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mayak.accounts.permissions import may_see_retention
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.retention.services import note_report, retention_report


def _allowed(request: HttpRequest) -> None:
    if not may_see_retention(request_scope(request)):
        raise PermissionDenied(_("Terms of storage hold for the whole site: its administrators see to them."))


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """Show how many rows of each kind would go, and why; nothing is deleted."""
    _allowed(request)
    lines = retention_report()
    note_report(lines, actor=request_actor(request))
    context = {
        "lines": lines,
        "total": sum(line.rows for line in lines),
        "breadcrumbs": [(_("Terms of storage"), "")],
    }
    return render(request, "accounts/retention.html", context)


@require_POST
def retention_run(request: HttpRequest) -> HttpResponse:
    """Ask for the deletion now."""
    _allowed(request)
    job = enqueue_job("kernel.retention", actor=request_actor(request))
    messages.success(request, _("The deletion is asked for; its page shows what went."))
    return redirect(job.get_absolute_url())
