"""Tables of typical measures and recommendations."""

import django_tables2 as tables
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.enums.measures import RecommendationState
from mayak.diagnosis.models import MeasureTemplate, Recommendation
from mayak.diagnosis.selectors.measures import trigger_word
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn

STATE_TONES = {
    RecommendationState.DRAFT: "neutral",
    RecommendationState.ISSUED: "info",
    RecommendationState.DONE: "good",
    RecommendationState.CANCELLED: "neutral",
}
_LETTERS = 120


def state_tone(row: Recommendation) -> str:
    """The colour of a state; what is overdue is red."""
    return "bad" if row.is_overdue else STATE_TONES.get(RecommendationState(row.state), "neutral")


def addressee_note(row: Recommendation) -> str:
    """Says that a person is named, without the name: reading it is logged."""
    return str(_("a named person")) if row.addressee_person_id else ""


class TemplateTable(MayakTable):
    """The library."""

    text = tables.Column(
        verbose_name=gettext_lazy("Recommendation"),
        linkify=("diagnosis:measure-template", {"pk": tables.A("pk")}),
        orderable=False,
    )
    trigger_kind = TwoLineColumn(
        verbose_name=gettext_lazy("Answers"),
        accessor="get_trigger_kind_display",
        order_by=("trigger_kind", "trigger_code"),
        second=trigger_word,
    )
    level = tables.Column(
        verbose_name=gettext_lazy("At the level"), accessor="get_level_display", order_by=("level",)
    )
    addressee = tables.Column(
        verbose_name=gettext_lazy("Addressee"), accessor="get_addressee_display", order_by=("addressee",)
    )
    days = NumberColumn(verbose_name=gettext_lazy("Days"))
    is_active = tables.BooleanColumn(
        verbose_name=gettext_lazy("Proposed"), yesno=(gettext_lazy("yes"), gettext_lazy("no"))
    )

    class Meta(MayakTable.Meta):
        model = MeasureTemplate
        fields = ("text", "trigger_kind", "level", "addressee", "days", "is_active")

    def value_trigger_kind(self, value: str, record: MeasureTemplate) -> str:
        """Both lines for an export."""
        return ": ".join(filter(None, [value, trigger_word(record)]))


class RecommendationTable(MayakTable):
    """Recommendations."""

    text = tables.Column(
        verbose_name=gettext_lazy("Recommendation"),
        linkify=("diagnosis:recommendation", {"pk": tables.A("pk")}),
        orderable=False,
    )
    organisation = tables.Column(verbose_name=gettext_lazy("School"), order_by=("organisation__sort_key",))
    addressee = TwoLineColumn(
        verbose_name=gettext_lazy("Addressee"),
        accessor="get_addressee_display",
        order_by=("addressee",),
        second=addressee_note,
    )
    trigger_label = tables.Column(verbose_name=gettext_lazy("What showed it"), orderable=False)
    deadline = tables.DateColumn(verbose_name=gettext_lazy("Deadline"), format="d.m.Y")
    control_on = tables.DateColumn(verbose_name=gettext_lazy("Control"), format="d.m.Y")
    controller = tables.Column(verbose_name=gettext_lazy("Controller"))
    state = BadgeColumn(
        verbose_name=gettext_lazy("State"),
        accessor="state_word",
        order_by=("state", "deadline"),
        tone=state_tone,
    )

    class Meta(MayakTable.Meta):
        model = Recommendation
        fields = (
            "text",
            "organisation",
            "addressee",
            "trigger_label",
            "deadline",
            "control_on",
            "controller",
            "state",
        )

    def render_text(self, value: str) -> str:
        """Cut a long text; the export keeps it."""
        return Truncator(value).chars(_LETTERS)

    def value_text(self, value: str) -> str:
        """The whole text for an export."""
        return value

    def render_trigger_label(self, value: str, record: Recommendation) -> str:
        """What a named teacher lacks stays on the page of the recommendation, where reading is logged."""
        return "—" if record.addressee_person_id else Truncator(value).chars(_LETTERS)

    def value_trigger_label(self, value: str, record: Recommendation) -> str:
        """The same for an export."""
        return "" if record.addressee_person_id else value
