"""Columns and rows of a pairing of teachers where hours or groups count (the formulation stands in ``mip``)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mayak.matching.algorithms.mip import Ending, Floats, Model, Solution
from mayak.matching.algorithms.teachers.direct import Pairs
from mayak.matching.algorithms.teachers.problem import Bools, Ints, TeacherProblem

_SLACK: Final = 1e-6


@dataclass(frozen=True)
class Locks:
    """People locked to each other (rows of mentee and mentor).

    For each pair of the programme `of`: number of its lock, -1 = none; `extra`: let in by the lock alone.
    """

    people: tuple[tuple[int, int], ...]
    of: Ints
    extra: Bools

    def __len__(self) -> int:
        return len(self.people)


class Programme:
    """Columns and rows of a problem; aims are reached one after the other."""

    def __init__(
        self,
        problem: TeacherProblem,
        pairs: Pairs,
        locks: Locks,
        *,
        soft_groups: bool,
        without: frozenset[int] = frozenset(),
    ) -> None:
        self.problem, self.pairs = problem, pairs
        self.model = Model()
        self.x = self.model.add(np.zeros(len(pairs.need)))
        self.slack: Ints = np.zeros(0, dtype=np.int64)
        self.further, self.load = np.zeros(0, dtype=np.int64), np.zeros(0)
        self._taken: list[tuple[Ints, Ints]] = []  # (mentor, column): what takes a place
        self._needs()
        self._mentors(soft=soft_groups)
        self._further_places()
        for number in range(len(locks)):
            if number not in without:
                rows = np.flatnonzero(locks.of == number)
                self.model.rows(1, np.zeros(len(rows), dtype=np.int64), self.x[rows], least=1.0)

    def _needs(self) -> None:
        needs = len(self.problem.needs.mentee)
        self.model.rows(needs, self.pairs.need, self.x, most=1.0)

    def _mentors(self, *, soft: bool) -> None:
        mentors, needs, pairs = self.problem.mentors, self.problem.needs, self.pairs
        takes_groups = (mentors.group_max > 0) & self.problem.settings.groups
        alone = np.flatnonzero(~takes_groups[pairs.mentor])
        places = np.where(takes_groups, np.inf, mentors.places)
        self.model.rows(len(mentors.key), pairs.mentor[alone], self.x[alone], most=places)
        self._taken.append((pairs.mentor[alone], self.x[alone]))
        if self.problem.settings.count_hours:
            most = np.where(np.isnan(mentors.hours), np.inf, mentors.hours)
            self.model.rows(len(most), pairs.mentor, self.x, needs.hours[pairs.need], most=most)
        together = np.flatnonzero(takes_groups[pairs.mentor])
        if len(together):
            self._groups(together, soft=soft)

    def _groups(self, rows: Ints, *, soft: bool) -> None:
        mentors, pairs = self.problem.mentors, self.pairs
        topic = self.problem.needs.topic[pairs.need[rows]]
        codes = pairs.mentor[rows] * (int(topic.max()) + 2) + topic
        groups, of = np.unique(codes, return_inverse=True)
        mentor = groups // (int(topic.max()) + 2)
        opened, size = self.model.add(np.zeros(len(groups))), len(groups)
        number = np.arange(size)
        least, most = mentors.group_min[mentor].astype(float), mentors.group_max[mentor].astype(float)
        row, column = np.r_[of, number], np.r_[self.x[rows], opened]
        self.model.rows(size, row, column, np.r_[np.ones(len(rows)), -most], most=0.0)
        if soft:
            self.slack = self.model.add(np.zeros(size), high=least)
            row, column = np.r_[row, number], np.r_[column, self.slack]
            value = np.r_[np.ones(len(rows)), -least, np.ones(size)]
        else:
            value = np.r_[np.ones(len(rows)), -least]
        self.model.rows(size, row, column, value, least=0.0)
        self.model.rows(len(mentors.key), mentor, opened, most=mentors.places.astype(float))
        self._taken.append((mentor, opened))

    def _further_places(self) -> None:
        """Columns of the second, third, ... place of each mentor, which cost more and more (even load)."""
        load = self.problem.settings.load_points
        if load <= 0:
            return
        mentor, column = (np.concatenate([part[side] for part in self._taken]) for side in (0, 1))
        size = len(self.problem.mentors.key)
        count = np.minimum(np.bincount(mentor, minlength=size), self.problem.mentors.places)
        count = np.maximum(count - 1, 0)
        owner = np.repeat(np.arange(size), count)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        self.further, self.load = self.model.add(np.zeros(len(owner))), -(number + 1) * load
        row, columns = np.r_[mentor, owner], np.r_[column, self.further]
        value = np.r_[np.ones(len(mentor)), -np.ones(len(owner))]
        self.model.rows(size, row, columns, value, most=1.0)

    def reach(self, gain: Floats, columns: Ints, *, time_limit_s: float) -> Solution:
        """Maximise, and hold what was reached from now on."""
        found = self.model.with_gain(columns, gain).solve(time_limit_s=time_limit_s)
        if found.ending is not Ending.INFEASIBLE:
            least = found.objective - _SLACK * max(1.0, abs(found.objective))
            self.model.rows(1, np.zeros(len(columns), dtype=np.int64), columns, gain, least=least)
        return found
