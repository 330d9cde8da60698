"""Filters of problem groups."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import ProblemGroupState
from mayak.diagnosis.models import ProblemGroup
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear


class ProblemGroupFilter(MayakFilterSet):
    """Search by title, choice of state and year."""

    search_fields = ("title", "basis")
    search_label = _("Group")

    state = django_filters.ChoiceFilter(choices=ProblemGroupState.choices, label=_("State"))
    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))

    class Meta:
        model = ProblemGroup
        fields = ("q", "state", "school_year")
