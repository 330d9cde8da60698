"""Filters of contests."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.contests import ContestKind, ContestState
from mayak.diagnosis.models import Contest
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear


class ContestFilter(MayakFilterSet):
    """Search by title; year, kind, state."""

    search_fields = ("title",)

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    kind = django_filters.ChoiceFilter(choices=ContestKind.choices, label=_("Who is chosen"))
    state = django_filters.ChoiceFilter(choices=ContestState.choices, label=_("State"))

    class Meta:
        model = Contest
        fields = ("q", "school_year", "kind", "state")
