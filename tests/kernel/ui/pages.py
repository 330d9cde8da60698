"""A list page over jobs, as an app would write it."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import path

from mayak.config.urls import handler403, handler404, handler500, urlpatterns
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.kernel.ui.lists import Action, ListPage
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn

TONES = {"done": "good", "failed": "bad"}


class JobTable(MayakTable):
    """Jobs."""

    title = tables.Column(verbose_name="What")
    state = BadgeColumn(verbose_name="State", tone=lambda job: TONES.get(job.state, "neutral"))
    done = NumberColumn(verbose_name="Rows")


class JobFilter(MayakFilterSet):
    """Search and state."""

    search_fields = ("title", "owner_label")
    state = django_filters.ChoiceFilter(choices=JobState.choices, label="State")
    since = django_filters.DateFilter(field_name="created_at", lookup_expr="date__gte", label="Since")


class JobsPage(ListPage):
    """All jobs."""

    title = "Jobs of the house"
    table_class = JobTable
    filter_class = JobFilter
    export_name = "jobs"
    empty_title = "No jobs yet"
    empty_text = "Load a file to start one."
    empty_url_name = "web:today"
    empty_label = "Begin"

    def get_queryset(self) -> QuerySet[Any]:
        """Return all jobs."""
        return Job.objects.all()

    def get_actions(self) -> list[Action]:
        """Return one primary action."""
        return [Action("Load results", "/load/", primary=True), Action("Help", "/help/")]


urlpatterns = [*urlpatterns, path("jobs-of-the-house/", JobsPage.as_view(), name="jobs-of-the-house")]

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
