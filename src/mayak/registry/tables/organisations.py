"""Lists of organisations and territories."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.utils import Accessor

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn
from mayak.registry.models import Organisation, Territory

PK = {"pk": Accessor("pk")}


def state_text(row: Organisation) -> str:
    """Return whether the organisation is open, in words."""
    return _("closed %(day)s") % {"day": f"{row.closed_on:%d.%m.%Y}"} if row.closed_on else _("in operation")


class OrganisationTable(MayakTable):
    """Schools, branches, authorities and services."""

    short_name = tables.Column(
        verbose_name=gettext_lazy("Designation"),
        linkify=("registry:organisations-detail", PK),
        order_by=("sort_key", "pk"),
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    school_type = tables.Column(verbose_name=gettext_lazy("Type"))
    territory = TwoLineColumn(
        verbose_name=gettext_lazy("Territory"),
        order_by=("territory__sort_key", "sort_key"),
        second=lambda row: row.settlement,
    )
    fis_oko_login = tables.Column(verbose_name=gettext_lazy("Login of the ФИС ОКО"))
    rcoi_code = tables.Column(verbose_name=gettext_lazy("РЦОИ code"))
    pupils = NumberColumn(verbose_name=gettext_lazy("Pupils"))
    state = BadgeColumn(
        verbose_name=gettext_lazy("State"),
        accessor="pk",
        order_by="closed_on",
        tone=lambda row: "neutral" if row.closed_on else "good",
    )

    class Meta(MayakTable.Meta):
        model = Organisation
        fields = (
            "short_name",
            "kind",
            "school_type",
            "territory",
            "fis_oko_login",
            "rcoi_code",
            "pupils",
            "state",
        )

    def render_short_name(self, value: str) -> str:
        """Keep «№» and the number on one line."""
        return value.replace("№ ", "№\u00a0")

    def value_short_name(self, value: str) -> str:
        """Export the name as it is."""
        return value

    def render_state(self, record: Organisation, column: Any) -> Any:
        """Return the badge of the state; equal badges of a page are drawn once."""
        drawn: dict[str, Any] = self.__dict__.setdefault("drawn_badges", {})
        text = state_text(record)
        if text not in drawn:
            drawn[text] = column.render(text, record)
        return drawn[text]

    def value_state(self, record: Organisation) -> str:
        """Return the state in words."""
        return state_text(record)


class TerritoryTable(MayakTable):
    """Territories with the number of open schools."""

    name = tables.Column(
        verbose_name=gettext_lazy("Designation"),
        linkify=("registry:territories-detail", PK),
        order_by=("sort_key", "pk"),
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    parent = tables.Column(verbose_name=gettext_lazy("Lies in"), order_by="parent__sort_key")
    code = tables.Column(verbose_name=gettext_lazy("Code"))
    school_count = NumberColumn(verbose_name=gettext_lazy("Open schools and branches"))

    class Meta(MayakTable.Meta):
        model = Territory
        fields = ("name", "kind", "parent", "code", "school_count")
