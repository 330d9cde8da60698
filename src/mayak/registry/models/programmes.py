"""Programmes: a regional project, 500+, a mentoring league, a municipal project. Nothing of one is hard-coded."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models.acts import LegalAct
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.territories import Territory

_PERIOD_MESSAGE = _("The end of a period cannot lie before its beginning.")


class ProgrammeQuerySet(ScopedQuerySet["Programme"]):
    """Programmes of a territory; a school sees those in which it takes part."""

    scope_organisation = "participants__organisation_id"

    def within(self, scope):  # type: ignore[no-untyped-def]  # same contract as the parent; adds distinct()
        """Narrow to the scope; a programme in which two own schools take part appears once."""
        found = super().within(scope)
        return found.distinct() if scope.organisation_ids and not scope.everything else found


class Programme(models.Model):
    """A programme of any kind with its own stages, roles, legal basis, participants and dates."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("territory")
    )
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=100, help_text=_("For example: regional innovation programme."))
    purpose = models.TextField(_("purpose"), blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    legal_basis = models.ManyToManyField(LegalAct, blank=True, related_name="programmes", verbose_name=_("legal basis"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "name"], name="programme_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="programme_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammePartQuerySet(ScopedQuerySet[models.Model]):
    """Stages, roles and participants of the programmes of a scope."""

    scope_territory = "programme__territory__path"
    scope_organisation = "programme__participants__organisation_id"


class ProgrammeStage(models.Model):
    """A stage of a programme (preparatory, main, practical, final or whatever the programme calls them)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=150)
    position = models.PositiveSmallIntegerField(_("order"))
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    objects = ProgrammePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of a programme")
        verbose_name_plural = _("stages of programmes")
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "position"], name="programme_stage_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="programme_stage_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeRole(models.Model):
    """A role that the programme itself defines (lead school, curator, mentee school)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("name"), max_length=150)
    description = models.CharField(_("what it does"), max_length=500, blank=True)

    objects = ProgrammePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a programme")
        verbose_name_plural = _("roles in programmes")
        ordering = ["programme", "name"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="programme_role_once")]

    def __str__(self) -> str:
        return self.name


class ProgrammeParticipant(models.Model):
    """An organisation that takes part in a programme during a period."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("organisation")
    )
    role = models.ForeignKey(
        ProgrammeRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = ProgrammePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant of a programme")
        verbose_name_plural = _("participants of programmes")
        ordering = ["programme", "organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(
                "programme", "organisation", Coalesce("role", 0), name="programme_participant_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="programme_participant_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.programme}"
