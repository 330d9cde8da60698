"""Filters of networks."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.registry.models import SchoolYear


class PartnershipFilter(MayakFilterSet):
    """Search by either school; year and state."""

    search_fields = ("mentee__search_text", "mentee__short_name", "lead__search_text", "lead__short_name")
    search_label = _("School")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=PartnershipState.choices, label=_("State"))

    class Meta:
        model = Partnership
        fields = ("q", "school_year", "state")
