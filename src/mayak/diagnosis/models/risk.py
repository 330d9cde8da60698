"""The risk profile of a school: dictionary of factors, cut-offs, levels (domain.md B2, S2)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.risk import RiskBasis, RiskLevel, RiskMeasure, RiskSource
from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Organisation, SchoolYear

HUNDRED = [MinValueValidator(0), MaxValueValidator(100)]
FIRST_YEAR = 2000


class RiskFactor(SourcedRule):
    """A factor of the dictionary of a programme; the list differs by year, so it is data."""

    programme = models.CharField(_("programme"), max_length=60, default="500+")
    year = models.PositiveSmallIntegerField(
        _("holds from the school year that begins in"), validators=[MinValueValidator(1990)]
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it means"), blank=True)
    measure = models.CharField(
        _("number of the system that speaks for it"), max_length=40, choices=RiskMeasure.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("risk factor")
        verbose_name_plural = _("risk factors")
        ordering = ["programme", "-year", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "code"],
                name="risk_factor_once",
                violation_error_message=_("This factor is in the dictionary of this year already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RiskCutoff(SourcedRule):
    """From which number on a factor is of medium and of high significance; a factor's own goes before the general."""

    factor = models.ForeignKey(
        RiskFactor,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cutoffs",
        verbose_name=_("risk factor"),
        help_text=_("Nothing chosen: for every factor without cut-offs of its own."),
    )
    basis = models.CharField(_("what is measured"), max_length=10, choices=RiskBasis.choices)
    year_from = models.PositiveSmallIntegerField(
        _("holds from the school year that begins in"), default=FIRST_YEAR
    )
    medium_from = models.FloatField(_("medium significance from"), validators=HUNDRED)
    high_from = models.FloatField(_("high significance from"), validators=HUNDRED)

    class Meta:
        verbose_name = _("cut-off of a risk factor")
        verbose_name_plural = _("cut-offs of risk factors")
        ordering = ["factor__position", "basis", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["factor", "basis", "year_from"],
                name="risk_cutoff_once",
                violation_error_message=_("There is a cut-off of this year already."),
            ),
            models.UniqueConstraint(
                fields=["basis", "year_from"],
                condition=Q(factor__isnull=True),
                name="risk_cutoff_general_once",
                violation_error_message=_("There is a cut-off of this year already."),
            ),
            models.CheckConstraint(
                condition=Q(high_from__gt=F("medium_from")),
                name="risk_cutoff_order",
                violation_error_message=_("High significance must begin above medium significance."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor or '*'}: {self.get_basis_display()}, {self.year_from}"


class RiskProfileQuerySet(ScopedQuerySet["RiskProfile"]):
    """Risk profiles of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class RiskProfile(models.Model):
    """The risk profile of a school for a school year and programme."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="risk_profiles", verbose_name=_("school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    programme = models.CharField(_("programme"), max_length=60)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)

    objects = RiskProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk profile of a school")
        verbose_name_plural = _("risk profiles of schools")
        ordering = ["organisation__sort_key", "-school_year__start_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "school_year", "programme"],
                name="risk_profile_once",
                violation_error_message=_("This school has a risk profile for this year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.school_year}"


class RiskLineQuerySet(ScopedQuerySet["RiskLine"]):
    """Levels of the schools of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class RiskLine(models.Model):
    """What counts for one factor of a profile: the level with its source, whether the school works on it, and how."""

    profile = models.ForeignKey(RiskProfile, on_delete=models.CASCADE, related_name="lines")
    factor = models.ForeignKey(
        RiskFactor, on_delete=models.PROTECT, related_name="+", verbose_name=_("risk factor")
    )
    level = models.CharField(_("significance"), max_length=10, choices=RiskLevel.choices, blank=True)
    source = models.CharField(_("from what"), max_length=10, choices=RiskSource.choices, blank=True)
    score = models.FloatField(_("number, 0 to 100"), null=True, blank=True, validators=HUNDRED)
    evidence = models.TextField(_("evidence"), blank=True)
    is_chosen = models.BooleanField(_("the school works on it"), default=False)
    measures = models.TextField(_("measures"), blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RiskLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("significance of a risk factor")
        verbose_name_plural = _("significance of risk factors")
        ordering = ["profile", "factor__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "factor"], name="risk_line_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="risk_line_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.factor}"


class RiskReadingQuerySet(ScopedQuerySet["RiskReading"]):
    """What single sources say of the schools of a scope."""

    scope_territory = "line__profile__organisation__territory__path"
    scope_organisation = "line__profile__organisation_id"


class RiskReading(models.Model):
    """What one source says of a factor; kept apart, so that a later one does not wipe out another."""

    line = models.ForeignKey(RiskLine, on_delete=models.CASCADE, related_name="readings")
    source = models.CharField(_("from what"), max_length=10, choices=RiskSource.choices)
    level = models.CharField(_("significance"), max_length=10, choices=RiskLevel.choices)
    score = models.FloatField(_("number, 0 to 100"), null=True, blank=True, validators=HUNDRED)
    evidence = models.TextField(_("evidence"), blank=True)
    read_at = models.DateTimeField(_("read"), auto_now=True)

    objects = RiskReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a risk factor")
        verbose_name_plural = _("readings of risk factors")
        ordering = ["line", "source"]
        constraints = [
            models.UniqueConstraint(fields=["line", "source"], name="risk_reading_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="risk_reading_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_source_display()}"
