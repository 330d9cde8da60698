"""States and choices of surveys."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MANAGE = "surveys.manage"
RESULTS = "surveys.results"

DEFAULT_THRESHOLD = 5
"""Groups of fewer answers are hidden, and anonymous answers become permanent in batches of at least so many."""

SHORT_MINUTES = 2
"""A questionnaire that is called short fits in so many minutes (a teacher's time)."""


class VersionState(models.TextChoices):
    """Where a version of a questionnaire stands; a used one is frozen for ever."""

    DRAFT = "draft", pgettext_lazy("questionnaire", "draft")
    FROZEN = "frozen", _("in use, frozen")


class CampaignMode(models.TextChoices):
    """What is promised before the first question."""

    NAMED = "named", _("named")
    ANONYMOUS = "anonymous", _("anonymous, participation is known")


class CampaignState(models.TextChoices):
    """Where a round stands."""

    DRAFT = "draft", _("being prepared")
    STARTING = "starting", _("starting")
    RUNNING = "running", pgettext_lazy("survey", "running")
    CLOSED = "closed", pgettext_lazy("survey", "closed")


CAMPAIGN_TRANSITIONS: dict[str, frozenset[str]] = {
    CampaignState.DRAFT: frozenset({CampaignState.STARTING, CampaignState.RUNNING}),
    CampaignState.STARTING: frozenset({CampaignState.RUNNING, CampaignState.DRAFT}),
    CampaignState.RUNNING: frozenset({CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset({CampaignState.RUNNING}),
}
"""Allowed changes of the state; a closed round opens again only with a reason."""


class LetterKind(models.TextChoices):
    """Why a letter of a round goes out."""

    INVITATION = "invitation", _("invitation")
    REMINDER = "reminder", _("reminder")


class ExportContent(models.TextChoices):
    """What of a round is taken out."""

    RESULTS = "results", _("results: how many chose what, in all and by group")
    ANSWERS = "answers", _("single answers, without names")


class ExportFormat(models.TextChoices):
    """As what it is taken out."""

    XLSX = "xlsx", _("workbook (.xlsx)")
    CSV = "csv", _("table (.csv)")
    SPSS = "spss", _("SPSS: data and syntax with labels (.zip)")
