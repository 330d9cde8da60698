"""Tables of imports and their reports."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn
from mayak.results.enums import IssueKind
from mayak.results.imports.words import issue_text
from mayak.results.models import ImportBatch, ImportIssue

TONES = {
    "uploaded": "info",
    "checked": "warning",
    "staging": "info",
    "applied": "good",
    "undone": "neutral",
    "discarded": "neutral",
    "failed": "bad",
}
KIND_TONES = {IssueKind.REJECTED: "bad", IssueKind.WARNING: "warning", IssueKind.SKIPPED: "neutral"}


class BatchTable(MayakTable):
    """Imports, the newest first."""

    pk = tables.Column(verbose_name=_("№"))
    title = tables.Column(linkify=("results:batch", {"pk": tables.A("pk")}), verbose_name=_("files"))
    state = BadgeColumn(
        tone=lambda batch: TONES[batch.state],
        accessor="get_state_display",
        order_by="state",
        verbose_name=_("state"),
    )
    territory = tables.Column(verbose_name=_("territory"), order_by="territory__path")
    owner_label = tables.Column(verbose_name=_("loaded by"))
    created_at = tables.DateTimeColumn(short=True, verbose_name=_("uploaded"))

    class Meta(MayakTable.Meta):
        model = ImportBatch
        fields = ("pk", "title", "state", "territory", "owner_label", "created_at")
        order_by = ("-created_at",)


class LineTable(MayakTable):
    """Lines of a report: where, what, why."""

    kind = BadgeColumn(
        tone=lambda line: KIND_TONES[IssueKind(line.kind)],
        accessor="get_kind_display",
        order_by="kind",
        verbose_name=_("kind"),
    )
    file = tables.Column(verbose_name=_("file"))
    sheet = tables.Column(verbose_name=_("sheet"))
    row = NumberColumn(verbose_name=_("row"))
    column = tables.Column(verbose_name=_("column"))
    value = tables.Column(verbose_name=_("value"))
    code = tables.Column(verbose_name=_("reason"), orderable=False)

    class Meta(MayakTable.Meta):
        model = ImportIssue
        fields = ("kind", "file", "sheet", "row", "column", "value", "code")
        order_by = ("pk",)

    def render_code(self, record: Any) -> str:
        """Return the reason in words."""
        return issue_text(record.code, record.params)

    def value_code(self, record: Any) -> str:
        """Return the reason in words for an export."""
        return issue_text(record.code, record.params)
