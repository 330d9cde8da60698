"""Filters of decisions, runs, rules and statuses."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import Territory
from mayak.results.enums import DecisionChange, RunState, StatusLevel, StatusSource
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision, SchoolStatus, StatusKind
from mayak.results.selectors.identification import STABLE

DECISION = "decision"
LISTED = "listed"


def _territories(request: Any) -> QuerySet[Territory]:
    return Territory.objects.within(request.scope).order_by("path") if request else Territory.objects.none()


class DecisionFilter(MayakFilterSet):
    """Schools of a run; without a choice those on the list are shown."""

    search_fields = ("organisation__search_text",)
    search_label = _("School")

    decision = django_filters.ChoiceFilter(
        method="by_decision",
        label=_("Decision"),
        empty_label=None,
        choices=[
            (LISTED, _("on the list")),
            ("off", _("not on the list")),
            ("vetoed", _("a quality sign stands against it")),
            ("no_data", _("not enough results")),
            ("all", _("all schools")),
        ],
    )
    change = django_filters.ChoiceFilter(label=_("Against the year before"), choices=DecisionChange.choices)
    few = django_filters.BooleanFilter(field_name="few_participants", label=_("Few participants"))
    stability = django_filters.ChoiceFilter(
        method="by_stability",
        label=_("Stability of the decision"),
        choices=[("stable", _("stable")), ("unstable", _("not stable")), ("unknown", _("not known"))],
    )
    territory = django_filters.ModelChoiceFilter(
        queryset=_territories, method="by_territory", label=_("Territory")
    )

    class Meta:
        model = SchoolDecision
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data is not None else data
        if given is not None and not given.get(DECISION):
            given[DECISION] = "left" if given.get("change") == DecisionChange.LEFT else LISTED
            if given[DECISION] == "left":
                given[DECISION] = "all"
        super().__init__(given, *args, **kwargs)

    @property
    def active_count(self) -> int:
        """The list as it opens counts as unfiltered."""
        return int(super().active_count) - int(self.data.get(DECISION) == LISTED)

    def by_decision(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """On the list, off it, held back, without data."""
        chosen = {
            LISTED: Q(is_listed=True),
            "off": Q(is_listed=False, has_data=True, is_vetoed=False),
            "vetoed": Q(is_vetoed=True),
            "no_data": Q(has_data=False),
        }
        return rows.filter(chosen[value]) if value in chosen else rows

    def by_stability(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """By how often the decision would be the same."""
        stable = Q(is_listed=True, stability__gte=STABLE) | Q(is_listed=False, stability__lte=1 - STABLE)
        if value == "unknown":
            return rows.filter(stability__isnull=True)
        known = rows.filter(stability__isnull=False)
        return known.filter(stable) if value == "stable" else known.exclude(stable)

    def by_territory(self, rows: QuerySet[Any], _name: str, value: Territory) -> QuerySet[Any]:
        """Everything below the territory."""
        return rows.filter(organisation__territory__path__under=value.path)


class RunFilter(MayakFilterSet):
    """Runs."""

    rule = django_filters.ModelChoiceFilter(
        field_name="rule_set__status_kind", queryset=StatusKind.objects.all(), label=_("Status")
    )
    year = django_filters.NumberFilter(label=_("Year"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=RunState.choices)

    class Meta:
        model = IdentificationRun
        fields: list[str] = []


class RuleSetFilter(MayakFilterSet):
    """Rules; archived ones only when asked for."""

    search_fields = ("name", "source")

    status = django_filters.ModelChoiceFilter(
        field_name="status_kind", queryset=StatusKind.objects.all(), label=_("Status that it gives")
    )
    archived = django_filters.BooleanFilter(field_name="is_archived", label=_("Archived"))

    class Meta:
        model = RuleSet
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data is not None else data
        if given is not None and not given.get("archived"):
            given["archived"] = "false"
        super().__init__(given, *args, **kwargs)

    @property
    def active_count(self) -> int:
        """The list as it opens counts as unfiltered."""
        return int(super().active_count) - int(self.data.get("archived") == "false")


class StatusFilter(MayakFilterSet):
    """Statuses."""

    search_fields = ("organisation__search_text",)
    search_label = _("School")

    kind = django_filters.ModelChoiceFilter(queryset=StatusKind.objects.all(), label=_("Status"))
    level = django_filters.ChoiceFilter(label=_("Assigned by the level"), choices=StatusLevel.choices)
    source = django_filters.ChoiceFilter(label=_("Where from"), choices=StatusSource.choices)
    now = django_filters.ChoiceFilter(
        method="by_now",
        label=_("Period"),
        choices=[("holds", _("hold today")), ("ended", _("ended"))],
    )
    basis = django_filters.BooleanFilter(
        field_name="basis", lookup_expr="isnull", exclude=True, label=_("Has a basis document")
    )

    class Meta:
        model = SchoolStatus
        fields: list[str] = []

    def by_now(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that hold today, or those that have ended."""
        today = timezone.localdate()
        holding = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
        return (
            rows.filter(holding, valid_from__lte=today)
            if value == "holds"
            else rows.filter(valid_to__lt=today)
        )
