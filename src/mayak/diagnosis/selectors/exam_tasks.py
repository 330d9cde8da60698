"""The catalogues of tasks for reading: with their numbers, as they stand in a file, as an image to compare."""

from typing import Any, TypeAlias

from django.db.models import Count, QuerySet

from mayak.diagnosis.models import ExamTask, TaskCatalogue, TaskCatalogueLoad
from mayak.kernel.ui.tables import number_text

Image: TypeAlias = dict[str, Any]
TASK_FIELDS = ("task_code", "max_score", "section", "topic", "skill", "complexity")


def catalogues() -> QuerySet[TaskCatalogue]:
    """Return the catalogues with the number of their tasks."""
    return TaskCatalogue.objects.select_related("subject").annotate(task_count=Count("tasks"))


def tasks_of(catalogue: TaskCatalogue) -> QuerySet[ExamTask]:
    """Return the tasks in the order of the paper."""
    return ExamTask.objects.filter(catalogue=catalogue).select_related("catalogue__subject")


def last_load(catalogue: TaskCatalogue) -> TaskCatalogueLoad | None:
    """Return the loading that would be undone next."""
    return catalogue.loads.filter(undone_at__isnull=True).first()


def image_of(catalogue: TaskCatalogue) -> Image:
    """Return the catalogue as plain values: source, whether it is supplied, tasks in their order."""
    return {
        "source": catalogue.source,
        "is_supplied": catalogue.is_supplied,
        "tasks": list(catalogue.tasks.order_by("position", "pk").values(*TASK_FIELDS)),
    }


def points_text(points: float) -> str:
    """Return points as people write them: «2», «1,5»."""
    return number_text(int(points) if points == int(points) else points)
