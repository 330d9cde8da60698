"""Tables of diagnosis."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import STATE_TONES, PassportState
from mayak.diagnosis.models import LeadProfile
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn


class LeadProfileTable(MayakTable):
    """Passports of lead schools."""

    organisation = tables.Column(
        verbose_name=_("Lead school"),
        linkify=("diagnosis:profile", {"pk": tables.A("pk")}),
        order_by=("organisation__sort_key",),
    )
    territory = tables.Column(
        verbose_name=_("Territory"),
        accessor="organisation__territory__name",
        order_by=("organisation__territory__sort_key",),
    )
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    capacity = NumberColumn(verbose_name=_("Helps schools, at most"))
    strength_count = NumberColumn(verbose_name=_("Strengths"))
    offer_count = NumberColumn(verbose_name=_("Offers"))
    works_remotely = tables.BooleanColumn(verbose_name=_("Remotely"), yesno=(_("yes"), _("no")))
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: STATE_TONES[PassportState(row.state)])

    class Meta(MayakTable.Meta):
        model = LeadProfile
        fields = (
            "organisation", "territory", "school_year", "capacity", "strength_count", "offer_count",
            "works_remotely", "state",
        )  # fmt: skip
