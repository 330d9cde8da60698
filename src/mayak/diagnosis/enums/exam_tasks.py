"""Words of the catalogues of tasks."""

from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskDifficulty(models.TextChoices):
    """How hard a task is by the official descriptions: Б, П, В."""

    BASIC = "basic", pgettext_lazy("difficulty", "basic")
    ADVANCED = "advanced", pgettext_lazy("difficulty", "advanced")
    HIGH = "high", pgettext_lazy("difficulty", "high")


TASK_COLUMNS: Final[dict[str, Any]] = {
    "kind": _("Exam"),
    "subject": _("Subject"),
    "grade": _("Grade"),
    "year": _("Year"),
    "task": _("Task"),
    "max_score": _("Maximum"),
    "section": _("Section"),
    "topic": _("Topic"),
    "skill": _("Skill"),
    "complexity": _("Difficulty"),
    "source": _("Source"),
}
"""The columns of a catalogue as a file, in their order; a file that went out comes back."""

NEEDED_COLUMNS: Final = ("kind", "subject", "year", "task", "max_score", "topic", "source")
"""Without one of these a file is no catalogue."""
