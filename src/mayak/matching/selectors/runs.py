"""Pairings, their pairs and the load of their lead schools."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mayak.kernel.access import Scope
from mayak.matching.algorithms.plan import load_price
from mayak.matching.enums import MatchingLevel, Total
from mayak.matching.models import MatchingRun, MatchPair, TeacherPair, UncoveredNeed, UnmatchedSchool
from mayak.matching.permissions import can_see_teacher_runs
from mayak.matching.validators import MatchingSettings

FULL_POINTS: Final = 100
"""Points of a pair that fits fully."""


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
    """Return the pairings of the scope with the numbers of pairs and of schools (or needs) without one.

    Pairings of teachers name what single people lack, so only those see them who pair or may read deficits.
    """
    found = MatchingRun.objects.within(scope)
    if not can_see_teacher_runs(scope):
        found = found.filter(level=MatchingLevel.SCHOOLS)
    return (
        found.select_related("territory", "school_year", "schools_run__territory", "schools_run__school_year")
        .annotate(
            pair_count=_count(MatchPair) + _count(TeacherPair),
            unmatched_count=_count(UnmatchedSchool) + _count(UncoveredNeed),
        )
        .order_by("-created_at", "-pk")
    )


def _count(model: type[Model]) -> Coalesce:
    """How many rows of a run; counted apart, because two joined relations would multiply."""
    rows = model._default_manager.filter(run=OuterRef("pk")).order_by().values("run")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def settings_of(run: MatchingRun) -> MatchingSettings:
    """Return the rules of the pairing."""
    return MatchingSettings.from_json(run.settings)


def load_price_of(run: MatchingRun, loads: Mapping[int, int] | None = None) -> float:
    """Return what the load of the lead schools costs the total of the pairs as they are now (1 = a full score).

    By the rules of the computation; nothing where kilometres are added up. Passing help on in a chain is no load.

    Args:
        run: a pairing of schools.
        loads: number of pairs by key of the lead school, where they are known; else they are read.
    """
    problem = run.snapshot.get("problem", {})
    rules = problem.get("settings", {})
    points = rules.get("load_points", 0.0)
    if not points or rules.get("total") != Total.SCORE:
        return 0.0
    counts = loads or Counter(run.pairs.order_by().values_list("lead_id", flat=True))
    leads = {int(lead["key"]) for lead in problem["leads"]}
    return load_price({lead: count for lead, count in counts.items() if lead in leads}, points) / FULL_POINTS


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
