"""Agreements of two or more legal persons: who, on what basis, for how long, and in which state."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.networks.enums.agreements import (
    BINDING,
    RULES_KINDS,
    UNSIGNED,
    AgreementEnd,
    AgreementKind,
    AgreementState,
    PartyRole,
    Payment,
)
from mayak.networks.models.partnerships import Partnership
from mayak.registry.models import Organisation, Person, Programme, SchoolYear, Territory

_PERIOD_MESSAGE = _("The end of a period cannot lie before its beginning.")


class AgreementQuerySet(ScopedQuerySet["Agreement"]):
    """Agreements of the scope's territories, and those to which an organisation of the scope is a party."""

    def within(self, scope: Scope) -> Self:
        """Return the agreements of the territories and of the parties that the scope shows."""
        if scope.everything:
            return self
        own, party = Q(pk__in=[]), Q(pk__in=[])
        for path in scope.territory_paths:
            own |= Q(territory__path__under=path)
            party |= Q(organisation__territory__path__under=path)
            party |= Q(legal_person__territory__path__under=path)
        if scope.organisation_ids:
            party |= Q(organisation_id__in=scope.organisation_ids)
            party |= Q(legal_person_id__in=scope.organisation_ids)
        joined = AgreementParty._default_manager.filter(party).order_by().values("agreement")
        return self.filter(own | Q(pk__in=joined))

    def binding_on(self, day: dt.date) -> Self:
        """Return the signed agreements whose term holds the day."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            state__in=BINDING,
        )

    def lasting(self) -> Self:
        """Return the agreements that have not ended."""
        return self.exclude(state=AgreementState.ENDED)


class Agreement(models.Model):
    """An agreement; its text stands in versions, its parties and their requisites are a copy of its own.

    ``party_names`` and ``search_text`` are kept by the services: lists show and search them. ``content_hash`` is that
    of the signed text.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AgreementKind.choices)
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("network pair"),
    )
    network = models.ForeignKey(
        "networks.Network",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("network"),
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("changes the agreement"),
    )
    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("number"), max_length=50, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    party_names = models.CharField(max_length=500, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False, default="")
    subjects = models.CharField(_("what the help is about"), max_length=500, blank=True)
    starts_on = models.DateField(_("valid from"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    payment = models.CharField(_("payment"), max_length=5, choices=Payment.choices, default=Payment.FREE)
    pupils_study = models.BooleanField(
        _("pupils study in another school under this agreement"), default=False
    )
    state = models.CharField(
        _("state"), max_length=15, choices=AgreementState.choices, default=AgreementState.DRAFT
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True, editable=False)
    agreed_note = models.CharField(_("why without the chain"), max_length=300, blank=True, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_kind = models.CharField(_("how it ended"), max_length=12, choices=AgreementEnd.choices, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-school_year__start_year", "title", "pk"]
        indexes = [
            models.Index(fields=["state", "ends_on"], name="agreement_state_end"),
            models.Index(fields=["school_year", "state"], name="agreement_year_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="agreement_term",
                violation_error_message=_PERIOD_MESSAGE,
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgreementKind.NETWORK_FORM) | Q(pupils_study=True),
                name="agreement_network_form_for_pupils",
                violation_error_message=_(
                    "A contract on the network form is made only where pupils study in another school."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(UNSIGNED | {AgreementState.ENDED}))
                | (Q(signed_on__isnull=False) & ~Q(content_hash="")),
                name="agreement_signed_is_frozen",
                violation_error_message=_("A signed agreement has its date and the hash of its text."),
            ),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.ENDED) | Q(ended_on__isnull=False),
                name="agreement_ended_on",
                violation_error_message=_("Say when the agreement ended."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgreementKind.AMENDMENT) | Q(amends__isnull=False),
                name="agreement_amendment_of",
                violation_error_message=_("An amendment changes an agreement."),
            ),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(amends__isnull=True) & Q(state__in=sorted(UNSIGNED)),
                name="agreement_one_draft_of_pair",
                violation_error_message=_("The pair has an agreement in preparation already."),
            ),
        ]

    def __str__(self) -> str:
        number = f" № {self.number}" if self.number else ""
        return f"{self.title}{number}"

    @property
    def is_draft(self) -> bool:
        """Whether its text may be changed."""
        return self.state == AgreementState.DRAFT

    @property
    def is_signed(self) -> bool:
        """Whether it has been signed, ended or not."""
        return bool(self.content_hash)

    @property
    def is_rules(self) -> bool:
        """Whether it is rules («положение») and not a contract."""
        return self.kind in RULES_KINDS


class AgreementPartyQuerySet(ScopedQuerySet["AgreementParty"]):
    """Parties of the agreements of a scope."""

    def within(self, scope: Scope) -> Self:
        """Return the parties of the agreements that the scope shows."""
        if scope.everything:
            return self
        return self.filter(agreement__in=Agreement.objects.within(scope).order_by().values("pk"))


class AgreementParty(models.Model):
    """A party: the organisation that takes part, the legal person that signs for it, and a copy of its requisites.

    A branch takes part, its parent signs. The copy is frozen with the signature.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    role = models.CharField(_("role"), max_length=10, choices=PartyRole.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="agreement_parties",
        verbose_name=_("organisation"),
    )
    legal_person = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("legal person that signs")
    )
    name = models.CharField(_("full name of the legal person"), max_length=500)
    called = models.CharField(_("called in the text"), max_length=100)
    for_branch = models.CharField(_("in the interest of the branch"), max_length=500, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    representative = models.CharField(
        _("representative"), max_length=200, blank=True, help_text=_("Family name, given name, patronymic.")
    )
    representative_post = models.CharField(_("post of the representative"), max_length=200, blank=True)
    represented_by = models.CharField(
        _("in the person of (genitive)"),
        max_length=400,
        blank=True,
        help_text=_("As it stands in the text, in the genitive. Proposed by rules: check it."),
    )
    basis = models.CharField(
        _("acts on the basis of"), max_length=300, blank=True, help_text=_("In the genitive.")
    )
    inn = models.CharField(_("ИНН"), max_length=12, blank=True)
    kpp = models.CharField(_("КПП"), max_length=9, blank=True)
    ogrn = models.CharField(_("ОГРН"), max_length=15, blank=True)
    address = models.CharField(_("address"), max_length=400, blank=True)
    contacts = models.CharField(_("telephone and e-mail"), max_length=300, blank=True)
    bank = models.TextField(_("bank details"), blank=True)

    objects = AgreementPartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party of an agreement")
        verbose_name_plural = _("parties of agreements")
        ordering = ["agreement", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="agreement_party_once",
                violation_error_message=_("This organisation is a party already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_requisites(self) -> bool:
        """Whether address or number tells which legal person it is."""
        return bool(self.address or self.inn)
