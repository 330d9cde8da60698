"""«Who needs help»: the list of a run, why each school is on it, running, approving, comparing years."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.kernel.ui.paging import WideRowsPaginator
from mayak.registry.models import Organisation
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.enums import DecisionChange, RunState
from mayak.results.filters.identification import DecisionFilter, RunFilter
from mayak.results.forms.identification import ApprovalForm, ChoiceForm
from mayak.results.jobs import ask_identification
from mayak.results.models import IdentificationRun, SchoolDecision
from mayak.results.permissions import may_identify, may_set_status
from mayak.results.selectors.decisions import against_note, decision_view, reason_sentences, verdict_words
from mayak.results.selectors.identification import (
    change_sentence,
    choosable_rule_sets,
    counts_of,
    current_run,
    default_territory,
    result_sentence,
    results_changed_since,
    visible_decisions,
    visible_runs,
    years_with_results,
)
from mayak.results.selectors.names import Names
from mayak.results.selectors.results import school_series
from mayak.results.selectors.rule_words import joint_words, rule_words
from mayak.results.selectors.statuses import school_statuses
from mayak.results.services.identification import archive_run, run_identification
from mayak.results.services.identification_approval import approve_run, plan_approval
from mayak.results.tables.identification import TONE_OF_RUN, DecisionTable, RunTable
from mayak.results.views.charts import mean_chart
from mayak.results.views.decision_chart import years_chart

ORDER_OF_CHANGES = (
    DecisionChange.ENTERED,
    DecisionChange.RELAPSED,
    DecisionChange.LEFT,
    DecisionChange.STAYED,
)
EXPORT_ONLY = ("territory", "verdict", "few_participants", "signal")
INLINE_SCHOOLS = 500
"""Up to so many schools the answer is there at once; a region or a country goes to the background."""


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the identification."""
    return [(_("Who needs help"), reverse("identification:overview")), *rest]


def run_crumbs(run: IdentificationRun, *rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of one run."""
    return crumbs((str(run), reverse("identification:run", args=[run.pk]) if rest else ""), *rest)


class RunPage(ListPage):
    """The schools of a run: the result in one sentence, the list below it."""

    table_class = DecisionTable
    filter_class = DecisionFilter
    template_name = "results/identification/run.html"
    paginator_class = WideRowsPaginator
    empty_title = gettext_lazy("No school is here")
    empty_text = gettext_lazy("The rule found no school in your territory.")

    @property
    def export_name(self) -> str:  # type: ignore[override]  # the name holds the year of the run
        """Name of a downloaded file."""
        return f"identification-{self.run.year}"

    @cached_property
    def run(self) -> IdentificationRun:
        """The run of the address; a foreign one is 404."""
        found: IdentificationRun = get_object_or_404(
            visible_runs(request_scope(self.request)), pk=self.kwargs["pk"]
        )
        return found

    def get_queryset(self) -> QuerySet[SchoolDecision]:
        """Decisions about the schools that the user may see."""
        rows = SchoolDecision.objects.within(request_scope(self.request)).filter(run=self.run)
        return rows.select_related("organisation__territory").defer("evidence", "way_out")

    def get_title(self) -> Any:
        """The name of the step of the flow."""
        return _("Who needs help")

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The list of runs stands before this page."""
        return [(_("Runs"), reverse("identification:runs"))]

    def get_table_kwargs(self) -> dict[str, Any]:
        """A comparison that does not exist has no column; the export says what each row means."""
        hidden = [] if self.counts.can_compare else ["change"]
        is_export = "_export" in self.request.GET
        return {"exclude": hidden if is_export else [*hidden, *EXPORT_ONLY]}

    def get_actions(self) -> list[Action]:
        """Approve a draft, or go on to what an approved list is for."""
        run = self.run
        actions = []
        if run.state == RunState.DRAFT and may_identify(request_scope(self.request), run.territory):
            url = reverse("identification:approve", args=[run.pk])
            actions.append(Action(_("Approve the list"), url, primary=True))
        if self.counts.can_compare:
            actions.append(Action(_("Compare the years"), reverse("identification:changes", args=[run.pk])))
        actions.append(Action(_("Statuses of schools"), reverse("identification:statuses")))
        return actions

    @cached_property
    def counts(self) -> Any:
        """Numbers of the run within the scope."""
        return counts_of(self.run, request_scope(self.request))

    def get_extra_context(self) -> dict[str, Any]:
        """The sentence, the numbers, the rule in words, the form of another choice."""
        run, scope, counts = self.run, request_scope(self.request), self.counts
        before = run.previous.year if run.previous else None
        rule = rule_words(run.rule_set, Names())
        return {
            "run": run,
            "counts": counts,
            "sentence": result_sentence(run, counts),
            "state_tone": TONE_OF_RUN[RunState(run.state)],
            "change": change_sentence(counts, before),
            "joint": joint_words(rule.rule),
            "conditions": [condition.title or condition.code for condition in rule.conditions],
            "note": rule.rule.note,
            "against_note": against_note(run.summary),
            "is_stale": results_changed_since(run),
            "may_identify": may_identify(scope, run.territory),
            "choice": _choice_form(self.request, run) if may_identify(scope) else None,
            "may_archive": run.state == RunState.DRAFT and may_identify(scope, run.territory),
        }


class OverviewPage(RunPage):
    """The run that matters now; without one, what to do first."""

    @cached_property
    def run(self) -> IdentificationRun:
        """The run of the choice in the address, else the latest."""
        found = current_run(request_scope(self.request))
        if found is None:
            raise LookupError
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the run, or the first step."""
        try:
            _run = self.run
        except LookupError:
            return start(request)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """It is the first page of the step."""
        return []


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose rule, year and territory, and run."""
    scope = request_scope(request)
    form = _choice_form(request)
    if request.method == "POST":
        if not may_identify(scope):
            raise PermissionDenied(_("Rules are run by the coordinators of a region or a municipality."))
        if form.is_valid():
            answer = _run(request, form)
            if answer is not None:
                return answer
    context = {
        "title": _("Who needs help"),
        "form": form,
        "has_results": bool(years_with_results()),
        "may_identify": may_identify(scope),
        "breadcrumbs": [(_("Who needs help"), "")],
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "results/identification/start.html", context, status=status)


def _choice_form(request: HttpRequest, run: IdentificationRun | None = None) -> ChoiceForm:
    scope = request_scope(request)
    if request.method == "POST":
        return ChoiceForm(request.POST, scope=scope)
    years = years_with_results()
    if run is not None:
        initial: dict[str, Any] = {"rule": run.rule_set_id, "year": run.year, "territory": run.territory_id}
    else:
        first = choosable_rule_sets(scope).first()
        initial = {"rule": first, "year": years[0] if years else None, "territory": default_territory(scope)}
    return ChoiceForm(initial=initial, scope=scope)


def _run(request: HttpRequest, form: ChoiceForm) -> HttpResponse | None:
    """Run at once or in the background; a refusal stands on the form."""
    rule_set, year, territory = (form.cleaned_data[name] for name in ("rule", "year", "territory"))
    actor = request_actor(request)
    size = Organisation.objects.schools().open().filter(territory__path__under=territory.path).count()
    if size > INLINE_SCHOOLS:
        job = ask_identification(rule_set, territory=territory, year=year, actor=actor)
        messages.info(request, _("The rule is being applied. This page follows the work."))
        return redirect("jobs:detail", pk=job.pk)
    try:
        run = run_identification(rule_set, territory=territory, year=year, actor=actor)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, result_sentence(run, counts_of(run, request_scope(request))))
    return redirect("identification:run", pk=run.pk)


class RunList(ListPage):
    """All runs that the user may see."""

    title = gettext_lazy("Runs of the rules")
    lead = gettext_lazy(
        "Every run keeps its rule, its settings and a hash of its input, so that it can be repeated."
    )
    table_class = RunTable
    filter_class = RunFilter
    export_name = "identification-runs"
    empty_title = gettext_lazy("No rule has been run yet")
    empty_url_name = "identification:overview"
    empty_label = gettext_lazy("Find the schools")

    def get_queryset(self) -> QuerySet[IdentificationRun]:
        """Runs of the scope."""
        return visible_runs(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Run a rule."""
        return [Action(_("Run a rule"), reverse("identification:start"), primary=True)]


@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a school is on the list, and what will take it off."""
    scope = request_scope(request)
    rows = visible_decisions(scope).select_related(
        "run__rule_set", "run__territory", "organisation__territory"
    )
    row = get_object_or_404(rows, pk=pk)
    names = Names.load()
    rule = rule_from_dict(row.run.rule_set.definition)
    series = school_series(row.organisation_id, scope)
    history = (
        visible_decisions(scope)
        .filter(organisation=row.organisation, run__rule_set__status_kind=row.run.rule_set.status_kind_id)
        .exclude(run__state=RunState.ARCHIVED)
        .select_related("run__rule_set")
        .order_by("-run__year", "-run__created_at")
        .only(
            "is_listed",
            "is_vetoed",
            "has_data",
            "run__year",
            "run__state",
            "run__rule_set__name",
            "run__created_at",
        )
    )
    context = {
        "title": row.organisation,
        "row": row,
        "run": row.run,
        "view": decision_view(row, names),
        "charts": [chart for chart in (years_chart(series, rule), mean_chart(series)) if chart is not None],
        "history": [(other, *verdict_words(other)) for other in one_a_year(history)],
        "statuses": school_statuses(row.organisation),
        "against_note": against_note(row.run.summary),
        "may_set_status": may_set_status(scope, row.organisation),
        "breadcrumbs": run_crumbs(row.run, (row.organisation, "")),
    }
    return render(request, "results/identification/decision.html", context)


def one_a_year(history: Iterable[SchoolDecision]) -> list[SchoolDecision]:
    """The decision of the approved run of each year, else of the latest draft; the latest year first."""
    found: dict[int, SchoolDecision] = {}
    for row in history:
        known = found.get(row.run.year)
        if known is None or (row.run.state == RunState.APPROVED and known.run.state != RunState.APPROVED):
            found[row.run.year] = row
    return [found[year] for year in sorted(found, reverse=True)]


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the approval changes, then approve."""
    run = _own_run(request, pk)
    form = ApprovalForm(request.POST if request.method == "POST" else None, scope=request_scope(request))
    if form.is_valid():
        try:
            plan = approve_run(run, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("The list is approved: %(given)s statuses given, %(ended)s ended, %(kept)s go on.")
            numbers = {"given": len(plan.given), "ended": len(plan.ended), "kept": len(plan.kept)}
            messages.success(request, text % numbers)
            return redirect("identification:run", pk=run.pk)
    plan = plan_approval(run)
    names = {
        school.pk: school
        for school in Organisation.objects.filter(pk__in=[*plan.given, *plan.without_data]).order_by(
            "sort_key"
        )
    }
    context = {
        "title": _("Approve the list"),
        "run": run,
        "form": form,
        "plan": plan,
        "given": [names[key] for key in names if key in set(plan.given)],
        "without_data": [names[key] for key in names if key in set(plan.without_data)],
        "is_stale": results_changed_since(run),
        "breadcrumbs": run_crumbs(run, (_("Approve the list"), "")),
    }
    return render(request, "results/identification/approve.html", context, status=400 if form.errors else 200)


@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft away."""
    run = _own_run(request, pk)
    try:
        archive_run(run, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("identification:run", pk=run.pk)
    messages.success(request, _("The draft is put away; it stays in the list of runs."))
    return redirect("identification:runs")


@require_GET
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Who entered, stayed, left and came back, with the reasons."""
    scope = request_scope(request)
    run = get_object_or_404(visible_runs(scope), pk=pk)
    rows = (
        SchoolDecision.objects.within(scope)
        .filter(run=run)
        .exclude(change="")
        .select_related("organisation__territory", "run__rule_set")
        .order_by("organisation__sort_key", "pk")
        .defer("evidence")
    )
    names = Names.load()
    groups = {change: [] for change in DecisionChange.values}  # type: dict[str, list[tuple[SchoolDecision, str]]]
    for row in rows:
        groups[row.change].append((row, "; ".join(reason_sentences(row, names, largest=2))))
    context = {
        "title": _("The list against the year before"),
        "run": run,
        "sentence": change_sentence(counts_of(run, scope), run.previous.year if run.previous else None),
        "groups": [
            (DecisionChange(change).label, groups[change])
            for change in ("entered", "relapsed", "left", "stayed")
        ],
        "breadcrumbs": run_crumbs(run, (_("Against the year before"), "")),
    }
    return render(request, "results/identification/changes.html", context)


def _own_run(request: HttpRequest, pk: int) -> IdentificationRun:
    """The run for somebody who may approve it."""
    scope = request_scope(request)
    run: IdentificationRun = get_object_or_404(visible_runs(scope), pk=pk)
    if not may_identify(scope, run.territory):
        raise PermissionDenied(_("The list of this territory is approved by its own coordinator."))
    return run
