"""Statuses of schools: rows with a period, a level, a basis and a source, never a flag (domain.md A1.3)."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import LegalAct, Organisation
from mayak.results.enums import StatusLevel, StatusRole, StatusSource


class StatusKind(SourcedRule):
    """A kind of status with its synonyms (ШНОР, ШФЗР, ШНСУ …). The list is data."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    abbreviation = models.CharField(_("abbreviation"), max_length=30, blank=True)
    synonyms = models.JSONField(_("other names"), default=list, blank=True)
    role = models.CharField(_("part in the network"), max_length=10, choices=StatusRole.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("kind of status")
        verbose_name_plural = _("kinds of status")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class SchoolStatusQuerySet(ScopedQuerySet["SchoolStatus"]):
    """Statuses of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def held_on(self, day: dt.date) -> Self:
        """Return the statuses that hold on this day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class SchoolStatus(models.Model):
    """A school bears a status during a period; several may hold at once, on several levels.

    ``list_key`` is one for all rows of an imported list, so that the whole list can be taken back.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="statuses", verbose_name=_("school")
    )
    kind = models.ForeignKey(StatusKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("status"))
    level = models.CharField(_("assigned by the level"), max_length=10, choices=StatusLevel.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("where from"), max_length=10, choices=StatusSource.choices)
    run = models.ForeignKey(
        "results.IdentificationRun", on_delete=models.PROTECT, null=True, blank=True, related_name="statuses"
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )
    reason = models.TextField(_("reason"), blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    list_key = models.CharField(_("list from outside"), max_length=36, blank=True, db_index=True)

    objects = SchoolStatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("status of a school")
        verbose_name_plural = _("statuses of schools")
        ordering = ["organisation__sort_key", "-valid_from"]
        indexes = [models.Index(fields=["kind", "valid_from"], name="school_status_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "level", "valid_from"],
                name="school_status_once",
                violation_error_message=_("The school bears this status from this day already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="school_status_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(source=StatusSource.MANUAL) | ~Q(reason=""),
                name="school_status_manual_reason",
                violation_error_message=_("A status set by hand needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.kind}"
