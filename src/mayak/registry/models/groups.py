"""Working groups, teams and councils."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import GroupKind
from mayak.registry.models.acts import LegalAct
from mayak.registry.models.archiving import Archivable, ArchivableQuerySet
from mayak.registry.models.organisations import Organisation
from mayak.registry.models.people import Person


class WorkingGroupQuerySet(ArchivableQuerySet["WorkingGroup"]):
    """Groups of the organisations of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class WorkingGroup(Archivable):
    """A working group, team or council with its members and the act that founded it."""

    kind = models.CharField(_("kind"), max_length=30, choices=GroupKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="working_groups", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=300)
    founding_act = models.ForeignKey(
        LegalAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("founding act"),
    )
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved"), null=True, blank=True)
    members = models.ManyToManyField(
        Person, through="GroupMembership", related_name="working_groups", verbose_name=_("members")
    )

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups and councils")
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="working_group_once",
                violation_error_message=_("This organisation has a group of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(dissolved_on__gte=F("founded_on")),
                name="working_group_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMembershipQuerySet(ScopedQuerySet["GroupMembership"]):
    """Memberships in the groups of a scope."""

    scope_territory = "group__organisation__territory__path"
    scope_organisation = "group__organisation_id"


class GroupMembership(models.Model):
    """A member of a group and the part the member takes."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(_("part in the group"), max_length=100, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"
