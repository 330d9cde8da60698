"""Countries, regions, municipalities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.enums import TerritoryKind


def below_or_above(scope: Scope, lookup: str = "territory__path") -> Q:
    """Rows of the scope's territories, of everything below them, and of every territory above them.

    What a region or the country decides (acts, programmes) is read by all its districts and schools.
    """
    found = Q(pk__in=[])
    above: set[str] = set()
    for path in scope.territory_paths:
        found |= Q(**{f"{lookup}__under": path})
        above |= set(paths_above(path))
    if scope.organisation_ids:
        own = Territory.objects.filter(organisations__in=scope.organisation_ids).values_list(
            "path", flat=True
        )
        for found_path in own:
            above |= {str(found_path), *paths_above(str(found_path))}
    return found | Q(**{f"{lookup}__in": above})


def paths_above(path: str) -> list[str]:
    """Paths of the territories above this one: «/1/7/31/» lies in «/1/» and «/1/7/»."""
    keys = path.strip("/").split("/")
    return ["/" + "/".join(keys[:count]) + "/" for count in range(1, len(keys))]


class TerritoryQuerySet(ScopedQuerySet["Territory"]):
    """Territories with their whole subtree."""

    scope_territory = "path"


class Territory(models.Model):
    """A node of the tree country - region - municipality.

    ``path`` is the chain of keys from the root, «/1/7/31/»: a subtree is every path that begins with it.
    """

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("lies in"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TerritoryKind.choices)
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(
        _("code"), max_length=20, blank=True, help_text=_("ОКТМО or the code of the region.")
    )
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    path = models.CharField(max_length=200, unique=True, null=True, editable=False)  # noqa: DJ001  # known after saving
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
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="territory_code_once",
                violation_error_message=_("Another territory has this code."),
            ),
            models.CheckConstraint(
                condition=Q(kind=TerritoryKind.COUNTRY) | Q(parent__isnull=False),
                name="territory_has_parent",
                violation_error_message=_("Say in which territory it lies."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
