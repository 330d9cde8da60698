"""Both levels as one plan: asking for it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.enums import MatchingLevel
from mayak.matching.permissions import can_edit_run
from mayak.matching.services.joint_solving import request_together
from mayak.matching.views.common import get_draft

NO_SCHOOLS = gettext_lazy(
    "The pairing of schools is no draft that you may change; compute the teachers under it."
)


@require_POST
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a pairing of teachers and the draft of schools that it rests on together."""
    run = get_draft(request, pk)
    if run.level != MatchingLevel.TEACHERS:
        raise Http404
    if run.schools_run is not None and not can_edit_run(request_scope(request), run.schools_run):
        messages.error(request, NO_SCHOOLS)
        return redirect("matching:rules", pk=pk)
    try:
        request_together(run, actor=request_actor(request), justify="justify" in request.POST)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("matching:rules", pk=pk)
    return redirect("matching:review", pk=pk)
