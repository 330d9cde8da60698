"""Tables of matching."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.ui.tables import (
    BadgeColumn,
    MayakTable,
    NumberColumn,
    PercentColumn,
    TwoLineColumn,
    number_text,
)
from mayak.matching.enums import MatchingState, PairOrigin
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors import LeadLoad, distance_text, reason_texts

STATE_TONES = {MatchingState.DRAFT: "info", MatchingState.APPROVED: "good", MatchingState.ARCHIVED: "neutral"}


def state_tone(record: MatchingRun) -> str:
    """Return the tone of the state."""
    return STATE_TONES.get(MatchingState(record.state), "neutral")


class RunTable(MayakTable):
    """Pairings."""

    title = tables.Column(
        verbose_name=gettext_lazy("Pairing"), linkify=("matching:review", {"pk": tables.A("pk")})
    )
    territory = tables.Column(verbose_name=gettext_lazy("Territory"), order_by=("territory__sort_key",))
    school_year = tables.Column(
        verbose_name=gettext_lazy("School year"), order_by=("school_year__start_year",)
    )
    state = BadgeColumn(verbose_name=gettext_lazy("State"), tone=state_tone)
    pair_count = NumberColumn(verbose_name=gettext_lazy("Pairs"))
    unmatched_count = NumberColumn(verbose_name=gettext_lazy("Without a pair"))
    created_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Created"), format="d.m.Y H:i")

    class Meta(MayakTable.Meta):
        model = MatchingRun
        fields = ("title", "territory", "school_year", "state", "pair_count", "unmatched_count", "created_at")


class DistanceColumn(tables.Column):
    """Kilometres, or that the distance is unknown; the export gives the number."""

    empty_values = ()

    def render(self, value: float | None) -> str:
        """Return «12,4 km» or «distance unknown»."""
        return distance_text(value)

    def value(self, value: float | None) -> Any:
        """Return the number for an export, words where there is none."""
        return distance_text(None) if value is None else round(value, 1)


class ReasonsColumn(tables.Column):
    """The largest reasons for a pair."""

    empty_values = ()

    def render(self, record: MatchPair) -> SafeString:
        """Return the reasons as a list."""
        texts = reason_texts(record)
        return format_html(
            '<ul class="reasons">{}</ul>', format_html_join("", "<li>{}</li>", ((t,) for t in texts))
        )

    def value(self, record: MatchPair) -> str:
        """Return the reasons in one line for an export."""
        return "; ".join(reason_texts(record))


class ActionsColumn(tables.Column):
    """Lock, or look at other lead schools."""

    empty_values = ()

    def render(self, record: MatchPair, table: "PairTable") -> SafeString:
        """Return the buttons of a pair."""
        context = {
            "pair": record,
            "is_moved": record.origin == PairOrigin.HAND,
            "is_locked": table.is_locked(record),
        }
        return render_to_string("matching/pair_actions.html", context, request=table.request)


def _school_url(record: MatchPair) -> str:
    return reverse("matching:school", args=[record.run_id, record.mentee_id])


class PairTable(MayakTable):
    """The pairs of a pairing, each with its score, reasons and the load of its lead school."""

    mentee = TwoLineColumn(
        verbose_name=gettext_lazy("School that gets help"),
        second=lambda record: record.mentee.territory,
        linkify=_school_url,
        order_by=("mentee__sort_key",),
    )
    lead = tables.Column(verbose_name=gettext_lazy("Lead school"), order_by=("lead__sort_key",))
    load = tables.Column(verbose_name=gettext_lazy("Its schools"), empty_values=(), orderable=False)
    score = PercentColumn(verbose_name=gettext_lazy("Score, %"), digits=0)
    distance_km = DistanceColumn(verbose_name=gettext_lazy("Distance"))
    reasons = ReasonsColumn(verbose_name=gettext_lazy("Why"), orderable=False)
    actions = ActionsColumn(verbose_name=gettext_lazy("By hand"), orderable=False, exclude_from_export=True)

    class Meta(MayakTable.Meta):
        model = MatchPair
        fields = ("mentee", "lead", "load", "score", "distance_km", "reasons", "actions")

    def __init__(
        self,
        *args: Any,
        loads: Mapping[int, LeadLoad] | None = None,
        locked: frozenset[Any] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.loads = loads or {}
        self.locked = locked

    def is_locked(self, record: MatchPair) -> bool:
        """Whether a person demanded the pair."""
        return (record.mentee_id, record.lead_id) in self.locked

    def render_lead(self, record: MatchPair) -> SafeString:
        """Return the lead school and under it «2 of 3»; an overload is said above the list, once."""
        return format_html('{}<span class="second-line">{}</span>', record.lead, self.value_load(record))

    def value_lead(self, record: MatchPair) -> str:
        """Return the name for an export."""
        return str(record.lead)

    def render_load(self, record: MatchPair) -> str:
        """Return «2 of 3»."""
        return self.value_load(record)

    def value_load(self, record: MatchPair) -> str:
        """Return «2 of 3» for an export."""
        found = self.loads.get(record.lead_id)
        if found is None:
            return "—"
        return _("%(load)s of %(capacity)s") % {"load": found.load, "capacity": found.capacity}


def score_text(score: float | None) -> str:
    """Return a total of scores as people read it: points, a full pair is 100."""
    return "—" if score is None else number_text(score * 100, 0)
