"""Archive instead of delete (ux.md 6): an archived row leaves the lists and keeps its history."""

from typing import Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet

ModelT = TypeVar("ModelT", bound=models.Model)


class ArchivableQuerySet(ScopedQuerySet[ModelT]):
    """Rows of which some lie in the archive."""

    def kept(self) -> Self:
        """Return the rows that are not in the archive."""
        return self.filter(archived_at__isnull=True)


class Archivable(models.Model):
    """Base of the rows that are archived and brought back, never deleted."""

    archived_at = models.DateTimeField(_("in the archive since"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        """Whether the row lies in the archive."""
        return self.archived_at is not None
