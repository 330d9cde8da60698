"""Filters of the cards of dynamics."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import DynamicsCard
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear


class CardFilter(MayakFilterSet):
    """Search by school; exit year."""

    search_fields = ("organisation__search_text", "organisation__short_name")
    search_label = _("School")

    exit_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("Exit"))

    class Meta:
        model = DynamicsCard
        fields = ("q", "exit_year")
