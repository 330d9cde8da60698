"""Decisions about names found in files, taken once by a person and remembered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import LinkVerdict
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.territories import Territory


class NameLinkDecisionQuerySet(ScopedQuerySet["NameLinkDecision"]):
    """Decisions of a territory."""


class NameLinkDecision(models.Model):
    """In this territory a file's name (by its normalised key) means this organisation, or no school at all."""

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="+", verbose_name=_("territory")
    )
    key = models.CharField(_("normalised name"), max_length=500)
    raw_name = models.CharField(_("name in the file"), max_length=500)
    verdict = models.CharField(_("decision"), max_length=15, choices=LinkVerdict.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200)
    decided_at = models.DateTimeField(_("decided"), auto_now=True)

    objects = NameLinkDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        ordering = ["territory", "raw_name"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "key"], name="name_decision_once"),
            models.CheckConstraint(
                condition=Q(verdict=LinkVerdict.NOT_A_SCHOOL, organisation__isnull=True)
                | Q(verdict=LinkVerdict.JOINED, organisation__isnull=False),
                name="name_decision_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.raw_name} → {self.organisation or self.get_verdict_display()}"
