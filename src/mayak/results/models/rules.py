"""Rules of the results as data: scales and thresholds, quality signs, retention."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Subject, Territory
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.results.enums import AssessmentKind


class ScoreScaleQuerySet(ScopedQuerySet["ScoreScale"]):
    """Scales: those of the whole country and those of a region."""


class ScoreScale(SourcedRule):
    """The scale of an exam by subject, grade, years and region: the threshold and the bounds of the marks.

    ``pass_score`` is the least score that is not below the threshold; ``bound_3`` … ``bound_5`` the least scores of the
    marks. The most exact row wins: region before country, subject before any, grade before any, a later year before an
    earlier one.
    """

    kind = models.CharField(_("exam"), max_length=20, choices=AssessmentKind.choices)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    year_from = models.PositiveSmallIntegerField(_("from the year"))
    year_to = models.PositiveSmallIntegerField(_("to the year"), null=True, blank=True)
    max_score = models.DecimalField(_("maximum score"), max_digits=7, decimal_places=2, null=True, blank=True)
    pass_score = models.DecimalField(_("threshold"), max_digits=7, decimal_places=2, null=True, blank=True)
    bound_3 = models.DecimalField(_("«3» from"), max_digits=7, decimal_places=2, null=True, blank=True)
    bound_4 = models.DecimalField(_("«4» from"), max_digits=7, decimal_places=2, null=True, blank=True)
    bound_5 = models.DecimalField(_("«5» from"), max_digits=7, decimal_places=2, null=True, blank=True)

    objects = ScoreScaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("scale of an exam")
        verbose_name_plural = _("scales and thresholds")
        ordering = ["kind", "subject", "grade", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Coalesce("subject", 0),
                Coalesce("grade", 0),
                Coalesce("territory", 0),
                "year_from",
                name="score_scale_once",
                violation_error_message=_("A scale for this exam and year is there already."),
            ),
            models.CheckConstraint(
                condition=Q(year_to__isnull=True) | Q(year_to__gte=F("year_from")),
                name="score_scale_years",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject or ''} {self.year_from}"


class QualityRule(SourcedRule):
    """The threshold of one quality sign; the sign itself is code, the number is data."""

    code = models.SlugField(_("sign"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    value = models.DecimalField(_("threshold"), max_digits=9, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=60)
    year_from = models.PositiveSmallIntegerField(_("from the year"), default=2000)
    is_enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of a quality sign")
        verbose_name_plural = _("rules of quality signs")
        ordering = ["code", "-year_from"]
        constraints = [models.UniqueConstraint(fields=["code", "year_from"], name="quality_rule_once")]

    def __str__(self) -> str:
        return self.name


class RetentionRule(SourcedRule):
    """How long rows of a kind are kept (participant rows are personal data even under a code)."""

    code = models.SlugField(_("what"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    keep_years = models.PositiveSmallIntegerField(_("kept for, years"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
