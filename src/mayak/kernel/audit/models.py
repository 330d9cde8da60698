"""One row of the audit log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet


class AuditQuerySet(ScopedQuerySet["AuditEntry"]):
    """Entries, newest first, narrowed by the territory that they concern."""

    scope_territory = "territory_path"
    scope_organisation = "organisation_id"


class AuditEntry(models.Model):
    """What somebody changed. Written once, never edited; refers to objects by label, so it outlives them."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(_("user"), null=True, blank=True, db_index=True)
    actor_label = models.CharField(_("who"), max_length=200)
    actor_address = models.CharField(_("network address"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    object_text = models.CharField(_("name of the object"), max_length=300, blank=True)
    territory_path = models.CharField(max_length=200, blank=True, db_index=True)
    organisation_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    changes = models.JSONField(_("old and new"), default=dict, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    row_first = models.BigIntegerField(_("first row"), null=True, blank=True)
    row_last = models.BigIntegerField(_("last row"), null=True, blank=True)
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label}: {self.action} {self.object_text or self.object_type}"
