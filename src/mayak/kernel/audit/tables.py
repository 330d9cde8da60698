"""The list of the audit log."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.words import action_word, kind_word
from mayak.kernel.ui.tables import MayakTable, NumberColumn


class AuditTable(MayakTable):
    """Newest first."""

    at = tables.DateTimeColumn(
        short=True, linkify=("audit:detail", {"pk": tables.A("pk")}), verbose_name=_("when")
    )
    who = tables.Column(verbose_name=_("who"), orderable=False)
    action = tables.Column(verbose_name=_("action"))
    object_type = tables.Column(verbose_name=_("kind of object"))
    what = tables.Column(verbose_name=_("name of the object"), orderable=False)
    row_count = NumberColumn(verbose_name=_("rows"))

    class Meta(MayakTable.Meta):
        model = AuditEntry
        fields = ("at", "who", "action", "object_type", "what", "row_count")
        order_by = "-at"

    def render_action(self, value: str) -> str:
        """Return the action in words."""
        return action_word(value)

    def render_object_type(self, value: str) -> str:
        """Return the kind in words."""
        return kind_word(value)
