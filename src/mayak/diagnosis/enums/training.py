"""Closed lists of the training of mentors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrolmentState(models.TextChoices):
    """Where somebody stands in a course."""

    ENROLLED = "enrolled", pgettext_lazy("course", "learns")
    COMPLETED = "completed", pgettext_lazy("course", "completed")
    DROPPED = "dropped", pgettext_lazy("course", "left off")


class NeedState(models.TextChoices):
    """Whether a need of training is met."""

    OPEN = "open", pgettext_lazy("need of training", "open")
    MET = "met", pgettext_lazy("need of training", "met")
    DROPPED = "dropped", pgettext_lazy("need of training", "no longer needed")


class IncentiveKind(models.TextChoices):
    """A reason or a reward."""

    REASON = "reason", _("reason")
    REWARD = "reward", _("reward")


class TrainingState(models.TextChoices):
    """Whether a mentor has valid training; computed."""

    VALID = "valid", pgettext_lazy("training", "valid")
    ENDING = "ending", pgettext_lazy("training", "ends soon")
    EXPIRED = "expired", pgettext_lazy("training", "expired")
    NONE = "none", pgettext_lazy("training", "none")
