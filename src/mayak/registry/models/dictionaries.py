"""School years and subjects: dictionaries that all territories share."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

GRADE_VALIDATORS = [MinValueValidator(1), MaxValueValidator(12)]
"""Grade levels: 1-11 in Russia, 12 in evening schools and abroad."""


class SchoolYear(models.Model):
    """A school year; it begins on 1 September of ``start_year`` (domain.md C4)."""

    start_year = models.PositiveSmallIntegerField(
        _("begins in"), unique=True, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    is_closed = models.BooleanField(_("closed for changes"), default=False)

    class Meta:
        verbose_name = _("school year")
        verbose_name_plural = _("school years")
        ordering = ["-start_year"]

    def __str__(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02d}"

    @property
    def starts_on(self) -> dt.date:
        """1 September."""
        return dt.date(self.start_year, 9, 1)

    @property
    def ends_on(self) -> dt.date:
        """31 August of the next calendar year."""
        return dt.date(self.start_year + 1, 8, 31)


class Subject(models.Model):
    """A school subject with every name under which files call it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    aliases = models.JSONField(_("names in files"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
