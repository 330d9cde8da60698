"""What the pages of one pairing share."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.ui.lists import Action
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.permissions import can_edit_run, can_pair_territory
from mayak.matching.selectors import run_list
from mayak.matching.selectors.purposes import purpose_of

NO_EDIT = gettext_lazy("Pairs are made by coordinators of the territory, and only in a draft.")
NO_APPROVAL = gettext_lazy("Pairs are approved by coordinators of the territory.")


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One step of the wizard as its line shows it."""

    number: int
    label: Any
    url: str
    is_current: bool
    is_done: bool


def get_run(request: HttpRequest, pk: int) -> MatchingRun:
    """Return the pairing if the user may see it; else the answer is 404."""
    return get_object_or_404(run_list(request_scope(request)), pk=pk)


def get_draft(request: HttpRequest, pk: int) -> MatchingRun:
    """Return the pairing if the user may change it.

    Raises:
        PermissionDenied: the user may only look.
    """
    run = get_run(request, pk)
    if not can_edit_run(request_scope(request), run):
        raise PermissionDenied(NO_EDIT)
    return run


def tell_refusal(request: HttpRequest, error: ValidationError) -> None:
    """Show why nothing was done; that it was done before is news and no error."""
    tell = messages.info if getattr(error, "code", "") == "approved_already" else messages.error
    for text in error.messages:
        tell(request, text)


def once_key(request: HttpRequest, *, nonce: str = "once") -> str:
    """Return the same text for the same form of the same user with the same answers; empty without its hidden key.

    Args:
        request: a sent form.
        nonce: the field that tells two pages with the same answers apart.
    """
    if not request.POST.get(nonce):
        return ""
    sent = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    plain = json.dumps([request.user.pk, request.path, sent], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def run_context(request: HttpRequest, run: MatchingRun, current: str) -> dict[str, Any]:
    """Return what every page of the pairing shows: steps, crumbs, what may be done."""
    return {
        "run": run,
        "wizard": wizard_steps(run, current),
        "can_edit": can_edit_run(request_scope(request), run),
        "job": running_job(run),
        "purpose": purpose_of(run),
        "breadcrumbs": crumbs(run, ""),
    }


def further_actions(request: HttpRequest, run: MatchingRun) -> list[Action]:
    """Return what may be asked of a computed pairing: scenario, repair, comparison, fairness."""
    if run.solved_at is None:
        return []
    named = [("side-by-side", _("Side by side")), ("fairness", _("Fairness"))]
    if can_pair_territory(request_scope(request), run.territory) and run.state != MatchingState.ARCHIVED:
        named.insert(0, ("scenario", _("What if…")))
        if run.state == MatchingState.APPROVED:
            named.insert(0, ("repair", _("Somebody left")))
    return [Action(label, reverse(f"matching:{name}", args=[run.pk])) for name, label in named]


def crumbs(run: MatchingRun, last: Any) -> list[tuple[Any, str]]:
    """Return the way to a page of the pairing."""
    found: list[tuple[Any, str]] = [(_("Pairings"), reverse("matching:runs"))]
    if not last:
        return [*found, (run.title, "")]
    return [*found, (run.title, reverse("matching:review", args=[run.pk])), (last, "")]


def wizard_steps(run: MatchingRun, current: str) -> list[WizardStep]:
    """Return the steps of the wizard (ux.md 11)."""
    solved, approved = run.solved_at is not None, run.state == MatchingState.APPROVED
    named = [
        ("readiness", _("Readiness"), solved),
        ("rules", _("Rules and weights"), solved and not run.input_changed),
        ("review", _("Pairs"), approved),
        ("approve", _("Approval"), approved),
    ]
    return [
        WizardStep(number, label, reverse(f"matching:{name}", args=[run.pk]), name == current, done)
        for number, (name, label, done) in enumerate(named, start=1)
    ]


def running_job(run: MatchingRun) -> Job | None:
    """Return the computation that is under way, or the last one if it failed."""
    if run.job_id is None:
        return None
    job = Job.objects.filter(pk=run.job_id).first()
    if job is None or (job.state in FINISHED and not job.error):
        return None
    return job
