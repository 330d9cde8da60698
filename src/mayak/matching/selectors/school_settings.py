"""The rules of a pairing of schools as the solver takes them."""

from collections.abc import Container
from dataclasses import replace

from mayak.matching.algorithms.criteria import FACT_CRITERIA, known_criteria
from mayak.matching.algorithms.problem import (
    Objective,
    Problem,
    Settings,
    Total,
    UnknownDistance,
    Weights,
    Within,
)
from mayak.matching.validators import DEFAULT_WEIGHTS, MatchingSettings


def with_settings(problem: Problem, objective: str, settings: MatchingSettings) -> Problem:
    """Return the problem by these rules; criteria of which nothing is known give nobody points."""
    return replace(problem, settings=solver_settings(objective, settings, known=known_criteria(problem)))


def solver_settings(objective: str, settings: MatchingSettings, *, known: Container[str] = ()) -> Settings:
    """Return the rules as the solver takes them.

    Args:
        objective: a value of ``Objective``.
        settings: the rules.
        known: of the criteria that need facts (``FACT_CRITERIA``) those of which something is known. The others are
            left out: else nobody could have a full score. Where nothing else has a weight they stay.
    """
    weights = {name: float(value) for name, value in settings.weights.items()}
    left = {name: weight for name, weight in weights.items() if name in known or name not in FACT_CRITERIA}
    base = dict.fromkeys(DEFAULT_WEIGHTS, 0.0)
    return Settings(
        objective=Objective(objective),
        total=Total(settings.total),
        weights=Weights(**(base | (left if any(left.values()) else weights))),
        within=Within(settings.within),
        max_distance_km=settings.max_distance_km,
        unknown_distance=UnknownDistance(settings.unknown_distance),
        require_common_need=settings.require_common_need,
        distance_scale_km=settings.distance_scale_km,
        other_grade=settings.other_grade,
        load_warning=settings.load_limit,
        level_from=settings.level_from,
        level_full=settings.level_full,
        load_points=settings.load_points,
        max_travel_minutes=settings.max_travel_minutes,
        road_factor=settings.road_factor,
        road_speed_kmh=settings.road_speed_kmh,
    )
