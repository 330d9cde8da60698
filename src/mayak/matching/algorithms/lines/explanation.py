"""Why a school of a network stayed without help, and the cheapest change that would bring it some, verified."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.lines.matching import match_lines
from mayak.matching.algorithms.lines.points import LinePoints
from mayak.matching.algorithms.lines.problem import LinePlan, LineSettings, Part, Structure
from mayak.matching.algorithms.problem import Problem

TRIED_PER_KIND: Final = 3


class LineChangeKind(StrEnum):
    """What could be changed, the first costs people least."""

    SMALLER_GROUPS = "smaller_groups"
    LONGER_CHAIN = "longer_chain"
    MORE_PLACES = "more_places"
    MORE_HOURS = "more_hours"
    MORE_CENTRES = "more_centres"
    MORE_DISTANCE = "more_distance"
    ALLOW_PAIR = "allow_pair"


@dataclass(frozen=True, slots=True)
class LineChange:
    """A change after which the network was planned again and the school had help.

    `lead` None = a rule of the model; `amount`: schools, kilometres or hours; `served`: schools helped then.
    """

    kind: LineChangeKind
    lead: str | None
    amount: float
    served: int
    lead_given: str


@dataclass(frozen=True, slots=True)
class LineUnmatched:
    """Limits with the number of leads that each keeps away; leads that would do; the verified changes."""

    mentee: str
    limits: tuple[tuple[Limit, int], ...]
    would_do: tuple[str, ...]
    changes: tuple[LineChange, ...]


Try = tuple[str | None, float, Callable[[], tuple[Problem, LineSettings]]]


def explain_unmatched_line(plan: LinePlan, mentee: str, *, with_changes: bool = True) -> LineUnmatched:
    """Explain a school without help. `with_changes` plans the network again for each change tried.

    Raises:
        KeyError: the school has help or takes no part.
    """
    if mentee not in plan.unmatched:
        raise KeyError(mentee)
    points = LinePoints(plan.problem)
    row = points.instance.mentee_at[mentee]
    limits = points.limits[row]
    counted = [
        (limit, held)
        for limit in Limit
        if limit is not Limit.NONE and (held := int(((limits & int(limit)) > 0).sum()))
    ]
    scores = points.needs[row] + points.place[row]
    order = np.lexsort((np.arange(len(scores)), -scores)).tolist()
    fitting = [points.instance.leads[lead].key for lead in order if limits[lead] == 0]
    changes = tuple(_changes(plan, points, row, fitting)) if with_changes else ()
    return LineUnmatched(mentee, tuple(counted), tuple(fitting), changes)


def _changes(plan: LinePlan, points: LinePoints, row: int, fitting: list[str]) -> Iterator[LineChange]:
    mentee = points.instance.mentees[row].key
    for kind, tries in _options(plan, points, row, fitting):
        for lead, amount, changed in tries[:TRIED_PER_KIND]:
            again = match_lines(*changed())
            given = [pair.lead for pair in again.pairs if pair.mentee == mentee]
            if given:
                yield LineChange(kind, lead, amount, again.served, given[0])
                break


def _options(
    plan: LinePlan, points: LinePoints, row: int, fitting: list[str]
) -> Iterator[tuple[LineChangeKind, list[Try]]]:
    problem, settings = plan.problem, plan.settings
    mentee = points.instance.mentees[row].key
    number, part = _part(settings, mentee)

    def rule(**changed: Any) -> tuple[Problem, LineSettings]:
        parts = (*settings.parts[:number], replace(part, **changed), *settings.parts[number + 1 :])
        return problem, replace(settings, parts=parts)

    if part.structure is Structure.IDENTICAL and part.group_min > 1:
        smaller = part.group_min - 1
        yield LineChangeKind.SMALLER_GROUPS, [(None, 1.0, partial(rule, group_min=smaller))]
    if part.structure is Structure.CHAIN:
        longer = part.chain_length + 1
        yield LineChangeKind.LONGER_CHAIN, [(None, 1.0, partial(rule, chain_length=longer))]
    yield (
        LineChangeKind.MORE_PLACES,
        [(lead, 1.0, partial(_more, problem, settings, lead, places=1)) for lead in fitting],
    )
    if settings.hours_per_line > 0:
        hours = settings.hours_per_line
        known = {school.key for school in problem.leads if school.hours_per_month is not None}
        yield (
            LineChangeKind.MORE_HOURS,
            [
                (lead, hours, partial(_more, problem, settings, lead, hours=hours))
                for lead in fitting
                if lead in known
            ],
        )
    if part.structure is Structure.CONCENTRATED and part.centres is not None:
        more = part.centres + 1
        yield LineChangeKind.MORE_CENTRES, [(None, 1.0, partial(rule, centres=more))]
    for kind, limit in (
        (LineChangeKind.MORE_DISTANCE, Limit.TOO_FAR),
        (LineChangeKind.ALLOW_PAIR, Limit.FORBIDDEN),
    ):
        yield kind, _exceptions(plan, points, row, limit)


def _exceptions(plan: LinePlan, points: LinePoints, row: int, limit: Limit) -> list[Try]:
    """Tries that let single leads through which one limit alone keeps away, the nearest first."""
    problem, settings = plan.problem, plan.settings
    mentee = points.instance.mentees[row].key
    found = np.flatnonzero(points.limits[row] == int(limit))
    nearness = np.nan_to_num(points.distance[row][found], nan=np.inf)
    tries: list[Try] = []
    for lead in found[np.lexsort((found, nearness))].tolist():
        key = points.instance.leads[lead].key
        if limit is Limit.FORBIDDEN:
            kept = tuple(pair for pair in problem.forbidden if pair != (mentee, key))
            changed, amount = replace(problem, forbidden=kept), 0.0
        else:
            changed = replace(problem, exceptions=(*problem.exceptions, (mentee, key)))
            amount = float(points.distance[row, lead]) - (problem.settings.limit_km or 0.0)
        tries.append((key, amount, partial(_pair, changed, settings)))
    return tries


def _pair(problem: Problem, settings: LineSettings) -> tuple[Problem, LineSettings]:
    return problem, settings


def _more(
    problem: Problem, settings: LineSettings, lead: str, *, places: int = 0, hours: float = 0.0
) -> tuple[Problem, LineSettings]:
    leads = tuple(
        replace(
            school,
            capacity=school.capacity + places,
            hours_per_month=None if school.hours_per_month is None else school.hours_per_month + hours,
        )
        if school.key == lead
        else school
        for school in problem.leads
    )
    return replace(problem, leads=leads), settings


def _part(settings: LineSettings, mentee: str) -> tuple[int, Part]:
    rest = 0
    for number, part in enumerate(settings.parts):
        if part.mentees is None:
            rest = number
        elif mentee in part.mentees:
            return number, part
    return rest, settings.parts[rest]
