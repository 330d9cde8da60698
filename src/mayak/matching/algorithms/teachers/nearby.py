"""Which needs meet which strengths close by: the same municipality, within the distance of a meeting, partner schools.

A join by place and topic, need by need, so that memory grows with the pairs found and never with needs x strengths.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from scipy.spatial import cKDTree

from mayak.matching.algorithms.distance import EARTH_RADIUS_KM
from mayak.matching.algorithms.teachers.facts import Facts
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Employer,
    Floats,
    Ints,
    Partners,
    TeacherProblem,
)

BLOCK_ROWS: Final = 1_500_000
"""Rows (need, strength) looked at together."""
SAFETY: Final = 1 + 1e-9


@dataclass(frozen=True)
class Meeting:
    """Rows of needs and of strengths side by side; a pair may stand here more than once."""

    need: Ints
    strength: Ints


class Nearby:
    """All close meetings of a problem, block by block."""

    def __init__(self, problem: TeacherProblem, facts: Facts) -> None:
        self.problem = problem
        needs, strengths = problem.needs, problem.strengths
        self._groups = int(max(_top(needs.topic, strengths.topic), 0)) + 1
        self._subjects = int(max(_top(needs.subject, strengths.subject), 0)) + 1
        self._place = problem.mentors.municipality[strengths.mentor]
        self._site_of_mentee, self._site_of_mentor, self._pairs = _sites(problem)
        self._by_place = _Index(self._group_of_strength(), self._place)
        self._by_site = _Index(self._group_of_strength(), self._site_of_mentor[strengths.mentor])
        self._liked = _liked(problem, facts)

    def blocks(self) -> Iterator[tuple[slice, Meeting]]:
        """Every need stands in one block with all its close meetings."""
        count = self._counts()
        edges = np.cumsum(count)
        start, size = 0, len(count)
        while start < size:
            base = edges[start - 1] if start else 0
            stop = int(np.searchsorted(edges, base + BLOCK_ROWS, side="right"))
            stop = min(max(stop, start + 1), size)
            rows = slice(start, stop)
            yield rows, self._meeting(np.arange(start, stop))
            start = stop

    def of(self, needs: Ints) -> Meeting:
        """The close meetings of some needs."""
        return self._meeting(needs)

    def reach(self, mentees: Ints) -> Ints:
        """Rows of the mentors whom some of these mentees could meet close by, whatever they need."""
        people, mentors = self.problem.mentees, self.problem.mentors
        place = np.unique(people.municipality[mentees])
        near = np.isin(mentors.municipality, place[place != UNKNOWN])
        first, last, other = self._pairs
        site = np.unique(self._site_of_mentee[mentees])
        repeated, offset = _expand(last[site] - first[site])
        near |= np.isin(self._site_of_mentor, other[first[site][repeated] + offset])
        need, strength = self._liked
        liked = np.isin(self.problem.needs.mentee[need], mentees)
        near[self.problem.strengths.mentor[strength[liked]]] = True
        return np.flatnonzero(near)

    def neighbours(self, group: Ints) -> tuple[Ints, Ints]:
        """Side by side: the group of a mentee (one number per mentee), and a mentor near in another municipality."""
        first, last, other = self._pairs
        sites = int(max(self._site_of_mentor.max(initial=UNKNOWN), other.max(initial=UNKNOWN))) + 1
        order = np.argsort(self._site_of_mentor, kind="stable")
        starts = np.searchsorted(self._site_of_mentor[order], np.arange(sites + 1))
        mentee, offset = _expand(last[self._site_of_mentee] - first[self._site_of_mentee])
        codes = group[mentee] * max(sites, 1) + other[first[self._site_of_mentee][mentee] + offset]
        codes = np.unique(codes)
        here, site = codes // max(sites, 1), codes % max(sites, 1)
        repeated, offset = _expand(starts[site + 1] - starts[site])
        return here[repeated], order[starts[site][repeated] + offset]

    def everywhere(self, needs: Ints) -> Meeting:
        """The meetings of some needs with all strengths, near and far."""
        nowhere = np.zeros(len(needs), dtype=np.int64)
        parts = [self._anywhere.join(needs, group, nowhere) for group in self._groups_of_needs(needs)]
        return Meeting(*(np.concatenate([part[side] for part in parts]) for side in (0, 1)))

    def everywhere_count(self) -> int:
        """How many rows `everywhere` has for all needs."""
        needs = np.arange(len(self.problem.needs.mentee))
        nowhere = np.zeros(len(needs), dtype=np.int64)
        return sum(int(self._anywhere.count(group, nowhere).sum()) for group in self._groups_of_needs(needs))

    @cached_property
    def _anywhere(self) -> "_Index":
        return _Index(self._group_of_strength(), np.zeros(len(self._place), dtype=np.int64))

    def _meeting(self, needs: Ints) -> Meeting:
        parts = []
        place = self.problem.mentees.municipality[self.problem.needs.mentee[needs]]
        for group in self._groups_of_needs(needs):
            parts.append(self._by_place.join(needs, group, place))
            parts.append(self._by_neighbours(needs, group))
        parts.append(self._of_liked(needs))
        need = np.concatenate([part[0] for part in parts])
        strength = np.concatenate([part[1] for part in parts])
        return Meeting(need, strength)

    def _by_neighbours(self, needs: Ints, group: Ints) -> tuple[Ints, Ints]:
        first, last, other = self._pairs
        site = self._site_of_mentee[self.problem.needs.mentee[needs]]
        count = last[site] - first[site]
        repeated, offset = _expand(count)
        if not len(repeated):
            return repeated, repeated
        sites = other[first[site][repeated] + offset]
        return self._by_site.join(needs[repeated], group[repeated], sites)

    def _of_liked(self, needs: Ints) -> tuple[Ints, Ints]:
        need, strength = self._liked
        chosen = np.isin(need, needs)
        return need[chosen], strength[chosen]

    def _group_of_strength(self) -> Ints:
        strengths = self.problem.strengths
        whole = strengths.topic == UNKNOWN
        group: Ints = np.where(whole, self._groups + strengths.subject, strengths.topic)
        return np.where(whole & (strengths.subject == UNKNOWN), UNKNOWN, group)

    def _groups_of_needs(self, needs: Ints) -> tuple[Ints, Ints]:
        topic, subject = self.problem.needs.topic[needs], self.problem.needs.subject[needs]
        whole = np.where(subject == UNKNOWN, UNKNOWN, self._groups + subject)
        return topic, whole

    def _counts(self) -> Ints:
        needs = np.arange(len(self.problem.needs.mentee))
        place = self.problem.mentees.municipality[self.problem.needs.mentee]
        site = self._site_of_mentee[self.problem.needs.mentee]
        first, last, _other = self._pairs
        count = (last[site] - first[site]).astype(np.int64)
        for group in self._groups_of_needs(needs):
            count += self._by_place.count(group, place)
        return count + 1


class _Index:
    """Strengths by (place, group): sorted codes, looked up by bisection."""

    def __init__(self, group: Ints, place: Ints) -> None:
        usable = np.flatnonzero((group != UNKNOWN) & (place != UNKNOWN))
        self._width = int(max(group.max(initial=0), 0)) + 1
        codes = place[usable] * self._width + group[usable]
        order = np.argsort(codes, kind="stable")
        self._codes, self._rows = codes[order], usable[order]

    def count(self, group: Ints, place: Ints) -> Ints:
        first, last = self._range(group, place)
        return last - first

    def join(self, needs: Ints, group: Ints, place: Ints) -> tuple[Ints, Ints]:
        first, last = self._range(group, place)
        repeated, offset = _expand(last - first)
        return needs[repeated], self._rows[first[repeated] + offset]

    def _range(self, group: Ints, place: Ints) -> tuple[Ints, Ints]:
        known = (group != UNKNOWN) & (place != UNKNOWN) & (group < self._width)
        codes = np.where(known, place * self._width + group, -1)
        first = np.searchsorted(self._codes, codes, side="left")
        last = np.searchsorted(self._codes, codes, side="right")
        return first, np.where(known, last, first)


def _expand(count: Ints) -> tuple[Ints, Ints]:
    """Row numbers repeated `count` times each, and the running number inside each repetition."""
    repeated = np.repeat(np.arange(len(count)), count)
    starts = np.cumsum(count) - count
    return repeated, np.arange(len(repeated)) - np.repeat(starts, count)


def _sites(problem: TeacherProblem) -> tuple[Ints, Ints, tuple[Ints, Ints, Ints]]:
    """The site (school) of each person, and for each site of mentees the sites of mentors near in other municipalities.

    Sites that share a municipality are left to the join by municipality.
    """
    mentees, mentors = problem.mentees, problem.mentors
    site_of_mentee, first_mentee = _unique_sites(mentees)
    site_of_mentor, first_mentor = _unique_sites(mentors)
    pairs = [
        _near(problem, first_mentee, first_mentor),
        _partners(problem, first_mentee, first_mentor),
        _own_school(problem, first_mentee, first_mentor),
    ]
    here, there = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    width = max(len(first_mentor), 1)
    codes = np.unique(here * width + there)
    here, there = codes // width, codes % width
    place, other = mentees.municipality[first_mentee][here], mentors.municipality[first_mentor][there]
    apart = (place != other) | (place == UNKNOWN)
    here, there = here[apart], there[apart]
    sites = np.arange(len(first_mentee))
    first = np.searchsorted(here, sites, side="left")
    last = np.searchsorted(here, sites, side="right")
    return site_of_mentee, site_of_mentor, (first, last, there)


def _unique_sites(people: Any) -> tuple[Ints, Ints]:
    table = np.stack(
        [
            people.school.astype(np.float64),
            people.municipality.astype(np.float64),
            np.nan_to_num(people.latitude, nan=1e6),
            np.nan_to_num(people.longitude, nan=1e6),
        ],
        axis=1,
    )
    _values, first, back = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return back.reshape(-1).astype(np.int64), first.astype(np.int64)


def _near(problem: TeacherProblem, mentees: Ints, mentors: Ints) -> tuple[Ints, Ints]:
    settings = problem.settings
    limit = settings.max_distance_km
    if limit is None:
        limit = settings.distance_scale_km if settings.weights.distance > 0 else 0.0
    known = [
        (rows, np.flatnonzero(~np.isnan(people.latitude[rows] + people.longitude[rows])), people)
        for rows, people in ((mentees, problem.mentees), (mentors, problem.mentors))
    ]
    empty = np.zeros(0, dtype=np.int64)
    if limit <= 0 or not all(len(found) for _rows, found, _people in known):
        return empty, empty
    points = [
        _unit(people.latitude[rows[found]], people.longitude[rows[found]]) for rows, found, people in known
    ]
    chord = 2 * np.sin(min(limit / EARTH_RADIUS_KM, np.pi) / 2) * SAFETY
    there = cKDTree(points[1])
    lists = cKDTree(points[0]).query_ball_tree(there, chord)
    count = np.array([len(one) for one in lists], dtype=np.int64)
    flat = np.fromiter((site for one in lists for site in one), dtype=np.int64, count=int(count.sum()))
    return known[0][1][np.repeat(np.arange(len(lists)), count)], known[1][1][flat]


def _partners(problem: TeacherProblem, mentees: Ints, mentors: Ints) -> tuple[Ints, Ints]:
    if problem.settings.partners is Partners.NONE:
        return _of_schools(problem, mentees, mentors, [])
    return _of_schools(problem, mentees, mentors, sorted(problem.partners))


def _own_school(problem: TeacherProblem, mentees: Ints, mentors: Ints) -> tuple[Ints, Ints]:
    if problem.settings.employer is not Employer.SAME:
        return _of_schools(problem, mentees, mentors, [])
    known = np.unique(problem.mentees.school[problem.mentees.school != UNKNOWN]).tolist()
    return _of_schools(problem, mentees, mentors, [(school, school) for school in known])


def _of_schools(
    problem: TeacherProblem, mentees: Ints, mentors: Ints, pairs: list[tuple[int, int]]
) -> tuple[Ints, Ints]:
    """Sites of the mentees and of the mentors of these pairs of schools."""
    mine, theirs = problem.mentees.school[mentees], problem.mentors.school[mentors]
    here, there = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for school, partner in pairs:
        one, other = np.flatnonzero(mine == school), np.flatnonzero(theirs == partner)
        here.append(np.repeat(one, len(other)))
        there.append(np.tile(other, len(one)))
    return np.concatenate(here), np.concatenate(there)


def _unit(latitude: Floats, longitude: Floats) -> Floats:
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _liked(problem: TeacherProblem, facts: Facts) -> tuple[Ints, Ints]:
    """Needs and strengths of the pairs that are worth more than their kind, wherever they are."""
    liked = facts.liked
    if not liked:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    first_need = np.searchsorted(problem.needs.mentee, np.arange(len(problem.mentees.key) + 1))
    first_strength = np.searchsorted(problem.strengths.mentor, np.arange(len(problem.mentors.key) + 1))
    needs, strengths = [], []
    for mentee, mentor in liked:
        one = np.arange(first_need[mentee], first_need[mentee + 1])
        other = np.arange(first_strength[mentor], first_strength[mentor + 1])
        needs.append(np.repeat(one, len(other)))
        strengths.append(np.tile(other, len(one)))
    return np.concatenate(needs), np.concatenate(strengths)


def _top(one: Ints, other: Ints) -> int:
    return int(max(one.max(initial=UNKNOWN), other.max(initial=UNKNOWN)))
