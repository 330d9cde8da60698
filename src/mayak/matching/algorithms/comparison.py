"""A plan made by hand beside the optimum, and the loads of the lead schools."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.instance import MICRO, Instance, Limit
from mayak.matching.algorithms.matching import pairs_at
from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.plan import Matching, Pair, load_price
from mayak.matching.algorithms.problem import Lead, PairKey, Problem, Total


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """A pair made by hand that a limit keeps out, or a school with more pairs than it has places (`limit` None)."""

    mentee: str
    lead: str
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plan by hand against the optimum; differences are optimum - by hand.

    `score`: points of the pairs less what the load of the leads costs.
    """

    pairs: tuple[Pair, ...]
    served: int
    score: float
    distance_km: float
    served_difference: int
    score_difference: float
    distance_difference_km: float
    kept: tuple[PairKey, ...]
    only_by_hand: tuple[PairKey, ...]
    only_optimal: tuple[PairKey, ...]
    broken: tuple[BrokenLimit, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """Schools at one lead; `is_heavy`: more than the run's `load_warning`."""

    lead: str
    schools: int
    capacity: int
    is_heavy: bool


@dataclass(frozen=True, slots=True)
class NetworkLoad:
    """All mentees by all leads (16 schools and 2 leads: 8 : 1), and the places that are missing for all of them."""

    mentees: int
    leads: int
    ratio: float
    places_missing: int
    is_heavy: bool


def compare(matching: Matching, pairs: Sequence[PairKey]) -> Comparison:
    """Judge pairs made by hand by the same criteria. Broken limits are told, not refused.

    Raises ProblemError for a school that takes no part and for a pair listed twice.
    """
    instance = Instance(matching.problem)
    faults = list(_unknown(instance, pairs))
    if faults:
        raise ProblemError(faults)
    places = sorted((instance.mentee_at[mentee], instance.lead_at[lead]) for mentee, lead in pairs)
    judged = pairs_at(instance, places, set(instance.fixed))
    mine, best = set(pairs), {(pair.mentee, pair.lead) for pair in matching.pairs}
    served = len({pair.mentee for pair in judged})
    score = sum(round(pair.score * MICRO) for pair in judged) / MICRO
    if instance.settings.total is Total.SCORE:
        score -= load_price(Counter(pair.lead for pair in judged), instance.settings.load_points)
    distance = sum(pair.distance_km or 0.0 for pair in judged)
    return Comparison(
        judged,
        served,
        score,
        distance,
        matching.served - served,
        matching.worth - score,
        matching.distance_km - distance,
        tuple(sorted(mine & best)),
        tuple(sorted(mine - best)),
        tuple(sorted(best - mine)),
        tuple(_broken(instance, places)),
    )


def loads(leads: Iterable[Lead], pairs: Iterable[PairKey], warning: int) -> list[Load]:
    """How many schools each lead has, by key."""
    count = Counter(lead for _, lead in pairs)
    ordered = sorted(leads, key=lambda school: school.key)
    return [Load(s.key, count[s.key], s.capacity, count[s.key] > warning) for s in ordered]


def network_load(problem: Problem) -> NetworkLoad:
    """The load before any pair is made: are there enough leads at all?"""
    mentees, leads = len(problem.mentees), len(problem.leads)
    ratio = mentees / leads if leads else float("inf")
    places = sum(school.capacity for school in problem.leads)
    wanted = sum(school.leads_wanted for school in problem.mentees)
    is_heavy = mentees > 0 and ratio > problem.settings.load_warning
    return NetworkLoad(mentees, leads, ratio, max(wanted - places, 0), is_heavy)


def _unknown(instance: Instance, pairs: Sequence[PairKey]) -> Iterable[Fault]:
    for number, (mentee, lead) in enumerate(pairs):
        for key, known in ((mentee, instance.mentee_at), (lead, instance.lead_at)):
            if key not in known:
                yield Fault(f"pairs[{number}]", "school_unknown", {"key": key})
        if (mentee, lead) in pairs[:number]:
            yield Fault(f"pairs[{number}]", "pair_twice", {"mentee": mentee, "lead": lead})


def _broken(instance: Instance, places: list[tuple[int, int]]) -> Iterable[BrokenLimit]:
    at_mentee = np.bincount([m for m, _ in places], minlength=len(instance.mentees))
    at_lead = np.bincount([lead for _, lead in places], minlength=len(instance.leads))
    for mentee, lead in places:
        keys = instance.mentees[mentee].key, instance.leads[lead].key
        limits = Limit(int(instance.block(slice(mentee, mentee + 1)).limits[0, lead]))
        for limit in limits:
            yield BrokenLimit(*keys, limit)
        if at_lead[lead] > instance.capacity[lead] or at_mentee[mentee] > instance.wanted[mentee]:
            yield BrokenLimit(*keys, None)
