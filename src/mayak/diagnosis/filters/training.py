"""Filters of the training of mentors."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.training import IncentiveKind, TrainingState
from mayak.diagnosis.models import MentorIncentive, TrainingCourse, TrainingTopic
from mayak.diagnosis.selectors.training import warn_days
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import Person


class MentorFilter(MayakFilterSet):
    """Search by name; state of the training."""

    search_fields = ("family_name", "given_name", "patronymic")
    search_label = _("Mentor")

    state = django_filters.ChoiceFilter(choices=TrainingState.choices, label=_("Training"), method="by_state")

    class Meta:
        model = Person
        fields = ("q", "state")

    def by_state(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """The state follows from the last day of the training."""
        today = timezone.localdate()
        soon = today + dt.timedelta(days=warn_days())
        conditions: dict[str, dict[str, Any]] = {
            TrainingState.NONE.value: {"trained_until__isnull": True},
            TrainingState.EXPIRED.value: {"trained_until__lt": today},
            TrainingState.ENDING.value: {"trained_until__gte": today, "trained_until__lte": soon},
            TrainingState.VALID.value: {"trained_until__gt": soon},
        }
        return queryset.filter(**conditions[value])


class CourseFilter(MayakFilterSet):
    """Search by title and provider; topic."""

    search_fields = ("title", "provider")

    topic = django_filters.ModelChoiceFilter(queryset=TrainingTopic.objects.all(), label=_("Topic"))

    class Meta:
        model = TrainingCourse
        fields = ("q", "topic")


class IncentiveFilter(MayakFilterSet):
    """Search by name; kind."""

    search_fields = ("name", "description")

    kind = django_filters.ChoiceFilter(choices=IncentiveKind.choices, label=_("Kind"))

    class Meta:
        model = MentorIncentive
        fields = ("q", "kind")
