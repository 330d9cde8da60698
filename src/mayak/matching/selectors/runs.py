"""Pairings, their pairs and the load of their lead schools."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from mayak.kernel.access import Scope
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.validators import MatchingSettings


@dataclass(frozen=True, slots=True)
class LeadLoad:
    """How many schools a lead school helps out of how many it can («2 of 3»)."""

    lead_id: int
    name: str
    load: int
    capacity: int
    limit: int

    @property
    def is_overload(self) -> bool:
        """Whether the load is above the limit of the pairing (check CH-02)."""
        return self.load > self.limit

    @property
    def free(self) -> int:
        """Places that are left."""
        return max(self.capacity - self.load, 0)


def run_list(scope: Scope) -> QuerySet[MatchingRun]:
    """Return the pairings of the scope with the numbers of pairs and of schools without one."""
    return (
        MatchingRun.objects.within(scope)
        .select_related("territory", "school_year")
        .annotate(pair_count=Count("pairs", distinct=True), unmatched_count=Count("unmatched", distinct=True))
        .order_by("-created_at", "-pk")
    )


def settings_of(run: MatchingRun) -> MatchingSettings:
    """Return the rules of the pairing."""
    return MatchingSettings.from_json(run.settings)


def load_limit_of(run: MatchingRun) -> int:
    """Return the load of a lead school above which it is a problem."""
    return settings_of(run).load_limit


def pair_list(run: MatchingRun) -> QuerySet[MatchPair]:
    """Return the pairs with both schools."""
    return run.pairs.select_related("mentee__territory", "lead__territory").order_by(
        "lead__sort_key", "mentee__sort_key", "pk"
    )


def lead_loads(run: MatchingRun, pairs: Iterable[MatchPair]) -> list[LeadLoad]:
    """Return the load of every lead school of the input, the heaviest first."""
    limit = load_limit_of(run)
    counts: dict[int, int] = {}
    for pair in pairs:
        counts[pair.lead_id] = counts.get(pair.lead_id, 0) + 1
    names = run.snapshot.get("names", {})
    loads = [
        LeadLoad(
            int(lead["key"]), names[lead["key"]], counts.get(int(lead["key"]), 0), lead["capacity"], limit
        )
        for lead in run.snapshot.get("problem", {}).get("leads", [])
    ]
    return sorted(loads, key=lambda one: (-one.load, one.name, one.lead_id))
