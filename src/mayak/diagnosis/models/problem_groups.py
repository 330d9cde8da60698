"""Problem groups (S2): teachers with the same deficits who work on them together, three or more."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import ProblemGroupState
from mayak.diagnosis.models.competences import Competence
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation, Person, SchoolYear, SubjectAssociation, Territory


class ProblemGroupQuerySet(ScopedQuerySet["ProblemGroup"]):
    """Groups of a territory; a school sees its own."""

    scope_organisation = "organisation_id"


class ProblemGroup(models.Model):
    """A group of a territory or, with ``organisation``, of one school."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    title = models.CharField(_("title"), max_length=200)
    competences = models.ManyToManyField(Competence, related_name="+", verbose_name=_("competences"))
    members = models.ManyToManyField(Person, related_name="problem_groups", verbose_name=_("members"))
    association = models.ForeignKey(
        SubjectAssociation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible association"),
    )
    basis = models.TextField(_("on what it rests"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ProblemGroupState.choices, default=ProblemGroupState.ACTIVE
    )
    formed_on = models.DateField(_("formed"))
    dissolved_on = models.DateField(_("dissolved"), null=True, blank=True)
    dissolve_reason = models.TextField(_("reason of the end"), blank=True)

    objects = ProblemGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem group")
        verbose_name_plural = _("problem groups")
        ordering = ["state", "-formed_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="dissolved") | (Q(dissolved_on__isnull=False) & ~Q(dissolve_reason="")),
                name="problem_group_end",
                violation_error_message=_("A group is dissolved with a date and a reason."),
            )
        ]

    def __str__(self) -> str:
        return self.title
