"""The input in canonical order as arrays: rows sorted by key, so that their order in a file cannot matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mayak.matching.algorithms.criteria import FACT_CRITERIA, Shares
from mayak.matching.algorithms.distance import haversine_km
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    PairKey,
    Problem,
    Settings,
    Total,
    UnknownDistance,
    Within,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MICRO: Final = 1_000_000  # points are kept in millionths
MILLIMETRES: Final = 1_000_000  # of a kilometre
POINTS: Final = 100
BLOCK_PAIRS: Final = 200_000  # small enough to stay in the cache of the processor
HALF_ROUND_THE_EARTH_KM: Final = 20_016.0
CRITERIA: Final = ("needs", "distance", "municipality", "region", *FACT_CRITERIA)


class Limit(IntFlag):
    """What keeps a pair out; several may hold at once."""

    NONE = 0
    SAME_SCHOOL = 1
    FORBIDDEN = 2
    TERRITORY = 4
    UNKNOWN_COORDINATES = 8
    TOO_FAR = 16
    NO_COMMON_NEED = 32
    LOW_SCORE = 64
    NOT_AMONG_NEAREST = 128
    REFUSED = 256
    UNAVAILABLE = 512


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of the mentees `rows` with every lead: what the solver minimises, and what keeps a pair out.

    `score`: millionths of a point; zeros where neither the total nor a limit asked for them.
    """

    rows: slice
    cost: Ints
    limits: NDArray[np.int16]
    score: Ints


@dataclass(frozen=True, slots=True)
class Details:
    """Chosen pairs one by one: points of each criterion in millionths (criteria, pairs), distance (NaN = unknown)."""

    contributions: Ints
    distance: Floats


class Instance:
    """Arrays of a problem. `mentees` and `leads` are sorted by key; positions are used from here on."""

    def __init__(self, problem: Problem) -> None:
        self.settings: Settings = problem.settings
        self.mentees: tuple[Mentee, ...] = tuple(sorted(problem.mentees, key=lambda school: school.key))
        self.leads: tuple[Lead, ...] = tuple(sorted(problem.leads, key=lambda school: school.key))
        self.mentee_at = {school.key: row for row, school in enumerate(self.mentees)}
        self.lead_at = {school.key: row for row, school in enumerate(self.leads)}
        self.fixed = self._pairs(problem.fixed)
        self.forbidden = self._known(problem.forbidden)  # a ban may also part two schools of a chain
        self.exceptions = self._pairs(problem.exceptions)
        self.refused = self._known(problem.refused)
        self.last_year = self._known(problem.last_year)
        self.wanted = np.array([school.leads_wanted for school in self.mentees], dtype=np.int64)
        self.capacity = np.array([school.capacity for school in self.leads], dtype=np.int64)
        weights = problem.settings.weights
        raw = np.array([getattr(weights, name) for name in CRITERIA], dtype=np.float64)
        # One after another: criteria of weight 0 must not change the last figure of the sum of the others.
        self.points = raw / np.cumsum(raw)[-1] * POINTS
        self.criteria = tuple(
            name
            for name, points in zip(CRITERIA, self.points, strict=True)
            if points > 0 or name not in FACT_CRITERIA
        )
        self.shares = Shares(problem, self.mentees, self.leads)
        self.taken = np.bincount([lead for _mentee, lead in self.fixed], minlength=len(self.leads))

    def blocks(self, *, with_score: bool = False) -> Iterator[Block]:
        """All pairs, some mentees at a time."""
        step = max(1, BLOCK_PAIRS // max(len(self.leads), 1))
        for start in range(0, len(self.mentees), step):
            yield self.block(slice(start, min(start + step, len(self.mentees))), with_score=with_score)

    def block(self, rows: slice, *, with_score: bool = False) -> Block:
        """Cost and limits of some mentees with every lead.

        The cost is a whole number: lost millionths of a point, or millimetres. A pair of unknown distance that is let
        through counts half the Earth's circumference. Points are rounded criterion by criterion, so that the parts
        shown for a pair add up to what the solver counted.
        """
        mentee, lead = np.arange(rows.start, rows.stop)[:, None], np.arange(len(self.leads))[None, :]
        distance = self._distance(mentee, lead)
        common = self._common(rows)
        needs_score = with_score or self.settings.total is Total.SCORE or self.settings.min_score > 0
        score = np.zeros(distance.shape)
        for parts in self._contributions(mentee, lead, distance, common) if needs_score else ():
            score += parts
        limits = self._limits(rows, distance, common, score)
        if self.settings.total is Total.SCORE:
            points = score.astype(np.int64)
            return Block(rows, POINTS * MICRO - points, limits, points)
        known = np.where(np.isnan(distance), HALF_ROUND_THE_EARTH_KM, distance)
        return Block(rows, np.rint(known * MILLIMETRES).astype(np.int64), limits, score.astype(np.int64))

    def details(self, mentee: Ints, lead: Ints) -> Details:
        """The same arithmetic for single pairs."""
        distance = self._distance(mentee, lead)
        common = np.zeros(len(mentee))
        for topic in range(self.needs.shape[1]):
            common += self.needs[mentee, topic] * self.strengths[lead, topic]
        parts = [
            np.broadcast_to(part, common.shape)
            for part in self._contributions(mentee, lead, distance, common)
        ]
        return Details(np.stack(parts).astype(np.int64), distance)

    def _contributions(self, mentee: Ints, lead: Ints, distance: Floats, common: Floats) -> Iterator[Floats]:
        """Rounded millionths of each criterion, in the order of CRITERIA; a single 0 for those without a weight."""
        full = self.points * MICRO
        yield np.rint(full[0] * common)
        nearness = 1 - distance / self.settings.distance_scale_km
        yield np.rint(full[1] * np.fmax(nearness, 0.0))  # fmax: an unknown distance gives no points
        for place, name in ((2, "municipality"), (3, "region")):
            yield np.rint(full[place]) * self._same(name, mentee, lead)
        for place, name in enumerate(FACT_CRITERIA, start=len(CRITERIA) - len(FACT_CRITERIA)):
            given = self.points[place] > 0
            yield np.rint(full[place] * self.shares.of(name, mentee, lead)) if given else np.zeros(1)

    @property
    def unit(self) -> int:
        """How many whole units of cost make a point, or a kilometre."""
        return MICRO if self.settings.total is Total.SCORE else MILLIMETRES

    @property
    def load_cost(self) -> int:
        """What the second, third, ... school of a lead costs more each, in units of cost."""
        return round(self.settings.load_points * self.unit)

    def _pairs(self, pairs: tuple[PairKey, ...]) -> list[tuple[int, int]]:
        return sorted({(self.mentee_at[mentee], self.lead_at[lead]) for mentee, lead in pairs})

    def _known(self, pairs: tuple[PairKey, ...]) -> list[tuple[int, int]]:
        """Pairs whose schools both take part."""
        return self._pairs(
            tuple(pair for pair in pairs if pair[0] in self.mentee_at and pair[1] in self.lead_at)
        )

    def was_pair(self, rows: slice) -> Bools:
        """Which pairs of these mentees with every lead were pairs last year."""
        found = np.zeros((rows.stop - rows.start, len(self.leads)), dtype=np.bool_)
        for mentee, lead in self.last_year:
            if rows.start <= mentee < rows.stop:
                found[mentee - rows.start, lead] = True
        return found

    @cached_property
    def _coordinates(self) -> tuple[Floats, Floats, Floats, Floats]:
        def column(schools: Any, name: str) -> Floats:
            values = [getattr(school, name) for school in schools]
            return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

        mentees, leads = self.mentees, self.leads
        return (
            column(mentees, "latitude"),
            column(mentees, "longitude"),
            column(leads, "latitude"),
            column(leads, "longitude"),
        )

    def _distance(self, mentee: Ints, lead: Ints) -> Floats:
        latitude, longitude, other_latitude, other_longitude = self._coordinates
        return haversine_km(latitude[mentee], longitude[mentee], other_latitude[lead], other_longitude[lead])

    @cached_property
    def _territories(self) -> dict[str, tuple[Ints, Ints]]:
        """Numbers of territories; an unknown one ("") equals no other."""
        found = {}
        for name in ("municipality", "region"):
            names = sorted({getattr(school, name) for school in (*self.mentees, *self.leads)} - {""})
            number = {name: place for place, name in enumerate(names)}
            found[name] = (
                np.array([number.get(getattr(school, name), -1) for school in self.mentees], dtype=np.int64),
                np.array([number.get(getattr(school, name), -2) for school in self.leads], dtype=np.int64),
            )
        return found

    def _same(self, name: str, mentee: Ints, lead: Ints) -> Bools:
        mentees, leads = self._territories[name]
        result: Bools = mentees[mentee] == leads[lead]
        return result

    @cached_property
    def topics(self) -> list[tuple[str, int | None]]:
        """Content lines that any school needs, with the grade: the columns of `needs` and `strengths`."""
        topics = {(need.subject, need.grade) for school in self.mentees for need in school.needs}
        return sorted(topics, key=lambda topic: (topic[0], topic[1] or 0))

    @cached_property
    def needs(self) -> Floats:
        """(mentees, topics): each row sums to 1, or to 0 where nothing is named."""
        column = {topic: place for place, topic in enumerate(self.topics)}
        array = np.zeros((len(self.mentees), len(column)))
        for row, school in enumerate(self.mentees):
            for need in school.needs:
                array[row, column[need.subject, need.grade]] += need.weight
        total = array.sum(axis=1, keepdims=True)
        shares: Floats = np.divide(array, total, out=np.zeros_like(array), where=total > 0)
        return shares

    @cached_property
    def strengths(self) -> Floats:
        """(leads, topics): the best strength for each topic, less where only another grade fits."""
        array = np.zeros((len(self.leads), len(self.topics)))
        for row, school in enumerate(self.leads):
            for strength in school.strengths:
                for column, (subject, grade) in enumerate(self.topics):
                    if subject != strength.subject:
                        continue
                    exact = grade is None or strength.grade is None or grade == strength.grade
                    level = strength.level * (1.0 if exact else self.settings.other_grade)
                    array[row, column] = max(array[row, column], level)
        return array

    def _common(self, rows: slice) -> Floats:
        """Share of each mentee's needs that each lead covers, added topic by topic: a matrix product would round
        differently for blocks of different size, and the same pair must have the same points everywhere."""
        needs, strengths = self.needs[rows], self.strengths
        common = np.zeros((needs.shape[0], len(self.leads)))
        for topic in range(needs.shape[1]):
            wanted, given = np.flatnonzero(needs[:, topic]), np.flatnonzero(strengths[:, topic])
            common[np.ix_(wanted, given)] += needs[wanted, topic, None] * strengths[None, given, topic]
        return common

    def _limits(self, rows: slice, distance: Floats, common: Floats, score: Floats) -> NDArray[np.int16]:
        settings = self.settings
        limits = np.zeros(distance.shape, dtype=np.int16)
        if settings.within is not Within.ANYWHERE:
            mentees, leads = self._territories[settings.within]
            limits[mentees[rows, None] != leads[None, :]] |= int(Limit.TERRITORY)
        is_limited = settings.limit_km is not None or settings.total is Total.DISTANCE or settings.nearest
        if is_limited and settings.unknown_distance is UnknownDistance.EXCLUDE:
            limits[np.isnan(distance)] |= int(Limit.UNKNOWN_COORDINATES)
        if settings.limit_km is not None:
            limits[distance > settings.limit_km] |= int(Limit.TOO_FAR)
        if settings.require_common_need:
            limits[common <= 0] |= int(Limit.NO_COMMON_NEED)
        if settings.min_score > 0:
            limits[score < round(settings.min_score * MICRO)] |= int(Limit.LOW_SCORE)
        if settings.nearest is not None:
            self._keep_nearest(limits, distance, settings.nearest)
        self._mark(limits, rows, self.exceptions, None)
        self._mark(limits, rows, self.forbidden, Limit.FORBIDDEN)
        self._mark(limits, rows, self.refused, Limit.REFUSED)
        limits[:, [not lead.is_available for lead in self.leads]] |= int(Limit.UNAVAILABLE)
        self._mark(limits, rows, self._same_schools, Limit.SAME_SCHOOL)
        return limits

    @cached_property
    def _same_schools(self) -> list[tuple[int, int]]:
        return [(row, self.lead_at[key]) for key, row in self.mentee_at.items() if key in self.lead_at]

    def _keep_nearest(self, limits: NDArray[np.int16], distance: Floats, nearest: int) -> None:
        """Among the pairs that other limits let through, keep the nearest of each mentee (ties by key)."""
        ranked = np.where((limits == 0) & ~np.isnan(distance), distance, np.inf)
        if nearest >= ranked.shape[1]:
            return
        edge = np.partition(ranked, nearest - 1, axis=1)[:, nearest - 1 : nearest]
        closer, tied = ranked < edge, ranked == edge
        room = nearest - closer.sum(axis=1, keepdims=True)
        far = ~closer & ~(tied & (np.cumsum(tied, axis=1) <= room))
        limits[far] |= int(Limit.NOT_AMONG_NEAREST)

    def _mark(
        self, limits: NDArray[np.int16], rows: slice, pairs: list[tuple[int, int]], limit: Limit | None
    ) -> None:
        for mentee, lead in pairs:
            if rows.start <= mentee < rows.stop:
                place = (mentee - rows.start, lead)
                limits[place] = 0 if limit is None else limits[place] | limit
