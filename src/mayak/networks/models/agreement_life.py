"""What happens with an agreement: who approves it, which files are kept, which letters went."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.networks.enums.agreements import AgreementFileKind, ApprovalDecision
from mayak.networks.models.agreement_texts import AgreementVersion
from mayak.networks.models.agreements import Agreement, AgreementParty
from mayak.registry.models import Person

ModelT = TypeVar("ModelT", bound=models.Model)


class _OfAgreementQuerySet(ScopedQuerySet[ModelT]):
    """Rows that are seen with their agreement."""

    def within(self, scope: Scope) -> Self:
        """Return the rows of the agreements that the scope shows."""
        if scope.everything:
            return self
        return self.filter(agreement__in=Agreement.objects.within(scope).order_by().values("pk"))


class AgreementApprovalQuerySet(_OfAgreementQuerySet["AgreementApproval"]):
    """Approvals of the agreements of a scope."""


class AgreementApproval(models.Model):
    """One link of the chain: who approves in which order, and what was said of which version."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="approvals")
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    party = models.ForeignKey(
        AgreementParty,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name=_("for the party"),
    )
    label = models.CharField(_("who approves"), max_length=200, help_text=_("The post: head, lawyer …"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=ApprovalDecision.choices, default=ApprovalDecision.WAITING
    )
    note = models.TextField(_("remarks"), blank=True)
    version = models.ForeignKey(
        AgreementVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200, blank=True)

    objects = AgreementApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of an agreement")
        verbose_name_plural = _("approvals of agreements")
        ordering = ["agreement", "step", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=ApprovalDecision.WAITING)
                | (Q(decided_at__isnull=False) & Q(version__isnull=False)),
                name="agreement_approval_decided",
            ),
            models.CheckConstraint(
                condition=~Q(decision=ApprovalDecision.RETURNED) | ~Q(note=""),
                name="agreement_approval_remarks",
                violation_error_message=_("Say what must be changed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.label}"


class AgreementFileQuerySet(_OfAgreementQuerySet["AgreementFile"]):
    """Files of the agreements of a scope."""


class AgreementFile(models.Model):
    """A kept file; a signature file is bound to the hash of the text and is not verified."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="files")
    party = models.ForeignKey(
        AgreementParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("of the party"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AgreementFileKind.choices)
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(upload_to="agreements/%Y/")
    file_hash = models.CharField(max_length=64, editable=False)
    content_hash = models.CharField(_("hash of the text to which it belongs"), max_length=64, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    added_by_label = models.CharField(_("added by"), max_length=200, blank=True)

    objects = AgreementFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an agreement")
        verbose_name_plural = _("files of agreements")
        ordering = ["agreement", "pk"]

    def __str__(self) -> str:
        return self.name


class AgreementReminderQuerySet(_OfAgreementQuerySet["AgreementReminder"]):
    """Letters of the agreements of a scope."""


class AgreementReminder(models.Model):
    """A letter before the end of an agreement: each goes once for one end date and number of days."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="reminders")
    ends_on = models.DateField(_("valid until"))
    days_before = models.PositiveSmallIntegerField(_("days before the end"))
    recipients = models.PositiveSmallIntegerField(_("letters sent"), default=0)
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = AgreementReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of an agreement")
        verbose_name_plural = _("reminders of agreements")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "ends_on", "days_before"], name="agreement_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.ends_on:%d.%m.%Y}"
