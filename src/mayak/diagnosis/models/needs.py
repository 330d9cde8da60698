"""What a school lacks: the list that matching takes, ranked by weight, each line with its evidence."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.needs import NeedKind, NeedState
from mayak.diagnosis.models.risk import RiskFactor
from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Organisation, SchoolYear, Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS

UNIT = [MinValueValidator(0), MaxValueValidator(1)]


class NeedRule(SourcedRule):
    """A number by which needs are weighed: data, with its source."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    value = models.FloatField(_("value"), validators=UNIT)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("rule for the weight of needs")
        verbose_name_plural = _("rules for the weight of needs")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class SchoolNeedQuerySet(ScopedQuerySet["SchoolNeed"]):
    """Needs of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def ranked(self, weight_from: float = 0) -> "SchoolNeedQuerySet":
        """Return the open needs from a weight on, the heaviest first; a stated weight goes before the computed one."""
        weighed = self.filter(state=NeedState.OPEN).annotate(rank_weight=Coalesce("stated_weight", "weight"))
        heavy = weighed.filter(rank_weight__gte=weight_from)
        return heavy.order_by("organisation", F("rank_weight").desc(), "title", "pk")


class SchoolNeed(models.Model):
    """A need of a school in a school year. ``key`` tells it from the others: «subject:math:9»."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="needs", verbose_name=_("school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    key = models.CharField(max_length=200)
    kind = models.CharField(_("where from"), max_length=10, choices=NeedKind.choices)
    title = models.CharField(_("what is missing"), max_length=300)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    competence = models.SlugField(_("competence"), max_length=80, blank=True)
    risk_factor = models.ForeignKey(
        RiskFactor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("risk factor"),
    )
    weight = models.FloatField(_("computed weight"), default=0, validators=UNIT)
    evidence = models.JSONField(_("evidence"), default=list, blank=True)
    stated_weight = models.FloatField(_("stated weight"), null=True, blank=True, validators=UNIT)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    computed_at = models.DateTimeField(_("computed"), null=True, blank=True)

    objects = SchoolNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a school")
        verbose_name_plural = _("needs of schools")
        ordering = ["organisation", "-weight", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "school_year", "key"],
                name="school_need_once",
                violation_error_message=_("This need is in the list already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") | Q(stated_weight__isnull=True, state=NeedState.OPEN),
                name="school_need_reason",
                violation_error_message=_("Say why: whoever reads the list later needs the reason."),
            ),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="school_need_weight"),
            models.CheckConstraint(
                condition=Q(stated_weight__isnull=True) | Q(stated_weight__gte=0, stated_weight__lte=1),
                name="school_need_stated_weight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.title}"

    @property
    def counted_weight(self) -> float:
        """The weight that counts."""
        return self.weight if self.stated_weight is None else self.stated_weight

    @property
    def is_edited(self) -> bool:
        """Whether a person stated something about it."""
        return self.stated_weight is not None or self.state == NeedState.DROPPED or self.kind == NeedKind.HAND
