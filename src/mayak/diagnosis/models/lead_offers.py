"""What a lead school gives besides subjects known from results, and with what it proves that."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import SchoolProofKind
from mayak.diagnosis.models.lead_profiles import LeadProfile
from mayak.diagnosis.models.offering import Offered, Proven
from mayak.diagnosis.models.risk import RiskFactor
from mayak.kernel.access import ScopedQuerySet

SCHOOLS_AT_MOST = 50


class LeadOfferQuerySet(ScopedQuerySet["LeadOffer"]):
    """Offers of the lead schools of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class LeadOffer(Offered):
    """An offer of a lead school: a competence, a subject, a risk factor or a theme, and to how many schools."""

    profile = models.ForeignKey(LeadProfile, on_delete=models.CASCADE, related_name="offers")
    risk_factor = models.ForeignKey(
        RiskFactor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("risk factor"),
    )
    schools = models.PositiveSmallIntegerField(
        _("to how many schools"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(SCHOOLS_AT_MOST)],
    )

    objects = LeadOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a lead school")
        verbose_name_plural = _("offers of lead schools")
        ordering = ["profile", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False)
                | Q(risk_factor__isnull=False)
                | ~Q(competence="")
                | ~Q(note=""),
                name="lead_offer_of_something",
                violation_error_message=_(
                    "Say what is offered: a competence, a subject, a factor or a theme."
                ),
            ),
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="lead_offer_grades",
                violation_error_message=_("The last grade cannot lie below the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.note or self.risk_factor or self.subject or self.competence}"


class LeadProofQuerySet(ScopedQuerySet["LeadProof"]):
    """Proofs of the lead schools of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class LeadProof(Proven):
    """A document, practice, award or event of a lead school."""

    profile = models.ForeignKey(LeadProfile, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(_("kind"), max_length=12, choices=SchoolProofKind.choices)

    objects = LeadProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of a lead school")
        verbose_name_plural = _("proofs of lead schools")
        ordering = ["profile", "-year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SchoolProofKind.values), name="lead_proof_kind")
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.title}"
