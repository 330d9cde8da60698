"""Templates and the papers made from them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.documents.enums import DocumentFormat, TemplateKind
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.models import MatchingRun, MatchPair
from mayak.registry.models import LegalAct, Territory
from mayak.registry.models.territories import below_or_above


class DocumentTemplateQuerySet(ScopedQuerySet["DocumentTemplate"]):
    """Templates of a territory and of those above it; the ones without a territory come with the product."""

    def within(self, scope: Scope) -> Self:
        """Return the templates that papers of the scope may be made from."""
        if scope.everything:
            return self
        if scope.is_empty:
            return self.filter(pk__in=[])
        return self.filter(below_or_above(scope) | Q(territory__isnull=True))

    def owned(self, scope: Scope) -> Self:
        """Return the templates that were uploaded for the scope's own territories."""
        return super().within(scope)


class DocumentTemplate(models.Model):
    """A Word file with fields; a new upload makes the next version. ``standard`` names the layout standard."""

    kind = models.CharField(_("kind"), max_length=40, choices=TemplateKind.choices)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=200)
    standard = models.CharField(_("layout standard"), max_length=60)
    territory = models.ForeignKey(
        Territory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    file = models.FileField(upload_to="templates/")
    sha256 = models.CharField(max_length=64)
    is_supplied = models.BooleanField(_("supplied with the product"), default=False)
    owner_label = models.CharField(_("uploaded by"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DocumentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")
        ordering = ["kind", "-version", "-pk"]
        constraints = [
            models.UniqueConstraint("kind", "territory", "version", name="document_template_once"),
            models.UniqueConstraint(
                fields=["kind", "version"],
                condition=Q(territory__isnull=True),
                name="document_template_supplied_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GeneratedDocumentQuerySet(ScopedQuerySet["GeneratedDocument"]):
    """Papers of a territory; a registered order is read by the schools that it names too."""

    def within(self, scope: Scope) -> Self:
        """Return the papers of the scope's territories and the registered orders that name its schools."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        for path in scope.territory_paths:
            visible |= Q(territory__path__under=path)
        if own := scope.organisation_ids:
            named = MatchPair.objects.filter(Q(mentee_id__in=own) | Q(lead_id__in=own)).values("run")
            visible |= Q(act__isnull=False, run__in=named)
        return self.filter(visible)


class GeneratedDocument(models.Model):
    """A produced paper: from which pairing and template, with the fields that went in and the hash of the file.

    A paper with an act is frozen: it is the one that was signed.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    kind = models.CharField(_("kind"), max_length=40, choices=TemplateKind.choices)
    format = models.CharField(_("format"), max_length=5, choices=DocumentFormat.choices)
    run = models.ForeignKey(
        MatchingRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("pairing"),
    )
    template = models.ForeignKey(
        DocumentTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("template"),
    )
    act = models.ForeignKey(
        LegalAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registered act"),
    )
    title = models.CharField(_("title"), max_length=300)
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    is_draft = models.BooleanField(_("marked as a draft"), default=False)
    file = models.FileField(upload_to="documents/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_label = models.CharField(_("made by"), max_length=200)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = GeneratedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title
