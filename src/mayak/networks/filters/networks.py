"""Filters of networks."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network
from mayak.registry.models import SchoolYear


class NetworkFilter(MayakFilterSet):
    """Search by name, programme or territory; year, model, state."""

    search_fields = ("name", "programme__name", "territory__name")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    model = django_filters.ChoiceFilter(choices=NetworkModel.choices, label=_("Model"))
    state = django_filters.ChoiceFilter(choices=NetworkState.choices, label=_("State"))

    class Meta:
        model = Network
        fields = ("q", "school_year", "model", "state")
