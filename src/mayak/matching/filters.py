"""Filters of matching."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.matching.enums import MatchingState, PairOrigin
from mayak.matching.models import MatchingRun, MatchPair
from mayak.registry.models import SchoolYear


class RunFilter(MayakFilterSet):
    """Search by name; year and state."""

    search_fields = ("title", "territory__name")
    search_label = _("Name or territory")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=MatchingState.choices, label=_("State"))

    class Meta:
        model = MatchingRun
        fields = ("q", "school_year", "state")


class PairFilter(MayakFilterSet):
    """Search by either school; how the pair came about."""

    search_fields = ("mentee__search_text", "mentee__short_name", "lead__search_text", "lead__short_name")
    search_label = _("School")

    origin = django_filters.ChoiceFilter(choices=PairOrigin.choices, label=_("How"))

    class Meta:
        model = MatchPair
        fields = ("q", "origin")
