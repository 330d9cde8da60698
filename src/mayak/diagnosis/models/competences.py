"""The catalogue of competences: groups, competences, levels with descriptions. Shared by all territories."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import MAX_SEVERITY
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Subject
from mayak.registry.models.archiving import Archivable
from mayak.registry.models.dictionaries import GRADE_VALIDATORS


class CompetenceGroup(SourcedRule):
    """A group of competences: of subjects, of method, of psychology, ..."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    for_heads = models.BooleanField(_("for heads of schools"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("group of competences")
        verbose_name_plural = _("groups of competences")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class CompetenceQuerySet(models.QuerySet["Competence"]):
    """Competences of the catalogue."""

    def kept(self) -> Self:
        """Return those that are not in the archive."""
        return self.filter(archived_at__isnull=True)


class Competence(Archivable):
    """What somebody must be able to do; of a subject and grades where it depends on them."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    group = models.ForeignKey(
        CompetenceGroup, on_delete=models.PROTECT, related_name="competences", verbose_name=_("group")
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    grade_from = models.PositiveSmallIntegerField(
        _("grades from"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    grade_to = models.PositiveSmallIntegerField(
        _("grades to"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_supplied = models.BooleanField(_("comes with the product"), default=False, editable=False)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ["group__position", "group__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "name"],
                name="competence_once",
                violation_error_message=_("This group has a competence of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="competence_grades",
                violation_error_message=_("The last grade cannot lie below the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CompetenceLevel(models.Model):
    """How a level 0..3 looks: for a whole group or, where a competence has its own words, for this one."""

    group = models.ForeignKey(
        CompetenceGroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="levels",
        verbose_name=_("group"),
    )
    competence = models.ForeignKey(
        Competence,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="levels",
        verbose_name=_("competence"),
    )
    level = models.PositiveSmallIntegerField(_("level"), validators=[MaxValueValidator(MAX_SEVERITY)])
    description = models.TextField(_("description"))

    class Meta:
        verbose_name = _("level of a competence")
        verbose_name_plural = _("levels of competences")
        ordering = ["level"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=True, competence__isnull=False)
                | Q(group__isnull=False, competence__isnull=True),
                name="competence_level_owner",
            ),
            models.UniqueConstraint(fields=["group", "level"], name="group_level_once"),
            models.UniqueConstraint(fields=["competence", "level"], name="competence_level_once"),
            models.CheckConstraint(
                condition=Q(level__gte=0, level__lte=MAX_SEVERITY), name="competence_level_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.description}"


class DeficitRule(SourcedRule):
    """A threshold or weight with which deficits are combined and shown; data, because no document names it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    value = models.FloatField(_("value"))
    lowest = models.FloatField(_("at least"), default=0)
    highest = models.FloatField(_("at most"), default=1)

    class Meta:
        verbose_name = _("rule of deficits")
        verbose_name_plural = _("rules of deficits")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=F("lowest"), value__lte=F("highest")),
                name="deficit_rule_range",
                violation_error_message=_("The value lies outside its limits."),
            )
        ]

    def __str__(self) -> str:
        return self.name
