"""Lists of runs, decisions, rules and statuses. Schools are sorted by name, never by how far they are from a limit."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.drawing import badge_html
from mayak.kernel.ui.tables import MayakTable, NumberColumn, TwoLineColumn, number_text
from mayak.results.enums import DecisionChange, RunState
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision, SchoolStatus
from mayak.results.selectors.decisions import reason_sentences, verdict_words
from mayak.results.selectors.identification import stability_words
from mayak.results.selectors.names import Names
from mayak.results.selectors.statuses import holds

TONE_OF_RUN = {RunState.DRAFT: "warning", RunState.APPROVED: "good", RunState.ARCHIVED: "neutral"}
TONE_OF_CHANGE = {
    DecisionChange.ENTERED: "warning",
    DecisionChange.RELAPSED: "warning",
    DecisionChange.STAYED: "neutral",
    DecisionChange.LEFT: "good",
}


class DecisionTable(MayakTable):
    """The schools of a run: why, how certain, what changed. Some columns stand in the export only."""

    school = tables.Column(
        accessor="organisation", verbose_name=_("School"), order_by="organisation__sort_key"
    )
    territory = tables.Column(
        accessor="organisation__territory__name", verbose_name=_("Municipality"), orderable=False
    )
    verdict = tables.Column(accessor="is_listed", verbose_name=_("Decision"), orderable=False)
    why = tables.Column(
        accessor="reasons",
        verbose_name=_("Why"),
        orderable=False,
        empty_values=(),
        attrs={"td": {"class": "wide"}},
    )
    change = tables.Column(verbose_name=_("Against the year before"), orderable=False)
    stability = tables.Column(verbose_name=_("Stability of the decision"), orderable=False, empty_values=())
    few_participants = tables.Column(verbose_name=_("Few participants"), orderable=False)
    signal = tables.Column(accessor="pk", verbose_name=_("Meaning"), orderable=False)

    class Meta(MayakTable.Meta):
        model = SchoolDecision
        fields = (
            "school",
            "territory",
            "verdict",
            "why",
            "change",
            "stability",
            "few_participants",
            "signal",
        )
        order_by = "school"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names: Names | None = None

    @property
    def names(self) -> Names:
        """Names of subjects and indicators, read once."""
        if self._names is None:
            self._names = Names.load()
        return self._names

    def render_school(self, value: Any, record: SchoolDecision) -> SafeString:
        """Link to why the school is on the list; the municipality under it."""
        return format_html(
            '<span><a href="{}">{}</a><span class="second-line">{}</span></span>',
            reverse("identification:decision", args=[record.pk]),
            value,
            record.organisation.territory,
        )

    def value_school(self, value: Any) -> str:
        """The name."""
        return str(value)

    def value_verdict(self, record: SchoolDecision) -> str:
        """The word."""
        return verdict_words(record)[0]

    def render_why(self, record: SchoolDecision) -> Any:
        """The largest reasons; of a school off the list the decision itself."""
        texts = reason_sentences(record, self.names, largest=2)
        if not texts:
            word, tone = verdict_words(record)
            return badge_html(tone, word)
        return format_html(
            '<ul class="reasons">{}</ul>', format_html_join("", "<li>{}</li>", ((t,) for t in texts))
        )

    def value_why(self, record: SchoolDecision) -> str:
        """All the largest reasons in one line."""
        return "; ".join(reason_sentences(record, self.names))

    def render_change(self, value: Any, record: SchoolDecision) -> Any:
        """A word with its tone."""
        return badge_html(TONE_OF_CHANGE[DecisionChange(record.change)], value)

    def value_change(self, record: SchoolDecision) -> str:
        """The word."""
        return str(record.get_change_display())

    def render_stability(self, record: SchoolDecision) -> Any:
        """A word, the number, and the mark of few participants."""
        marks = []
        if record.stability is not None:
            word, tone = stability_words(record.stability, is_listed=record.is_listed)
            marks.append(
                badge_html(
                    tone, gettext("%(word)s: %(times)s of 100") % {"word": word, "times": _same(record)}
                )
            )
        if record.few_participants:
            marks.append(badge_html("info", gettext("few participants")))
        if not marks:
            return "—"
        return format_html(
            '<span class="marks">{}</span>', format_html_join(" ", "{}", ((mark,) for mark in marks))
        )

    def value_stability(self, record: SchoolDecision) -> str:
        """The word and the number."""
        if record.stability is None:
            return ""
        word = stability_words(record.stability, is_listed=record.is_listed)[0]
        return gettext("%(word)s: %(times)s of 100") % {"word": word, "times": _same(record)}

    def value_few_participants(self, value: bool) -> str:
        """The mark in words."""
        return gettext("few participants") if value else ""

    def value_signal(self) -> str:
        """Every exported row says what it is."""
        return gettext("a signal for support, not an evaluation")


def _same(record: SchoolDecision) -> int:
    """In how many of 100 cases the decision would be the same."""
    probability = record.stability or 0.0
    return round((probability if record.is_listed else 1 - probability) * 100)


class RunTable(MayakTable):
    """Runs of rules."""

    rule = TwoLineColumn(
        accessor="rule_set__name",
        verbose_name=_("Rule"),
        second=lambda run: gettext("version %(version)s") % {"version": run.rule_set.version},
    )
    year = tables.Column(verbose_name=_("Year"))
    territory = tables.Column(accessor="territory__name", verbose_name=_("Territory"))
    listed = tables.Column(accessor="summary", verbose_name=_("On the list"), orderable=False)
    state = tables.Column(verbose_name=_("State"))
    created_at = tables.DateTimeColumn(verbose_name=_("Run"), format="d.m.Y H:i")
    owner_label = tables.Column(verbose_name=_("Run by"))

    class Meta(MayakTable.Meta):
        model = IdentificationRun
        fields = ("rule", "year", "territory", "listed", "state", "created_at", "owner_label")
        order_by = "-created_at"

    def render_rule(self, value: Any, record: IdentificationRun) -> SafeString:
        """Link to the list."""
        link = format_html('<a href="{}">{}</a>', reverse("identification:run", args=[record.pk]), value)
        version = gettext("version %(version)s") % {"version": record.rule_set.version}
        return format_html('{}<span class="second-line">{}</span>', link, version)

    def value_rule(self, record: IdentificationRun) -> str:
        """The name with the version."""
        return str(record.rule_set)

    def render_listed(self, value: dict[str, Any]) -> str:
        """«16 of 27»."""
        return gettext("%(listed)s of %(schools)s") % {
            "listed": number_text(value.get("listed")),
            "schools": number_text(value.get("schools")),
        }

    def render_state(self, value: Any, record: IdentificationRun) -> SafeString:
        """A word with its tone."""
        return badge_html(TONE_OF_RUN.get(RunState(record.state), "neutral"), value)

    def value_state(self, record: IdentificationRun) -> str:
        """The word."""
        return str(record.get_state_display())


class RuleSetTable(MayakTable):
    """Rules, each version a row."""

    name = TwoLineColumn(
        verbose_name=_("Rule"), second=lambda rule: gettext("version %(version)s") % {"version": rule.version}
    )
    status = tables.Column(accessor="status_kind__name", verbose_name=_("Status that it gives"))
    where = tables.Column(accessor="territory__name", verbose_name=_("Whose"), empty_values=())
    source = tables.Column(verbose_name=_("Source"), orderable=False)
    is_assumption = tables.Column(verbose_name=_("Assumptions"), orderable=False)
    used = NumberColumn(verbose_name=_("Runs"))

    class Meta(MayakTable.Meta):
        model = RuleSet
        fields = ("name", "status", "where", "source", "is_assumption", "used")
        order_by = ("status", "name")

    def render_name(self, value: Any, record: RuleSet) -> SafeString:
        """Link to the rule."""
        link = format_html('<a href="{}">{}</a>', reverse("identification:rule", args=[record.pk]), value)
        version = gettext("version %(version)s") % {"version": record.version}
        return format_html('{}<span class="second-line">{}</span>', link, version)

    def value_name(self, record: RuleSet) -> str:
        """The name with the version."""
        return str(record)

    def render_where(self, record: RuleSet) -> str:
        """Its territory, or the product."""
        return str(record.territory or gettext("comes with the product"))

    def render_source(self, value: str) -> str:
        """The beginning of a long source."""
        return value if len(value) <= 120 else f"{value[:117]}…"  # noqa: PLR2004  # letters of a cell

    def value_source(self, value: str) -> str:
        """All of it."""
        return value

    def render_is_assumption(self, value: bool) -> Any:
        """The badge."""
        return badge_html("warning", gettext("has assumptions")) if value else "—"

    def value_is_assumption(self, value: bool) -> str:
        """The word."""
        return gettext("has assumptions") if value else ""


class StatusTable(MayakTable):
    """Statuses of schools."""

    school = tables.Column(
        accessor="organisation", verbose_name=_("School"), order_by="organisation__sort_key"
    )
    territory = tables.Column(
        accessor="organisation__territory__name",
        verbose_name=_("Municipality"),
        order_by=("organisation__territory__sort_key", "organisation__sort_key"),
    )
    kind = tables.Column(accessor="kind__name", verbose_name=_("Status"), order_by="kind__position")
    level = tables.Column(verbose_name=_("Assigned by the level"))
    valid_from = tables.DateColumn(verbose_name=_("From"), format="d.m.Y")
    valid_to = tables.DateColumn(verbose_name=_("Until"), format="d.m.Y")
    source = tables.Column(verbose_name=_("Where from"))
    basis = tables.Column(verbose_name=_("Basis"), orderable=False)
    reason = tables.Column(verbose_name=_("Reason"), orderable=False, empty_values=())
    actions = tables.Column(
        accessor="pk", verbose_name=_("Actions"), orderable=False, exclude_from_export=True, empty_values=()
    )

    class Meta(MayakTable.Meta):
        model = SchoolStatus
        fields = (
            "school", "territory", "kind", "level", "valid_from", "valid_to", "source", "basis", "reason", "actions",
        )  # fmt: skip
        order_by = "school"

    def __init__(self, *args: Any, may_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        if not may_change:
            self.columns.hide("actions")

    def render_school(self, value: Any, record: SchoolStatus) -> SafeString:
        """Link to the school."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("registry:organisations-detail", args=[record.organisation_id]),
            value,
        )

    def value_school(self, value: Any) -> str:
        """The name."""
        return str(value)

    def render_kind(self, value: Any, record: SchoolStatus) -> Any:
        """The name, and that it has ended."""
        if holds(record, self.today):
            return value
        word = gettext("ended") if record.valid_to and record.valid_to < self.today else gettext("not yet")
        return format_html('{} <span class="second-line">{}</span>', value, word)

    def value_kind(self, value: Any) -> str:
        """The name."""
        return str(value)

    def render_reason(self, record: SchoolStatus) -> Any:
        """Why it was given and why it ended."""
        first = record.reason or (str(record.run) if record.run else "")
        return _two_lines(first, record.end_reason) or "—"

    def value_reason(self, record: SchoolStatus) -> str:
        """Both in one line."""
        first = record.reason or (str(record.run) if record.run else "")
        return "; ".join(text for text in (first, record.end_reason) if text)

    def render_actions(self, record: SchoolStatus) -> Any:
        """End the status while it holds."""
        if record.valid_to is not None and record.valid_to < self.today:
            return "—"
        return format_html(
            '<a class="btn btn-quiet btn-sm" href="{}">{}</a>',
            reverse("identification:status-end", args=[record.pk]),
            gettext("End"),
        )


def _two_lines(first: str, second: str) -> Any:
    if not second:
        return first
    return format_html('{} <span class="second-line">{}</span>', first, second)
