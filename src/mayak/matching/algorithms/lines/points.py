"""Points of a line at a lead: the strength of the lead in it, and its share of nearness and territory."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mayak.matching.algorithms.instance import CRITERIA, MICRO, Instance
from mayak.matching.algorithms.problem import Lead, Problem, UnknownDistance

Floats = NDArray[np.float64]
NO_LINE = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One need of a school: `key` with `grade`, its `share` of the school's needs (they add up to 1)."""

    key: str
    grade: int | None
    share: float
    column: int


class LinePoints:
    """Points in whole points (0..100) by (mentee, lead) and line of a problem, rows in canonical order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.instance = Instance(problem)

    @cached_property
    def limits(self) -> NDArray[np.int16]:
        """(mentees, leads): what keeps each pair out."""
        size = len(self.instance.mentees)
        return self.instance.block(slice(0, size)).limits

    @cached_property
    def place(self) -> Floats:
        """(mentees, leads): points of everything but the needs."""
        points: Floats = self.parts[1:].sum(axis=0)
        return points

    @cached_property
    def distance(self) -> Floats:
        """(mentees, leads) kilometres, NaN = unknown."""
        return self._grid[1]

    @cached_property
    def needs(self) -> Floats:
        """(mentees, leads): points of the needs together."""
        points: Floats = self.parts[0]
        return points

    def lines(self, mentee: int) -> list[Line]:
        """The lines of a school; one without a name where nothing is known of its needs."""
        shares = self.instance.needs[mentee]
        topics = self.instance.topics
        found = [
            Line(*topics[column], float(shares[column]), column) for column in np.flatnonzero(shares).tolist()
        ]
        return found or [Line(NO_LINE, None, 1.0, -1)]

    def strength(self, line: Line, leads: NDArray[np.int64]) -> Floats:
        """How strong these leads are in a line, 0..1."""
        if line.column < 0:
            return np.zeros(len(leads))
        found: Floats = self.instance.strengths[leads, line.column]
        return found

    def of_line(self, mentee: int, line: Line, leads: NDArray[np.int64]) -> Floats:
        """Points of a line at these leads: all lines of a school at one lead add up to the score of the pair."""
        full = float(self.instance.points[0])
        points: Floats = line.share * (full * self.strength(line, leads) + self.place[mentee, leads])
        return points

    @cached_property
    def _grid(self) -> tuple[Floats, Floats]:
        mentees, leads = len(self.instance.mentees), len(self.instance.leads)
        mentee, lead = np.repeat(np.arange(mentees), leads), np.tile(np.arange(leads), mentees)
        details = self.instance.details(mentee, lead)
        parts = details.contributions.reshape(len(CRITERIA), mentees, leads) / MICRO
        return parts, details.distance.reshape(mentees, leads)

    @property
    def parts(self) -> Floats:
        """(criteria, mentees, leads): points of each criterion in the order of CRITERIA."""
        return self._grid[0]


def between_schools(problem: Problem) -> LinePoints:
    """Points of passing help on from one mentee school to another (chain): all criteria but strengths.

    Bans and refusals between the two hold.
    """
    leads = tuple(
        Lead(
            school.key,
            1,
            (),
            school.latitude,
            school.longitude,
            school.municipality,
            school.region,
            level=school.level,
            kind=school.kind,
            language=school.language,
        )
        for school in problem.mentees
    )
    keys = {school.key for school in problem.mentees}
    settings = replace(
        problem.settings,
        require_common_need=False,
        min_score=0.0,
        nearest=None,
        unknown_distance=UnknownDistance.ALLOW,
    )
    return LinePoints(
        replace(
            problem,
            leads=leads,
            fixed=(),
            forbidden=tuple(pair for pair in problem.forbidden if keys.issuperset(pair)),
            exceptions=(),
            settings=settings,
            last_year=(),
            refused=tuple(pair for pair in problem.refused if keys.issuperset(pair)),
        )
    )
