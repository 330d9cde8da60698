"""Pairing of teachers, the steps before the computation: readiness, rules with live examples, demands."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor
from mayak.matching.enums import MatchingLevel, PairRuleKind
from mayak.matching.forms import SHOWN_CRITERIA, TeacherDemandForm, TeacherRulesForm
from mayak.matching.models import MatchingRun, TeacherRule
from mayak.matching.selectors.teacher_examples import examples_of
from mayak.matching.selectors.teacher_readiness import teacher_readiness_of
from mayak.matching.selectors.teacher_runs import people_of_run
from mayak.matching.services import request_solve, update_run
from mayak.matching.services.teacher_demands import drop_teacher_rule, forbid_teachers, lock_teachers
from mayak.matching.views.common import crumbs, get_draft, get_run, run_context


def teacher_run(request: HttpRequest, pk: int, *, to_change: bool = False) -> MatchingRun:
    """Return the pairing of teachers if the user may see it; else the answer is 404.

    Raises:
        PermissionDenied: ``to_change``, and the user may only look.
    """
    run = get_draft(request, pk) if to_change else get_run(request, pk)
    if run.level != MatchingLevel.TEACHERS:
        raise Http404
    return run


@require_GET
def readiness(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: is everybody there?"""
    run = teacher_run(request, pk)
    context = run_context(request, run, "readiness") | {
        "readiness": teacher_readiness_of(run),
        "breadcrumbs": crumbs(run, _("Readiness")),
    }
    return render(request, "matching/teacher_readiness.html", context)


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: objective, weights, limits; «pair» saves them and asks for the computation, «show» only shows."""
    run = teacher_run(request, pk, to_change=request.method == "POST")
    form = TeacherRulesForm(request.POST or None, teacher_run=run)
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and "show" not in request.POST:
        actor = request_actor(request)
        try:
            update_run(run, actor=actor, objective=form.cleaned_data["objective"], settings=form.settings())
            if "solve" not in request.POST:
                messages.success(request, _("The rules are saved."))
                return redirect("matching:rules", pk=pk)
            request_solve(run, actor=actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("matching:review", pk=pk)
    context = run_context(request, run, "rules") | {
        "form": form,
        "groups": _groups(form),
        "examples": _examples(run, form if is_valid else None),
        "demand_count": run.teacher_rules.count(),
        "breadcrumbs": crumbs(run, _("Rules and weights")),
    }
    return render(request, "matching/teacher_rules.html", context, status=400 if form.errors else 200)


@require_POST
def examples(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the weights on the form do to a few pairs; nothing is saved."""
    run = teacher_run(request, pk, to_change=True)
    form = TeacherRulesForm(request.POST, teacher_run=run)
    found = _examples(run, form) if form.is_valid() else None
    return render(request, "matching/examples.html", {"run": run, "examples": found})


@require_http_methods(["GET", "POST"])
def demands(request: HttpRequest, pk: int) -> HttpResponse:
    """Locks and bans: a list, and a form that adds one."""
    run = teacher_run(request, pk, to_change=request.method == "POST")
    mentees, mentors = people_of_run(run)
    form = TeacherDemandForm(request.POST or None, mentees=mentees, mentors=mentors)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        act = lock_teachers if values["kind"] == PairRuleKind.LOCK else forbid_teachers
        try:
            act(
                run, values["mentee"], values["mentor"], actor=request_actor(request), reason=values["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The demand is kept; every computation respects it."))
            return redirect("matching:demands", pk=pk)
    context = run_context(request, run, "rules") | {
        "form": form,
        "rules": run.teacher_rules.select_related("mentee", "mentor"),
        "breadcrumbs": crumbs(run, _("Locked and forbidden pairs")),
    }
    return render(request, "matching/teacher_demands.html", context, status=400 if form.errors else 200)


@require_POST
def drop_demand(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Take a lock or a ban back."""
    run = teacher_run(request, pk, to_change=True)
    rule = get_object_or_404(
        TeacherRule.objects.select_related("run", "mentee", "mentor"), run=run, pk=rule_pk
    )
    drop_teacher_rule(rule, actor=request_actor(request))
    messages.success(request, _("The demand is taken back. Compute again to see what changes."))
    return redirect("matching:demands", pk=pk)


def _examples(run: MatchingRun, form: TeacherRulesForm | None) -> Any:
    """The examples by the rules on the form, or by the saved ones."""
    settings = form.settings() if form is not None else None
    return examples_of(run, settings)


def _groups(form: TeacherRulesForm) -> list[tuple[Any, list[Any]]]:
    """Return the fields of the form under the headings of the page."""
    named: list[tuple[Any, list[str]]] = [
        (_("What makes a pair good"), [f"weight_{name}" for name in SHOWN_CRITERIA]),
        (
            _("What a pair may not break"),
            [
                "require_same_subject",
                "same_role",
                "must_be_above",
                "require_consent",
                "coupling",
                "employer",
                "within",
                "max_distance_km",
                "allow_remote",
                "min_score",
            ],
        ),
        (
            _("How many, and how much"),
            ["needs_per_mentee", "groups", "count_hours", "hours_per_need", "load_points"],
        ),
        (
            _("Numbers behind it"),
            [
                "other_grade_percent",
                "subject_only_percent",
                "fairness_percent",
                "distance_scale_km",
                "time_limit_s",
            ],
        ),
    ]
    return [(title, [form[name] for name in names]) for title, names in named]
