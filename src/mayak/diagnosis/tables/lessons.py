"""Tables of lessons, sheets, forms and rounds. No column holds a score: nobody is ranked."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.lessons import LessonState, ObservationFormState, SheetState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn

LESSON_TONES = {LessonState.DRAFT: "info", LessonState.FINISHED: "good"}
SHEET_TONES = {SheetState.DRAFT: "warning", SheetState.FINISHED: "good"}
FORM_TONES = {
    ObservationFormState.DRAFT: "info",
    ObservationFormState.IN_USE: "good",
    ObservationFormState.RETIRED: "neutral",
}


class LessonTable(MayakTable):
    """Observed lessons: who, where, when, how far."""

    held_on = tables.DateColumn(
        verbose_name=_("Date of the lesson"), linkify=("diagnosis:lesson", {"pk": tables.A("pk")})
    )
    teacher = TwoLineColumn(
        verbose_name=_("Teacher"), second=lambda row: row.organisation, order_by=("teacher__sort_key",)
    )
    subject = TwoLineColumn(
        verbose_name=_("Subject"), second=lambda row: row.topic, order_by=("subject__position",)
    )
    kind = tables.Column(verbose_name=_("Kind of visit"))
    round = tables.Column(verbose_name=_("Festival"), order_by=("round__title",))
    sheet_count = NumberColumn(verbose_name=_("Observers"))
    finished_count = NumberColumn(verbose_name=_("Finished"))
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: LESSON_TONES[row.state])

    class Meta(MayakTable.Meta):
        model = LessonObservation
        fields = ("held_on", "teacher", "subject", "kind", "round", "sheet_count", "finished_count", "state")


class SheetTable(MayakTable):
    """The sheets of one observer."""

    lesson = TwoLineColumn(
        verbose_name=_("Lesson"),
        accessor="lesson__teacher",
        second=lambda row: f"{row.lesson.subject}, {row.lesson.organisation}",
        linkify=("diagnosis:lesson-sheet", {"pk": tables.A("pk")}),
        order_by=("lesson__teacher__sort_key",),
    )
    held_on = tables.DateColumn(verbose_name=_("Date of the lesson"), accessor="lesson__held_on")
    topic = tables.Column(verbose_name=_("Topic of the lesson"), accessor="lesson__topic")
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: SHEET_TONES[row.state])

    class Meta(MayakTable.Meta):
        model = ObservationSheet
        fields = ("held_on", "lesson", "topic", "state")


class ObservationFormTable(MayakTable):
    """Forms of lesson observation."""

    title = tables.Column(verbose_name=_("Title"), linkify=("diagnosis:lesson-form", {"pk": tables.A("pk")}))
    version = NumberColumn(verbose_name=_("Version"))
    territory = tables.Column(
        verbose_name=_("Whose form"), order_by=("territory__sort_key",), default=_("comes with the product")
    )
    state = BadgeColumn(verbose_name=_("State"), tone=lambda row: FORM_TONES[row.state])
    lesson_count = NumberColumn(verbose_name=_("Lessons"))

    class Meta(MayakTable.Meta):
        model = ObservationForm
        fields = ("title", "version", "territory", "state", "lesson_count")


class LessonRoundTable(MayakTable):
    """Festivals of lessons."""

    title = tables.Column(verbose_name=_("Title"), linkify=("diagnosis:lesson-round", {"pk": tables.A("pk")}))
    territory = TwoLineColumn(
        verbose_name=_("Territory"), second=lambda row: row.organisation, order_by=("territory__sort_key",)
    )
    starts_on = tables.DateColumn(verbose_name=_("From"))
    ends_on = tables.DateColumn(verbose_name=_("Until"))
    form = tables.Column(verbose_name=_("Form of analysis"), order_by=("form__title",))
    lesson_count = NumberColumn(verbose_name=_("Lessons"))
    is_closed = tables.BooleanColumn(verbose_name=_("Closed"), yesno=(_("yes"), _("no")))

    class Meta(MayakTable.Meta):
        model = LessonRound
        fields = ("title", "territory", "starts_on", "ends_on", "form", "lesson_count", "is_closed")
