"""Cutting a pairing into territories: municipalities of a region one after another, merged or cut to sensible sizes."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Employer,
    FactKind,
    Ints,
    PairFact,
    Partners,
    TeacherProblem,
    take,
)

PART_NEEDS: Final = 12_000
"""Needs of a part: about a region; a second's work, so that a part that is lost costs little. Assumption, measured."""


@dataclass(frozen=True)
class Part:
    """One territory as a problem of its own; `need`, `mentor`, `strength`: rows of its rows in the whole problem.

    `region`: its code where it lies in one region, else UNKNOWN.
    """

    number: int
    region: int
    problem: TeacherProblem
    need: Ints
    mentor: Ints
    strength: Ints

    def of_whole(self, pairs: Pairs) -> Pairs:
        """Pairs of the part by rows of the whole."""
        return replace(
            pairs,
            need=self.need[pairs.need],
            mentor=self.mentor[pairs.mentor],
            strength=self.strength[pairs.strength],
        )

    def of_part(self, pairs: Pairs) -> Pairs:
        """Those pairs of the whole whose two sides stand in the part, by its rows; without their strength."""
        sides = [(self.need, pairs.need), (self.mentor, pairs.mentor)]
        rows = [np.minimum(np.searchsorted(own, asked), max(len(own) - 1, 0)) for own, asked in sides]
        if not len(self.need) or not len(self.mentor):
            return pairs.at(np.zeros(0, dtype=np.int64))
        inside = (self.need[rows[0]] == pairs.need) & (self.mentor[rows[1]] == pairs.mentor)
        found = pairs.at(np.flatnonzero(inside))
        return replace(
            found, need=rows[0][inside], mentor=rows[1][inside], strength=np.full_like(found.need, UNKNOWN)
        )


@dataclass(frozen=True)
class Division:
    """The parts of a problem; `is_closed`: nothing joins them, so each can be solved wholly by itself."""

    parts: tuple[Part, ...]
    is_closed: bool


def divide(scorer: Scorer, size: int = PART_NEEDS) -> Division:
    """Parts of about `size` needs of a sorted problem; one part where it is small or cannot be cut."""
    problem = scorer.problem
    needs_of = np.bincount(problem.needs.mentee, minlength=len(problem.mentees.key))
    if can_be_closed(problem):
        atom = _regions(problem) if problem.settings.within is Within.REGION else _places(problem)
        of_mentee, of_mentor = _joined(scorer, atom)
        part_of = _merged(of_mentee, problem.mentees.region, needs_of, size)
        if part_of.max(initial=0) > 0:
            return Division(tuple(_closed(problem, of_mentee, of_mentor, part_of)), is_closed=True)
    atom = _cut(_places(problem), needs_of, size)
    part_of = _merged(atom, problem.mentees.region, needs_of, size)
    return Division(tuple(_reaching(scorer, part_of)), is_closed=False)


def can_be_closed(problem: TeacherProblem) -> bool:
    """Whether no far pair joins territories, and the aim adds up over them (the worst pair's points do not)."""
    settings = problem.settings
    nothing_far = (
        settings.within is not Within.ANYWHERE
        or settings.employer is Employer.SAME
        or settings.partners is Partners.REQUIRE
        or (not settings.allow_remote and settings.max_distance_km is not None)
    )
    return nothing_far and settings.objective is not Objective.WORST_FIRST


def _regions(problem: TeacherProblem) -> Ints:
    return _numbered(problem.mentees.region)


def _places(problem: TeacherProblem) -> Ints:
    """Municipality of each mentee, numbered region by region."""
    mentees = problem.mentees
    width = int(mentees.municipality.max(initial=UNKNOWN)) + 2
    return _numbered((mentees.region + 1) * width + mentees.municipality + 1)


def _numbered(codes: Ints) -> Ints:
    numbers: Ints = np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return numbers


def _cut(atom: Ints, needs_of: Ints, size: int) -> Ints:
    """The same with what is larger than a part cut into pieces: close pairs belong to their needs alone."""
    order = np.argsort(atom, kind="stable")
    before = np.cumsum(needs_of[order]) - needs_of[order]
    starts = np.searchsorted(atom[order], np.arange(int(atom.max(initial=-1)) + 1))
    piece = np.empty(len(atom), dtype=np.int64)
    piece[order] = (before - before[starts][atom[order]]) // size
    return _numbered(atom * (int(piece.max(initial=0)) + 1) + piece)


def _merged(atom: Ints, region: Ints, needs_of: Ints, size: int) -> Ints:
    """Part of each mentee: atoms one after another until a part is full, or half full where a region ends."""
    count = int(atom.max(initial=-1)) + 1
    needs = np.bincount(atom, weights=needs_of, minlength=count)
    of_region = np.full(count, UNKNOWN)
    of_region[atom] = region
    part = np.zeros(count, dtype=np.int64)
    number, filled = 0, 0
    for one in range(count):
        ends = one > 0 and of_region[one] != of_region[one - 1]
        if filled and (filled + needs[one] > size or (ends and 2 * filled >= size)):
            number, filled = number + 1, 0
        part[one] = number
        filled += needs[one]
    return part[atom]


def _joined(scorer: Scorer, atom: Ints) -> tuple[Ints, Ints]:
    """Component of each mentee and of each mentor: atoms that can share a mentor are one; in the order of atoms."""
    problem, facts = scorer.problem, scorer.facts
    within = problem.settings.within
    mentees, mentors = problem.mentees, problem.mentors
    atoms, count = int(atom.max(initial=-1)) + 1, len(mentors.key)
    pairs = [np.array(facts.fixed_people, dtype=np.int64).reshape(-1, 2)]
    if within is Within.ANYWHERE:
        pairs.append(np.array(facts.liked, dtype=np.int64).reshape(-1, 2))
    known = np.concatenate(pairs)
    names = "region" if within is Within.REGION else "municipality"
    links = [(atom[known[:, 0]], atoms + known[:, 1])]
    links += _through(atom, getattr(mentees, names), getattr(mentors, names), atoms)
    if within is Within.ANYWHERE:
        here, there = scorer.nearby.neighbours(atom)
        links.append((here, atoms + there))
    tail, head = (np.concatenate([link[side] for link in links]) for side in (0, 1))
    size = int(max(atoms + count, tail.max(initial=-1) + 1, head.max(initial=-1) + 1))
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    first = np.unique(label[:atoms], return_index=True)
    place = np.full(int(label.max(initial=-1)) + 1, UNKNOWN)
    place[first[0][np.argsort(first[1])]] = np.arange(len(first[0]))
    return place[label[:atoms]][atom], place[label[atoms : atoms + count]]


def _through(atom: Ints, one: Ints, other: Ints, atoms: int) -> list[tuple[Ints, Ints]]:
    """Links of atoms and of mentors to the territory that both know; territories stand behind the mentors."""
    base = atoms + len(other)
    mine, theirs = np.flatnonzero(one != UNKNOWN), np.flatnonzero(other != UNKNOWN)
    return [(atom[mine], base + one[mine]), (atoms + theirs, base + other[theirs])]


def _closed(problem: TeacherProblem, of_mentee: Ints, of_mentor: Ints, part_of: Ints) -> "list[Part]":
    part_of_component = np.full(int(of_mentee.max(initial=-1)) + 1, UNKNOWN)
    part_of_component[of_mentee] = part_of
    part_of_mentor = np.where(of_mentor == UNKNOWN, UNKNOWN, part_of_component[of_mentor])
    facts = _facts_by_part(problem, part_of, frozenset())
    return [
        _part(
            problem,
            number,
            np.flatnonzero(part_of == number),
            np.flatnonzero(part_of_mentor == number),
            facts,
        )
        for number in range(int(part_of.max(initial=-1)) + 1)
    ]


def _reaching(scorer: Scorer, part_of: Ints) -> "list[Part]":
    """Parts with all mentors that somebody in them could meet close by, across their borders too."""
    problem = scorer.problem
    facts = _facts_by_part(problem, part_of, frozenset({FactKind.FIXED}))
    made = []
    for number in range(int(part_of.max(initial=-1)) + 1):
        mentees = np.flatnonzero(part_of == number)
        made.append(_part(problem, number, mentees, scorer.nearby.reach(mentees), facts))
    return made


def _facts_by_part(
    problem: TeacherProblem, part_of: Ints, without: frozenset[FactKind]
) -> dict[int, list[PairFact]]:
    """What is known of pairs, by the part of the mentee."""
    row = {str(key): place for place, key in enumerate(problem.mentees.key.tolist())} if problem.facts else {}
    found: dict[int, list[PairFact]] = {}
    for one in problem.facts:
        if one.mentee in row and one.kind not in without:
            found.setdefault(int(part_of[row[one.mentee]]), []).append(one)
    return found


def _part(
    problem: TeacherProblem, number: int, mentee: Ints, mentor: Ints, facts: dict[int, list[PairFact]]
) -> Part:
    place, other = np.full(len(problem.mentees.key), UNKNOWN), np.full(len(problem.mentors.key), UNKNOWN)
    place[mentee], other[mentor] = np.arange(len(mentee)), np.arange(len(mentor))
    need = np.flatnonzero(place[problem.needs.mentee] != UNKNOWN)
    strength = np.flatnonzero(other[problem.strengths.mentor] != UNKNOWN)
    needs, strengths = take(problem.needs, need), take(problem.strengths, strength)
    mentees, mentors = take(problem.mentees, mentee), take(problem.mentors, mentor)
    keys, schools = set(mentors.key.tolist()), set(mentees.school.tolist())
    own = replace(
        problem,
        mentees=mentees,
        needs=replace(needs, mentee=place[needs.mentee]),
        mentors=mentors,
        strengths=replace(strengths, mentor=other[strengths.mentor]),
        facts=tuple(one for one in facts.get(number, []) if one.mentor in keys),
        partners=frozenset(pair for pair in problem.partners if pair[0] in schools),
    )
    regions = np.unique(mentees.region)
    return Part(number, int(regions[0]) if len(regions) == 1 else UNKNOWN, own, need, mentor, strength)
