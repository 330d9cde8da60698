"""What if: scenarios of a pairing, several pairings side by side, the repair of an approved one, its fairness."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.enums import MatchingState
from mayak.matching.forms import RepairForm, ScenarioForm
from mayak.matching.models import MatchingRun
from mayak.matching.permissions import can_pair_territory
from mayak.matching.selectors import run_list
from mayak.matching.selectors.participants import participants_of
from mayak.matching.selectors.side_by_side import (
    AT_MOST,
    comparable_runs,
    preselected,
    side_by_side,
)
from mayak.matching.services.once import made_once
from mayak.matching.services.repair import create_repair
from mayak.matching.services.scenarios import create_scenario
from mayak.matching.views.common import NO_EDIT, crumbs, get_run, once_key, run_context


@require_http_methods(["GET", "POST"])
def scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a scenario of a computed pairing and compute it."""
    run = _editable(request, pk)
    if run.state == MatchingState.ARCHIVED:
        raise PermissionDenied(_("What if is asked of a pairing that is not archived."))
    form = ScenarioForm(request.POST or None, run=run, participants=participants_of(run))
    if request.method == "POST" and form.is_valid():
        try:
            actor, title = request_actor(request), form.cleaned_data["title"]
            made = made_once(
                once_key(request), lambda: create_scenario(run, form.changes(), actor=actor, title=title)
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("matching:review", pk=made.pk)
    return _form_page(
        request,
        run,
        form,
        title=_("What if…"),
        lead=_(
            "The pairing stays as it is. A copy is computed with your changes, then both stand side by side."
        ),
        submit=_("Compute the scenario"),
    )


@require_http_methods(["GET", "POST"])
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody left an approved pairing: find the least change."""
    run = _editable(request, pk)
    if run.state != MatchingState.APPROVED:
        raise PermissionDenied(_("Only an approved pairing is repaired; a draft is computed again."))
    form = RepairForm(request.POST or None, participants=participants_of(run))
    if request.method == "POST" and form.is_valid():
        try:
            actor, reason = request_actor(request), form.cleaned_data["reason"]
            made = made_once(
                once_key(request), lambda: create_repair(run, form.changes(), actor=actor, reason=reason)
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("matching:review", pk=made.pk)
    return _form_page(
        request,
        run,
        form,
        title=_("Somebody left"),
        lead=_(
            "Pairs that nobody left stay. The approved pairs hold until you approve the repair; then only the changed "
            "ones end and begin."
        ),
        submit=_("Find the least change"),
    )


@require_GET
def compared(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two to four pairings of the same territory, year and level beside each other."""
    run = get_run(request, pk)
    candidates = list(comparable_runs(run, run_list(request_scope(request))))
    chosen = _chosen(request, run, candidates)
    shown = side_by_side(chosen) if len(chosen) > 1 else None
    context = run_context(request, run, "review") | {
        "candidates": candidates,
        "chosen": {one.pk for one in chosen},
        "shown": shown,
        "at_most": AT_MOST,
        "breadcrumbs": crumbs(run, _("Side by side")),
    }
    return render(request, "matching/side_by_side.html", context)


def _editable(request: HttpRequest, pk: int) -> MatchingRun:
    """Return the computed pairing if the user may pair its territory.

    Raises:
        PermissionDenied: the user may only look.
    """
    run = get_run(request, pk)
    if not can_pair_territory(request_scope(request), run.territory):
        raise PermissionDenied(NO_EDIT)
    return run


def _form_page(
    request: HttpRequest, run: MatchingRun, form: Any, *, title: str, lead: str, submit: str
) -> HttpResponse:
    context = run_context(request, run, "review") | {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "is_solved": run.solved_at is not None,
        "cancel_url": reverse("matching:review", args=[run.pk]),
        "breadcrumbs": crumbs(run, title),
    }
    return render(request, "matching/change_form.html", context, status=400 if form.errors else 200)


def _chosen(request: HttpRequest, run: MatchingRun, candidates: list[MatchingRun]) -> list[MatchingRun]:
    """The pairings that the address names, in the order of their making; else the base and its scenarios."""
    asked = {text for text in request.GET.getlist("with") if text.isdigit()}
    if not asked:
        return preselected(run, candidates)
    return [one for one in candidates if str(one.pk) in asked][:AT_MOST]
