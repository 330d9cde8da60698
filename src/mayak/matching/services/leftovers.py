"""Why schools stayed without a pair, as plain data that the page puts into words."""

from typing import Any

from mayak.matching.algorithms.comparison import network_load
from mayak.matching.algorithms.explanation import ChangeKind, Unmatched, explain_unmatched
from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import Settings
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
        key: _plain(explain_unmatched(matching, key, with_changes=work <= CHANGES_FOR_PAIRS), matching, found)
        for key in matching.unmatched[:EXPLAINED_AT_MOST]
    }


def _refusals(mentee: str, found: Input) -> list[dict[str, str]]:
    """Which lead schools, and why, as the ones who said it wrote."""
    return [
        {"lead": found.names[lead], "reason": reason.rstrip(".")}
        for (school, lead), reason in sorted(found.refusals.items())
        if school == mentee
    ][:FULL_NAMED]


def limits_of_way(settings: Settings) -> dict[str, float | None]:
    """Return the limit that words name: kilometres, or minutes where these are the tighter one."""
    if settings.is_limit_of_time:
        return {"max": None, "max_minutes": settings.max_travel_minutes}
    return {"max": settings.max_distance_km}


def over_the_way(settings: Settings, over_km: float) -> dict[str, float]:
    """Return how much each of the two limits must be raised for a way that is `over_km` above the tighter one.

    Nothing where only kilometres are limited: then it is `over_km`.
    """
    if settings.max_travel_minutes is None or settings.limit_km is None:
        return {}
    way = settings.limit_km + over_km
    most = settings.max_distance_km
    return {
        "amount": 0.0 if most is None else round(max(way - most, 0.0), 3),
        "minutes": round(max(settings.minutes_of(way) - settings.max_travel_minutes, 0.0), 3),
    }


def _plain(why: Unmatched, matching: Matching, found: Input) -> list[dict[str, Any]]:
    names, settings = found.names, matching.problem.settings
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
                **(limits_of_way(settings) if limit.limit is Limit.TOO_FAR else {"max": None}),
            }
        )
        if limit.limit is Limit.REFUSED:
            rows[-1]["refusals"] = _refusals(why.mentee, found)
    change = why.cheapest
    if why.too_dear:
        named = [{"name": names[lead]} for lead in why.too_dear[:FULL_NAMED]]
        rows.append({"code": "too_dear", "leads": named, "more": max(len(why.too_dear) - FULL_NAMED, 0)})
    if change is None and why.full:
        rows.append({"code": "more_places", "places": network_load(matching.problem).places_missing})
    if change is not None:
        rows.append(
            {
                "code": "change",
                "kind": change.kind.value,
                "lead": names[change.lead],
                "amount": round(change.amount, 3),
                **(over_the_way(settings, change.amount) if change.kind is ChangeKind.MORE_DISTANCE else {}),
                "given": names[change.lead_given],
            }
        )
    return rows
