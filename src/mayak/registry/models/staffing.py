"""Staffing of a school by year (domain.md B1.2: the staffing part of an adverse context)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models.dictionaries import SchoolYear
from mayak.registry.models.organisations import Organisation


class StaffingQuerySet(ScopedQuerySet["StaffingRecord"]):
    """Staffing of the organisations of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class StaffingRecord(models.Model):
    """How a school was staffed in a school year. Counts are people, shares are per cent of pedagogical workers."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="staffing", verbose_name=_("organisation")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    teachers = models.PositiveIntegerField(_("pedagogical workers"), null=True, blank=True)
    vacancies = models.PositiveIntegerField(_("vacancies"), null=True, blank=True)
    overloaded_share = models.DecimalField(
        _("load above the norm, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    with_category = models.PositiveIntegerField(_("with a category"), null=True, blank=True)
    early_career = models.PositiveIntegerField(_("early-career teachers"), null=True, blank=True)
    psychologists = models.PositiveSmallIntegerField(_("psychologists"), null=True, blank=True)
    speech_therapists = models.PositiveSmallIntegerField(_("speech therapists"), null=True, blank=True)
    special_teachers = models.PositiveSmallIntegerField(_("special-needs teachers"), null=True, blank=True)
    social_teachers = models.PositiveSmallIntegerField(_("social teachers"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = StaffingQuerySet.as_manager()

    class Meta:
        verbose_name = _("staffing of a year")
        verbose_name_plural = _("staffing by year")
        ordering = ["organisation", "-school_year__start_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "school_year"],
                name="staffing_once_a_year",
                violation_error_message=_("The staffing of this year is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.school_year}"
