"""Fast catalogues of tasks for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from mayak.diagnosis.models import ExamTask, TaskCatalogue
from tests.factories.registry import SubjectFactory

HEADER = [
    "Экзамен", "Предмет", "Класс", "Год", "Задание", "Максимум", "Раздел", "Тема", "Умение", "Сложность", "Источник",
]  # fmt: skip
DOCUMENT = "ФИОКО. Описание КИМ, математика, 5 класс, 2026"


class TaskCatalogueFactory(DjangoModelFactory[TaskCatalogue]):
    """ВПР 2026, mathematics, grade 5."""

    class Meta:
        model = TaskCatalogue

    kind = "vpr"
    subject = factory.SubFactory(SubjectFactory, code="mathematics", name="Математика")
    grade = 5
    year = 2026
    source = "ФИОКО"


class ExamTaskFactory(DjangoModelFactory[ExamTask]):
    """A task of one point."""

    class Meta:
        model = ExamTask

    catalogue = factory.SubFactory(TaskCatalogueFactory)
    task_code = factory.Sequence(lambda number: str(number + 1))
    position = factory.Sequence(lambda number: number)
    max_score = 1.0
    topic = "Числа"
    skill = "Считает."


def line(
    task: object = "1", points: object = 1, topic: str = "Числа", skill: str = "Считает.", **cells: Any
) -> list[Any]:
    """A row of the file: ВПР 2026, mathematics, grade 5, unless said otherwise."""
    values = {
        "kind": "ВПР", "subject": "Математика", "grade": 5, "year": 2026, "task": task, "points": points,
        "section": "Раздел", "topic": topic, "skill": skill, "complexity": "Б", "source": DOCUMENT,
    } | cells  # fmt: skip
    return list(values.values())
