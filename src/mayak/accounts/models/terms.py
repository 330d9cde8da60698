"""The papers of a mentor (art. 351.8 of the Labour Code): consent, content, term, form and pay, and the end."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import EndedBy, TermsState
from mayak.accounts.models.consents import Consent
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import LegalAct, Organisation, Person


class MentoringTermsQuerySet(ScopedQuerySet["MentoringTerms"]):
    """Papers of the employers of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class MentoringTerms(models.Model):
    """What the employer and the mentor agreed in writing: a supplement to the labour contract."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mentoring_terms", verbose_name=_("mentor")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("employer")
    )
    number = models.CharField(_("number of the supplement"), max_length=50, blank=True)
    signed_on = models.DateField(_("supplement signed"), null=True, blank=True)
    consented_on = models.DateField(_("written consent of"), null=True, blank=True)
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    content = models.TextField(_("content of the work"))
    form = models.CharField(_("form"), max_length=200, help_text=_("In pairs, in a group, at a distance."))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    is_paid = models.BooleanField(_("paid"), default=False)
    pay = models.CharField(
        _("pay in words"), max_length=300, blank=True, help_text=_("Size and conditions, by the local act.")
    )
    pay_amount = models.DecimalField(
        _("pay a month, roubles"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    act = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )
    ended_by = models.CharField(_("ended by"), max_length=10, choices=EndedBy.choices, blank=True)
    notice_on = models.DateField(_("notice of"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = MentoringTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplement on mentoring")
        verbose_name_plural = _("supplements on mentoring")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="mentoring_terms_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
            models.CheckConstraint(
                condition=Q(is_paid=False) | ~Q(pay="") | Q(pay_amount__isnull=False),
                name="mentoring_terms_pay",
                violation_error_message=_("Say how much is paid, or on what conditions."),
            ),
            models.CheckConstraint(
                condition=Q(ended_by="", last_day__isnull=True)
                | (~Q(ended_by="") & Q(last_day__isnull=False)),
                name="mentoring_terms_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.organisation}"

    def state_on(self, day: dt.date) -> TermsState:
        """Return the state on a day."""
        if self.consented_on is None:
            return TermsState.DRAFT
        if day > (self.last_day or self.ends_on) or day > self.ends_on:
            return TermsState.ENDED
        if self.last_day is not None:
            return TermsState.NOTICE
        return TermsState.PLANNED if day < self.starts_on else TermsState.ACTIVE

    @property
    def state(self) -> TermsState:
        """Return the state of today."""
        return self.state_on(timezone.localdate())
