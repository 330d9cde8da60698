"""Tables of problem groups."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import ProblemGroup
from mayak.kernel.ui.tables import MayakTable, NumberColumn


class ProblemGroupTable(MayakTable):
    """Problem groups without the names of members."""

    title = tables.Column(
        verbose_name=_("Group"), linkify=("diagnosis:problem-group", {"pk": tables.A("pk")})
    )
    place = tables.Column(
        verbose_name=_("Territory or school"),
        accessor="territory__name",
        order_by=("territory__sort_key",),
        empty_values=(),
    )
    association = tables.Column(verbose_name=_("Responsible association"), order_by=("association__name",))
    member_count = NumberColumn(verbose_name=_("Members"))
    formed_on = tables.DateColumn(verbose_name=_("Formed"), format="d.m.Y")
    state = tables.Column(verbose_name=_("State"))

    class Meta(MayakTable.Meta):
        model = ProblemGroup
        fields = ("title", "place", "association", "member_count", "formed_on", "state")

    def render_place(self, record: ProblemGroup) -> str:
        """Return the school, else the territory."""
        return str(record.organisation or record.territory)
