"""The text of agreements: versions with numbered clauses, and the templates and demands from which they begin."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.networks.enums.agreements import AgreementKind, ClauseSection, PartyRole
from mayak.networks.models.agreements import Agreement


class AgreementVersionQuerySet(ScopedQuerySet["AgreementVersion"]):
    """Versions of the agreements of a scope."""

    def within(self, scope: Scope) -> Self:
        """Return the versions of the agreements that the scope shows."""
        if scope.everything:
            return self
        return self.filter(agreement__in=Agreement.objects.within(scope).order_by().values("pk"))


class AgreementVersion(models.Model):
    """A version of the text; only the last one that is not frozen can be changed.

    ``paper`` is the whole frozen paper as it was read: preamble, clauses with their fields filled, requisites.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.CharField(_("what it is about"), max_length=300, blank=True)
    author_label = models.CharField(_("who began it"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    paper = models.JSONField(default=dict, blank=True, editable=False)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(frozen_at__isnull=True),
                name="agreement_version_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, {self.number}"


class AgreementClauseQuerySet(ScopedQuerySet["AgreementClause"]):
    """Clauses of the agreements of a scope."""

    def within(self, scope: Scope) -> Self:
        """Return the clauses of the agreements that the scope shows."""
        if scope.everything:
            return self
        return self.filter(version__agreement__in=Agreement.objects.within(scope).order_by().values("pk"))


class AgreementClause(models.Model):
    """A numbered clause; one without a dot in its number is a heading. ``key`` names it through the versions."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=32, editable=False)
    position = models.PositiveSmallIntegerField(_("order"))
    number = models.CharField(_("number"), max_length=20)
    section = models.CharField(_("what it is about"), max_length=15, choices=ClauseSection.choices)
    side = models.CharField(_("whose duty"), max_length=10, choices=PartyRole.choices, blank=True)
    text = models.TextField(_("text"))

    objects = AgreementClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause of an agreement")
        verbose_name_plural = _("clauses of agreements")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="agreement_clause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:60]}"

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of a section."""
        return "." not in self.number.rstrip(".")


class AgreementTemplate(SourcedRule):
    """A clause with which agreements of a kind begin; fields in braces are filled from the data."""

    kind = models.CharField(_("kind"), max_length=20, choices=AgreementKind.choices)
    code = models.SlugField(_("code"), max_length=60)
    number = models.CharField(_("number"), max_length=20)
    section = models.CharField(_("what it is about"), max_length=15, choices=ClauseSection.choices)
    side = models.CharField(_("whose duty"), max_length=10, choices=PartyRole.choices, blank=True)
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("template of a clause")
        verbose_name_plural = _("templates of clauses")
        ordering = ["kind", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="agreement_template_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.number}"


class AgreementRequirement(SourcedRule):
    """A section that agreements of a kind must have, why, and how a missing one is mended."""

    kind = models.CharField(_("kind"), max_length=20, choices=AgreementKind.choices)
    section = models.CharField(_("section"), max_length=15, choices=ClauseSection.choices)
    each_side = models.BooleanField(_("for each side"), default=False)
    reason = models.CharField(_("why it is needed"), max_length=500)
    remedy = models.CharField(_("how to mend it"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("demand on agreements")
        verbose_name_plural = _("demands on agreements")
        ordering = ["kind", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "section"], name="agreement_requirement_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_section_display()}"
