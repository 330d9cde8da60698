"""Questionnaires, their versions and the blocks they share."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.models import Organisation
from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.algorithms.parsing import definition_from_dict
from mayak.surveys.enums import VersionState

ModelT = TypeVar("ModelT", bound=models.Model)


class OwnedQuerySet(ScopedQuerySet[ModelT]):
    """Rows of an owner: seen within the scope of the owner; what comes with Mayak has none and is seen by all."""

    scope_territory = "owner__territory__path"
    scope_organisation = "owner"

    def within(self, scope: Scope) -> Self:
        """Narrow to the supplied ones and those whose owner lies in the scope; those of a higher level stay there."""
        if scope.everything:
            return self
        owned = super().within(scope).order_by().values("pk")
        return self.filter(Q(**{f"{self.scope_organisation}__isnull": True}) | Q(pk__in=owned))


class QuestionnaireQuerySet(OwnedQuerySet["Questionnaire"]):
    """Questionnaires."""


class VersionQuerySet(OwnedQuerySet["QuestionnaireVersion"]):
    """Versions, seen with their questionnaire."""

    scope_territory = "questionnaire__owner__territory__path"
    scope_organisation = "questionnaire__owner"


class Questionnaire(models.Model):
    """A questionnaire under one code; what it asks stands in its versions."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    title_ru = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    purpose = models.TextField(_("what it is for"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    is_supplied = models.BooleanField(_("comes with Mayak"), default=False)
    is_short = models.BooleanField(
        _("short"), default=False, help_text=_("A short questionnaire fits in two minutes.")
    )
    for_students = models.BooleanField(
        _("for students"),
        default=False,
        help_text=_(
            "No free text, no file; answers only by a link without an account; parents are asked under 14."
        ),
    )
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["title_ru", "pk"]

    def __str__(self) -> str:
        return self.title_ru


class QuestionnaireVersion(models.Model):
    """What the questionnaire asks; ``document`` is described in ``algorithms.definition``."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    document = models.JSONField(_("content"), default=dict)
    note = models.CharField(_("what is new"), max_length=300, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(state="draft"),
                name="questionnaire_one_draft",
                violation_error_message=_("This questionnaire has a draft already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, {self.number}"

    @property
    def definition(self) -> Definition:
        """The content as values; raises DefinitionError where the document is wrong."""
        return definition_from_dict(self.document)


class BlockQuerySet(OwnedQuerySet["Block"]):
    """Blocks."""


class Block(models.Model):
    """A section that is used again: inserting it copies it, so that a frozen version never changes."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    title_ru = models.CharField(_("title"), max_length=200)
    document = models.JSONField(_("content"), default=dict, help_text=_("One section."))
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    is_supplied = models.BooleanField(_("comes with Mayak"), default=False)

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block of questions")
        verbose_name_plural = _("blocks of questions")
        ordering = ["title_ru", "pk"]

    def __str__(self) -> str:
        return self.title_ru
