"""What a person, or the creation of a school, said about a school exactly as a file writes it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import LinkVerdict
from mayak.registry.models import Organisation, Territory


class SchoolLinkQuerySet(ScopedQuerySet["SchoolLink"]):
    """Links of a territory."""


class SchoolLink(models.Model):
    """This reference (code, name, place: all as written) means this school, or no school of ours.

    The registry remembers decisions by name; that is not enough where two schools of a municipality share a name or
    where a file numbers schools in its own way. ``key`` is a hash over everything that the row said of its school.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="+", verbose_name=_("territory")
    )
    key = models.CharField(max_length=32)
    text = models.CharField(_("school in the file"), max_length=500)
    verdict = models.CharField(_("decision"), max_length=15, choices=LinkVerdict.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200)
    decided_at = models.DateTimeField(_("decided"), auto_now=True)

    objects = SchoolLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("school of a file")
        verbose_name_plural = _("schools of files")
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "key"], name="school_link_once"),
            models.CheckConstraint(
                condition=Q(verdict=LinkVerdict.NOT_A_SCHOOL, organisation__isnull=True)
                | Q(verdict=LinkVerdict.JOINED, organisation__isnull=False),
                name="school_link_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.organisation or self.get_verdict_display()}"
