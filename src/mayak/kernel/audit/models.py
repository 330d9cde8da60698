"""One row of the audit log."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.audit.hiding import shown_changes, shown_text
from mayak.kernel.personal.models import PersonKey


class AuditQuerySet(ScopedQuerySet["AuditEntry"]):
    """Entries, newest first, narrowed by the territory that they concern."""

    scope_territory = "territory_path"
    scope_organisation = "organisation_id"

    def with_keys(self) -> Self:
        """Read the keys of the persons along, so that showing many entries costs no further query."""
        return self.select_related("actor_key", "person_key")


class AuditEntry(models.Model):
    """What somebody changed. Written once, never edited; refers to objects by label, so it outlives them.

    What names a person (``actor_label``, ``object_text``, values in ``changes``) is hidden under the person's key;
    pages read ``who``, ``what`` and ``values``.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(_("user"), null=True, blank=True, db_index=True)
    actor_label = models.TextField(_("who"))
    actor_key = models.ForeignKey(
        PersonKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    actor_role = models.CharField(_("in the role"), max_length=80, blank=True)
    actor_address = models.CharField(_("network address"), max_length=64, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    job_id = models.CharField(_("job"), max_length=36, blank=True)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    object_text = models.TextField(_("name of the object"), blank=True)
    person_key = models.ForeignKey(
        PersonKey,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person concerned"),
    )
    cause_type = models.CharField(max_length=80, blank=True)
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
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(
                fields=["cause_type", "object_id"], name="audit_cause", condition=~models.Q(cause_type="")
            ),
            models.Index(
                fields=["object_type", "row_first"],
                name="audit_rows",
                condition=models.Q(row_first__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.action} {self.what or self.object_type}"

    @property
    def who(self) -> str:
        """Who did it, as a reader sees it."""
        return shown_text(self.actor_key, self.actor_label)

    @property
    def what(self) -> str:
        """The name of the object at that time, as a reader sees it."""
        return shown_text(self.person_key, self.object_text)

    @property
    def values(self) -> dict[str, Any]:
        """Old and new by field, as a reader sees them."""
        return shown_changes(self.person_key, self.changes)


class AuditSeal(models.Model):
    """A link of the chain over the entries: the hash of one entry and of the seal before it. Never edited either."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    entry_id = models.BigIntegerField(_("audit entry"), unique=True)
    hash = models.CharField(_("hash"), max_length=64)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("seal of an audit entry")
        verbose_name_plural = _("seals of audit entries")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"
