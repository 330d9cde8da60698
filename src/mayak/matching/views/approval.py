"""Step 4: the approval, and putting a pairing away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.enums import MatchingState
from mayak.matching.forms import ReasonForm
from mayak.matching.permissions import can_approve_run
from mayak.matching.selectors import lead_loads, pair_list
from mayak.matching.services import approve_run, archive_run, problems_of_approval
from mayak.matching.views.common import NO_APPROVAL, crumbs, get_run, run_context, tell_refusal


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, with everything that stands against it in words; then approve."""
    run = get_run(request, pk)
    may = can_approve_run(request_scope(request), run)
    if request.method == "POST":
        if not may:
            raise PermissionDenied(NO_APPROVAL)
        try:
            approve_run(run, actor=request_actor(request))
        except ValidationError as error:
            tell_refusal(request, error)
            return redirect("matching:approve", pk=pk)
        messages.success(request, _("The pairs are approved and became network pairs."))
        return redirect("matching:approve", pk=pk)
    is_draft = run.state == MatchingState.DRAFT
    loads = lead_loads(run, pair_list(run))
    context = run_context(request, run, "approve") | {
        "against": problems_of_approval(run) if is_draft else [],
        "is_draft": is_draft,
        "is_approved": run.state == MatchingState.APPROVED,
        "may_approve": may,
        "overloads": [load for load in loads if load.is_overload],
        "leads": sum(1 for load in loads if load.load),
        "breadcrumbs": crumbs(run, _("Approval")),
    }
    return render(request, "matching/approve.html", context)


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a pairing away; an approved one needs a reason, because its network pairs end."""
    run = get_run(request, pk)
    if not can_approve_run(request_scope(request), run) or run.state == MatchingState.ARCHIVED:
        raise PermissionDenied(NO_APPROVAL)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = run.state == MatchingState.APPROVED
    if request.method == "POST" and form.is_valid():
        try:
            archive_run(run, actor=request_actor(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The pairing is in the archive."))
            return redirect("matching:runs")
    context = run_context(request, run, "approve") | {
        "form": form,
        "cancel_url": reverse("matching:review", args=[pk]),
        "breadcrumbs": crumbs(run, _("Archive")),
    }
    return render(request, "matching/archive.html", context, status=400 if form.errors else 200)
