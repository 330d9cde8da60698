"""Filter of rounds."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear
from mayak.surveys.enums import CampaignMode, CampaignState
from mayak.surveys.models import Campaign


class CampaignFilter(MayakFilterSet):
    """Search by title; state, mode and school year."""

    search_fields = ("title", "owner__search_text")
    search_label = _("Title or organisation")

    state = django_filters.ChoiceFilter(choices=CampaignState.choices, label=_("State"))
    mode = django_filters.ChoiceFilter(choices=CampaignMode.choices, label=_("Mode"))
    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))

    class Meta:
        model = Campaign
        fields = ("q", "state", "mode", "school_year")
