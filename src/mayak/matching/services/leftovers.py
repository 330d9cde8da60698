"""Why schools stayed without a pair, as plain data that the page puts into words."""

from typing import Any

from mayak.matching.algorithms.comparison import network_load
from mayak.matching.algorithms.explanation import Unmatched, explain_unmatched
from mayak.matching.algorithms.plan import Matching
from mayak.matching.selectors.problems import Input

EXPLAINED_AT_MOST = 300
"""Schools whose limits are looked at one by one; beyond that the list says only that they have no pair."""
CHANGES_FOR_PAIRS = 200_000
"""The smallest change is found by computing again for each try: only where schools x leads x leftovers is less."""
FULL_NAMED = 5


def reasons_of(matching: Matching, found: Input) -> dict[str, list[dict[str, Any]]]:
    """Return the reasons of every school without a pair: limits, full leads, the smallest change that was verified."""
    problem = matching.problem
    work = len(problem.mentees) * len(problem.leads) * len(matching.unmatched)
    return {
        key: _plain(
            explain_unmatched(matching, key, with_changes=work <= CHANGES_FOR_PAIRS), matching, found.names
        )
        for key in matching.unmatched[:EXPLAINED_AT_MOST]
    }


def _plain(why: Unmatched, matching: Matching, names: dict[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if why.full:
        full = sorted(why.full[:FULL_NAMED], key=lambda lead: names[lead.lead])
        named = [{"name": names[lead.lead], "capacity": lead.capacity} for lead in full]
        rows.append({"code": "no_places", "leads": named, "more": max(len(why.full) - FULL_NAMED, 0)})
    for limit in why.limits:
        name = (limit.limit.name or "").lower()
        rows.append(
            {
                "code": "limit",
                "limit": name,
                "count": limit.leads,
                "nearest": names.get(limit.nearest or ""),
                "nearest_km": None if limit.nearest_km is None else round(limit.nearest_km, 3),
                "max": matching.problem.settings.max_distance_km if name == "too_far" else None,
            }
        )
    change = why.cheapest
    if change is None and why.full:
        rows.append({"code": "more_places", "places": network_load(matching.problem).places_missing})
    if change is not None:
        rows.append(
            {
                "code": "change",
                "kind": change.kind.value,
                "lead": names[change.lead],
                "amount": round(change.amount, 3),
                "given": names[change.lead_given],
            }
        )
    return rows
