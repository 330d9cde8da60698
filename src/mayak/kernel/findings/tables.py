"""The list of findings."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.words import TONES, check_title
from mayak.kernel.ui.tables import BadgeColumn, MayakTable


class FindingTable(MayakTable):
    """Open ones first, check by check."""

    place = tables.Column(linkify=("findings:detail", {"pk": tables.A("pk")}), verbose_name=_("place"))
    reason = tables.Column(orderable=False, verbose_name=_("reason"))
    check_id = tables.Column(verbose_name=_("check"))
    state = BadgeColumn(
        tone=lambda finding: TONES[finding.state],
        accessor="get_state_display",
        order_by="state",
        verbose_name=_("state"),
    )
    found_at = tables.DateTimeColumn(short=True, verbose_name=_("found"))

    class Meta(MayakTable.Meta):
        model = Finding
        fields = ("place", "reason", "check_id", "state", "found_at")
        order_by = ("state", "check_id")

    def render_check_id(self, value: str) -> str:
        """Return the title of the check."""
        return check_title(value)
