"""Words of the risk profile of a school (domain.md B2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskLevel(models.TextChoices):
    """Significance of a risk factor for a school."""

    HIGH = "high", _("high significance")
    MEDIUM = "medium", _("medium significance")
    LOW = "low", _("low significance")


class RiskSource(models.TextChoices):
    """From what a level was taken."""

    SURVEY = "survey", _("questionnaire")
    DATA = "data", _("data of the system")
    HAND = "hand", _("stated by a person")
    COPY = "copy", _("previous school year")


class RiskBasis(models.TextChoices):
    """What kind of number is turned into a level."""

    SCORE = "score", _("points of a questionnaire, 0 to 100")
    SHARE = "share", _("share, per cent")


class RiskMeasure(models.TextChoices):
    """A number of the registry, the context or the results that speaks for a factor."""

    VACANCIES = "vacancies", _("vacant posts of teachers, per cent")
    WITHOUT_CATEGORY = "without_category", _("teachers without a category, per cent")
    SPECIAL_NEEDS = "special_needs", _("pupils with special needs, per cent")
    SECOND_LANGUAGE = "second_language", _("pupils whose mother tongue is not Russian, per cent")
    REGISTERED = "registered_with_services", _("pupils registered with the services, per cent")
    LOW_RESULTS = "low_results", _("participants below the threshold, per cent")


CONTEXT_MEASURES = frozenset({RiskMeasure.SPECIAL_NEEDS, RiskMeasure.SECOND_LANGUAGE, RiskMeasure.REGISTERED})
"""Measures that are an indicator of the social passport with the same code."""

SOURCE_PRIORITY = (RiskSource.HAND, RiskSource.SURVEY, RiskSource.DATA, RiskSource.COPY)
"""Which source counts where several speak: a person above a questionnaire above data. An assumption."""

LEVEL_TONES = {RiskLevel.HIGH: "bad", RiskLevel.MEDIUM: "warning", RiskLevel.LOW: "good"}
LEVEL_NUMBERS = {RiskLevel.LOW: 1, RiskLevel.MEDIUM: 2, RiskLevel.HIGH: 3}
