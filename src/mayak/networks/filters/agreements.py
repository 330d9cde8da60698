"""Filters of agreements."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import WORDS_AT_MOST, MayakFilterSet
from mayak.networks.enums.agreements import AgreementKind, AgreementState
from mayak.networks.models import Agreement
from mayak.registry.models import SchoolYear


class AgreementFilter(MayakFilterSet):
    """Search by title, number and school; choice of state, kind, year and last day."""

    search_fields = ("search_text",)
    search_label = _("Agreement or school")

    state = django_filters.ChoiceFilter(choices=AgreementState.choices, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=AgreementKind.choices, label=_("Kind"))
    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    ends_by = django_filters.DateFilter(
        method="until",
        label=_("Ends not later than"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = Agreement
        fields = ("q", "state", "kind", "school_year", "ends_by")

    def search(self, queryset: QuerySet[Agreement], _name: str, value: str) -> QuerySet[Agreement]:
        """Return the agreements of which title, number or a party holds every word."""
        for word in value.lower().split()[:WORDS_AT_MOST]:
            queryset = queryset.filter(search_text__holds=word)
        return queryset

    def until(self, queryset: QuerySet[Agreement], _name: str, value: Any) -> QuerySet[Agreement]:
        """Return the agreements that end by the day."""
        return queryset.filter(ends_on__lte=value)
