"""The request map of a teacher (S3 «проектировочная карта запросов»): in what, which help, in which form."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import HelpForm, HelpRequestState, RequestMode, Severity
from mayak.diagnosis.models.competences import Competence
from mayak.diagnosis.models.of_person import OfPersonQuerySet
from mayak.registry.models import Person, SchoolYear


class HelpRequestQuerySet(OfPersonQuerySet["HelpRequest"]):
    """Requests of the people of a scope."""


class HelpRequest(models.Model):
    """One line of the request map."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="help_requests", verbose_name=_("person")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="+", verbose_name=_("competence")
    )
    severity = models.PositiveSmallIntegerField(
        _("how difficult it is"), choices=Severity.choices, default=Severity.NOTICEABLE
    )
    text = models.TextField(_("which help"), blank=True, max_length=1000)
    form = models.CharField(_("form of help"), max_length=20, choices=HelpForm.choices)
    mode = models.CharField(
        _("in person or remotely"), max_length=10, choices=RequestMode.choices, default=RequestMode.ANY
    )
    asked_on = models.DateField(_("asked"))
    state = models.CharField(
        _("state"), max_length=10, choices=HelpRequestState.choices, default=HelpRequestState.OPEN
    )
    answer = models.TextField(_("answer"), blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a teacher")
        verbose_name_plural = _("requests of teachers")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "competence", "school_year"],
                condition=Q(state__in=["open", "taken"]),
                name="help_request_once",
                violation_error_message=_("You have an open request on this competence already: change it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.competence}"
