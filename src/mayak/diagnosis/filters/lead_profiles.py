"""Filters of diagnosis."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import LeadProfile
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear


class LeadProfileFilter(MayakFilterSet):
    """Search by school, choice of the year."""

    search_fields = ("organisation__search_text", "organisation__short_name", "note")
    search_label = _("School")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=PassportState.choices, label=_("State"))
    works_remotely = django_filters.BooleanFilter(label=_("Remotely"))

    class Meta:
        model = LeadProfile
        fields = ("q", "school_year", "state", "works_remotely")
