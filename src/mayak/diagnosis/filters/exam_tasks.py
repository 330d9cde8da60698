"""Filters of the catalogues of tasks."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.exam_tasks import TaskDifficulty
from mayak.diagnosis.models import ExamTask, TaskCatalogue
from mayak.kernel.ui.filters import WORDS_AT_MOST, MayakFilterSet
from mayak.registry.models import Subject
from mayak.results.enums import AssessmentKind


class TaskCatalogueFilter(MayakFilterSet):
    """Search by the document, topic and skill; choice of exam, subject, grade and year."""

    search_fields = ("source",)
    search_label = _("Topic, skill or document")

    kind = django_filters.ChoiceFilter(choices=AssessmentKind.choices, label=_("Exam"))
    subject = django_filters.ModelChoiceFilter(queryset=Subject.objects.all(), label=_("Subject"))
    grade = django_filters.NumberFilter(label=_("Grade"))
    year = django_filters.NumberFilter(label=_("Year"))

    class Meta:
        model = TaskCatalogue
        fields = ("q", "kind", "subject", "grade", "year")

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Every word must occur in the document or in one of the tasks."""
        for word in value.split()[:WORDS_AT_MOST]:
            tasks = ExamTask.objects.filter(
                Q(topic__icontains=word) | Q(skill__icontains=word) | Q(section__icontains=word)
            )
            queryset = queryset.filter(Q(source__icontains=word) | Q(pk__in=tasks.values("catalogue")))
        return queryset


class ExamTaskFilter(MayakFilterSet):
    """Search by section, topic and skill; choice of the difficulty."""

    search_fields = ("topic", "skill", "section")
    search_label = _("Topic or skill")

    complexity = django_filters.ChoiceFilter(choices=TaskDifficulty.choices, label=_("Difficulty"))

    class Meta:
        model = ExamTask
        fields = ("q", "complexity")
