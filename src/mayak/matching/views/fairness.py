"""The page that says who is served and who is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.matching.forms import DifferenceForm
from mayak.matching.selectors.fairness import difference_of, fairness_of
from mayak.matching.views.common import crumbs, get_run, run_context


@require_GET
def audit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the groups of a computed pairing; another threshold may be tried in the address."""
    run = get_run(request, pk)
    stored = round(difference_of(run) * 100, 4)
    form = DifferenceForm(request.GET if "difference" in request.GET else None, stored=stored)
    tried = form.cleaned_data["difference"] / 100 if form.is_bound and form.is_valid() else None
    context = run_context(request, run, "review") | {
        "form": form,
        "audit": fairness_of(run, difference=tried) if run.solved_at else None,
        "breadcrumbs": crumbs(run, _("Fairness")),
    }
    return render(request, "matching/fairness.html", context)
