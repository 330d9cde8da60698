"""Tables of the catalogues of tasks and of the tasks of one."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.exam_tasks import TASK_COLUMNS
from mayak.diagnosis.models import ExamTask, TaskCatalogue
from mayak.diagnosis.selectors.exam_tasks import points_text
from mayak.kernel.ui.drawing import badge_html
from mayak.kernel.ui.tables import NUMBER_ATTRS, MayakTable, NumberColumn, TwoLineColumn

OF_THE_CATALOGUE = ("kind", "subject", "grade", "year", "skill", "source")
"""Columns that only the file needs: on the page of a catalogue they stand above the table or beside the topic."""


def origin_word(catalogue: TaskCatalogue) -> str:
    """Say where a catalogue comes from."""
    return gettext("supplied with the product") if catalogue.is_supplied else gettext("loaded from a file")


def _paper(record: TaskCatalogue) -> str:
    """Name the paper where its subject alone would stand for several."""
    return str(record)


class TaskCatalogueTable(MayakTable):
    """The catalogues with the number of their tasks."""

    subject = tables.Column(
        verbose_name=_("Subject"),
        order_by=("subject__position", "kind", "-year", "grade"),
        linkify=("diagnosis:exam-catalogue", {"pk": tables.A("pk")}),
        attrs={"a": {"aria-label": _paper}},
    )
    kind = tables.Column(verbose_name=_("Exam"), order_by=("kind", "-year", "subject__position", "grade"))
    grade = NumberColumn(verbose_name=_("Grade"))
    year = tables.Column(verbose_name=_("Year"))
    task_count = NumberColumn(verbose_name=_("Tasks"))
    source = tables.Column(verbose_name=_("Source"))
    is_supplied = tables.Column(verbose_name=_("Where from"))

    class Meta(MayakTable.Meta):
        model = TaskCatalogue
        fields = ("subject", "kind", "grade", "year", "task_count", "source", "is_supplied")

    def render_is_supplied(self, record: TaskCatalogue) -> Any:
        """Return the badge."""
        return badge_html("neutral" if record.is_supplied else "info", origin_word(record))

    def value_is_supplied(self, record: TaskCatalogue) -> str:
        """Return the word for an export."""
        return origin_word(record)


class ExamTaskTable(MayakTable):
    """The tasks of a catalogue; with all columns it is the file that can be loaded again."""

    kind = tables.Column(
        verbose_name=TASK_COLUMNS["kind"], accessor="catalogue__get_kind_display", orderable=False
    )
    subject = tables.Column(
        verbose_name=TASK_COLUMNS["subject"], accessor="catalogue__subject", orderable=False
    )
    grade = tables.Column(verbose_name=TASK_COLUMNS["grade"], accessor="catalogue__grade", orderable=False)
    year = tables.Column(verbose_name=TASK_COLUMNS["year"], accessor="catalogue__year", orderable=False)
    task = tables.Column(
        verbose_name=TASK_COLUMNS["task"], accessor="task_code", order_by=("position",), attrs=NUMBER_ATTRS
    )
    max_score = NumberColumn(verbose_name=TASK_COLUMNS["max_score"])
    section = tables.Column(verbose_name=TASK_COLUMNS["section"])
    topic = TwoLineColumn(verbose_name=TASK_COLUMNS["topic"], second=lambda task: task.skill)
    skill = tables.Column(verbose_name=TASK_COLUMNS["skill"])
    complexity = tables.Column(verbose_name=TASK_COLUMNS["complexity"])
    source = tables.Column(verbose_name=TASK_COLUMNS["source"], accessor="catalogue__source", orderable=False)

    class Meta(MayakTable.Meta):
        model = ExamTask
        fields = tuple(TASK_COLUMNS)

    def render_max_score(self, value: float) -> str:
        """Return «2» and «1,5»."""
        return points_text(value)

    def value_max_score(self, value: float) -> float:
        """Return the number for an export."""
        return value
