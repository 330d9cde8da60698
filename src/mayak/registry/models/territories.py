"""Countries, regions, municipalities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import TerritoryKind


class TerritoryQuerySet(ScopedQuerySet["Territory"]):
    """Territories with their whole subtree."""

    scope_territory = "path"


class Territory(models.Model):
    """A node of the tree country - region - municipality.

    ``path`` is the chain of keys from the root, «/1/7/31/»: a subtree is every path that begins with it.
    """

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TerritoryKind.choices)
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=20, blank=True, help_text=_("ОКТМО or the code of the region."))
    path = models.CharField(max_length=200, unique=True, null=True, editable=False)
    sort_key = models.CharField(max_length=200, db_index=True, editable=False, default="")

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="territory_name_once",
                violation_error_message=_("There is a territory of this name here already."),
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="territory_code_once"),
            models.CheckConstraint(
                condition=Q(kind=TerritoryKind.COUNTRY) | Q(parent__isnull=False), name="territory_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name
