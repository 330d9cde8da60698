"""Sums of the answers of an audience, kept so that a page of results need not read the answers again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.surveys.models.campaigns import Audience


class SummaryQuerySet(ScopedQuerySet["ResultSummary"]):
    """Sums of the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class ResultSummary(models.Model):
    """What is shown of one audience (``algorithms.tallying.Cube`` as bytes); pages and tables read only this.

    ``total`` are the sums without groups, ``grouped`` those by classes of answers (docs/adr/0017). In an anonymous
    round ``total`` grows only by whole groups, and ``grouped`` is made once, at the first closing.
    """

    audience = models.OneToOneField(Audience, on_delete=models.CASCADE, related_name="summary")
    total = models.BinaryField(default=bytes)
    counted = models.PositiveIntegerField(_("answers counted"), default=0)
    computed_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    grouped = models.BinaryField(default=bytes)
    grouped_count = models.PositiveIntegerField(_("answers in the breakdowns"), default=0)
    grouped_at = models.DateTimeField(_("breakdowns made at"), null=True, blank=True)
    seen = models.PositiveIntegerField(_("answers there were"), default=0)
    is_final = models.BooleanField(_("of a closed round"), default=False)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sums of a survey")
        verbose_name_plural = _("sums of surveys")

    def __str__(self) -> str:
        return f"{self.audience_id}: {self.counted}"
