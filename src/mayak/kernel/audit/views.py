"""Pages of the audit log: to read only, nothing here changes it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_scope
from mayak.kernel.audit.filters import AuditFilter
from mayak.kernel.audit.models import AuditEntry, AuditQuerySet
from mayak.kernel.audit.permissions import may_read_audit
from mayak.kernel.audit.tables import AuditTable
from mayak.kernel.audit.words import action_word, field_word, kind_word
from mayak.kernel.ui.lists import ListPage


def readable_entries(request: HttpRequest) -> AuditQuerySet:
    """Return the entries of the scope.

    Raises:
        PermissionDenied: the user may not read the log.
    """
    scope = request_scope(request)
    if not may_read_audit(scope):
        raise PermissionDenied(_("The audit log is read by coordinators and administrators."))
    return AuditEntry.objects.within(scope)


class AuditList(ListPage):
    """Who changed what and when."""

    title = gettext_lazy("Audit log")
    lead = gettext_lazy("Who changed what and when. Entries cannot be edited or deleted.")
    table_class = AuditTable
    filter_class = AuditFilter
    export_name = "audit"
    empty_title = gettext_lazy("Nothing has been changed yet")

    def get_queryset(self) -> AuditQuerySet:
        """Return the entries that the user may read."""
        return readable_entries(self.request)


@require_GET
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry with the old and the new values."""
    entry = get_object_or_404(readable_entries(request), pk=pk)
    changes, notes = changed_fields(entry)
    context = {
        "entry": entry,
        "changes": changes,
        "heading": f"{kind_word(entry.object_type)}: {action_word(entry.action)}",
        "breadcrumbs": [(_("Audit log"), reverse("audit:list")), (entry.object_text or str(entry.pk), "")],
        "rows": [
            (_("When"), entry.at),
            (_("Who"), entry.actor_label),
            (_("Network address"), entry.actor_address),
            (_("Object"), entry.object_text),
            (_("Rows"), entry.row_count),
            (_("Content hash"), entry.content_hash),
            *notes,
        ],
    }
    return render(request, "audit/detail.html", context)


def changed_fields(entry: AuditEntry) -> tuple[list[tuple[str, Any, Any]], list[tuple[str, Any]]]:
    """Return the changes as (field, old, new), and what an entry notes besides as (name, value)."""
    changes: list[tuple[str, Any, Any]] = []
    notes: list[tuple[str, Any]] = []
    for name, value in entry.changes.items():
        word = field_word(entry.object_type, name)
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004  # the pair [old, new]
            changes.append((word, value[0], value[1]))
        else:
            notes.append((word, value))
    return changes, notes
