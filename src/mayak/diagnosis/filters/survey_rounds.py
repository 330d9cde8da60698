"""Filter of the rounds that say something of schools."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear
from mayak.surveys.models import Campaign


class SurveyRoundFilter(MayakFilterSet):
    """Search by title, choice of the year."""

    search_fields = ("title",)
    search_label = _("Survey")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))

    class Meta:
        model = Campaign
        fields = ("q", "school_year")
