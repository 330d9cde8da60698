"""The card of a school's dynamics: indicators at entry and exit (S1 «критерии отслеживания динамики»)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.dynamics import (
    Direction,
    IndicatorGroup,
    IndicatorSource,
    IndicatorUnit,
    MeasureMoment,
    StaffingField,
    ValueOrigin,
)
from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Organisation, Programme, SchoolYear, Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.results.enums import AssessmentKind
from mayak.results.models import ContextIndicator


class DynamicsIndicator(SourcedRule):
    """An indicator of the card: unit, wanted direction, from which data it is filled."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("indicator"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    group = models.CharField(_("part of the card"), max_length=12, choices=IndicatorGroup.choices)
    unit = models.CharField(_("unit"), max_length=10, choices=IndicatorUnit.choices)
    direction = models.CharField(_("wanted change"), max_length=10, choices=Direction.choices)
    data_source = models.CharField(_("from which data"), max_length=10, choices=IndicatorSource.choices)
    assessment_kind = models.CharField(
        _("procedure"), max_length=20, choices=AssessmentKind.choices, blank=True
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    is_within_year = models.BooleanField(
        _("entry and final diagnostics of one year"),
        default=False,
        help_text=_(
            "The entry is the entry diagnostics of the exit year, not the results of the year before."
        ),
    )
    context_indicator = models.ForeignKey(
        ContextIndicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator of the social passport"),
    )
    staffing_field = models.CharField(
        _("figure of the staffing"), max_length=20, choices=StaffingField.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("stands on the card"), default=True)

    class Meta:
        verbose_name = _("indicator of dynamics")
        verbose_name_plural = _("indicators of dynamics")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class DynamicsCardQuerySet(ScopedQuerySet["DynamicsCard"]):
    """Cards of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class DynamicsCard(models.Model):
    """The card of a school: entry from the data of one school year, exit from those of a later one."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    entry_year = models.ForeignKey(
        SchoolYear,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entry: data of the school year"),
    )
    exit_year = models.ForeignKey(
        SchoolYear,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("exit: data of the school year"),
    )
    note = models.TextField(_("conclusion"), blank=True)
    filled_at = models.DateTimeField(_("filled from data"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DynamicsCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card of a school's dynamics")
        verbose_name_plural = _("cards of schools' dynamics")
        ordering = ["organisation__sort_key", "-exit_year__start_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_year", "exit_year"],
                name="dynamics_card_once",
                violation_error_message=_("This school has a card of these years already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.entry_year} – {self.exit_year}"


class DynamicsValueQuerySet(ScopedQuerySet["DynamicsValue"]):
    """Values of the cards of a scope."""

    scope_territory = "card__organisation__territory__path"
    scope_organisation = "card__organisation_id"


class DynamicsValue(models.Model):
    """A value of an indicator at a moment; a share is 0..1, ``n`` says of how many people."""

    card = models.ForeignKey(DynamicsCard, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(DynamicsIndicator, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(_("moment"), max_length=10, choices=MeasureMoment.choices)
    measured = models.CharField(
        _("when"), max_length=40, blank=True, help_text=_("The year or the quarter, as 2024/25 or II.")
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=6)
    n = models.PositiveIntegerField(_("of how many people"), null=True, blank=True)
    origin = models.CharField(_("where from"), max_length=10, choices=ValueOrigin.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = DynamicsValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of the dynamics")
        verbose_name_plural = _("values of the dynamics")
        ordering = ["card", "indicator__position", "moment", "measured", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "indicator", "moment", "measured"], name="dynamics_value_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    @property
    def organisation(self) -> Organisation:
        """Where the audit entry belongs."""
        return self.card.organisation
