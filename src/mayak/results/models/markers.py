"""Marks of non-objectivity that an authority published (domain.md B7.2, table «bias»): a sign, not a proof."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.registry.models import Organisation, Subject
from mayak.results.models.staged import StagedQuerySet, StagedRow


class NonObjectivityMarkerQuerySet(StagedQuerySet["NonObjectivityMarker"]):
    """Markers of the schools of a scope."""


class NonObjectivityMarker(StagedRow):
    """In this year the authority marked the school's results in a subject and grade."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="objectivity_markers", verbose_name=_("school")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"))

    objects = NonObjectivityMarkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of non-objectivity")
        verbose_name_plural = _("marks of non-objectivity")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "organisation", "year", "subject", "grade"], name="marker_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}: {self.subject}, {self.grade}"
