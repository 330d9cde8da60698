"""Consents: the text that was shown, who gave it, when and how, and its withdrawal."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import ConsentPurpose, ConsentWay
from mayak.accounts.models.users import RoleAssignment, User
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Person


class ConsentText(SourcedRule):
    """A version of the text of a consent. Once somebody has given it, it is never changed again."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"))
    consequences = models.TextField(_("what a withdrawal means"))
    valid_from = models.DateField(_("valid from"))
    is_supplied = models.BooleanField(_("supplied with the product"), default=False)

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"],
                name="consent_text_once",
                violation_error_message=_("This version is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"


PersonalT = TypeVar("PersonalT", bound=models.Model)


class PersonalQuerySet(ScopedQuerySet[PersonalT]):
    """Rows that belong to one human being: seen by whoever sees the person or a role of the user."""

    def within(self, scope: Scope) -> Self:
        """Narrow to the scope."""
        if scope.everything:
            return self
        people = Person.objects.within(scope).order_by().values("pk")
        users = RoleAssignment.objects.within(scope).order_by().values("user")
        return self.filter(Q(person__in=people) | Q(person__isnull=True, user__in=users))


class ConsentQuerySet(PersonalQuerySet["Consent"]):
    """Consents of the people of a scope."""

    def live(self) -> Self:
        """Return the consents that hold."""
        return self.filter(withdrawn_on__isnull=True, replaced_on__isnull=True)


class Consent(models.Model):
    """A consent of one human being to one purpose, with the version of the text.

    Kept after a withdrawal and after an erasure (then under a pseudonym) as the proof that the processing was lawful
    while it lasted; that is our reading of the law, see docs/operate/personal-data.md.
    """

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("person of the registry"),
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="consents", verbose_name=_("user")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name=_("text")
    )
    given_on = models.DateField(_("given"))
    way = models.CharField(_("way"), max_length=12, choices=ConsentWay.choices)
    basis = models.CharField(
        _("paper"), max_length=300, blank=True, help_text=_("Where the signed paper is kept: file, number.")
    )
    scan = models.FileField(_("scan"), upload_to="consents/%Y/", blank=True)
    scan_hash = models.CharField(max_length=64, blank=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)
    withdrawal_way = models.CharField(
        _("way of the withdrawal"), max_length=12, choices=ConsentWay.choices, blank=True
    )
    withdrawal_basis = models.CharField(_("paper of the withdrawal"), max_length=300, blank=True)
    replaced_on = models.DateField(_("replaced by a newer version"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(user__isnull=False),
                name="consent_of_somebody",
                violation_error_message=_("Say whose consent it is."),
            ),
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_on__isnull=True, replaced_on__isnull=True, person__isnull=False),
                name="consent_once_person",
                violation_error_message=_("This consent is given already."),
            ),
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_on__isnull=True, replaced_on__isnull=True, person__isnull=True),
                name="consent_once_user",
                violation_error_message=_("This consent is given already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_withdrawn_after",
                violation_error_message=_("A consent is not withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.get_purpose_display()}"

    @property
    def holder(self) -> Person | User | None:
        """Whose consent it is."""
        return self.person or self.user

    @property
    def is_live(self) -> bool:
        """Whether it holds."""
        return self.withdrawn_on is None and self.replaced_on is None
