"""What questionnaires say by the meaning of their questions, and the numbers that rest on it."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning:
    """Names under which a question or a line says what is read from it."""

    COMPETENCE: Final = "competence"
    REQUEST: Final = "request"
    RISK: Final = "risk"
    SCALE: Final = "scale"
    SATISFACTION: Final = "satisfaction"
    EFFECTIVENESS: Final = "effectiveness"
    PREFERENCE: Final = "preference"


OF_SCHOOLS = frozenset({Meaning.RISK, Meaning.SCALE, Meaning.SATISFACTION, Meaning.EFFECTIVENESS})
"""Meanings that are added up at the closing of a round."""


class ScoreKind(models.TextChoices):
    """What a round says of a school or of an audience."""

    RISK = "risk", _("risk factor")
    SCALE = "scale", _("scale of a questionnaire")
    SATISFACTION = "satisfaction", _("satisfied, per cent")
    RESULT = "result", _("results reached")
    RESOURCE = "resource", _("resources spent")


SATISFACTION_TARGET: Final = 85
"""Per cent; S3 names it for mentors and for mentees. A round may set another one with its own source."""
TARGET_SOURCE = (
    "Программа наставничества Сеченовской средней школы, «Планируемые результаты реализации программы»: "
    "85 % наставников и наставляемых"
)

ASSUMED_SOURCE = (
    "допущение: программа наставничества Сеченовской средней школы называет 85 % "
    "только для наставников и наставляемых"
)
TARGET_PROVIDERS: Final = frozenset({"mentors", "mentees"})
"""Audiences for which S3 names the target; for others it is an assumption."""
