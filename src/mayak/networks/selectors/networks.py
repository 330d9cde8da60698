"""Networks of a scope, the facts of one network's page, members that vanished between two years."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mayak.diagnosis.enums.contests import ContestState
from mayak.diagnosis.models import Contest, LeadProfile
from mayak.kernel.access import Scope
from mayak.networks.enums.networks import DirectionKind, NetworkState
from mayak.networks.models import Network, NetworkMember, Partnership, ResourceDirection
from mayak.networks.selectors.network_links import loads_of
from mayak.networks.selectors.partnerships import LOAD_LIMIT, lead_loads
from mayak.registry.models import Organisation, Programme, SchoolYear


def network_list(scope: Scope) -> QuerySet[Network]:
    """Return the networks of the scope with the number of their organisations (``member_count``)."""
    members = (
        NetworkMember.objects.filter(network=OuterRef("pk"), left_on=None)
        .order_by()
        .values("network")
        .annotate(count=Count("organisation", distinct=True))
        .values("count")
    )
    return (
        Network.objects.within(scope)
        .select_related("programme", "school_year", "territory", "parent", "basis")
        .annotate(member_count=Coalesce(Subquery(members, output_field=IntegerField()), 0))
    )


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with its load «2 of 3» (lead schools only), whom it helps and who helps it."""

    member: NetworkMember
    load: int | None
    places: int | None
    helps: tuple[Partnership, ...]
    helped_by: tuple[Partnership, ...]

    @property
    def is_overloaded(self) -> bool:
        """Whether it helps more schools than it has places."""
        return self.load is not None and self.places is not None and self.load > self.places


def member_lines(
    network: Network, members: list[NetworkMember], links: list[Partnership]
) -> list[MemberLine]:
    """Return the members with loads and links; two queries.

    The load counts all schools that a lead school helps in the year, also outside this network; its places are those of
    the accepted passport, else the limit of check CH-02.
    """
    by_school = loads_of(links)
    leads = [key for key, (helps, _helped) in by_school.items() if helps]
    current = Partnership.objects.current().filter(school_year=network.school_year_id, lead__in=leads)
    loads = {row["lead_id"]: row["load"] for row in lead_loads(current)}
    places = dict(
        LeadProfile.objects.accepted()
        .filter(school_year=network.school_year_id, organisation__in=leads)
        .values_list("organisation_id", "capacity")
    )
    found = []
    for member in members:
        helps, helped = by_school.get(member.organisation_id, ([], []))
        load = loads.get(member.organisation_id)
        limit = places.get(member.organisation_id, LOAD_LIMIT) if load is not None else None
        found.append(MemberLine(member, load, limit, tuple(helps), tuple(helped)))
    return found


def directions_of(network: Network) -> list[tuple[DirectionKind, ResourceDirection | None]]:
    """Return the four directions with what is written of each; one query."""
    known: Mapping[str, ResourceDirection] = {row.kind: row for row in network.directions.all()}
    return [(kind, known.get(kind.value)) for kind in DirectionKind]


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What stands on every page of a network: the programme with its stages, roles, basis and criteria."""

    programme: Programme
    stages: tuple[Any, ...]
    roles: tuple[Any, ...]
    basis: tuple[Any, ...]
    criteria: tuple[str, ...]


def programme_facts(programme: Programme, scope: Scope) -> ProgrammeFacts:
    """Return the programme of a network; five queries. Criteria are those of its contests that the scope shows."""
    contests = Contest.objects.within(scope).filter(programme=programme).exclude(state=ContestState.DRAFT)
    criteria = contests.order_by("criteria__position", "criteria__pk").values_list(
        "criteria__name", flat=True
    )
    return ProgrammeFacts(
        programme,
        tuple(programme.stages.all()),
        tuple(programme.roles.all()),
        tuple(programme.legal_basis.all()),
        tuple(dict.fromkeys(name for name in criteria if name)),
    )


@dataclass(frozen=True, slots=True)
class Vanished:
    """A member of an earlier network of a programme that is in none of the later year, and nobody wrote why."""

    organisation: Organisation
    network: Network
    later: SchoolYear


def vanished_members(scope: Scope) -> list[Vanished]:
    """Return the members that disappeared between two years of a programme without a reason; three queries.

    A year counts where networks of the programme and territory that are no drafts have members; the year before is the
    nearest earlier one that counts. Whoever left with a reason did not disappear.
    """
    rows = (
        NetworkMember.objects.filter(network__in=Network.objects.within(scope).order_by().values("pk"))
        .exclude(network__state=NetworkState.DRAFT)
        .select_related("network__school_year", "network__territory", "organisation__territory")
        .order_by("network__school_year__start_year", "organisation__sort_key", "pk")
    )
    present: dict[tuple[int, int], set[int]] = defaultdict(set)
    by_place: dict[tuple[int, int], dict[int, list[NetworkMember]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        network, year = row.network, row.network.school_year.start_year
        present[network.programme_id, year].add(row.organisation_id)
        by_place[network.programme_id, network.territory_id][year].append(row)
    found = []
    for (programme, _territory), years in sorted(by_place.items()):
        ordered = sorted(years)
        for earlier, later in pairwise(ordered):
            stays = present[programme, later]
            found += _gone(years[earlier], stays, years[later][0].network.school_year)
    return found


def _gone(rows: list[NetworkMember], stays: set[int], later: SchoolYear) -> list[Vanished]:
    explained = {row.organisation_id for row in rows if row.left_on is not None}
    gone: dict[int, Vanished] = {}
    for row in rows:
        if row.organisation_id not in stays | explained | set(gone):
            gone[row.organisation_id] = Vanished(row.organisation, row.network, later)
    return list(gone.values())
