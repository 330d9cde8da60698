"""Subject associations of a school (ШМО) and of a district (РМО)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import AssociationLevel
from mayak.registry.models.archiving import Archivable, ArchivableQuerySet
from mayak.registry.models.dictionaries import Subject
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.people import Person


class AssociationQuerySet(ArchivableQuerySet["SubjectAssociation"]):
    """Associations of the organisations of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class SubjectAssociation(Archivable):
    """A subject association; ``organisation`` is the school or, for a district, its authority or service."""

    level = models.CharField(_("level"), max_length=10, choices=AssociationLevel.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="associations", verbose_name=_("organisation")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    name = models.CharField(_("name"), max_length=200)
    head = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("head")
    )
    members = models.ManyToManyField(
        Person, through="AssociationMembership", related_name="associations", verbose_name=_("members")
    )

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject association")
        verbose_name_plural = _("subject associations")
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="association_once",
                violation_error_message=_("This organisation has an association of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AssociationMembershipQuerySet(ScopedQuerySet["AssociationMembership"]):
    """Memberships in the associations of a scope."""

    scope_territory = "association__organisation__territory__path"
    scope_organisation = "association__organisation_id"


class AssociationMembership(models.Model):
    """A member of a subject association."""

    association = models.ForeignKey(SubjectAssociation, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    objects = AssociationMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of an association")
        verbose_name_plural = _("members of associations")
        constraints = [
            models.UniqueConstraint(fields=["association", "person"], name="association_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.association}"
