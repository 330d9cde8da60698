"""Numbers that the sources do not name: kept as data with their source, so that a region can change them."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule

FIRST_YEAR = 2000
"""The value of this year holds in all years before the next one."""


class MeasureThreshold(SourcedRule):
    """A number on which contests, cards, recommendations and the training of mentors rest.

    Another value holds from its own school year on, so that what rests on an older year is computed as it was then.
    """

    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=3)
    year_from = models.PositiveSmallIntegerField(
        _("holds from the school year that begins in"),
        default=FIRST_YEAR,
        validators=[MinValueValidator(FIRST_YEAR)],
    )
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("threshold of measures")
        verbose_name_plural = _("thresholds of measures")
        ordering = ["position", "code", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "year_from"],
                name="measure_threshold_once",
                violation_error_message=_("There is a value of this year already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def assumption_word(self) -> Any:
        """Whether a document names the number."""
        return _("assumption") if self.is_assumption else _("from the source")
