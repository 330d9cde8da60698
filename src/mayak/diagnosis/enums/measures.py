"""Closed lists of measures and recommendations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TriggerKind(models.TextChoices):
    """What a measure answers."""

    QUESTIONNAIRE = "questionnaire", _("scale of a questionnaire")
    OBSERVATION = "observation", _("competence in an observed lesson")
    RISK_FACTOR = "risk_factor", _("risk factor")
    COMPETENCE = "competence", _("deficit of a competence")
    RESULTS = "results", _("results of pupils in a subject")
    DYNAMICS = "dynamics", _("dynamics of a school")


class TriggerLevel(models.TextChoices):
    """The level of the result at which a measure is proposed; of a risk factor it is its significance."""

    LOW = "low", pgettext_lazy("level", "low")
    MEDIUM = "medium", pgettext_lazy("level", "medium")
    HIGH = "high", pgettext_lazy("level", "high")
    ANY = "any", pgettext_lazy("level", "any")


class AddresseeKind(models.TextChoices):
    """The three addressees of S1."""

    SCHOOL_ADMIN = "school_admin", _("administration of the school")
    SUBJECT_ASSOCIATION = "subject_association", _("heads of the school's subject associations")
    TEACHER = "teacher", _("teachers")


class RecommendationState(models.TextChoices):
    """The life of a recommendation; «overdue» follows from the deadline and is not stored."""

    DRAFT = "draft", pgettext_lazy("to be completed", "draft")
    ISSUED = "issued", pgettext_lazy("recommendation", "issued")
    DONE = "done", pgettext_lazy("recommendation", "carried out")
    CANCELLED = "cancelled", pgettext_lazy("recommendation", "cancelled")


OVERDUE = "overdue"

LEVEL_SHARE = "level-share"
"""Threshold: from which share of participants below the threshold on a subject calls for a measure."""
LEVEL_PEOPLE = "level-people"
"""Threshold: how many teachers with a deficit let a group of competences of a school be named."""
SCALE_LOW = "scale-low"
"""Threshold: under which number of points a scale of a questionnaire is at the level «low»."""
LEAST_THRESHOLDS = {LEVEL_PEOPLE: 3}
"""Thresholds that cannot be lower: fewer teachers would be named by the number."""

RECOMMENDATION_TRANSITIONS: dict[str, frozenset[str]] = {
    RecommendationState.DRAFT: frozenset({RecommendationState.ISSUED, RecommendationState.CANCELLED}),
    RecommendationState.ISSUED: frozenset({RecommendationState.DONE, RecommendationState.CANCELLED}),
    RecommendationState.DONE: frozenset({RecommendationState.ISSUED}),
    RecommendationState.CANCELLED: frozenset(),
}
