"""An import: the files, what they held, the report, the state."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Territory
from mayak.results.enums import BatchState, IssueKind


class ImportBatchQuerySet(ScopedQuerySet["ImportBatch"]):
    """Imports of a territory."""


class ImportBatch(models.Model):
    """Files that were loaded together, seen all at once and undone together.

    A stored result counts while its batch is «loaded» and no loaded batch has superseded it: one change of ``state``
    shows or hides everything.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED
    )
    format = models.CharField(_("format"), max_length=40, blank=True)
    settings = models.JSONField(_("mapping and answers"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True, db_index=True)
    error = models.TextField(_("error"), blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_label = models.CharField(_("loaded by"), max_length=200)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("loaded"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="staging"), name="import_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["state"], name="import_state")]

    def __str__(self) -> str:
        return self.title


class ImportFileQuerySet(ScopedQuerySet["ImportFile"]):
    """Files of the imports of a territory."""

    scope_territory = "batch__territory__path"


class ImportFile(models.Model):
    """One file of an import with the hash of what was uploaded.

    A protocol with names of pupils is never kept: ``content`` then holds the copy without names.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=255)
    format = models.CharField(_("format"), max_length=40, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    depersonalised = models.BooleanField(_("kept without names"), default=False)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")
        ordering = ["batch", "pk"]

    def __str__(self) -> str:
        return self.name


class ImportIssueQuerySet(ScopedQuerySet["ImportIssue"]):
    """Lines of reports of the imports of a territory."""

    scope_territory = "batch__territory__path"


class ImportIssue(models.Model):
    """A line of the report: file, sheet, row, column, value and reason (a code whose words are translated)."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="issues")
    kind = models.CharField(_("kind"), max_length=10, choices=IssueKind.choices)
    file = models.CharField(_("file"), max_length=255)
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    row = models.PositiveBigIntegerField(_("row"), null=True, blank=True)
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("value"), max_length=300, blank=True)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict, blank=True)

    objects = ImportIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a report")
        verbose_name_plural = _("lines of reports")
        ordering = ["batch", "pk"]
        indexes = [models.Index(fields=["batch", "kind", "code"], name="import_issue_list")]

    def __str__(self) -> str:
        return f"{self.file}:{self.row} {self.code}"


class SavedMappingQuerySet(ScopedQuerySet["SavedMapping"]):
    """Saved mappings of a territory."""


class SavedMapping(models.Model):
    """A column mapping that was corrected by hand and is offered again for files with the same header."""

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="+", verbose_name=_("territory")
    )
    name = models.CharField(_("name"), max_length=150)
    signature = models.CharField(max_length=64, db_index=True, help_text=_("Hash of the header of the file."))
    mapping = models.JSONField(_("mapping"))
    owner_label = models.CharField(_("saved by"), max_length=200)
    updated_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = SavedMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["territory", "name"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.name
