"""Pedagogical workers and where they work. No child is ever a person here."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.enums import QualificationCategory
from mayak.registry.models.archiving import Archivable, ArchivableQuerySet
from mayak.registry.models.dictionaries import Subject
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.territories import Territory


class PersonQuerySet(ArchivableQuerySet["Person"]):
    """People of a territory; a school sees those who work there."""

    scope_organisation = "employments__organisation_id"

    def within(self, scope: Scope) -> Self:
        """Narrow to the scope; a person with two posts in it appears once."""
        found = super().within(scope)
        return found.distinct() if scope.organisation_ids and not scope.everything else found


class Person(Archivable):
    """An adult who works in education."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="people", verbose_name=_("territory")
    )
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    category = models.CharField(
        _("qualification category"), max_length=10, choices=QualificationCategory.choices, blank=True
    )
    category_until = models.DateField(_("category valid until"), null=True, blank=True)
    teaching_since = models.PositiveSmallIntegerField(
        _("teaching since"), null=True, blank=True, help_text=_("The year; experience is counted from it.")
    )
    is_early_career = models.BooleanField(_("early-career teacher"), default=False)
    sort_key = models.CharField(max_length=200, db_index=True, editable=False, default="")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


class EmploymentQuerySet(ScopedQuerySet["Employment"]):
    """Posts in the organisations of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class Employment(models.Model):
    """A post of a person in an organisation during a period, with the subjects taught there."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="employments", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="employments", verbose_name=_("organisation")
    )
    position = models.CharField(_("position"), max_length=150)
    subjects = models.ManyToManyField(Subject, blank=True, related_name="+", verbose_name=_("subjects"))
    rate = models.DecimalField(_("rate"), max_digits=4, decimal_places=2, null=True, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["person", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "position", "valid_from"],
                name="employment_once",
                violation_error_message=_("This post is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="employment_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.position}, {self.organisation}"
