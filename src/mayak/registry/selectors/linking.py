"""Linking of names found in files: the index of a scope's organisations, the decisions that people took."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from mayak.kernel.access import Scope
from mayak.registry.algorithms.candidates import (
    NOT_A_SCHOOL,
    Candidate,
    Codes,
    LinkResult,
    LinkStatus,
    NameQuery,
)
from mayak.registry.algorithms.index import NameIndex
from mayak.registry.algorithms.linking import link
from mayak.registry.enums import LinkVerdict, TerritoryKind
from mayak.registry.models import NameLinkDecision, Organisation, OrganisationName, Territory

__all__ = [
    "NOT_A_SCHOOL",
    "Codes",
    "LinkIndex",
    "LinkResult",
    "LinkStatus",
    "NameQuery",
    "build_index",
    "decisions_of",
    "link_names",
]


@dataclass(frozen=True, slots=True)
class LinkIndex:
    """Organisations by code and name, and the decisions of people, read once (four queries)."""

    names: NameIndex
    decisions: dict[tuple[Hashable, str], Hashable]
    regions: frozenset[int] = frozenset()

    def region_of(self, path: str | None) -> int | None:
        """Key of the region in which a territory of this path lies."""
        return _region_of(path, self.regions)


def build_index(scope: Scope, *, schools_only: bool = True) -> LinkIndex:
    """Read the organisations of the scope with all names that they bore, closed ones too, and the decisions."""
    organisations = Organisation.objects.within(scope)
    if schools_only:
        organisations = organisations.schools()
    names: dict[int, list[str]] = defaultdict(list)
    for organisation_id, name in OrganisationName.objects.filter(
        organisation__in=organisations.values("pk")
    ).values_list("organisation_id", "name"):
        names[organisation_id].append(name)
    regions = frozenset(Territory.objects.filter(kind=TerritoryKind.REGION).values_list("pk", flat=True))
    rows = organisations.defer("search_text", "address").select_related("territory")
    candidates = [_candidate(row, names[row.pk], _region_of(row.territory.path, regions)) for row in rows]
    decisions: dict[tuple[Hashable, str], Hashable] = {
        (row.territory_id, row.key): NOT_A_SCHOOL
        if row.verdict == LinkVerdict.NOT_A_SCHOOL
        else row.organisation_id
        for row in NameLinkDecision.objects.within(scope)
    }
    return LinkIndex(NameIndex(candidates), decisions, regions)


def link_names(queries: Iterable[NameQuery], index: LinkIndex) -> list[LinkResult]:
    """Link names; a similar name never joins by itself (``result.suggestions`` are for a person)."""
    return [link(query, index.names, index.decisions) for query in queries]


def decisions_of(scope: Scope) -> QuerySet[NameLinkDecision]:
    """Return the remembered decisions of the scope."""
    return NameLinkDecision.objects.within(scope).select_related("territory", "organisation__territory")


def _region_of(path: str | None, regions: frozenset[int]) -> int | None:
    parts = (int(part) for part in (path or "").split("/") if part)
    return next((part for part in parts if part in regions), None)


def _candidate(row: Organisation, names: list[str], region_id: int | None) -> Candidate:
    present = [row.short_name, row.name]
    return Candidate(
        id=row.pk,
        territory_id=row.territory_id,
        names=tuple(dict.fromkeys(name for name in [*present, *names] if name)),
        settlement=row.settlement,
        codes=Codes(login=row.fis_oko_login, rcoi=row.rcoi_code, ogrn=row.ogrn, inn=row.inn),
        is_branch=row.is_branch,
        region_id=region_id,
    )
