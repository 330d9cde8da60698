"""A rule that comes from a document: with its source, page and year; an assumption is marked as one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourcedRule(models.Model):
    """Base of every threshold and list that is data and not code."""

    source = models.CharField(_("source"), max_length=300)
    source_page = models.CharField(_("page"), max_length=40, blank=True)
    source_year = models.PositiveSmallIntegerField(_("year of the source"), null=True, blank=True)
    is_assumption = models.BooleanField(
        _("assumption"),
        default=False,
        help_text=_("No document says so; change it to what holds in your region."),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
