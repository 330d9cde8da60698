"""Runs and decisions as the pages show them: what is visible, how many of how many, what changed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.access import Scope
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import Territory
from mayak.registry.models.territories import below_or_above
from mayak.results.enums import BatchState, DecisionChange, RunState, StatusRole
from mayak.results.models import Assessment, IdentificationRun, ImportBatch, RuleSet, SchoolDecision
from mayak.results.models.identification import IdentificationRunQuerySet, SchoolDecisionQuerySet


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run says of the schools that the user may see."""

    schools: int
    listed: int
    no_data: int
    vetoed: int
    few: int
    unstable: int
    entered: int
    stayed: int
    left: int
    relapsed: int

    @property
    def can_compare(self) -> bool:
        """Whether an earlier year was there to compare with."""
        return bool(self.entered or self.stayed or self.left or self.relapsed)


STABLE = 0.8
"""From this probability on a decision is called stable; an assumption, see docs/models/identification.md."""
VERY_STABLE = 0.95


def visible_runs(scope: Scope) -> IdentificationRunQuerySet:
    """Return the runs of the scope, and the approved ones of the territories above it."""
    runs = IdentificationRun.objects.select_related("rule_set__status_kind", "territory")
    if scope.everything:
        return runs
    own = Q(pk__in=IdentificationRun.objects.within(scope).values("pk"))
    return runs.filter(own | (Q(state=RunState.APPROVED) & below_or_above(scope)))


def visible_decisions(scope: Scope) -> SchoolDecisionQuerySet:
    """Return the decisions about the schools of the scope, of the runs that it may see."""
    runs = visible_runs(scope).order_by()
    return SchoolDecision.objects.within(scope).filter(run__in=runs.values("pk"))


def visible_rule_sets(scope: Scope) -> "Any":
    """Return the rules that come with the product, those of the scope and those of the territories above it."""
    rules = RuleSet.objects.select_related("status_kind", "territory")
    if scope.everything:
        return rules
    return rules.filter(Q(territory__isnull=True) | below_or_above(scope))


def choosable_rule_sets(scope: Scope) -> "Any":
    """Return the latest version of each rule that is not archived."""
    latest = RuleSet.objects.values("code").annotate(latest=Max("version"))
    newest = Q(pk__in=[])
    for code, version in latest.values_list("code", "latest"):
        newest |= Q(code=code, version=version)
    return (
        visible_rule_sets(scope).filter(newest, is_archived=False).order_by("status_kind__position", "name")
    )


def current_run(scope: Scope, **chosen: Any) -> IdentificationRun | None:
    """Return the run that a page shows: of the choice, else the latest year of those who need help.

    A draft goes before an approved run of the same year only where it is newer; put-away runs are not shown.
    """
    runs = visible_runs(scope).exclude(state=RunState.ARCHIVED)
    given = {name: value for name, value in chosen.items() if value is not None}
    if given:
        return runs.filter(**given).order_by("-created_at", "-pk").first()
    needed = runs.filter(rule_set__status_kind__role=StatusRole.NEEDS_HELP).order_by(
        "-year", "-created_at", "-pk"
    )
    return needed.first() or runs.order_by("-year", "-created_at", "-pk").first()


def counts_of(run: IdentificationRun, scope: Scope) -> RunCounts:
    """Count the decisions of a run within the scope (one query)."""
    shaky = Q(is_listed=True, stability__lt=STABLE) | Q(
        is_listed=False, has_data=True, is_vetoed=False, stability__gt=1 - STABLE
    )
    found = (
        SchoolDecision.objects.within(scope)
        .filter(run=run)
        .aggregate(
            schools=Count("pk"),
            listed=Count("pk", filter=Q(is_listed=True)),
            no_data=Count("pk", filter=Q(has_data=False)),
            vetoed=Count("pk", filter=Q(is_vetoed=True)),
            few=Count("pk", filter=Q(is_listed=True, few_participants=True)),
            unstable=Count("pk", filter=shaky),
            **{str(change): Count("pk", filter=Q(change=change)) for change in DecisionChange.values},
        )
    )
    return RunCounts(**found)


def result_sentence(run: IdentificationRun, counts: RunCounts) -> str:
    """«16 из 27 школ отвечают правилу «…» за 2025 год»."""
    text = ngettext(
        "%(listed)s of %(schools)s school meets the rule “%(rule)s” in %(year)s.",
        "%(listed)s of %(schools)s schools meet the rule “%(rule)s” in %(year)s.",
        counts.schools,
    )
    return text % {
        "listed": number_text(counts.listed),
        "schools": number_text(counts.schools),
        "rule": run.rule_set.name,
        "year": run.year,
    }


def change_sentence(counts: RunCounts, previous_year: int | None) -> str:
    """«По сравнению с 2024 годом: вошли 3, вышли 2, вернулись 1»."""
    if previous_year is None:
        return ""
    return _(
        "Against %(year)s: %(entered)s entered the list, %(relapsed)s came back to it, %(left)s left it."
    ) % {
        "year": previous_year,
        "entered": number_text(counts.entered),
        "relapsed": number_text(counts.relapsed),
        "left": number_text(counts.left),
    }


def years_with_results() -> list[int]:
    """Return the calendar years of the assessments, latest first."""
    return list(Assessment.objects.order_by("-year").values_list("year", flat=True).distinct())


def results_changed_since(run: IdentificationRun) -> bool:
    """Whether results of the territory were loaded or undone after the run looked at them."""
    path = run.territory.path or "/"
    touched = Q(territory__path__under=path)
    touched |= Q(territory__in=[int(key) for key in path.strip("/").split("/") if key])
    batches = ImportBatch.objects.filter(touched, state__in=[BatchState.APPLIED, BatchState.UNDONE])
    return batches.filter(Q(applied_at__gt=run.created_at) | Q(undone_at__gt=run.created_at)).exists()


def stability_words(probability: float | None, *, is_listed: bool) -> tuple[str, str]:
    """A word and its tone for how certain the decision is; empty where it could not be computed."""
    if probability is None:
        return "", ""
    same = probability if is_listed else 1 - probability
    if same >= VERY_STABLE:
        return _("very stable"), "good"
    if same >= STABLE:
        return _("stable"), "info"
    return _("not stable"), "warning"


def default_territory(scope: Scope) -> Territory | None:
    """Return the widest territory of the scope that holds schools of its own."""
    return Territory.objects.within(scope).order_by("path").exclude(parent__isnull=True).first() or (
        Territory.objects.within(scope).order_by("path").first()
    )
