"""Tables of the training of mentors."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import MentorIncentive, TrainingCourse, TrainingTopic
from mayak.diagnosis.selectors.training import TRAINING_TONES, training_state
from mayak.kernel.ui.drawing import badge_html
from mayak.kernel.ui.tables import MayakTable, NumberColumn, TwoLineColumn
from mayak.registry.models import Person

ASSUMPTION = _("assumption")


class MentorTable(MayakTable):
    """Mentors with the state of their training."""

    person = tables.Column(
        verbose_name=_("Mentor"),
        accessor="pk",
        linkify=("diagnosis:training-person", {"pk": tables.A("pk")}),
        order_by=("sort_key",),
    )
    territory = tables.Column(verbose_name=_("Territory"), order_by=("territory__sort_key",))
    trained_until = tables.DateColumn(verbose_name=_("Trained until"), format="d.m.Y")
    state = tables.Column(verbose_name=_("Training"), accessor="pk", orderable=False)

    class Meta(MayakTable.Meta):
        model = Person
        fields = ("person", "territory", "trained_until", "state")

    def __init__(self, *args: Any, warn: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warn = warn

    def render_person(self, record: Person) -> str:
        """The full name."""
        return str(record)

    def value_person(self, record: Person) -> str:
        """The same for an export."""
        return str(record)

    def render_state(self, record: Person) -> Any:
        """The badge of the state."""
        state = training_state(record.trained_until, warn_days=self.warn)  # type: ignore[attr-defined]  # annotated
        return badge_html(TRAINING_TONES[state], state.label)

    def value_state(self, record: Person) -> str:
        """The word for an export."""
        state = training_state(record.trained_until, warn_days=self.warn)  # type: ignore[attr-defined]  # annotated
        return str(state.label)


class CourseTable(MayakTable):
    """Courses."""

    title = tables.Column(
        verbose_name=_("Course"), linkify=("diagnosis:training-course", {"pk": tables.A("pk")})
    )
    provider = tables.Column(verbose_name=_("Who teaches"))
    hours = NumberColumn(verbose_name=_("Hours"))
    topic = tables.Column(verbose_name=_("Topic"), order_by=("topic__position",))
    starts_on = tables.DateColumn(verbose_name=_("Begins"), format="d.m.Y")
    learners = NumberColumn(verbose_name=_("People"))

    class Meta(MayakTable.Meta):
        model = TrainingCourse
        fields = ("title", "provider", "hours", "topic", "starts_on", "learners")


class IncentiveTable(MayakTable):
    """Reasons and rewards."""

    name = TwoLineColumn(verbose_name=_("Name"), second=lambda row: row.description)
    kind = tables.Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by=("kind",))
    source = TwoLineColumn(
        verbose_name=_("Source"), second=lambda row: ASSUMPTION if row.is_assumption else ""
    )
    is_active = tables.BooleanColumn(verbose_name=_("In use"), yesno=(_("yes"), _("no")))
    change = tables.Column(
        verbose_name="",
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
        linkify=("diagnosis:training-incentive", {"pk": tables.A("pk")}),
    )

    class Meta(MayakTable.Meta):
        model = MentorIncentive
        fields = ("name", "kind", "source", "is_active", "change")

    def render_change(self) -> Any:
        """The word of the link."""
        return _("Change")


class TopicTable(MayakTable):
    """Topics."""

    name = tables.Column(
        verbose_name=_("Topic"), linkify=("diagnosis:training-topic", {"pk": tables.A("pk")})
    )
    source = TwoLineColumn(
        verbose_name=_("Source"), second=lambda row: ASSUMPTION if row.is_assumption else ""
    )
    is_active = tables.BooleanColumn(verbose_name=_("In use"), yesno=(_("yes"), _("no")))

    class Meta(MayakTable.Meta):
        model = TrainingTopic
        fields = ("name", "source", "is_active")
