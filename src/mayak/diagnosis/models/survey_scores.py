"""What a closed round of a survey says of a school or of a whole audience, made at the closing."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.survey_meanings import ScoreKind
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation
from mayak.surveys.models import Audience, Campaign


class SurveyScoreQuerySet(ScopedQuerySet["SurveyScore"]):
    """Scores of the rounds of a scope."""

    scope_territory = "campaign__owner__territory__path"
    scope_organisation = "campaign__owner_id"


class SurveyScore(models.Model):
    """A number from 0 to 100 with the number of answers behind it.

    Of a school only where enough answers stand behind it and nobody else's follow from it by subtraction. Without an
    organisation it is of the whole audience; without an audience it joins all that say something of the factor.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", verbose_name=_("round")
    )
    audience = models.ForeignKey(
        Audience,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("audience"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    kind = models.CharField(_("what is measured"), max_length=12, choices=ScoreKind.choices)
    code = models.SlugField(_("code"), max_length=60, blank=True)
    score = models.FloatField(
        _("number, 0 to 100"), validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    count = models.PositiveIntegerField(_("number of answers"))
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)

    objects = SurveyScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a survey")
        verbose_name_plural = _("scores of surveys")
        ordering = ["campaign", "kind", "code", "pk"]
        indexes = [models.Index(fields=["organisation", "kind"], name="survey_score_school")]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                Coalesce("audience", 0),
                Coalesce("organisation", 0),
                "kind",
                "code",
                name="survey_score_once",
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="survey_score_range"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_kind_display()} {self.code}".strip()
