"""Tables of the cards of dynamics and of their indicators."""

from decimal import Decimal

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, MeasureThreshold
from mayak.diagnosis.models.thresholds import FIRST_YEAR
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn, number_text

ASSUMPTION = _("assumption")


class CardTable(MayakTable):
    """Cards by school; nothing in it compares schools."""

    organisation = tables.Column(
        verbose_name=_("School"),
        linkify=("diagnosis:dynamics-card", {"pk": tables.A("pk")}),
        order_by=("organisation__sort_key",),
    )
    territory = tables.Column(
        verbose_name=_("Territory"),
        accessor="organisation__territory__name",
        order_by=("organisation__territory__sort_key",),
    )
    programme = tables.Column(verbose_name=_("Programme"), order_by=("programme__name",))
    entry_year = tables.Column(verbose_name=_("Entry"), order_by=("entry_year__start_year",))
    exit_year = tables.Column(verbose_name=_("Exit"), order_by=("exit_year__start_year",))
    entry_count = NumberColumn(verbose_name=_("Indicators with an entry"))
    exit_count = NumberColumn(verbose_name=_("with an exit"))

    class Meta(MayakTable.Meta):
        model = DynamicsCard
        fields = (
            "organisation",
            "territory",
            "programme",
            "entry_year",
            "exit_year",
            "entry_count",
            "exit_count",
        )


class IndicatorTable(MayakTable):
    """Indicators of the card."""

    name = tables.Column(
        verbose_name=_("Indicator"), linkify=("diagnosis:dynamics-indicator", {"pk": tables.A("pk")})
    )
    group = tables.Column(verbose_name=_("Part"), accessor="get_group_display", order_by=("group",))
    unit = tables.Column(verbose_name=_("Unit"), accessor="get_unit_display", order_by=("unit",))
    direction = tables.Column(
        verbose_name=_("Wanted change"), accessor="get_direction_display", order_by=("direction",)
    )
    data_source = tables.Column(
        verbose_name=_("From which data"), accessor="get_data_source_display", order_by=("data_source",)
    )
    source = TwoLineColumn(
        verbose_name=_("Source"), second=lambda row: ASSUMPTION if row.is_assumption else ""
    )
    is_active = tables.BooleanColumn(verbose_name=_("On the card"), yesno=(_("yes"), _("no")))

    class Meta(MayakTable.Meta):
        model = DynamicsIndicator
        fields = ("name", "group", "unit", "direction", "data_source", "source", "is_active")


class ThresholdTable(MayakTable):
    """Thresholds."""

    name = tables.Column(
        verbose_name=_("Threshold"), linkify=("diagnosis:measure-threshold", {"pk": tables.A("pk")})
    )
    value = NumberColumn(verbose_name=_("Value"))
    unit = tables.Column(verbose_name=_("Unit"))
    year_from = tables.Column(verbose_name=_("Holds from the school year"))
    source = tables.Column(verbose_name=_("Source"))
    is_assumption = BadgeColumn(
        verbose_name=_("Assumption"),
        accessor="assumption_word",
        orderable=False,
        tone=lambda row: "warning" if row.is_assumption else "neutral",
    )

    class Meta(MayakTable.Meta):
        model = MeasureThreshold
        fields = ("name", "value", "unit", "year_from", "source", "is_assumption")

    def render_year_from(self, value: int) -> str:
        """The school year; nothing for the value that holds before all others."""
        return "" if value == FIRST_YEAR else f"{value}/{value + 1}"

    def render_value(self, value: Decimal) -> str:
        """The number without the zeros at its end."""
        return number_text(int(value) if value == int(value) else float(value))

    def value_value(self, value: Decimal) -> float:
        """The number itself for an export."""
        return float(value)
