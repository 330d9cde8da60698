"""The page of readiness before pairing."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.diagnosis.permissions.schools import can_see_mentors
from mayak.diagnosis.selectors.school_readiness import mentor_gaps, school_gaps
from mayak.diagnosis.views.school_pages import year_choice
from mayak.kernel.access.requests import request_scope


@require_GET
def readiness(request: HttpRequest) -> HttpResponse:
    """Show what is missing for schools and for mentors."""
    scope = request_scope(request)
    if not can_see_mentors(scope):
        raise PermissionDenied(_("Readiness is looked at by schools and by coordinators."))
    choice = year_choice(request)
    groups = []
    if choice.chosen:
        groups = [
            (_("Schools"), school_gaps(scope, choice.chosen)),
            (_("Mentors"), mentor_gaps(scope, choice.chosen)),
        ]
    context = {
        "choice": choice,
        "groups": groups,
        "breadcrumbs": [(_("Diagnosis"), reverse("diagnosis:index")), (_("Ready for pairing?"), "")],
    }
    return render(request, "diagnosis/readiness.html", context)
