"""Partnerships of schools."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.models import MatchingRun
from mayak.networks.enums.partnerships import OVER, PartnershipState, Side
from mayak.registry.models import LegalAct, Organisation, SchoolYear


class PartnershipQuerySet(ScopedQuerySet["Partnership"]):
    """Partnerships of which the scope shows one side: a lead school of a neighbouring district sees its own too."""

    def within(self, scope: Scope) -> Self:
        """Return only the partnerships with a side in the scope; nothing for an empty scope."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        for side in ("mentee", "lead"):
            for path in scope.territory_paths:
                visible |= Q(**{f"{side}__territory__path__under": path})
            if scope.organisation_ids:
                visible |= Q(**{f"{side}_id__in": scope.organisation_ids})
        return self.filter(visible)

    def current(self) -> Self:
        """Return the partnerships that are neither refused nor ended."""
        return self.exclude(state__in=OVER)

    def working(self) -> Self:
        """Return the partnerships that work together now."""
        return self.filter(state=PartnershipState.ACTIVE)


class Partnership(models.Model):
    """A lead school helps a mentee school in a school year, by the list that an order approves."""

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    mentee = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="partnerships_as_mentee",
        verbose_name=_("mentee school"),
    )
    lead = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="partnerships_as_lead",
        verbose_name=_("lead school"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PartnershipState.choices, default=PartnershipState.PROPOSED
    )
    run = models.ForeignKey(
        MatchingRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("pairing"),
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )
    network = models.ForeignKey(
        "networks.Network",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("network"),
    )
    content = models.JSONField(_("what the help is about"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    consent_due = models.DateField(_("consent until"), null=True, blank=True)
    asked_on = models.DateField(_("schools were written to"), null=True, blank=True, editable=False)
    starts_on = models.DateField(_("term from"), null=True, blank=True)
    ends_on = models.DateField(_("term to"), null=True, blank=True)
    began_on = models.DateField(_("work began"), null=True, blank=True, editable=False)
    begin_note = models.CharField(_("why it began without an agreement"), max_length=500, blank=True)
    paused_on = models.DateField(_("paused"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=500, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    remains = models.TextField(_("what remains"), blank=True)
    renewed_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name=_("partnership of the year before"),
    )
    renewal_note = models.TextField(_("what changes and why"), blank=True)
    not_renewed = models.BooleanField(_("does not go on next year"), default=False, editable=False)
    instead_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_proposals",
        verbose_name=_("proposed after the refusal of"),
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership of schools")
        verbose_name_plural = _("partnerships of schools")
        ordering = ["-school_year__start_year", "lead__sort_key", "mentee__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "mentee", "lead"],
                condition=~Q(state__in=sorted(OVER)),
                name="partnership_once",
                violation_error_message=_("These schools are partners in this year already."),
            ),
            models.CheckConstraint(
                condition=~Q(mentee=F("lead")),
                name="partnership_of_two",
                violation_error_message=_("A school cannot help itself."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="partnership_term",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]
        indexes = [
            models.Index(fields=["school_year", "state"], name="partnership_year_state"),
            models.Index(fields=["state", "consent_due"], name="partnership_consent_due"),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} ← {self.lead}, {self.school_year}"

    def school_of(self, side: str) -> Organisation:
        """The school of a side."""
        return self.mentee if side == Side.MENTEE else self.lead

    @property
    def is_over(self) -> bool:
        """Whether it is refused or ended."""
        return self.state in OVER


class PartnershipConsentQuerySet(ScopedQuerySet["PartnershipConsent"]):
    """Decisions of schools on partnerships, seen by whoever sees the deciding school."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class PartnershipConsent(models.Model):
    """What one school says to a proposed partnership: it consents, or refuses with a reason."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="consents")
    side = models.CharField(_("side"), max_length=6, choices=Side.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    is_consent = models.BooleanField(_("consents"))
    decided_on = models.DateField(_("decided on"))
    reason = models.TextField(_("reason"), blank=True)
    by_label = models.CharField(_("who decided"), max_length=300, blank=True)
    on_paper = models.BooleanField(
        _("given on paper"), default=False, help_text=_("A coordinator wrote down what the school said.")
    )

    objects = PartnershipConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent of a school")
        verbose_name_plural = _("consents of schools")
        ordering = ["partnership", "side"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "side"], name="partnership_consent_once"),
            models.CheckConstraint(
                condition=Q(is_consent=True) | ~Q(reason=""), name="partnership_refusal_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_side_display()}"
