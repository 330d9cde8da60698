"""Programmes: a regional project, 500+, a mentoring league, a municipal project. Nothing of one is hard-coded."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.models.acts import LegalAct
from mayak.registry.models.archiving import Archivable, ArchivableQuerySet
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.territories import Territory, below_or_above

_PERIOD_MESSAGE = _("The end of a period cannot lie before its beginning.")


class ProgrammeQuerySet(ArchivableQuerySet["Programme"]):
    """Programmes of a territory and, for reading, of the region and the country above it."""

    def within(self, scope: Scope) -> Self:
        """Return the programmes of the scope's territories, of everything below and of everything above them."""
        if scope.everything:
            return self
        return self.filter(below_or_above(scope))

    def owned(self, scope: Scope) -> Self:
        """Return the programmes that the scope may change: of its territories and below."""
        return super().within(scope)


class Programme(Archivable):
    """A programme of any kind with its own stages, roles, legal basis, participants and dates."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("territory")
    )
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(
        _("kind"), max_length=100, help_text=_("For example: regional innovation programme.")
    )
    purpose = models.TextField(_("purpose"), blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    legal_basis = models.ManyToManyField(
        LegalAct, blank=True, related_name="programmes", verbose_name=_("legal basis")
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "name"],
                name="programme_once",
                violation_error_message=_("There is a programme of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="programme_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeStageQuerySet(ScopedQuerySet["ProgrammeStage"]):
    """Stages, seen with their programme."""

    def within(self, scope: Scope) -> Self:
        """Return the stages of the programmes that the scope shows."""
        return self if scope.everything else self.filter(below_or_above(scope, "programme__territory__path"))


class ProgrammeRoleQuerySet(ScopedQuerySet["ProgrammeRole"]):
    """Roles, seen with their programme."""

    def within(self, scope: Scope) -> Self:
        """Return the roles of the programmes that the scope shows."""
        return self if scope.everything else self.filter(below_or_above(scope, "programme__territory__path"))


class ProgrammeParticipantQuerySet(ScopedQuerySet["ProgrammeParticipant"]):
    """Participants, seen with their organisation: a district sees its own schools in a regional programme."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class ProgrammeStage(models.Model):
    """A stage of a programme (preparatory, main, practical, final or whatever the programme calls them)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=150)
    position = models.PositiveSmallIntegerField(_("order"))
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    objects = ProgrammeStageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of a programme")
        verbose_name_plural = _("stages of programmes")
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "position"],
                name="programme_stage_once",
                violation_error_message=_("Another stage has this place in the order."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
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

    objects = ProgrammeRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a programme")
        verbose_name_plural = _("roles in programmes")
        ordering = ["programme", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="programme_role_once",
                violation_error_message=_("The programme has this role already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeParticipant(models.Model):
    """An organisation that takes part in a programme during a period."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("organisation")
    )
    role = models.ForeignKey(
        ProgrammeRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("role"),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = ProgrammeParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant of a programme")
        verbose_name_plural = _("participants of programmes")
        ordering = ["programme", "organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "organisation",
                Coalesce("role", 0),
                name="programme_participant_once",
                violation_error_message=_("This organisation takes part in this role already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="programme_participant_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.programme}"
