"""Filters of results."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import Subject, Territory
from mayak.results.enums import AssessmentKind, ResultBasis
from mayak.results.models import ContextIndicator, ContextValue, SchoolResult
from mayak.results.selectors.scales import few_limit

GRADES = [(grade, str(grade)) for grade in range(1, 13)]


def _territories(request: Any) -> QuerySet[Territory]:
    return Territory.objects.within(request_scope(request)).order_by("path")


class ResultFilter(MayakFilterSet):
    """By school, year, kind, subject, grade, territory and number of participants."""

    search_fields = ("organisation__search_text",)
    search_label = _("School: name or code")
    year = django_filters.NumberFilter(
        field_name="assessment__year", label=_("year"), min_value=1990, max_value=2100
    )
    kind = django_filters.ChoiceFilter(
        field_name="assessment__kind", choices=AssessmentKind.choices, label=_("kind")
    )
    subject = django_filters.ModelChoiceFilter(
        field_name="assessment__subject", queryset=Subject.objects.all(), label=_("subject")
    )
    grade = django_filters.TypedChoiceFilter(
        field_name="assessment__grade", choices=GRADES, coerce=int, label=_("grade")
    )
    territory = django_filters.ModelChoiceFilter(
        queryset=_territories, method="in_territory", label=_("territory")
    )
    basis = django_filters.ChoiceFilter(choices=ResultBasis.choices, label=_("made from"))
    few = django_filters.BooleanFilter(method="only_few", label=_("few participants"))
    batch = django_filters.NumberFilter(
        field_name="batch_id", label=_("import №"), min_value=1, max_value=2**31
    )

    class Meta:
        model = SchoolResult
        fields: ClassVar[list[str]] = [
            "year",
            "kind",
            "subject",
            "grade",
            "territory",
            "basis",
            "few",
            "batch",
        ]

    def in_territory(self, queryset: QuerySet[Any], _name: str, value: Territory) -> QuerySet[Any]:
        """Rows of schools of the territory and below."""
        return queryset.filter(organisation__territory__path__under=value.path)

    def only_few(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Rows with few participants, or without them."""
        limit = few_limit()
        return queryset.filter(participants__lt=limit) if value else queryset.filter(participants__gte=limit)


class ContextFilter(MayakFilterSet):
    """By school, year, indicator and territory."""

    search_fields = ("organisation__search_text",)
    search_label = _("School: name or code")
    year = django_filters.NumberFilter(
        field_name="school_year__start_year", label=_("school year begins in"), min_value=1990, max_value=2100
    )
    indicator = django_filters.ModelChoiceFilter(
        queryset=ContextIndicator.objects.all(), label=_("indicator")
    )
    territory = django_filters.ModelChoiceFilter(
        queryset=_territories, method="in_territory", label=_("territory")
    )

    class Meta:
        model = ContextValue
        fields: ClassVar[list[str]] = ["year", "indicator", "territory"]

    def in_territory(self, queryset: QuerySet[Any], _name: str, value: Territory) -> QuerySet[Any]:
        """Rows of schools of the territory and below."""
        return queryset.filter(organisation__territory__path__under=value.path)
