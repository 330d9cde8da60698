"""Close pairs one by one: their points, what keeps a pair out, and the best few of each need."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property

import numpy as np

from mayak.matching.algorithms.distance import haversine_km
from mayak.matching.algorithms.problem import Within
from mayak.matching.algorithms.teachers.facts import Facts, pair_values
from mayak.matching.algorithms.teachers.nearby import Meeting, Nearby
from mayak.matching.algorithms.teachers.plan import CRITERIA, MILLI
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Bools,
    Employer,
    Floats,
    Ints,
    Partners,
    TeacherProblem,
)
from mayak.matching.algorithms.teachers.scoring import (
    base_parts,
    fits,
    full_points,
    nearness,
    need_kinds,
    strength_kinds,
)


class Limit(IntFlag):
    """What keeps a pair of people out; several may hold at once."""

    NONE = 0
    SAME_PERSON = 1
    NEVER = 2
    EMPLOYER = 4
    TERRITORY = 8
    NOT_PARTNERS = 16
    TOO_FAR = 32
    DOES_NOT_FIT = 64
    LOW_SCORE = 128


@dataclass(frozen=True)
class Pairs:
    """Pairs side by side: rows of need, mentor, strength; score in thousandths; whether it is remote."""

    need: Ints
    mentor: Ints
    strength: Ints
    score: Ints
    remote: Bools

    def at(self, rows: "np.ndarray") -> "Pairs":
        """Only these pairs."""
        return Pairs(
            self.need[rows], self.mentor[rows], self.strength[rows], self.score[rows], self.remote[rows]
        )

    @classmethod
    def union(cls, parts: "list[Pairs]") -> "Pairs":
        """All pairs of parts that do not overlap, by need and mentor."""
        empty = np.zeros(0, dtype=np.int64)
        whole = [cls(empty, empty, empty, empty, empty.astype(np.bool_)), *parts]
        names = ("need", "mentor", "strength", "score", "remote")
        columns = [np.concatenate([getattr(part, name) for part in whole]) for name in names]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))


class Scorer:
    """Points and limits of pairs of a sorted problem."""

    def __init__(self, problem: TeacherProblem, facts: Facts) -> None:
        self.problem = problem
        self.facts = facts
        self.settings = problem.settings
        self.need_kinds = need_kinds(problem)
        self.strength_kinds = strength_kinds(problem)
        self.full = full_points(problem.settings)

    @cached_property
    def nearby(self) -> Nearby:
        """The close meetings."""
        return Nearby(self.problem, self.facts)

    @cached_property
    def same_person(self) -> Ints:
        """Row of the mentor with the mentee's own key, -1 where there is none."""
        mentors, mentees = self.problem.mentors.key, self.problem.mentees.key
        if not len(mentors):
            return np.full(len(mentees), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(mentors, mentees), len(mentors) - 1)
        return np.where(mentors[place] == mentees, place, -1)

    def pairs(self, meeting: Meeting) -> Pairs:
        """The allowed pairs of these meetings, each once with its best strength."""
        fit = self.fit(meeting.need, meeting.strength)
        need, strength = meeting.need[fit], meeting.strength[fit]
        parts, limits, remote, _distance = self.judge(need, strength)
        score = parts.sum(axis=0)
        good = limits == 0
        need, strength, score, remote = need[good], strength[good], score[good], remote[good]
        mentor = self.problem.strengths.mentor[strength]
        order = np.lexsort((strength, -score, mentor, need))
        need, mentor = need[order], mentor[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (need[1:] != need[:-1]) | (mentor[1:] != mentor[:-1])
        chosen = order[first]
        return Pairs(need[first], mentor[first], strength[chosen], score[chosen], remote[chosen])

    def fit(self, need: Ints, strength: Ints) -> Bools:
        """Whether competence, subject, role and the other rules of kinds let the pairs through."""
        return fits(self.settings, self.need_kinds.at(need), self.strength_kinds.at(strength))

    def judge(self, need: Ints, strength: Ints) -> tuple[Ints, Ints, Bools, Floats]:
        """Points by criterion (criteria, pairs), limits, whether the pair is remote, distance (NaN = unknown)."""
        problem, settings = self.problem, self.settings
        mentees, mentors = problem.mentees, problem.mentors
        mentee, mentor = problem.needs.mentee[need], problem.strengths.mentor[strength]
        distance = haversine_km(
            mentees.latitude[mentee],
            mentees.longitude[mentee],
            mentors.latitude[mentor],
            mentors.longitude[mentor],
        )
        same_place = _equal(mentees.municipality[mentee], mentors.municipality[mentor])
        near = distance <= settings.max_distance_km if settings.max_distance_km is not None else True
        near = np.where(np.isnan(distance), same_place | (settings.max_distance_km is None), near)
        meets = mentees.in_person[mentee] & mentors.in_person[mentor] & near
        calls = mentees.remote[mentee] & mentors.remote[mentor] & settings.allow_remote
        remote = ~meets
        parts = base_parts(settings, self.need_kinds.at(need), self.strength_kinds.at(strength))
        same_region = _equal(mentees.region[mentee], mentors.region[mentor])
        partner = self._are_partners(mentees.school[mentee], mentors.school[mentor])
        width = len(mentors.key)
        parts["distance"] = nearness(settings, distance, remote)
        parts["municipality"] = self.full["municipality"] * same_place
        parts["region"] = self.full["region"] * same_region
        parts["partner"] = self.full["partner"] * partner
        for name, table in (("history", self.facts.good), ("preference", self.facts.preference)):
            share = pair_values(table, mentee, mentor, width)
            parts[name] = np.rint(self.full[name] * share).astype(np.int64)
        old = self.known(self.facts.last_year, mentee, mentor)
        parts["novelty"] = np.where(old, 0, parts["novelty"])
        stacked = np.stack([np.broadcast_to(parts[name], need.shape).astype(np.int64) for name in CRITERIA])
        limits = self._limits(mentee, mentor, same_place, same_region, partner)
        limits[~(meets | calls)] |= int(Limit.TOO_FAR)
        if settings.min_score > 0:
            limits[stacked.sum(axis=0) < round(settings.min_score * MILLI)] |= int(Limit.LOW_SCORE)
        return stacked, limits, remote, distance

    def best(self, keep: int | None) -> Iterator[Pairs]:
        """Block by block the `keep` best close pairs of each need (None: all)."""
        for _rows, meeting in self.nearby.blocks():
            pairs = self.pairs(meeting)
            yield pairs if keep is None else pairs.at(lowest(pairs.need, -pairs.score, pairs.mentor, keep))

    def _limits(
        self, mentee: Ints, mentor: Ints, same_place: Bools, same_region: Bools, partner: Bools
    ) -> Ints:
        problem, settings = self.problem, self.settings
        limits = np.zeros(len(mentee), dtype=np.int64)
        limits[self.same_person[mentee] == mentor] |= int(Limit.SAME_PERSON)
        limits[self.known(self.facts.never, mentee, mentor)] |= int(Limit.NEVER)
        own = _equal(problem.mentees.school[mentee], problem.mentors.school[mentor])
        if settings.employer is not Employer.ANY:
            limits[own != (settings.employer is Employer.SAME)] |= int(Limit.EMPLOYER)
        if settings.within is not Within.ANYWHERE:
            inside = same_place if settings.within is Within.MUNICIPALITY else same_region
            limits[~inside] |= int(Limit.TERRITORY)
        if settings.partners is Partners.REQUIRE:
            limits[~partner] |= int(Limit.NOT_PARTNERS)
        return limits

    def _are_partners(self, school: Ints, other: Ints) -> Bools:
        if self.settings.partners is Partners.NONE:
            return np.zeros(len(school), dtype=np.bool_)
        return self.known(self.problem.partners, school, other)

    @staticmethod
    def known(pairs: frozenset[tuple[int, int]], one: Ints, other: Ints) -> Bools:
        """Which of the pairs side by side are among these."""
        if not pairs or not len(one):
            return np.zeros(len(one), dtype=np.bool_)
        width = max(int(other.max()), *(second for _first, second in pairs)) + 2
        codes = np.array([first * width + second for first, second in pairs], dtype=np.int64)
        result: Bools = np.isin(one * width + other, codes)
        return result


def lowest(group: Ints, cost: Ints, tie: Ints, keep: int) -> "np.ndarray":
    """Numbers of the rows that are among the `keep` cheapest of their group, ties by `tie`; `group` is sorted."""
    order = np.lexsort((tie, cost, group))
    grouped = group[order]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]) if len(grouped) else order
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    return np.sort(order[rank < keep])


def _equal(one: Ints, other: Ints) -> Bools:
    result: Bools = (one == other) & (one != UNKNOWN)
    return result
