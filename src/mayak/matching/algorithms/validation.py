"""Input that contradicts itself is refused with the place before anything is computed."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from mayak.matching.algorithms.instance import CRITERIA, Instance, Limit
from mayak.matching.algorithms.messages import Fault
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Objective,
    PairKey,
    PairValue,
    Problem,
    Settings,
    Total,
)


def faults_of(problem: Problem) -> list[Fault]:
    """Every fault of the input; empty = it can be solved."""
    found = [
        *_schools("mentees", problem.mentees),
        *_schools("leads", problem.leads),
        *_settings(problem.settings),
        *_values(problem),
    ]
    found += _pair_lists(problem)
    if not found:
        found += [*_fixed(problem), *_fixed_limits(problem)]
    return found


def _schools(place: str, schools: Sequence[Mentee | Lead]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, school in enumerate(schools):
        where = f"{place}[{number}] ({school.key})"
        if school.key in seen:
            yield Fault(where, "key_twice", {"key": school.key})
        seen.add(school.key)
        yield from _coordinates(where, school)
        if isinstance(school, Lead):
            if school.capacity < 0:
                yield Fault(f"{where}.capacity", "number_negative", {"found": school.capacity, "least": 0})
            levels = [("strengths", strength.level) for strength in school.strengths]
        else:
            if school.leads_wanted < 1:
                yield Fault(
                    f"{where}.leads_wanted", "number_negative", {"found": school.leads_wanted, "least": 1}
                )
            levels = [("needs", need.weight) for need in school.needs]
        if school.level is not None and not 0 <= school.level <= 1:
            yield Fault(f"{where}.level", "number_range", {"found": school.level, "low": 0, "high": 1})
        for name, value in levels:
            if not (math.isfinite(value) and value >= 0):
                yield Fault(f"{where}.{name}", "number_negative", {"found": value, "least": 0})


def _coordinates(where: str, school: Mentee | Lead) -> Iterator[Fault]:
    if (school.latitude is None) != (school.longitude is None):
        yield Fault(where, "coordinate_alone")
    for name, value, bound in (("latitude", school.latitude, 90), ("longitude", school.longitude, 180)):
        if value is not None and not -bound <= value <= bound:
            yield Fault(f"{where}.{name}", "number_range", {"found": value, "low": -bound, "high": bound})


def _settings(settings: Settings) -> Iterator[Fault]:
    weights = {name: getattr(settings.weights, name) for name in CRITERIA}
    for name, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            yield Fault(f"settings.weights.{name}", "number_negative", {"found": weight, "least": 0})
    if not any(weight > 0 for weight in weights.values()):
        yield Fault("settings.weights", "weights_zero")
    if settings.objective is Objective.BEST_PAIRS and settings.total is Total.DISTANCE:
        yield Fault("settings.total", "best_by_distance")
    least = {
        "max_distance_km": 0,
        "distance_scale_km": 1e-9,
        "nearest": 1,
        "load_warning": 1,
        "load_points": 0,
        "max_travel_minutes": 0,
        "road_factor": 1,
        "road_speed_kmh": 1,
    }
    for name, bound in least.items():
        value = getattr(settings, name)
        if value is not None and not value >= bound:
            yield Fault(f"settings.{name}", "number_negative", {"found": value, "least": bound})
    if not settings.level_from < settings.level_full:
        words = {"found": settings.level_full, "least": settings.level_from}
        yield Fault("settings.level_full", "number_above", words)
    for name, high in (("other_grade", 1), ("min_score", 100), ("level_from", 1), ("level_full", 1)):
        value = getattr(settings, name)
        if not 0 <= value <= high:
            yield Fault(f"settings.{name}", "number_range", {"found": value, "low": 0, "high": high})


def _values(problem: Problem) -> Iterator[Fault]:
    for name in ("earlier", "preferred"):
        pairs: tuple[PairValue, ...] = getattr(problem, name)
        seen: set[PairKey] = set()
        for number, (mentee, lead, value) in enumerate(pairs):
            if not 0 <= value <= 1:
                yield Fault(f"{name}[{number}]", "number_range", {"found": value, "low": 0, "high": 1})
            if (mentee, lead) in seen:
                yield Fault(f"{name}[{number}]", "pair_twice", {"mentee": mentee, "lead": lead})
            seen.add((mentee, lead))


def _pair_lists(problem: Problem) -> Iterator[Fault]:
    mentees = {school.key for school in problem.mentees}
    leads = {school.key for school in problem.leads}
    forbidden = set(problem.forbidden)
    for name in ("fixed", "forbidden", "exceptions"):
        pairs: tuple[PairKey, ...] = getattr(problem, name)
        for number, (mentee, lead) in enumerate(pairs):
            words = {"mentee": mentee, "lead": lead}
            where = f"{name}[{number}]"
            givers = leads | mentees if name == "forbidden" else leads  # in a chain schools pass help on
            for key, known in ((mentee, mentees), (lead, givers)):
                if key not in known:
                    yield Fault(where, "school_unknown", {"key": key})
            if (mentee, lead) in pairs[:number]:
                yield Fault(where, "pair_twice", words)
            if name == "fixed" and (mentee, lead) in forbidden:
                yield Fault(where, "fixed_forbidden", words)


def _fixed(problem: Problem) -> Iterator[Fault]:
    places = {school.key: school.capacity for school in problem.leads}
    wanted = {school.key: school.leads_wanted for school in problem.mentees}
    at_lead: Counter[str] = Counter()
    at_mentee: Counter[str] = Counter()
    for number, (mentee, lead) in enumerate(problem.fixed):
        at_lead[lead] += 1
        at_mentee[mentee] += 1
        if at_lead[lead] > places[lead]:
            words = {"count": at_lead[lead], "lead": lead, "capacity": places[lead]}
            yield Fault(f"fixed[{number}]", "fixed_capacity", words)
        if at_mentee[mentee] > wanted[mentee]:
            words = {"count": at_mentee[mentee], "mentee": mentee, "wanted": wanted[mentee]}
            yield Fault(f"fixed[{number}]", "fixed_wanted", words)


def _fixed_limits(problem: Problem) -> Iterator[Fault]:
    if not problem.fixed:
        return
    instance = Instance(problem)
    for number, (mentee, lead) in enumerate(problem.fixed):
        row = instance.mentee_at[mentee]
        limits = Limit(int(instance.block(slice(row, row + 1)).limits[0, instance.lead_at[lead]]))
        limits &= (
            ~Limit.NOT_AMONG_NEAREST
        )  # the nearest are a choice of candidates, not a reason to drop a lock
        if limits:
            names = ", ".join(limit.name.lower() for limit in limits if limit.name)
            yield Fault(f"fixed[{number}]", "fixed_limit", {"mentee": mentee, "lead": lead, "limit": names})
