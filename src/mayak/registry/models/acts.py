"""Legal acts: every basis in the product refers to one."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.registry.enums import ActKind, ActState
from mayak.registry.models.archiving import Archivable, ArchivableQuerySet
from mayak.registry.models.territories import Territory, below_or_above


class LegalActQuerySet(ArchivableQuerySet["LegalAct"]):
    """Acts of a territory and, for reading, of the region and the country above it: everybody cites them."""

    def within(self, scope: Scope) -> Self:
        """Return the acts of the scope's territories, of everything below and of everything above them."""
        if scope.everything:
            return self
        return self.filter(below_or_above(scope))

    def owned(self, scope: Scope) -> Self:
        """Return the acts that the scope may change: of its territories and below."""
        return super().within(scope)


class LegalAct(Archivable):
    """An order, directive, letter, law: issuer, kind, number, date, title, state, scan."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    issuer = models.CharField(_("issued by"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=ActKind.choices)
    number = models.CharField(_("number"), max_length=50, blank=True)
    date = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=ActState.choices, default=ActState.IN_FORCE)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    scan = models.FileField(_("scan"), upload_to="acts/%Y/", blank=True)
    scan_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = LegalActQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal act")
        verbose_name_plural = _("legal acts")
        ordering = ["-date", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "issuer", "kind", "number", "date"],
                condition=~Q(number=""),
                name="legal_act_once",
                violation_error_message=_("This act is registered already."),
            )
        ]

    def __str__(self) -> str:
        number = f" № {self.number}" if self.number else ""
        return f"{self.get_kind_display()} {self.date:%d.%m.%Y}{number}"
