"""Context of a school: its social passport by year (S4, domain.md A4.2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Organisation, SchoolYear
from mayak.results.models.staged import StagedQuerySet, StagedRow


class ContextIndicator(SourcedRule):
    """An indicator of the social passport; the list is data."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    aliases = models.JSONField(_("names in files"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    counts_everyone = models.BooleanField(
        _("counts all pupils"),
        default=False,
        help_text=_(
            "The number of pupils itself: nobody is left beside it, so only a small number is hidden."
        ),
    )

    class Meta:
        verbose_name = _("context indicator")
        verbose_name_plural = _("context indicators")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ContextValueQuerySet(StagedQuerySet["ContextValue"]):
    """Context of the schools of a scope; show it through the selector that hides small cells."""


class ContextValue(StagedRow):
    """The indicator of a school in a school year: a count out of a total, only a share (0..1), or another number."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="context", verbose_name=_("school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    indicator = models.ForeignKey(
        ContextIndicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    count = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)

    objects = ContextValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("context of a school")
        verbose_name_plural = _("context of schools")
        indexes = [models.Index(fields=["organisation", "school_year"], name="context_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "organisation", "school_year", "indicator"], name="context_once"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="context_share"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(total__isnull=True) | Q(count__lte=F("total")),
                name="context_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.school_year}: {self.indicator}"
