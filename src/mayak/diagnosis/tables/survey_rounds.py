"""Table of the rounds that say something of schools."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import MayakTable, NumberColumn
from mayak.surveys.models import Campaign


class SurveyRoundTable(MayakTable):
    """Closed rounds with the number of schools and audiences of which they say something."""

    title = tables.Column(
        verbose_name=_("Survey"), linkify=("diagnosis:survey-round", {"pk": tables.A("pk")})
    )
    owner = tables.Column(verbose_name=_("Held by"), order_by=("owner__sort_key",))
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    closes_on = tables.DateColumn(verbose_name=_("Last day"))
    school_count = NumberColumn(verbose_name=_("Schools with numbers"))
    score_count = NumberColumn(verbose_name=_("Numbers"))

    class Meta(MayakTable.Meta):
        model = Campaign
        fields = ("title", "owner", "school_year", "closes_on", "school_count", "score_count")
