"""Words of the needs that matching takes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedKind(models.TextChoices):
    """Where a need of a school comes from."""

    SUBJECT = "subject", _("results by subject")
    RISK = "risk", _("chosen risk factor")
    TASK = "task", _("topic or skill by tasks")
    SURVEY = "survey", _("answers of a survey")
    HAND = "hand", _("stated by a person")


class NeedState(models.TextChoices):
    """Whether a need is in the list."""

    OPEN = "open", _("in the list")
    DROPPED = "dropped", _("taken out with a reason")
