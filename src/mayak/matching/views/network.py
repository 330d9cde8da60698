"""The model of the network of a pairing of schools."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor
from mayak.matching.forms import NetworkForm
from mayak.matching.selectors import settings_of
from mayak.matching.selectors.problems import mentee_schools
from mayak.matching.services.runs import set_network
from mayak.matching.views.common import crumbs, get_draft, get_run, run_context
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory

MUNICIPALITIES_AT_MOST = 60


@require_http_methods(["GET", "POST"])
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the model and its numbers."""
    run = get_draft(request, pk) if request.method == "POST" else get_run(request, pk)
    schools = mentee_schools(run, settings_of(run))
    places = Territory.objects.filter(
        kind=TerritoryKind.MUNICIPALITY, pk__in=schools.values("territory")
    ).order_by("sort_key", "pk")[:MUNICIPALITIES_AT_MOST]
    form = NetworkForm(request.POST or None, run=run, municipalities=places)
    if request.method == "POST" and form.is_valid():
        try:
            set_network(
                run,
                actor=request_actor(request),
                model=form.cleaned_data["network_model"],
                rules=form.rules(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The model is saved. Compute the pairs to see the network."))
            return redirect("matching:rules", pk=pk)
    context = run_context(request, run, "rules") | {
        "form": form,
        "numbers": [form[name] for name in form.fields if name != "network_model" and name not in form.parts],
        "parts": [form[name] for name in form.parts],
        "breadcrumbs": crumbs(run, _("Model of the network")),
    }
    return render(request, "matching/network.html", context, status=400 if form.errors else 200)
