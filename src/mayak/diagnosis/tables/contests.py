"""Tables of contests."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.contests import ContestState
from mayak.diagnosis.models import Contest, ContestAssignment
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn

CONTEST_TONES = {
    ContestState.DRAFT: "neutral",
    ContestState.OPEN: "info",
    ContestState.SCORING: "warning",
    ContestState.CLOSED: "good",
}


class ContestTable(MayakTable):
    """Contests."""

    title = tables.Column(verbose_name=_("Contest"), linkify=("diagnosis:contest", {"pk": tables.A("pk")}))
    kind = tables.Column(verbose_name=_("Who is chosen"), accessor="get_kind_display", order_by=("kind",))
    school_year = tables.Column(verbose_name=_("School year"), order_by=("school_year__start_year",))
    territory = tables.Column(verbose_name=_("Territory"), order_by=("territory__sort_key",))
    applications_until = tables.DateColumn(verbose_name=_("Applications until"), format="d.m.Y")
    application_count = NumberColumn(verbose_name=_("Applications"))
    state = BadgeColumn(
        verbose_name=_("State"),
        accessor="get_state_display",
        order_by=("state",),
        tone=lambda row: CONTEST_TONES[ContestState(row.state)],
    )

    class Meta(MayakTable.Meta):
        model = Contest
        fields = (
            "title",
            "kind",
            "school_year",
            "territory",
            "applications_until",
            "application_count",
            "state",
        )


class AssignmentTable(MayakTable):
    """What an expert has to score."""

    school = tables.Column(
        verbose_name=_("School"),
        accessor="application__organisation",
        linkify=("diagnosis:contest-sheet", {"pk": tables.A("pk")}),
        order_by=("application__organisation__sort_key",),
    )
    contest = tables.Column(verbose_name=_("Contest"), accessor="application__contest")
    until = tables.DateColumn(
        verbose_name=_("Score until"), accessor="application__contest__scores_until", format="d.m.Y"
    )
    done = BadgeColumn(
        verbose_name=_("State"),
        accessor="state_word",
        orderable=False,
        tone=lambda row: "good" if row.finished_at else "warning",
    )

    class Meta(MayakTable.Meta):
        model = ContestAssignment
        fields = ("school", "contest", "until", "done")
