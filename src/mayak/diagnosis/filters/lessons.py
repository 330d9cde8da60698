"""Filters of lessons, sheets and forms."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.lessons import LessonKind, LessonState, ObservationFormState, SheetState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import Subject


def rounds_of_request(request: HttpRequest | None) -> QuerySet[LessonRound]:
    """Return the festivals that the user may see."""
    return (
        LessonRound.objects.none() if request is None else LessonRound.objects.within(request_scope(request))
    )


class LessonFilter(MayakFilterSet):
    """Search by teacher, school and topic."""

    search_fields = ("teacher__sort_key", "organisation__search_text", "organisation__short_name", "topic")
    search_label = _("Teacher, school or topic")

    round = django_filters.ModelChoiceFilter(queryset=rounds_of_request, label=_("Festival"))
    subject = django_filters.ModelChoiceFilter(queryset=Subject.objects.all(), label=_("Subject"))
    kind = django_filters.ChoiceFilter(choices=LessonKind.choices, label=_("Kind of visit"))
    state = django_filters.ChoiceFilter(choices=LessonState.choices, label=_("State"))

    class Meta:
        model = LessonObservation
        fields = ("q", "round", "subject", "kind", "state")


class SheetFilter(MayakFilterSet):
    """Finished or not."""

    state = django_filters.ChoiceFilter(choices=SheetState.choices, label=_("State"))

    class Meta:
        model = ObservationSheet
        fields = ("state",)


class ObservationFormFilter(MayakFilterSet):
    """Search by title."""

    search_fields = ("title",)
    search_label = _("Title")

    state = django_filters.ChoiceFilter(choices=ObservationFormState.choices, label=_("State"))

    class Meta:
        model = ObservationForm
        fields = ("q", "state")


class LessonRoundFilter(MayakFilterSet):
    """Search by title."""

    search_fields = ("title",)
    search_label = _("Title")

    class Meta:
        model = LessonRound
        fields = ("q",)
