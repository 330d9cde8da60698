"""Deadlines and the calendar of working days: data with their sources."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule


class DeadlineRule(SourcedRule):
    """Within how many days something is done; working days are counted with ``CalendarDay``."""

    code = models.SlugField(_("what"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    days = models.PositiveSmallIntegerField(_("days"))
    counts_working_days = models.BooleanField(_("working days"), default=False)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarDay(SourcedRule):
    """A day that is not what its day of the week says: a public holiday, or a Saturday on which people work."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_working = models.BooleanField(_("working day"), default=False)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.name}"
