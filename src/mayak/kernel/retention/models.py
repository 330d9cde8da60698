"""The term of a kind of data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule


class RetentionTerm(SourcedRule):
    """How many days data of a kind are kept; without a row of its own a kind is kept for ever."""

    code = models.SlugField(_("what"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    keep_days = models.PositiveIntegerField(_("kept for, days"))

    class Meta:
        verbose_name = _("term of storage")
        verbose_name_plural = _("terms of storage")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(keep_days__gte=1),
                name="retention_term_days",
                violation_error_message=_("At least one day."),
            )
        ]

    def __str__(self) -> str:
        return self.name
