"""A round: several questionnaires by audience at once."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation, Programme, SchoolYear
from mayak.surveys.enums import DEFAULT_THRESHOLD, CampaignMode, CampaignState
from mayak.surveys.models.questionnaires import QuestionnaireVersion


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Rounds of the organisations of a scope."""

    scope_territory = "owner__territory__path"
    scope_organisation = "owner_id"


class Campaign(models.Model):
    """One round, held by ``owner`` for the people of its territory or, where it is a school, of the school."""

    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(
        _("what for"), blank=True, help_text=_("Whoever answers reads this before the first question.")
    )
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("held by")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    mode = models.CharField(
        _("mode"), max_length=12, choices=CampaignMode.choices, default=CampaignMode.ANONYMOUS
    )
    state = models.CharField(
        _("state"), max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    threshold = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=DEFAULT_THRESHOLD,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    shows_common_result = models.BooleanField(_("who has answered sees the common result"), default=False)
    target_percent = models.PositiveSmallIntegerField(
        _("target of satisfaction, percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    target_source = models.CharField(_("source of the target"), max_length=200, blank=True)
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("earlier round to compare with"),
    )
    site = models.URLField(_("address of the site in letters"), blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reopened_reason = models.CharField(_("why it was opened again"), max_length=300, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of a survey")
        verbose_name_plural = _("rounds of surveys")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="campaign_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_anonymous(self) -> bool:
        """Whether answers are kept apart from who has answered."""
        return self.mode == CampaignMode.ANONYMOUS


class AudienceQuerySet(ScopedQuerySet["Audience"]):
    """Audiences of the rounds of a scope."""

    scope_territory = "campaign__owner__territory__path"
    scope_organisation = "campaign__owner_id"


class Audience(models.Model):
    """One questionnaire of the round for one group of people; ``provider`` names who finds them."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="audiences")
    provider = models.CharField(_("who is asked"), max_length=60)
    label = models.CharField(_("name of the audience"), max_length=200)
    version = models.ForeignKey(
        QuestionnaireVersion,
        on_delete=models.PROTECT,
        related_name="audiences",
        verbose_name=_("questionnaire"),
    )
    by_link = models.BooleanField(_("by link without an account"), default=False)
    breakdown_labels = models.JSONField(
        default=dict, editable=False, help_text=_("Names of the breakdowns, frozen at the start.")
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("Hash of the frozen questionnaire.")
    )
    shards = models.PositiveSmallIntegerField(default=1, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["campaign", "position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_anonymous(self) -> bool:
        """Whether its answers lead to nobody: a link without an account knows no names, whatever the round promises."""
        return self.by_link or self.campaign.is_anonymous
