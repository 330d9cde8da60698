"""Filters of the list of jobs."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.ui.filters import MayakFilterSet


class JobFilter(MayakFilterSet):
    """By state, and by words of the title."""

    search_fields = ("title",)

    state = django_filters.ChoiceFilter(choices=JobState.choices, label=_("State"), empty_label=_("any"))

    class Meta:
        model = Job
        fields = ("state",)
