"""Lists of programmes, acts, subjects, school years, imports and decisions about names."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn
from mayak.registry.enums import ActState, ImportState
from mayak.registry.models import LegalAct, NameLinkDecision, Programme, RegistryImport, SchoolYear, Subject
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.tables.organisations import PK

_ACT_TONES = {ActState.IN_FORCE: "good", ActState.CANCELLED: "bad", ActState.REPLACED: "warning"}
_IMPORT_TONES = {ImportState.APPLIED: "good", ImportState.CHECKED: "info"}


class ProgrammeTable(MayakTable):
    """Programmes."""

    name = tables.Column(verbose_name=_("Designation"), linkify=("registry:programmes-detail", PK))
    kind = tables.Column(verbose_name=_("Kind"))
    territory = tables.Column(verbose_name=_("Territory"), order_by="territory__sort_key")
    starts_on = tables.DateColumn(verbose_name=_("Begins"), format="d.m.Y")
    ends_on = tables.DateColumn(verbose_name=_("Ends"), format="d.m.Y")
    participant_count = NumberColumn(verbose_name=_("Participants"))

    class Meta(MayakTable.Meta):
        model = Programme
        fields = ("name", "kind", "territory", "starts_on", "ends_on", "participant_count")


class ActTable(MayakTable):
    """Legal acts."""

    title = tables.Column(verbose_name=_("Title"), linkify=("registry:acts-detail", PK))
    kind = tables.Column(verbose_name=_("Kind"))
    number = tables.Column(verbose_name=_("Number"))
    date = tables.DateColumn(verbose_name=_("Date"), format="d.m.Y")
    issuer = tables.Column(verbose_name=_("Issued by"))
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: _ACT_TONES.get(row.state, "neutral"))

    class Meta(MayakTable.Meta):
        model = LegalAct
        fields = ("title", "kind", "number", "date", "issuer", "state")


class SubjectTable(MayakTable):
    """Subjects."""

    name = tables.Column(
        verbose_name=_("Designation"), linkify=("registry:subjects-detail", PK), order_by=("position", "name")
    )
    code = tables.Column(verbose_name=_("Code"))
    aliases = tables.Column(verbose_name=_("Names in files"), orderable=False)

    class Meta(MayakTable.Meta):
        model = Subject
        fields = ("name", "code", "aliases")

    def render_aliases(self, value: Any) -> str:
        """Return the names in one line."""
        return "; ".join(value)

    value_aliases = render_aliases


class SchoolYearTable(MayakTable):
    """School years."""

    name = tables.Column(
        verbose_name=_("School year"),
        accessor="start_year",
        linkify=("registry:school-years-detail", PK),
        order_by="start_year",
    )
    is_closed = BadgeColumn(
        verbose_name=_("State"),
        accessor="pk",
        orderable=False,
        tone=lambda row: "neutral" if row.is_closed else "good",
    )

    class Meta(MayakTable.Meta):
        model = SchoolYear
        fields = ("name", "is_closed")

    def render_name(self, record: SchoolYear) -> str:
        """Return «2024/25»."""
        return str(record)

    value_name = render_name

    def render_is_closed(self, record: SchoolYear, column: Any) -> Any:
        """Return the badge."""
        return column.render(self.value_is_closed(record), record)

    def value_is_closed(self, record: SchoolYear) -> str:
        """Return the state in words."""
        return str(_("closed for changes") if record.is_closed else _("open"))


class ImportTable(MayakTable):
    """Imports of registry tables."""

    file_name = tables.Column(verbose_name=_("File"), linkify=("registry:import", PK))
    kind = tables.Column(verbose_name=_("Table"), orderable=False)
    created_count = NumberColumn(verbose_name=_("Created"))
    updated_count = NumberColumn(verbose_name=_("Updated"))
    unchanged_count = NumberColumn(verbose_name=_("Unchanged"))
    rejected_count = NumberColumn(verbose_name=_("Rejected"))
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: _IMPORT_TONES.get(row.state, "neutral"))
    uploaded_by_label = tables.Column(verbose_name=_("Who"))
    uploaded_at = tables.DateTimeColumn(verbose_name=_("When"), format="d.m.Y H:i")

    class Meta(MayakTable.Meta):
        model = RegistryImport
        fields = (
            "file_name",
            "kind",
            "created_count",
            "updated_count",
            "unchanged_count",
            "rejected_count",
            "state",
            "uploaded_by_label",
            "uploaded_at",
        )

    def render_kind(self, value: str) -> str:
        """Return the name of the table."""
        return str(SHEETS[value].title) if value in SHEETS else value

    value_kind = render_kind


class DecisionTable(MayakTable):
    """Remembered decisions about names found in files."""

    raw_name = tables.Column(verbose_name=_("Name in the file"), linkify=("registry:decision", PK))
    verdict = tables.Column(verbose_name=_("Decision"))
    organisation = tables.Column(verbose_name=_("Organisation"), order_by="organisation__sort_key")
    territory = tables.Column(verbose_name=_("Territory"), order_by="territory__sort_key")
    decided_by_label = tables.Column(verbose_name=_("Who"))
    decided_at = tables.DateTimeColumn(verbose_name=_("When"), format="d.m.Y H:i")

    class Meta(MayakTable.Meta):
        model = NameLinkDecision
        fields = ("raw_name", "verdict", "organisation", "territory", "decided_by_label", "decided_at")
