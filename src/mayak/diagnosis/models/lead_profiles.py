"""The passport of a lead school: what it gives and to how many."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models.offering import Available, Nominated
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation, SchoolYear, Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS


class LeadProfileQuerySet(ScopedQuerySet["LeadProfile"]):
    """Passports of the lead schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def accepted(self) -> "LeadProfileQuerySet":
        """Return the passports that count: matching reads no draft of a self-nomination."""
        return self.filter(state=PassportState.ACCEPTED)


class LeadProfile(Nominated, Available):
    """What a lead school offers in a school year; ``capacity`` counts mentee schools."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="lead_profiles", verbose_name=_("lead school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    capacity = models.PositiveSmallIntegerField(
        _("mentee schools at most"), default=3, validators=[MaxValueValidator(50)]
    )
    works_remotely = models.BooleanField(_("can help remotely"), default=True)
    note = models.TextField(_("note"), blank=True)

    objects = LeadProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("passport of a lead school")
        verbose_name_plural = _("passports of lead schools")
        ordering = ["organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "school_year"],
                name="lead_profile_once",
                violation_error_message=_("This school has a passport for this year already."),
            ),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True)
                | Q(available_to__isnull=True)
                | Q(available_to__gte=F("available_from")),
                name="lead_profile_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.school_year}"


class LeadStrengthQuerySet(ScopedQuerySet["LeadStrength"]):
    """Strengths of the lead schools of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class LeadStrength(models.Model):
    """A subject (and grades) in which the lead school can help; ``level`` is 0..1, from results or stated."""

    profile = models.ForeignKey(LeadProfile, on_delete=models.CASCADE, related_name="strengths")
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    grade_from = models.PositiveSmallIntegerField(
        _("grades from"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    grade_to = models.PositiveSmallIntegerField(
        _("grades to"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    level = models.FloatField(_("strength"), validators=[MinValueValidator(0), MaxValueValidator(1)])
    from_results = models.BooleanField(_("computed from results"), default=True)

    objects = LeadStrengthQuerySet.as_manager()

    class Meta:
        verbose_name = _("strength of a lead school")
        verbose_name_plural = _("strengths of lead schools")
        ordering = ["profile", "subject__position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="lead_strength_grades",
                violation_error_message=_("The last grade cannot lie below the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.subject}"
