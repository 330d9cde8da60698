"""Tables of documents."""

import datetime as dt

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.documents.enums import TemplateKind
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.kernel.ui.drawing import badge_html
from mayak.kernel.ui.tables import MayakTable, TwoLineColumn


def state_words(record: GeneratedDocument) -> str:
    """Return where the paper stands; a list is signed by nobody."""
    if record.act_id:
        return _("registered")
    if record.is_draft:
        return _("draft")
    return _("to be signed") if record.kind == TemplateKind.PARTNERSHIP_ORDER else _("ready")


def state_tone(record: GeneratedDocument) -> str:
    """Return the tone of the state."""
    if record.act_id:
        return "good"
    if record.is_draft:
        return "info"
    return "warning" if record.kind == TemplateKind.PARTNERSHIP_ORDER else "good"


class StateColumn(tables.Column):
    """Where a paper stands, as a badge; the export gives the word."""

    def render(self, record: GeneratedDocument) -> SafeString:
        """Return the badge."""
        return badge_html(state_tone(record), state_words(record))

    def value(self, record: GeneratedDocument) -> str:
        """Return the word for an export."""
        return state_words(record)


class MomentColumn(tables.Column):
    """Day and time; the export gives the moment itself."""

    def render(self, value: dt.datetime) -> str:
        """Return «12.10.2026 09:30»."""
        return date_format(timezone.localtime(value), "d.m.Y H:i")

    def value(self, value: dt.datetime) -> dt.datetime:
        """Return the moment."""
        return value


class DocumentTable(MayakTable):
    """Papers."""

    title = TwoLineColumn(
        verbose_name=gettext_lazy("Paper"),
        second=lambda record: record.territory,
        linkify=("documents:detail", {"pk": tables.A("pk")}),
        order_by=("title",),
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    school_year = tables.Column(
        verbose_name=gettext_lazy("School year"),
        accessor="run__school_year",
        order_by=("run__school_year__start_year",),
    )
    state = StateColumn(verbose_name=gettext_lazy("State"), accessor="pk", orderable=False)
    act = tables.Column(verbose_name=gettext_lazy("Registered act"), order_by=("act__date", "act__number"))
    format = tables.Column(verbose_name=gettext_lazy("Format"))
    owner_label = tables.Column(verbose_name=gettext_lazy("Made by"))
    created_at = MomentColumn(verbose_name=gettext_lazy("Made"))

    class Meta(MayakTable.Meta):
        model = GeneratedDocument
        fields = ("title", "kind", "school_year", "state", "act", "format", "owner_label", "created_at")


class TemplateTable(MayakTable):
    """Templates."""

    name = TwoLineColumn(
        verbose_name=gettext_lazy("Template"),
        second=lambda record: record.territory or _("supplied with the product"),
        linkify=("documents:template-download", {"pk": tables.A("pk")}),
        order_by=("name",),
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    version = tables.Column(verbose_name=gettext_lazy("Version"))
    standard = tables.Column(verbose_name=gettext_lazy("Layout standard"))
    owner_label = tables.Column(verbose_name=gettext_lazy("Uploaded by"))
    created_at = MomentColumn(verbose_name=gettext_lazy("Uploaded"))

    class Meta(MayakTable.Meta):
        model = DocumentTemplate
        fields = ("name", "kind", "version", "standard", "owner_label", "created_at")
