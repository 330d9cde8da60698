"""Numbers of the work of pairs and the school holidays: data with their sources."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Territory
from mayak.registry.models.territories import below_or_above


class PairRule(SourcedRule):
    """A number on which hints and checks of pairs rest: days of silence, places of a mentor."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    value = models.PositiveSmallIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("rule of pairs")
        verbose_name_plural = _("rules of pairs")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class SchoolHolidayQuerySet(ScopedQuerySet["SchoolHoliday"]):
    """Holidays of everywhere, of the scope's territories and of those above them."""

    def within(self, scope: Scope) -> Self:
        """Narrow to the scope."""
        if scope.everything:
            return self
        return self.filter(Q(territory__isnull=True) | below_or_above(scope))


class SchoolHoliday(SourcedRule):
    """Days on which schools do not teach: no meeting is expected of a pair and silence is not counted."""

    territory = models.ForeignKey(
        Territory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
        help_text=_("Left empty, they hold everywhere."),
    )
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = SchoolHolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("school holidays")
        verbose_name_plural = _("school holidays")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "starts_on"],
                name="school_holiday_once",
                violation_error_message=_("Holidays that begin on this day are entered already."),
            ),
            models.UniqueConstraint(
                fields=["starts_on"],
                condition=Q(territory__isnull=True),
                name="school_holiday_everywhere_once",
                violation_error_message=_("Holidays that begin on this day are entered already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="school_holiday_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.starts_on:%d.%m.%Y} – {self.ends_on:%d.%m.%Y}"
