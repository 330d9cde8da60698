"""What a person asks for about the own data, and what came of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import RequestKind, RequestState
from mayak.accounts.models.consents import PersonalQuerySet
from mayak.accounts.models.users import User
from mayak.registry.models import Person


class PersonRequestQuerySet(PersonalQuerySet["PersonRequest"]):
    """Requests of the people of a scope."""

    def open(self) -> Self:
        """Return the requests that wait."""
        return self.filter(state=RequestState.OPEN)


class PersonRequest(models.Model):
    """A request about the own data with its deadline; refused only with a reason."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="data_requests", verbose_name=_("who asks")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person of the registry"),
    )
    kind = models.CharField(_("what"), max_length=10, choices=RequestKind.choices)
    text = models.TextField(_("in words"), blank=True, max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN
    )
    asked_on = models.DateField(_("asked"), default=timezone.localdate)
    due_on = models.DateField(_("answer until"))
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request on personal data")
        verbose_name_plural = _("requests on personal data")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(state=RequestState.OPEN),
                name="person_request_once",
                violation_error_message=_("You have asked for this already; it waits for the answer."),
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(answer=""),
                name="person_request_reason",
                violation_error_message=_("A refusal needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed without an answer."""
        return self.state == RequestState.OPEN and timezone.localdate() > self.due_on
