"""Territories that rows of a file name: found in the tree, or created where the person asked for it."""

from collections import defaultdict

from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory
from mayak.registry.selectors.names import bare_key, place_key
from mayak.registry.services.territories import create_territory
from mayak.results.algorithms.records import SchoolRef


class Places:
    """Finds the territory of a row inside the territory of the import."""

    def __init__(self, root: Territory, *, actor: Actor, create: bool = False, is_trial: bool = True) -> None:
        self.root = root
        self.created: list[Territory] = []
        self._actor, self._create, self._is_trial = actor, create, is_trial
        self._nodes: dict[int, Territory] = {}
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._known: dict[tuple[str | None, str | None], Territory | None] = {}
        for territory in Territory.objects.filter(path__under=root.path):
            self._add(territory)

    def _add(self, territory: Territory) -> None:
        self._nodes[territory.pk] = territory
        for key in {place_key(territory.name), bare_key(territory.name)}:
            self._by_key[key].append(territory.pk)

    def find(self, school: SchoolRef) -> Territory | None:
        """The territory that the row names; that of the import where it names none; None where it is not known."""
        key = (school.region, school.municipality)
        if key not in self._known:
            self._known[key] = self._find(school.region or "", school.municipality or "")
        return self._known[key]

    def names(self, territory: Territory) -> tuple[str, ...]:
        """Names of the territory and of those above it, as far as the import reaches."""
        found = [territory.name]
        while territory.pk != self.root.pk and territory.parent_id in self._nodes:
            territory = self._nodes[territory.parent_id]
            found.append(territory.name)
        return tuple(found)

    def _find(self, region: str, municipality: str) -> Territory | None:
        if not region and not municipality:
            return self.root
        upper = self._region(region)
        if not municipality:
            return upper
        if upper is not None:
            return self._lower(municipality, upper) or self._make(
                municipality, TerritoryKind.MUNICIPALITY, upper
            )
        if region and self.root.kind == TerritoryKind.COUNTRY:
            return None
        return self._lower(municipality, self.root)

    def _region(self, name: str) -> Territory | None:
        """The region of this name: the import's own, one above it or one below it."""
        if not name:
            return self.root if self.root.kind != TerritoryKind.COUNTRY else None
        above: Territory | None = self.root
        while above is not None:
            if bare_key(above.name) == bare_key(name):
                return self.root
            above = above.parent
        found = self._unique(name, TerritoryKind.REGION, self.root)
        if found is not None or self.root.kind != TerritoryKind.COUNTRY:
            # Inside a region the column may hold districts of a city: the lower column decides.
            return found or self.root
        return self._make(name, TerritoryKind.REGION, self.root)

    def _lower(self, name: str, upper: Territory) -> Territory | None:
        if upper.kind == TerritoryKind.MUNICIPALITY and bare_key(upper.name) == bare_key(name):
            return upper
        return self._unique(name, TerritoryKind.MUNICIPALITY, upper)

    def _unique(self, name: str, kind: str, upper: Territory) -> Territory | None:
        for key in (place_key(name), bare_key(name)):
            found = [
                node
                for pk in self._by_key.get(key, ())
                if (node := self._nodes[pk]).kind == kind and (node.path or "").startswith(upper.path or "/")
            ]
            if len(found) == 1:
                return found[0]
            exact = [node for node in found if node.name == name]
            if len(exact) == 1:
                return exact[0]
        return None

    def _make(self, name: str, kind: str, parent: Territory) -> Territory | None:
        if not self._create or parent.kind == TerritoryKind.MUNICIPALITY:
            return None
        if self._is_trial:
            # A territory that would be created: a key below zero, a path of its own, nothing in the database.
            number = -1 - len(self.created)
            made = Territory(pk=number, name=name, kind=kind, parent=parent, path=f"{parent.path}{number}/")
        else:
            made = create_territory(actor=self._actor, name=name, kind=kind, parent=parent)
        self._add(made)
        self.created.append(made)
        return made


def ensure_root(*, actor: Actor, name: str = "") -> Territory:
    """The country in which an import without a territory happens; created in an empty database."""
    roots = list(Territory.objects.filter(parent__isnull=True)[:2])
    if len(roots) == 1:
        return roots[0]
    return create_territory(actor=actor, name=name or _("Country"), kind=TerritoryKind.COUNTRY)
