"""What the pages of one pairing share."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.permissions import can_edit_run
from mayak.matching.selectors import run_list

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


def run_context(request: HttpRequest, run: MatchingRun, current: str) -> dict[str, Any]:
    """Return what every page of the pairing shows: steps, crumbs, what may be done."""
    return {
        "run": run,
        "wizard": wizard_steps(run, current),
        "can_edit": can_edit_run(request_scope(request), run),
        "job": running_job(run),
        "breadcrumbs": crumbs(run, ""),
    }


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
