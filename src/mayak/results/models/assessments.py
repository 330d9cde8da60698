"""Assessment procedures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.registry.models import SchoolYear, Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.results.enums import AssessmentKind, Moment


class Assessment(models.Model):
    """One procedure: kind x subject x grade x year (x date x wave x quarter x entry/final). Shared by all territories.

    ``year`` is the calendar year of the procedure, as the ШНОР rule counts it (domain.md B1.1). ``key`` joins all
    parts of the natural key, because a unique constraint over empty columns would let doubles through.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=AssessmentKind.choices)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    year = models.PositiveSmallIntegerField(_("year"), db_index=True)
    school_year = models.ForeignKey(
        SchoolYear,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school year"),
    )
    held_on = models.DateField(_("date"), null=True, blank=True)
    wave = models.CharField(_("wave"), max_length=60, blank=True)
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True)
    moment = models.CharField(_("entry or final"), max_length=10, choices=Moment.choices, blank=True)
    max_score = models.DecimalField(_("maximum score"), max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-year", "kind", "subject__position", "grade"]

    def __str__(self) -> str:
        grade = f", {self.grade}" if self.grade else ""
        return f"{self.get_kind_display()} {self.year}, {self.subject}{grade}"
