"""Pages of the audit log: to read only, nothing here changes it; an export is itself an entry."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.audit.filters import AuditFilter, HistoryFilter
from mayak.kernel.audit.models import AuditEntry, AuditQuerySet
from mayak.kernel.audit.pages import object_url
from mayak.kernel.audit.permissions import may_read_audit
from mayak.kernel.audit.selectors import entries_within, history_of
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.audit.tables import AuditTable
from mayak.kernel.audit.words import action_word, field_word, kind_word, role_word, value_word
from mayak.kernel.jobs.models import Job
from mayak.kernel.ui.lists import Action, ListPage
from mayak.kernel.ui.tables import MayakTable


def readers_scope(request: HttpRequest) -> Scope:
    """Return the scope of somebody who may read the log.

    Raises:
        PermissionDenied: the user may not.
    """
    scope = request_scope(request)
    if not may_read_audit(scope):
        raise PermissionDenied(_("The audit log is read by coordinators and administrators."))
    return scope


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
        return entries_within(readers_scope(self.request))

    def _export(self, table: MayakTable, kind: str) -> HttpResponseBase:
        """Write down who took the log away, with the kinds of the filters, not their words: these may be names."""
        paths = request_scope(self.request).territory_paths
        record_bulk(
            AuditEntry,
            actor=request_actor(self.request),
            action="export",
            row_count=table.data.data.count(),
            territory_path=paths[0] if paths else "",
            changes={"format": kind, "filters": self._set_filters(), **self._exported()},
        )
        return super()._export(table, kind)

    def _set_filters(self) -> list[str]:
        return sorted(name for name in AuditFilter.base_filters if self.request.GET.get(name))

    def _exported(self) -> dict[str, str]:
        return {}


class HistoryList(AuditList):
    """Everything that was done to one object."""

    lead = gettext_lazy(
        "What was done to this object, newest first. "
        "Entries on many rows stand here where its number lies among theirs."
    )
    filter_class = HistoryFilter
    export_name = "history"

    @property
    def kind(self) -> str:
        """The kind of the object, «registry.person»."""
        return str(self.kwargs["object_type"])

    @property
    def key(self) -> str:
        """The key of the object."""
        return str(self.kwargs["object_id"])

    def get_queryset(self) -> AuditQuerySet:
        """Return the entries; an object that the user may not see, or that never was, is 404."""
        found = history_of(self.kind, self.key, scope=readers_scope(self.request))
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        """Return what object it is."""
        return _("History: %(kind)s no. %(number)s") % {"kind": kind_word(self.kind), "number": self.key}

    def get_actions(self) -> list[Action]:
        """Return the way to the object."""
        url = object_url(self.kind, self.key)
        return [Action(_("To the object"), url)] if url else []

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumb of the whole log."""
        return [(_("Audit log"), reverse("audit:list"))]

    def get_table_kwargs(self) -> dict[str, Any]:
        """Leave out the kind, which is always the same."""
        return {"exclude": ("object_type",)}

    def _exported(self) -> dict[str, str]:
        return {"history": f"{self.kind}:{self.key}"}


@require_GET
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry with the old and the new values."""
    entry = get_object_or_404(entries_within(readers_scope(request)), pk=pk)
    changes, notes = changed_fields(entry)
    context = {
        "entry": entry,
        "changes": changes,
        "heading": f"{kind_word(entry.object_type)}: {action_word(entry.action)}",
        "breadcrumbs": [(_("Audit log"), reverse("audit:list")), (entry.what or str(entry.pk), "")],
        "rows": [*_facts(request, entry), *notes],
    }
    return render(request, "audit/detail.html", context)


def _facts(request: HttpRequest, entry: AuditEntry) -> Iterator[tuple[Any, Any]]:
    """Yield what the entry says besides old and new values."""
    yield _("When"), entry.at
    yield _("Who"), entry.who
    yield _("In the role"), role_word(entry.actor_role)
    yield _("Network address"), entry.actor_address
    yield _("Request"), _others("request", entry.request_id)
    yield _("Background job"), _job(request, entry.job_id)
    yield _("Object"), _object(entry)
    yield _("Rows"), entry.row_count
    yield _("Content hash"), entry.content_hash


def _others(name: str, value: str) -> str:
    """Return the number of a request or a job with the way to everything that was done in it."""
    if not value:
        return ""
    query = urlencode({name: value})
    return format_html('<a href="{}?{}">{}</a>', reverse("audit:list"), query, value)


def _job(request: HttpRequest, job_id: str) -> str:
    """Return the job: its page for whoever may see it, else what else was done in it."""
    mine = Job.objects.visible_to(request_actor(request), request_scope(request))
    job = mine.filter(pk=job_id).first() if job_id else None
    return format_html('<a href="{}">{}</a>', job.get_absolute_url(), job) if job else _others("job", job_id)


def _object(entry: AuditEntry) -> str:
    """Return the object with the way to its history."""
    kind = entry.cause_type or entry.object_type
    if not entry.object_id or (entry.row_count is not None and not entry.cause_type):
        return entry.what
    url = reverse("audit:history", args=[kind, entry.object_id])
    return format_html('<a href="{}">{}</a>', url, entry.what or entry.object_id)


def changed_fields(entry: AuditEntry) -> tuple[list[tuple[str, Any, Any]], list[tuple[str, Any]]]:
    """Return the changes as (field, old, new), and what an entry notes besides as (name, value)."""
    changes: list[tuple[str, Any, Any]] = []
    notes: list[tuple[str, Any]] = []
    for name, value in entry.values.items():
        word = field_word(entry.object_type, name)
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004  # the pair [old, new]
            old, new = (value_word(entry.object_type, name, one) for one in value)
            changes.append((word, old, new))
        else:
            notes.append((word, value_word(entry.object_type, name, value)))
    return changes, notes
