"""Pages of findings: what the automatic checks saw, and why some of it may stay."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.findings.filters import FindingFilter
from mayak.kernel.findings.forms import WaiverForm
from mayak.kernel.findings.models import Finding, FindingQuerySet
from mayak.kernel.findings.permissions import may_waive
from mayak.kernel.findings.services import reopen_finding, waive_finding
from mayak.kernel.findings.tables import FindingTable
from mayak.kernel.findings.words import TONES, check_title
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.ui.lists import ListPage


class FindingList(ListPage):
    """What the checks found within the person's scope."""

    title = gettext_lazy("Findings of the checks")
    lead = gettext_lazy(
        "Automatic checks look for gaps and contradictions. A finding is a question, not a fault."
    )
    table_class = FindingTable
    filter_class = FindingFilter
    export_name = "findings"
    empty_title = gettext_lazy("The checks found nothing")
    empty_text = gettext_lazy("They run every day and after each import.")
    template_name = "findings/list.html"

    def get_queryset(self) -> FindingQuerySet:
        """Return the findings of the scope."""
        return Finding.objects.within(request_scope(self.request))

    def get_extra_context(self) -> dict[str, Any]:
        """Say whether the person may run the checks."""
        return {"may_check": may_waive(request_scope(self.request))}


@require_GET
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one finding: what, why it matters, what to do."""
    finding = _visible(request, pk)
    context = {
        "finding": finding,
        "tone": TONES[finding.state],
        "may_waive": may_waive(request_scope(request)),
        "breadcrumbs": _crumbs((finding.place, "")),
        "rows": [
            (_("Check"), check_title(finding.check_id)),
            (_("Source of the rule"), finding.source),
            (_("Found"), finding.found_at),
            (_("Last seen"), finding.seen_at),
            (_("Waived by"), finding.waived_by_label),
            (_("Waived"), finding.waived_at),
            (_("Why it may stay"), finding.waiver_reason),
        ],
    }
    return render(request, "findings/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a finding stay, with a reason."""
    finding = _visible(request, pk)
    _require_waive(request)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            waive_finding(finding, actor=request_actor(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The finding stays, with your reason."))
            return redirect("findings:detail", pk=pk)
    address = reverse("findings:detail", args=[pk])
    context = {
        "finding": finding,
        "form": form,
        "back": address,
        "breadcrumbs": _crumbs((finding.place, address), (_("Let it stay"), "")),
    }
    return render(request, "findings/waive.html", context, status=400 if form.errors else 200)


@require_POST
def finding_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiver back."""
    finding = _visible(request, pk)
    _require_waive(request)
    try:
        reopen_finding(finding, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The finding is open again."))
    return redirect("findings:detail", pk=pk)


@require_POST
def run_checks_now(request: HttpRequest) -> HttpResponse:
    """Run the checks over what the person sees, in the background."""
    _require_waive(request)
    scope = request_scope(request)
    limits: dict[str, Any] = {}
    if not scope.everything:
        limits = {
            "territory_paths": list(scope.territory_paths),
            "organisation_ids": sorted(scope.organisation_ids),
        }
    job = enqueue_job(
        "kernel.check", actor=request_actor(request), arguments=limits, link=reverse("findings:list")
    )
    return redirect(job)


def _visible(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(Finding.objects.within(request_scope(request)), pk=pk)


def _require_waive(request: HttpRequest) -> None:
    if not may_waive(request_scope(request)):
        raise PermissionDenied(_("Only coordinators and methodists decide what becomes of a finding."))


def _crumbs(*last: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Findings of the checks"), reverse("findings:list")), *last]
