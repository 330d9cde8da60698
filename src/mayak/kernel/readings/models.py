"""One reading."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.audit.hiding import shown_text
from mayak.kernel.personal.models import PersonKey


class ReadingQuerySet(ScopedQuerySet["Reading"]):
    """Readings, narrowed by the place of the person concerned."""

    scope_territory = "territory_path"
    scope_organisation = "organisation_id"

    def with_keys(self) -> "ReadingQuerySet":
        """Read the keys of both persons along."""
        return self.select_related("reader_key", "subject_key")


class Reading(models.Model):
    """Who looked at whose data, when, in which role. The names are hidden under the keys of the persons.

    Never edited; deleted only after a year, by the retention rule (the database refuses anything else).
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    reader_id = models.BigIntegerField(_("user"), null=True, blank=True, db_index=True)
    reader_text = models.TextField(_("who"))
    reader_key = models.ForeignKey(
        PersonKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    reader_role = models.CharField(_("in the role"), max_length=80, blank=True)
    subject = models.CharField(_("person concerned"), max_length=120)
    subject_text = models.TextField(_("whose"))
    subject_key = models.ForeignKey(
        PersonKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whose")
    )
    what = models.CharField(_("what"), max_length=40)
    object_type = models.CharField(_("kind of object"), max_length=80, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    territory_path = models.CharField(max_length=200, blank=True, db_index=True)
    organisation_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "at"], name="reading_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.subject}"

    @property
    def who(self) -> str:
        """Who looked."""
        return shown_text(self.reader_key, self.reader_text)

    @property
    def whose(self) -> str:
        """At whose data."""
        return shown_text(self.subject_key, self.subject_text)
