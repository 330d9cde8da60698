"""The key of a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonKey(models.Model):
    """A random key that hides one person's values in the audit log, itself encrypted under the site's secret key.

    The row outlives the person: without a secret it says that the values were erased, and when.
    """

    subject = models.CharField(_("person"), max_length=120, unique=True, help_text="«registry.person:12»")
    secret = models.CharField(max_length=200, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    destroyed_at = models.DateTimeField(_("destroyed"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of a person")
        verbose_name_plural = _("keys of persons")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(secret=""),
                name="person_key_destroyed_has_no_secret",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_destroyed(self) -> bool:
        """Whether what it hides can never be read again."""
        return self.destroyed_at is not None
