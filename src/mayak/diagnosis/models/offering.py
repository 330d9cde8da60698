"""What the passports of schools and of people share: state, what is offered, when."""

from typing import Any

from django.core.validators import MaxValueValidator, URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.diagnosis.enums.passports import MentoringForm, PassportState, Weekday, WorkFormat
from mayak.registry.models import Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS

HOURS_AT_MOST = 200


class Nominated(models.Model):
    """The way of a passport: draft, submitted, accepted or returned with a reason."""

    state = models.CharField(
        _("state"), max_length=10, choices=PassportState.choices, default=PassportState.ACCEPTED
    )
    is_self_nominated = models.BooleanField(_("self-nominated"), default=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        abstract = True

    @property
    def waiting_days(self) -> int:
        """For how many days a submitted passport waits."""
        if self.state != PassportState.SUBMITTED or self.submitted_at is None:
            return 0
        return (timezone.now() - self.submitted_at).days


class Available(models.Model):
    """When there is time."""

    hours_per_month = models.PositiveSmallIntegerField(
        _("hours a month"), null=True, blank=True, validators=[MaxValueValidator(HOURS_AT_MOST)]
    )
    weekdays = models.JSONField(_("days of the week"), default=list, blank=True)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_to = models.DateField(_("available until"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def weekday_words(self) -> list[Any]:
        """The days in words."""
        words = dict(Weekday.choices)
        return [words[day] for day in self.weekdays if day in words]


class Offered(models.Model):
    """One thing that can be given: in what, to which grades, in which form and format."""

    competence = models.SlugField(_("competence"), max_length=80, blank=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    grade_from = models.PositiveSmallIntegerField(
        _("grades from"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    grade_to = models.PositiveSmallIntegerField(
        _("grades to"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    form = models.CharField(
        pgettext_lazy("mentoring", "form"),
        max_length=12,
        choices=MentoringForm.choices,
        default=MentoringForm.TRADITIONAL,
    )
    work_format = models.CharField(
        _("format"), max_length=10, choices=WorkFormat.choices, default=WorkFormat.MIXED
    )
    note = models.CharField(_("in other words"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def grades(self) -> str:
        """«5–9», «5», or nothing for all grades."""
        if self.grade_from is None:
            return ""
        if self.grade_to is None or self.grade_to == self.grade_from:
            return str(self.grade_from)
        return f"{self.grade_from}–{self.grade_to}"


class Proven(models.Model):
    """One proof in words, with the year and an address."""

    title = models.CharField(_("what exactly"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    link = models.CharField(
        _("address"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])]
    )

    class Meta:
        abstract = True
