"""Closed lists of the contest of schools."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContestKind(models.TextChoices):
    """Which schools are chosen (S4: low schools and donors were chosen by one contest)."""

    LOW_RESULTS = "low_results", _("schools with low results")
    DONOR = "donor", _("donor schools")


class ContestState(models.TextChoices):
    """The life of a contest."""

    DRAFT = "draft", pgettext_lazy("to be completed", "draft")
    OPEN = "open", _("applications are taken")
    SCORING = "scoring", _("experts score")
    CLOSED = "closed", pgettext_lazy("contest", "closed")


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", pgettext_lazy("to be completed", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


class ApplicationOrigin(models.TextChoices):
    """Who entered an application."""

    SCHOOL = "school", _("by the school")
    COORDINATOR = "coordinator", _("by the coordinator")
    IMPORT = "import", _("from a list")


class ContestDecision(models.TextChoices):
    """What the commission decided."""

    NONE = "", _("no decision yet")
    CHOSEN = "chosen", pgettext_lazy("contest", "chosen")
    RESERVE = "reserve", pgettext_lazy("contest", "reserve")
    NOT_CHOSEN = "not_chosen", pgettext_lazy("contest", "not chosen")
