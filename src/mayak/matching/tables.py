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
from mayak.matching.models import MatchingRun, MatchPair, TeacherPair
from mayak.matching.selectors import LeadLoad, distance_text, reason_texts
from mayak.matching.selectors.criterion_words import minutes_of
from mayak.matching.selectors.teacher_explanations import pair_reasons, place_words
from mayak.matching.selectors.teacher_runs import MentorLoad

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
    level = tables.Column(verbose_name=gettext_lazy("Who is paired"))
    state = BadgeColumn(verbose_name=gettext_lazy("State"), tone=state_tone)
    pair_count = NumberColumn(verbose_name=gettext_lazy("Pairs"))
    unmatched_count = NumberColumn(verbose_name=gettext_lazy("Without a pair"))
    created_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Created"), format="d.m.Y H:i")

    class Meta(MayakTable.Meta):
        model = MatchingRun
        fields = (
            "title",
            "level",
            "territory",
            "school_year",
            "state",
            "pair_count",
            "unmatched_count",
            "created_at",
        )


class DistanceColumn(tables.Column):
    """Kilometres, or that the distance is unknown; the export gives the number."""

    empty_values = ()

    def render(self, value: float | None, record: MatchPair) -> str:
        """Return «12,4 km» or «distance unknown»; with the time on the way where the rules ask for it."""
        return distance_text(value, minutes_of(record.contributions))

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


def effect_text(effect: float) -> str:
    """Return how a total changes: points with a plus or a minus; a change that rounds to nothing has no sign."""
    points = round(effect * 100)
    sign = {1: "+", -1: "−"}.get((points > 0) - (points < 0), "")  # a minus, no hyphen
    return f"{sign}{number_text(abs(points), 0)}"


class TeacherReasonsColumn(tables.Column):
    """The largest reasons for a pair of teachers."""

    empty_values = ()

    def render(self, record: TeacherPair, table: "TeacherPairTable") -> SafeString:
        """Return the reasons as a list."""
        texts = pair_reasons(record, table.subjects)
        return format_html(
            '<ul class="reasons">{}</ul>', format_html_join("", "<li>{}</li>", ((t,) for t in texts))
        )

    def value(self, record: TeacherPair, table: "TeacherPairTable") -> str:
        """Return the reasons in one line for an export."""
        return "; ".join(pair_reasons(record, table.subjects))


class TeacherActionsColumn(tables.Column):
    """Lock, or look at other mentors."""

    empty_values = ()

    def render(self, record: TeacherPair, table: "TeacherPairTable") -> SafeString:
        """Return the buttons of a pair."""
        context = {
            "pair": record,
            "is_moved": record.origin == PairOrigin.HAND,
            "is_locked": (record.mentee_id, record.mentor_id) in table.locked,
        }
        return render_to_string("matching/teacher_actions.html", context, request=table.request)


def _person_url(record: TeacherPair) -> str:
    return reverse("matching:person", args=[record.run_id, record.mentee_id])


class TeacherPairTable(MayakTable):
    """The pairs of teachers, each with its score, reasons and the load of its mentor."""

    mentor = tables.Column(verbose_name=gettext_lazy("Mentor"), order_by=("mentor__sort_key",))
    load = tables.Column(verbose_name=gettext_lazy("Load"), empty_values=(), orderable=False, visible=False)
    mentee = TwoLineColumn(
        verbose_name=gettext_lazy("Teacher who gets help"),
        second=lambda record: record.mentee_school,
        linkify=_person_url,
        order_by=("mentee__sort_key",),
    )
    need_title = TwoLineColumn(verbose_name=gettext_lazy("Need"), second=place_words)
    score = PercentColumn(verbose_name=gettext_lazy("Score, %"), digits=0)
    place = tables.Column(
        verbose_name=gettext_lazy("How they meet"), empty_values=(), orderable=False, visible=False
    )
    reasons = TeacherReasonsColumn(verbose_name=gettext_lazy("Why"), orderable=False)
    actions = TeacherActionsColumn(
        verbose_name=gettext_lazy("By hand"), orderable=False, exclude_from_export=True
    )
    mentor_school = tables.Column(verbose_name=gettext_lazy("School of the mentor"), visible=False)
    mentee_school = tables.Column(verbose_name=gettext_lazy("School of the mentee"), visible=False)

    class Meta(MayakTable.Meta):
        model = TeacherPair
        fields = (
            "mentor",
            "mentor_school",
            "load",
            "mentee",
            "mentee_school",
            "need_title",
            "score",
            "place",
            "reasons",
            "actions",
        )
        sequence = fields

    def __init__(
        self,
        *args: Any,
        loads: Mapping[int, MentorLoad] | None = None,
        locked: frozenset[Any] = frozenset(),
        subjects: Mapping[str, str] | None = None,
        is_export: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.loads = loads or {}
        self.locked = locked
        self.subjects = subjects or {}
        if is_export:
            for name in ("mentor_school", "load", "mentee_school", "place"):
                self.columns.show(name)

    def render_mentor(self, record: TeacherPair) -> SafeString:
        """Return the mentor with the school and the load «2 of 3»."""
        return format_html(
            '{}<span class="second-line">{}</span><span class="second-line">{}</span>',
            record.mentor,
            record.mentor_school,
            _("load %(load)s") % {"load": self.render_load(record)},
        )

    def value_mentor(self, record: TeacherPair) -> str:
        """Return the name for an export."""
        return str(record.mentor)

    def render_load(self, record: TeacherPair) -> str:
        """Return «2 of 3»."""
        found = self.loads.get(record.mentor_id)
        if found is None:
            return "—"
        return _("%(load)s of %(capacity)s") % {"load": found.load, "capacity": found.places}

    def value_load(self, record: TeacherPair) -> str:
        """Return «2 of 3» for an export."""
        return self.render_load(record)

    def render_place(self, record: TeacherPair) -> str:
        """Return whether they meet, and how far it is."""
        return place_words(record)

    def value_place(self, record: TeacherPair) -> str:
        """Return the same for an export."""
        return place_words(record)


class ApprovedTeacherPairTable(MayakTable):
    """Approved pairs as those see them who work in them: without points."""

    mentor = TwoLineColumn(
        verbose_name=gettext_lazy("Mentor"),
        second=lambda record: record.mentor_school,
        order_by=("mentor__sort_key",),
    )
    mentee = TwoLineColumn(
        verbose_name=gettext_lazy("Teacher who gets help"),
        second=lambda record: record.mentee_school,
        order_by=("mentee__sort_key",),
    )
    need_title = tables.Column(verbose_name=gettext_lazy("Need"))
    place = tables.Column(
        verbose_name=gettext_lazy("How they meet"), empty_values=(), order_by=("is_remote", "distance_km")
    )
    school_year = tables.Column(
        verbose_name=gettext_lazy("School year"),
        accessor="run__school_year",
        order_by=("run__school_year__start_year",),
    )

    class Meta(MayakTable.Meta):
        model = TeacherPair
        fields = ("mentor", "mentee", "need_title", "place", "school_year")

    def render_place(self, record: TeacherPair) -> str:
        """Return whether they meet, and how far it is."""
        return place_words(record)
