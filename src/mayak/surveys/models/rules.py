"""Numbers of surveys that the sources do not name: kept as data with their source, so that a region can change them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule


class SurveyRule(SourcedRule):
    """A number on which the checks of surveys rest."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("rule of surveys")
        verbose_name_plural = _("rules of surveys")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
