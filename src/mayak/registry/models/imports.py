"""Imports of the registry: the file, its report, and what each written row was before, for undoing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.models import Job
from mayak.registry.enums import ImportState


class RegistryImportQuerySet(ScopedQuerySet["RegistryImport"]):
    """Imports made within a territory."""

    scope_territory = "territory_path"


class RegistryImport(models.Model):
    """One upload of a registry table: checked by a trial run, then written, then perhaps undone.

    ``territory_path`` is the territory of the person who uploaded it; ``plan_hash`` names exactly what the trial
    run promised, so that a confirmation never writes anything else. ``job`` checks or writes a long file.
    """

    kind = models.CharField(_("table"), max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    file = models.FileField(_("file"), upload_to="registry-imports/%Y/")
    file_hash = models.CharField(_("content hash"), max_length=64)
    key = models.CharField(_("rows are found by"), max_length=30)
    clears_empty = models.BooleanField(_("an empty cell clears the value"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.CHECKED
    )
    territory_path = models.CharField(max_length=200, db_index=True)
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected_count = models.PositiveIntegerField(_("rejected"), default=0)
    report = models.JSONField(default=list, blank=True)
    plan_hash = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("job")
    )
    uploaded_by_id = models.BigIntegerField(null=True, blank=True)
    uploaded_by_label = models.CharField(_("who"), max_length=200)
    uploaded_at = models.DateTimeField(_("when"), auto_now_add=True)
    applied_at = models.DateTimeField(_("written"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = RegistryImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a table")
        verbose_name_plural = _("imports of tables")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether a job is at it."""
        return self.job is not None and not self.job.is_finished

    @property
    def line_count(self) -> int:
        """How many lines of the file the trial run saw."""
        return self.created_count + self.updated_count + self.unchanged_count + self.rejected_count


class RegistryImportChange(models.Model):
    """One row that an import wrote: its values before (empty for a new row) and after."""

    registry_import = models.ForeignKey(RegistryImport, on_delete=models.CASCADE, related_name="changes")
    row = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.registry_import}: {self.row}"
