"""Why a school stayed without a lead: the limits that stopped it, the leads that are full, the least change."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from mayak.matching.algorithms.instance import Details, Instance, Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import Problem

TRIED_PER_KIND: Final = 5


class ChangeKind(StrEnum):
    """What could be changed, in the order in which it is offered (the first costs people least)."""

    MORE_DISTANCE = "more_distance"
    MORE_PLACES = "more_places"
    OTHER_TERRITORY = "other_territory"
    SET_COORDINATES = "set_coordinates"
    OTHER_LIMIT = "other_limit"
    ALLOW_PAIR = "allow_pair"


@dataclass(frozen=True, slots=True)
class LimitCount:
    """How many leads a limit keeps away (a lead may be kept away by several), and the nearest of them."""

    limit: Limit
    leads: int
    nearest: str | None
    nearest_km: float | None


@dataclass(frozen=True, slots=True)
class FullLead:
    """A lead that would do, but all its places are taken. `price`: what its last place is worth to the plan."""

    lead: str
    score: float
    distance_km: float | None
    capacity: int
    price: float


@dataclass(frozen=True, slots=True)
class Change:
    """A change after which the solver was run again and the school had a lead.

    `amount`: kilometres over the limit, or places more. `served`: schools served then; `lead_given`: whom it gets.
    """

    kind: ChangeKind
    lead: str
    amount: float
    served: int
    lead_given: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The explanation of one school without a lead; `changes` holds the least verified change of each kind.

    `too_dear`: leads that have a place and would do, but one school more at them costs more than the pair is worth.
    """

    mentee: str
    limits: tuple[LimitCount, ...]
    full: tuple[FullLead, ...]
    changes: tuple[Change, ...]
    too_dear: tuple[str, ...] = ()

    @property
    def cheapest(self) -> Change | None:
        """The first in the order of ChangeKind."""
        return self.changes[0] if self.changes else None


def explain_unmatched(matching: Matching, mentee: str, *, with_changes: bool = True) -> Unmatched:
    """Explain a school without a lead. Raises KeyError if the school has one or takes no part.

    `with_changes` runs the solver again for each change tried (at most five of a kind).
    """
    if mentee not in matching.unmatched:
        raise KeyError(mentee)
    view = _View(matching, mentee)
    changes = tuple(_changes(view)) if with_changes else ()
    used = Counter(pair.lead for pair in matching.pairs)
    open_leads = [lead for lead in _open_leads(view) if used[lead.lead] < lead.capacity]
    full = tuple(lead for lead in _open_leads(view) if used[lead.lead] >= lead.capacity)
    return Unmatched(
        mentee, tuple(_limit_counts(view)), full, changes, tuple(lead.lead for lead in open_leads)
    )


class _View:
    """The pairs of one mentee with every lead."""

    def __init__(self, matching: Matching, mentee: str) -> None:
        self.matching = matching
        self.mentee = mentee
        self.instance = Instance(matching.problem)
        row = self.instance.mentee_at[mentee]
        self.limits = self.instance.block(slice(row, row + 1)).limits[0]
        leads = np.arange(len(self.instance.leads))
        self.details: Details = self.instance.details(np.full(len(leads), row), leads)
        self.order = np.lexsort((leads, -self.details.contributions.sum(axis=0)))

    def key(self, lead: int) -> str:
        return self.instance.leads[lead].key

    def distance(self, lead: int) -> float | None:
        value = float(self.details.distance[lead])
        return None if np.isnan(value) else value

    def score(self, lead: int) -> float:
        return float(self.details.contributions[:, lead].sum()) / 1e6

    def only(self, limit: Limit) -> list[int]:
        """Leads that this limit alone keeps away (or, for NONE, those that would do), the nearest first."""
        found = np.flatnonzero(self.limits == int(limit))
        nearness = np.nan_to_num(self.details.distance[found], nan=np.inf)
        return [int(lead) for lead in found[np.lexsort((found, nearness))]]


def _limit_counts(view: _View) -> Iterator[LimitCount]:
    for limit in Limit:
        if limit is Limit.NONE:
            continue
        held = np.flatnonzero(view.limits & int(limit))
        if not len(held):
            continue
        nearness = view.details.distance[held]
        nearest = None if np.isnan(nearness).all() else int(held[int(np.nanargmin(nearness))])
        name, distance = (None, None) if nearest is None else (view.key(nearest), view.distance(nearest))
        yield LimitCount(limit, len(held), name, distance)


def _open_leads(view: _View) -> Iterator[FullLead]:
    """Leads that no limit keeps away, the best first."""
    prices = view.matching.lead_prices
    for lead in view.order.tolist():
        if view.limits[lead] == 0:
            school = view.instance.leads[lead]
            yield FullLead(
                school.key, view.score(lead), view.distance(lead), school.capacity, prices[school.key]
            )


def _changes(view: _View) -> Iterator[Change]:
    for kind, leads in _options(view):
        for lead in leads[:TRIED_PER_KIND]:
            again = match(_changed(view.matching.problem, kind, view.mentee, view.key(lead)))
            given = [pair.lead for pair in again.pairs if pair.mentee == view.mentee]
            if given:
                yield Change(kind, view.key(lead), _amount(view, kind, lead), again.served, given[0])
                break


def _options(view: _View) -> Iterator[tuple[ChangeKind, list[int]]]:
    yield ChangeKind.MORE_DISTANCE, view.only(Limit.TOO_FAR)
    yield ChangeKind.MORE_PLACES, [lead for lead in view.order.tolist() if view.limits[lead] == 0]
    yield ChangeKind.OTHER_TERRITORY, view.only(Limit.TERRITORY)
    yield ChangeKind.SET_COORDINATES, view.only(Limit.UNKNOWN_COORDINATES)
    for limit in (Limit.NO_COMMON_NEED, Limit.LOW_SCORE, Limit.NOT_AMONG_NEAREST):
        yield ChangeKind.OTHER_LIMIT, view.only(limit)
    yield ChangeKind.ALLOW_PAIR, view.only(Limit.FORBIDDEN)


def _changed(problem: Problem, kind: ChangeKind, mentee: str, lead: str) -> Problem:
    pair = (mentee, lead)
    if kind is ChangeKind.MORE_PLACES:
        leads = tuple(
            replace(school, capacity=school.capacity + 1) if school.key == lead else school
            for school in problem.leads
        )
        return replace(problem, leads=leads)
    if kind is ChangeKind.ALLOW_PAIR:
        return replace(problem, forbidden=tuple(other for other in problem.forbidden if other != pair))
    return replace(problem, exceptions=(*problem.exceptions, pair))


def _amount(view: _View, kind: ChangeKind, lead: int) -> float:
    limit, distance = view.instance.settings.limit_km, view.distance(lead)
    if kind is ChangeKind.MORE_DISTANCE and limit is not None and distance is not None:
        return distance - limit
    return 1.0 if kind is ChangeKind.MORE_PLACES else 0.0
