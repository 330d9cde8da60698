"""Filters of typical measures and recommendations."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.diagnosis.enums.measures import (
    OVERDUE,
    AddresseeKind,
    RecommendationState,
    TriggerKind,
    TriggerLevel,
)
from mayak.diagnosis.models import MeasureTemplate, Recommendation
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear

STATES = [*RecommendationState.choices, (OVERDUE, pgettext_lazy("recommendation", "overdue"))]
_INCOMPLETE = "incomplete"


class TemplateFilter(MayakFilterSet):
    """Search in the words; kind, level, addressee."""

    search_fields = ("text", "trigger_code", "code")

    trigger_kind = django_filters.ChoiceFilter(choices=TriggerKind.choices, label=_("Answers"))
    level = django_filters.ChoiceFilter(choices=TriggerLevel.choices, label=_("Level"))
    addressee = django_filters.ChoiceFilter(choices=AddresseeKind.choices, label=_("Addressee"))

    class Meta:
        model = MeasureTemplate
        fields = ("q", "trigger_kind", "level", "addressee")


class RecommendationFilter(MayakFilterSet):
    """Search by school and words; year, addressee, state, what answers it."""

    search_fields = ("organisation__search_text", "organisation__short_name", "text")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    addressee = django_filters.ChoiceFilter(choices=AddresseeKind.choices, label=_("Addressee"))
    trigger_kind = django_filters.ChoiceFilter(choices=TriggerKind.choices, label=_("What showed it"))
    state = django_filters.ChoiceFilter(choices=STATES, label=_("State"), method="by_state")
    missing = django_filters.ChoiceFilter(
        choices=[(_INCOMPLETE, _("something is missing"))], label=_("Completeness"), method="by_missing"
    )

    class Meta:
        model = Recommendation
        fields = ("q", "school_year", "addressee", "trigger_kind", "state", "missing")

    def by_state(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Overdue is no stored state."""
        if value == OVERDUE:
            return queryset.filter(state=RecommendationState.ISSUED, deadline__lt=timezone.localdate())
        return queryset.filter(state=value)

    def by_missing(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that lack an addressee, a deadline, a control date or a controller."""
        lacking = Recommendation.objects.incomplete().values("pk")
        return queryset.filter(pk__in=lacking) if value == _INCOMPLETE else queryset
