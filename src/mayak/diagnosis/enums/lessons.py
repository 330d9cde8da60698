"""Words of lesson observation: sheets, lessons, rounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ObservationFormState(models.TextChoices):
    """What may be done with a version of a form."""

    DRAFT = "draft", pgettext_lazy("form of lessons", "draft")
    IN_USE = "in_use", pgettext_lazy("form of lessons", "in use")
    RETIRED = "retired", pgettext_lazy("form of lessons", "retired")


class ItemKind(models.TextChoices):
    """How an item of a form is scored; the values are those of ``algorithms.rubric``."""

    SCALE = "scale", _("scale from 0 to the maximum")
    BINARY = "binary", _("yes or no, 0 or 1")
    CHOICE = "choice", _("one of several levels")


class LessonKind(models.TextChoices):
    """On what occasion a lesson is observed (domain.md A1.4, C4)."""

    OPEN_LESSON = "open_lesson", _("open lesson")
    TRIAL_LESSON = "trial_lesson", _("trial lesson")
    VISIT = "visit", _("visit to a lesson")
    VIDEO_LESSON = "video_lesson", _("video lesson")


class LessonState(models.TextChoices):
    """A lesson is a draft until every observer has finished the own sheet."""

    DRAFT = "draft", pgettext_lazy("lesson", "under observation")
    FINISHED = "finished", pgettext_lazy("lesson", "finished")


class SheetState(models.TextChoices):
    """The sheet of one observer."""

    DRAFT = "draft", pgettext_lazy("sheet of a lesson", "being filled in")
    FINISHED = "finished", pgettext_lazy("sheet of a lesson", "finished")
