"""Computing a kept pairing once more, for whoever doubts it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.permissions import can_pair_territory
from mayak.matching.services.replay import request_replay
from mayak.matching.views.common import NO_EDIT, get_run


@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for it; also of what is approved or archived, since nothing changes."""
    run = get_run(request, pk)
    if not can_pair_territory(request_scope(request), run.territory):
        raise PermissionDenied(NO_EDIT)
    try:
        job = request_replay(run, actor=request_actor(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("matching:review", pk=pk)
    return redirect("jobs:detail", pk=job.pk)
