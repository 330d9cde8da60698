"""The offline gazetteer: places with coordinates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import Locality


class Settlement(models.Model):
    """A place of the gazetteer; shared by everybody, so it has no scope."""

    name = models.CharField(_("name"), max_length=150)
    key = models.CharField(max_length=150, db_index=True, editable=False)
    region_name = models.CharField(_("region"), max_length=150, blank=True)
    region_key = models.CharField(max_length=150, blank=True, db_index=True, editable=False)
    municipality_name = models.CharField(_("municipality"), max_length=150, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    locality = models.CharField(_("urban or rural"), max_length=5, choices=Locality.choices, blank=True)
    source = models.CharField(_("source"), max_length=100)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "name", "latitude", "longitude"], name="settlement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.region_name}" if self.region_name else self.name
