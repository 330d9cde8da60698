"""From level to measure: the library of typical measures, and recommendations as records (S1, domain.md A1.6)."""

import datetime as dt
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from mayak.diagnosis.enums.measures import AddresseeKind, RecommendationState, TriggerKind, TriggerLevel
from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear


class MeasureTemplate(SourcedRule):
    """A typical measure: at which level of what it is proposed, to whom, and in which words."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    trigger_kind = models.CharField(_("answers"), max_length=15, choices=TriggerKind.choices)
    trigger_code = models.CharField(
        _("code of the scale, competence or factor"),
        max_length=100,
        blank=True,
        help_text=_("Left empty, the measure answers everything of this kind."),
    )
    level = models.CharField(
        _("at the level"), max_length=10, choices=TriggerLevel.choices, default=TriggerLevel.LOW
    )
    addressee = models.CharField(_("addressee"), max_length=20, choices=AddresseeKind.choices)
    text = models.TextField(_("text of the recommendation"))
    evidence = models.CharField(_("what proves it"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days until the deadline"), default=60, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("is proposed"), default=True)

    class Meta:
        verbose_name = _("typical measure")
        verbose_name_plural = _("typical measures")
        ordering = ["trigger_kind", "trigger_code", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class RecommendationQuerySet(ScopedQuerySet["Recommendation"]):
    """Recommendations to the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def overdue(self, day: dt.date) -> Self:
        """Return those that were to be carried out before this day."""
        return self.filter(state=RecommendationState.ISSUED, deadline__lt=day)

    def incomplete(self) -> Self:
        """Return those that lack a deadline, a control date or a controller (CH-23); cancelled ones do not count."""
        return self.exclude(state=RecommendationState.CANCELLED).filter(
            Q(deadline__isnull=True) | Q(control_on__isnull=True) | Q(controller="") | Q(addressee="")
        )


class Recommendation(models.Model):
    """What is recommended to a school: to whom, until when, who controls and when, and what became of it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    text = models.TextField(_("text of the recommendation"))
    addressee = models.CharField(_("addressee"), max_length=20, choices=AddresseeKind.choices, blank=True)
    addressee_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    addressee_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other organisation that helps"),
    )
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    control_on = models.DateField(_("control date"), null=True, blank=True)
    controller = models.CharField(
        _("controller"), max_length=300, blank=True, help_text=_("The position, as in the order.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecommendationState.choices, default=RecommendationState.DRAFT
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )
    template = models.ForeignKey(
        MeasureTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    trigger_kind = models.CharField(_("answers"), max_length=15, choices=TriggerKind.choices, blank=True)
    trigger_code = models.CharField(_("code of the trigger"), max_length=100, blank=True)
    trigger_label = models.CharField(_("what showed it"), max_length=500, blank=True)
    expected_evidence = models.CharField(_("what proves it"), max_length=300, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True, editable=False)
    done_on = models.DateField(_("carried out"), null=True, blank=True)
    done_note = models.TextField(_("what was done"), blank=True)
    evidence = models.FileField(_("evidence"), upload_to="recommendations/%Y/", blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True, editable=False)
    return_reason = models.CharField(_("why it was sent back"), max_length=300, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("targeted recommendation")
        verbose_name_plural = _("targeted recommendations")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="recommendation_school"),
            models.Index(fields=["state", "deadline"], name="recommendation_deadline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(control_on__isnull=True)
                | Q(deadline__isnull=True)
                | Q(control_on__gte=F("deadline")),
                name="recommendation_dates",
                violation_error_message=_("The control date cannot lie before the deadline."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.text[:60]}"

    @property
    def is_overdue(self) -> bool:
        """Whether it was to be carried out by now."""
        return (
            self.state == RecommendationState.ISSUED
            and self.deadline is not None
            and self.deadline < timezone.localdate()
        )

    @property
    def state_word(self) -> Any:
        """The state in a word, «overdue» among them."""
        return pgettext("recommendation", "overdue") if self.is_overdue else self.get_state_display()

    @property
    def missing(self) -> list[Any]:
        """What a recommendation must have and this one has not."""
        wanted = (
            (self.addressee, _("addressee")),
            (self.deadline, _("deadline")),
            (self.control_on, _("control date")),
            (self.controller, _("controller")),
        )
        return [word for value, word in wanted if not value]
