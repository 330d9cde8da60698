"""The list of pairings, the beginning of one, and the steps before the computation."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.matching.enums import Criterion, PairRuleKind
from mayak.matching.filters import RunFilter
from mayak.matching.forms import DemandForm, RulesForm, RunForm
from mayak.matching.models import MatchingRun, PairRule
from mayak.matching.permissions import can_create_runs, can_pair_territory
from mayak.matching.selectors import run_list, settings_of
from mayak.matching.selectors.problems import lead_schools, mentee_schools
from mayak.matching.selectors.readiness import readiness_of
from mayak.matching.selectors.school_examples import school_examples_of
from mayak.matching.services import create_run, drop_rule, forbid_pair, lock_pair, request_solve, update_run
from mayak.matching.services.once import made_once
from mayak.matching.tables import RunTable
from mayak.matching.views.common import NO_EDIT, crumbs, get_draft, get_run, once_key, run_context
from mayak.registry.models import SchoolYear
from mayak.registry.selectors.school_years import current_start_year


class RunList(ListPage):
    """The pairings that the user may see."""

    title = gettext_lazy("Pairing of schools")
    lead = gettext_lazy("Who helps whom in a school year: computed, adjusted by hand, approved.")
    table_class = RunTable
    filter_class = RunFilter
    export_name = "pairings"
    empty_title = gettext_lazy("No pairing yet")
    empty_text = gettext_lazy(
        "Mayak finds the best pairs of schools that need help and lead schools, and says why."
    )

    def get_queryset(self) -> QuerySet[MatchingRun]:
        """Return the pairings of the scope."""
        return run_list(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Offer a new pairing to whoever may make one."""
        leads = Action(_("Lead schools"), reverse("diagnosis:profiles"))
        people = Action(_("Mentors and teachers"), reverse("matching:teacher-pairs"))
        if not can_create_runs(request_scope(self.request)):
            return [leads, people]
        ready = Action(_("Ready pairs from a file"), reverse("matching:import"))
        return [leads, people, ready, Action(_("Pair schools"), reverse("matching:create"), primary=True)]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Begin a pairing."""
    scope = request_scope(request)
    if not can_create_runs(scope):
        raise PermissionDenied(NO_EDIT)
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    form = RunForm(request.POST or None, scope=scope, initial={"school_year": year})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if not can_pair_territory(scope, values["territory"]):
            raise PermissionDenied(NO_EDIT)
        try:
            run = made_once(
                once_key(request),
                lambda: create_run(
                    values["territory"],
                    values["school_year"],
                    actor=request_actor(request),
                    title=values["title"],
                    level=values["level"],
                    schools_run=values["schools_run"],
                ),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("matching:readiness", pk=run.pk)
    context = {
        "form": form,
        "breadcrumbs": [(_("Pairings"), reverse("matching:runs")), (_("New"), "")],
        "cancel_url": reverse("matching:runs"),
    }
    return render(request, "matching/create.html", context, status=400 if form.errors else 200)


@require_GET
def readiness(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: is everything there?"""
    run = get_run(request, pk)
    context = run_context(request, run, "readiness") | {"readiness": readiness_of(run)}
    return render(request, "matching/readiness.html", context | {"breadcrumbs": crumbs(run, _("Readiness"))})


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: objective, weights, limits; «pair» saves them and asks for the computation, «show» only shows."""
    run = get_draft(request, pk) if request.method == "POST" else get_run(request, pk)
    form = RulesForm(request.POST or None, run=run)
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
        "examples": school_examples_of(run, form.settings() if is_valid else None),
        "demand_count": run.rules.count(),
        "breadcrumbs": crumbs(run, _("Rules and weights")),
    }
    return render(request, "matching/rules.html", context, status=400 if form.errors else 200)


@require_POST
def examples(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the weights on the form do to a few pairs; nothing is saved."""
    run = get_draft(request, pk)
    form = RulesForm(request.POST, run=run)
    found = school_examples_of(run, form.settings()) if form.is_valid() else None
    return render(request, "matching/examples.html", {"run": run, "examples": found})


@require_POST
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute (again) with the rules as they are."""
    run = get_draft(request, pk)
    try:
        request_solve(run, actor=request_actor(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return redirect("matching:review", pk=pk)


@require_http_methods(["GET", "POST"])
def demands(request: HttpRequest, pk: int) -> HttpResponse:
    """Locks and bans: a list, and a form that adds one."""
    run = get_draft(request, pk) if request.method == "POST" else get_run(request, pk)
    form = DemandForm(
        request.POST or None, mentees=mentee_schools(run, settings_of(run)), leads=lead_schools(run)
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        act = lock_pair if values.pop("kind") == PairRuleKind.LOCK else forbid_pair
        try:
            act(run, values["mentee"], values["lead"], actor=request_actor(request), reason=values["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The demand is kept; every computation respects it."))
            return redirect("matching:demands", pk=pk)
    context = run_context(request, run, "rules") | {
        "form": form,
        "rules": run.rules.select_related("mentee", "lead"),
        "breadcrumbs": crumbs(run, _("Locked and forbidden pairs")),
    }
    return render(request, "matching/demands.html", context, status=400 if form.errors else 200)


@require_POST
def drop_demand(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Take a lock or a ban back."""
    run = get_draft(request, pk)
    rule = get_object_or_404(PairRule, run=run, pk=rule_pk)
    drop_rule(rule, actor=request_actor(request))
    messages.success(request, _("The demand is taken back. Compute again to see what changes."))
    return redirect("matching:demands", pk=pk)


def _groups(form: RulesForm) -> list[tuple[Any, list[Any]]]:
    """Return the fields of the form under the headings of the page."""
    named: list[tuple[Any, list[str]]] = [
        (
            _("What makes a pair good"),
            [
                *(f"weight_{name}" for name in Criterion.values if f"weight_{name}" in form.fields),
                "load_points",
            ],
        ),
        (
            _("What a pair may not break"),
            [
                "within",
                "max_distance_km",
                "max_travel_minutes",
                "travel_time",
                "unknown_distance",
                "require_common_need",
                "leads_per_school",
            ],
        ),
        (
            _("Numbers behind it"),
            [
                "identification_run",
                "default_capacity",
                "load_limit",
                "need_percent",
                "other_grade_percent",
                "fairness_percent",
                "distance_scale_km",
                "level_from_percent",
                "level_full_percent",
                "small_school_pupils",
                "road_factor",
                "road_speed_kmh",
                "total",
            ],
        ),
    ]
    return [(title, [form[name] for name in names]) for title, names in named]
