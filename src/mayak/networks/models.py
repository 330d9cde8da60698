"""Partnerships of schools."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.models import MatchingRun
from mayak.networks.enums import PartnershipState
from mayak.registry.models import LegalAct, Organisation, SchoolYear


class PartnershipQuerySet(ScopedQuerySet["Partnership"]):
    """Partnerships of which the scope shows one side: a lead school of a neighbouring district sees its own too."""

    def within(self, scope: Scope) -> Self:
        """Return only the partnerships with a side in the scope; nothing for an empty scope."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        for side in ("mentee", "lead"):
            for path in scope.territory_paths:
                visible |= Q(**{f"{side}__territory__path__under": path})
            if scope.organisation_ids:
                visible |= Q(**{f"{side}_id__in": scope.organisation_ids})
        return self.filter(visible)

    def current(self) -> Self:
        """Return the partnerships that have not ended."""
        return self.exclude(state=PartnershipState.ENDED)


class Partnership(models.Model):
    """A lead school helps a mentee school in a school year, by the list that an order approves."""

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    mentee = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="partnerships_as_mentee",
        verbose_name=_("mentee school"),
    )
    lead = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="partnerships_as_lead",
        verbose_name=_("lead school"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PartnershipState.choices, default=PartnershipState.PROPOSED
    )
    run = models.ForeignKey(
        MatchingRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("pairing"),
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )
    content = models.JSONField(_("what the help is about"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership of schools")
        verbose_name_plural = _("partnerships of schools")
        ordering = ["-school_year__start_year", "lead__sort_key", "mentee__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "mentee", "lead"],
                condition=~Q(state="ended"),
                name="partnership_once",
                violation_error_message=_("These schools are partners in this year already."),
            ),
            models.CheckConstraint(
                condition=~Q(mentee=F("lead")),
                name="partnership_of_two",
                violation_error_message=_("A school cannot help itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} ← {self.lead}, {self.school_year}"
