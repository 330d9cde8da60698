"""Rows that become visible and invisible with the state of their import."""

from typing import Self, TypeVar

from django.db import models

from mayak.kernel.access import ScopedQuerySet
from mayak.results.enums import BatchState
from mayak.results.models.batches import ImportBatch, ImportFile

StagedT = TypeVar("StagedT", bound=models.Model)


class StagedQuerySet(ScopedQuerySet[StagedT]):
    """Rows written by imports."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def visible(self) -> Self:
        """Return the rows that count: of a loaded batch and not superseded by a loaded one."""
        applied = ImportBatch.objects.filter(state=BatchState.APPLIED).values("pk")
        return self.filter(batch__in=applied).exclude(superseded_by__in=applied)


class StagedRow(models.Model):
    """The part that every imported row shares: from which batch, file, sheet and row, and what replaced it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.ForeignKey(
        ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey(ImportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sheet = models.CharField(max_length=120, blank=True)
    row = models.PositiveBigIntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True
