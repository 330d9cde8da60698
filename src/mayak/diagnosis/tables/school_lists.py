"""Tables of mentors and of the needs of schools."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import STATE_TONES, PassportState
from mayak.diagnosis.models import MentorProfile
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn
from mayak.registry.models import Organisation


class MentorTable(MayakTable):
    """Passports of mentors, in the order of schools and names: no rating."""

    person = tables.Column(
        verbose_name=_("Mentor"),
        linkify=("diagnosis:mentor", {"pk": tables.A("pk")}),
        order_by=("person__sort_key",),
    )
    organisation = tables.Column(verbose_name=_("School"), order_by=("organisation__sort_key",))
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    pairs = NumberColumn(verbose_name=_("Mentees at most"))
    hours_per_month = NumberColumn(verbose_name=_("Hours a month"))
    strength_count = NumberColumn(verbose_name=_("Strengths"))
    proof_count = NumberColumn(verbose_name=_("Proofs"))
    sheet_count = NumberColumn(verbose_name=_("Sheets of scorers"))
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: STATE_TONES[PassportState(row.state)])

    class Meta(MayakTable.Meta):
        model = MentorProfile
        fields = (
            "person", "organisation", "school_year", "pairs", "hours_per_month", "strength_count", "proof_count",
            "sheet_count", "state",
        )  # fmt: skip


class SchoolNeedsTable(MayakTable):
    """Schools with the number of their needs; the order is that of the register."""

    short_name = tables.Column(verbose_name=_("School"), order_by=("sort_key",), accessor="pk")
    territory = tables.Column(verbose_name=_("Territory"), order_by=("territory__sort_key",))
    need_count = NumberColumn(verbose_name=_("Needs in the list"))
    edited_count = NumberColumn(verbose_name=_("Edited by people"))
    computed_at = tables.DateColumn(verbose_name=_("Computed"), format="SHORT_DATE_FORMAT", short=True)

    class Meta(MayakTable.Meta):
        model = Organisation
        fields = ("short_name", "territory", "need_count", "edited_count", "computed_at")

    def __init__(self, *args: Any, year_query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year_query = year_query

    def render_short_name(self, record: Organisation) -> str:
        """Return the school as a link that keeps the year."""
        url = reverse("diagnosis:needs-school", args=[record.pk]) + self.year_query
        return format_html('<a href="{}">{}</a>', url, record)

    def value_short_name(self, record: Organisation) -> str:
        """Return the name for an export."""
        return str(record)
