"""Step 4 for teachers: the approval; and the approved pairs as those see them who work in them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.matching.enums import MatchingState
from mayak.matching.filters import OwnTeacherPairFilter
from mayak.matching.models import TeacherPair
from mayak.matching.permissions import can_approve_run, can_see_colleagues_pairs
from mayak.matching.selectors.teacher_runs import approved_pairs
from mayak.matching.services import approve_run, problems_of_approval
from mayak.matching.tables import ApprovedTeacherPairTable
from mayak.matching.views.common import NO_APPROVAL, crumbs, run_context, tell_refusal
from mayak.matching.views.teacher_steps import teacher_run


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, with everything that stands against it in words; then approve."""
    run = teacher_run(request, pk)
    may = can_approve_run(request_scope(request), run)
    if request.method == "POST":
        if not may:
            raise PermissionDenied(NO_APPROVAL)
        try:
            approve_run(run, actor=request_actor(request))
        except ValidationError as error:
            tell_refusal(request, error)
        else:
            messages.success(request, _("The pairs are approved; mentors and teachers see them now."))
        return redirect("matching:approve", pk=pk)
    is_draft = run.state == MatchingState.DRAFT
    context = run_context(request, run, "approve") | {
        "against": problems_of_approval(run) if is_draft else [],
        "is_draft": is_draft,
        "is_approved": run.state == MatchingState.APPROVED,
        "may_approve": may,
        "breadcrumbs": crumbs(run, _("Approval")),
    }
    return render(request, "matching/teacher_approve.html", context)


class ApprovedTeacherPairs(ListPage):
    """The approved pairs: one's own; whoever leads a school or pairs teachers sees those of the scope."""

    title = gettext_lazy("Mentors and teachers")
    lead = gettext_lazy("Approved pairs: who helps whom, in what, and how they meet.")
    table_class = ApprovedTeacherPairTable
    filter_class = OwnTeacherPairFilter
    export_name = "mentor-pairs"
    empty_title = gettext_lazy("No approved pairs yet")
    empty_text = gettext_lazy("A pair stands here as soon as the coordinator has approved it.")

    def get_queryset(self) -> QuerySet[TeacherPair]:
        """Return what the user may see."""
        scope = request_scope(self.request)
        user: Any = self.request.user
        found = approved_pairs(scope, user.person_id, sees_others=can_see_colleagues_pairs(scope))
        return found.order_by("-run__school_year__start_year", "mentor__sort_key", "mentee__sort_key", "pk")
