"""Who is asked and whether they have answered; never what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.accounts.models import User
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation, Person
from mayak.surveys.enums import LetterKind
from mayak.surveys.models.campaigns import Audience


class SurveyInvitationQuerySet(ScopedQuerySet["SurveyInvitation"]):
    """Invitations to the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class SurveyInvitation(models.Model):
    """One person asked in one audience.

    ``groups`` are the frozen breakdown values («category»: «low»), the same for everybody of the same organisation
    and role; ``answered`` has no time beside it, so that nothing ties it to an answer.
    """

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    groups = models.JSONField(default=dict, editable=False)
    answered = models.BooleanField(_("has answered"), default=False)

    objects = SurveyInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        ordering = ["audience", "pk"]
        indexes = [
            models.Index(fields=["audience", "answered", "organisation"], name="invitation_participation")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "person", "organisation"],
                condition=Q(person__isnull=False),
                name="survey_invitation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.person or self.user or self.email}"


class SurveyLetterQuerySet(ScopedQuerySet["SurveyLetter"]):
    """Letters of the rounds of a scope."""

    scope_territory = "invitation__audience__campaign__owner__territory__path"
    scope_organisation = "invitation__audience__campaign__owner_id"


class SurveyLetter(models.Model):
    """One letter of a round that has to go or has gone out; sent by a job, once."""

    invitation = models.ForeignKey(SurveyInvitation, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=200, blank=True)

    objects = SurveyLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of a survey")
        verbose_name_plural = _("letters of surveys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "kind", "day"], name="survey_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.invitation_id}"


class OpenLinkQuerySet(ScopedQuerySet["OpenLink"]):
    """Open links of the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class OpenLink(models.Model):
    """The address for those who answer without an account (students, parents) of one organisation."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="links")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True, editable=False)
    groups = models.JSONField(default=dict, editable=False)
    expected = models.PositiveIntegerField(_("answers expected"), null=True, blank=True)
    answered = models.PositiveIntegerField(_("answers"), default=0, editable=False)
    is_closed = models.BooleanField(_("closed"), default=False)

    objects = OpenLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("open link of a survey")
        verbose_name_plural = _("open links of surveys")
        ordering = ["audience", "organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "organisation"], name="open_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.organisation}"


class LinkReceiptQuerySet(ScopedQuerySet["LinkReceipt"]):
    """Receipts of links of the rounds of a scope."""

    scope_territory = "link__audience__campaign__owner__territory__path"
    scope_organisation = "link__audience__campaign__owner_id"


class LinkReceipt(models.Model):
    """That a page of an open link was sent in: the same page sent twice counts once. Gone when the round closes.

    ``digest`` is the hash of a random number that the page was given; no device, person or address stands behind it.
    """

    link = models.ForeignKey(OpenLink, on_delete=models.CASCADE, related_name="receipts")
    digest = models.CharField(max_length=64)

    objects = LinkReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt of an open link")
        verbose_name_plural = _("receipts of open links")
        constraints = [models.UniqueConstraint(fields=["link", "digest"], name="link_receipt_once")]

    def __str__(self) -> str:
        return f"{self.link_id}"
