"""Both levels in one plan: pairs of schools that the pairs of their teachers justify.

Formulation. y[I, J]: lead school J helps school I, within capacities and limits of level 1; x[n, m]: mentor m takes
need n, within places and rules of level 2. Required: x[n, m] <= y[school of n, school of m]. Preferred: points of
«partner schools» through v[n, m] <= x, v <= y. Justified: y[I, J] <= sum of x between them. Aims in their order:
schools served, needs served, total points of both levels. Solved together by HiGHS where the columns are few; else by
stages (schools first, then teachers), and the loss against the bound of the whole is told. Hours, groups and the aims
«neediest», «worst served» and «fewest changes» are planned by stages too.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.instance import MICRO, Instance
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.mip import Ending, Floats, Model
from mayak.matching.algorithms.problem import Objective, PairKey, Problem, Total
from mayak.matching.algorithms.teachers.canonical import canonical, check
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.facts import check_fixed, facts_of
from mayak.matching.algorithms.teachers.matching import (
    bonus_of,
    fixed_needs,
    match_teachers,
    plan_of,
)
from mayak.matching.algorithms.teachers.plan import MILLI, PlanProof, TeacherPlan
from mayak.matching.algorithms.teachers.problem import Ints, Partners, TeacherProblem
from mayak.matching.algorithms.validation import faults_of

TOGETHER_UP_TO: Final = 40_000
"""Columns up to which both levels are solved in one programme."""
HALF: Final = 0.5
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class JointSettings:
    """`partners`: what pairs of schools mean for teachers. `justify`: no pair of schools without a pair of teachers.

    `school_share`: how much a point of a pair of schools counts beside a point of a pair of teachers.
    """

    partners: Partners = Partners.PREFER
    justify: bool = False
    school_share: float = 1.0
    time_limit_s: float = 60.0
    together_up_to: int = TOGETHER_UP_TO


@dataclass(frozen=True, slots=True)
class JointProof:
    """Both levels: what was reached and the bounds; `method`: "together" or "stages".

    `loss`: how much better a plan could be at most, as a share of the bound (0 = proven optimal); of the total where
    as many schools and needs are served as is possible, else of the first aim that falls short.
    """

    method: str
    schools_served: int
    schools_bound: int
    needs_served: int
    needs_bound: int
    value: float
    bound: float
    is_optimal: bool
    seconds: float

    @property
    def loss(self) -> float:
        """See the class."""
        for value, bound in (
            (self.schools_served, self.schools_bound),
            (self.needs_served, self.needs_bound),
            (self.value, self.bound),
        ):
            if bound > value:
                return float((bound - value) / max(abs(bound), 1))
        return 0.0


@dataclass(frozen=True, slots=True)
class SchoolPair:
    """A pair of schools with its score and the teachers' pairs that justify it."""

    mentee: str
    lead: str
    score: float
    teacher_pairs: int


@dataclass(frozen=True)
class JointPlan:
    """Pairs of schools, the plan of teachers under them, and the proof."""

    schools: tuple[SchoolPair, ...]
    teachers: TeacherPlan
    proof: JointProof

    @property
    def unjustified(self) -> tuple[PairKey, ...]:
        """Pairs of schools between whom no teacher has a mentor."""
        return tuple((pair.mentee, pair.lead) for pair in self.schools if not pair.teacher_pairs)


def match_both(
    schools: Problem,
    teachers: TeacherProblem,
    codes: Mapping[str, int],
    settings: JointSettings | None = None,
) -> JointPlan:
    """Plan both levels. `codes`: key of a school in level 1 -> its number in level 2.

    Raises:
        ProblemError: a level contradicts itself, with every place.
    """
    started = time.perf_counter()
    settings = settings or JointSettings()
    faults = [*faults_of(schools), *_unknown(schools, codes)]
    if faults:
        raise ProblemError(faults)
    check(teachers)
    teachers = canonical(teachers)
    check_fixed(teachers, facts_of(teachers))
    level = _Level(schools, codes)
    free = replace(
        teachers,
        partners=frozenset(level.codes_of(level.allowed)),
        settings=replace(teachers.settings, partners=settings.partners),
    )
    scorer = Scorer(free, facts_of(free))
    size = len(level.allowed) + 2 * scorer.nearby.everywhere_count()
    if size <= settings.together_up_to and _is_plain(schools, free):
        return _together(level, free, scorer, settings, started)
    return _stages(level, free, settings, started)


def _unknown(schools: Problem, codes: Mapping[str, int]) -> list[Fault]:
    keys = [school.key for school in schools.mentees] + [school.key for school in schools.leads]
    return [Fault("codes", "school_unknown", {"key": key}) for key in keys if key not in codes]


def _is_plain(schools: Problem, teachers: TeacherProblem) -> bool:
    """Whether one programme holds all rules and aims: no hours, no groups, and the aims of «served, then total»."""
    plain = {Objective.BEST_PAIRS, Objective.NOBODY_LEFT}
    aims = {schools.settings.objective, teachers.settings.objective}
    rules = teachers.settings.count_hours or teachers.settings.groups
    return aims <= plain and not rules and schools.settings.total is Total.SCORE


class _Level:
    """Level 1 as lists: allowed pairs of schools by rows, their scores, their codes of level 2."""

    def __init__(self, problem: Problem, codes: Mapping[str, int]) -> None:
        self.problem = problem
        self.instance = Instance(problem)
        self.mentee_code = [codes[school.key] for school in self.instance.mentees]
        self.lead_code = [codes[school.key] for school in self.instance.leads]
        allowed, scores = list(self.instance.fixed), dict[tuple[int, int], float]()
        for block in self.instance.blocks(with_score=True):
            mentee, lead = np.nonzero(block.limits == 0)
            allowed += zip((mentee + block.rows.start).tolist(), lead.tolist(), strict=True)
        self.allowed: list[tuple[int, int]] = sorted(set(allowed))
        pairs = np.array(self.allowed, dtype=np.int64).reshape(-1, 2)
        points = self.instance.details(pairs[:, 0], pairs[:, 1]).contributions.sum(axis=0) / MICRO
        scores.update(zip(self.allowed, points.tolist(), strict=True))
        self.score = scores

    def codes_of(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs of level-2 codes."""
        return [(self.mentee_code[mentee], self.lead_code[lead]) for mentee, lead in pairs]

    def keys_of(self, pair: tuple[int, int]) -> PairKey:
        """Keys of a pair."""
        return self.instance.mentees[pair[0]].key, self.instance.leads[pair[1]].key


def _together(
    level: _Level, free: TeacherProblem, scorer: Scorer, settings: JointSettings, started: float
) -> JointPlan:
    programme = _Programme(level, free, scorer, settings)
    reached: list[tuple[float, float, bool]] = []
    values: Floats = np.zeros(programme.model.size)
    for columns, gain in programme.aims():
        found = programme.model.with_gain(columns, gain).solve(time_limit_s=settings.time_limit_s)
        if found.ending is Ending.INFEASIBLE:
            raise ProblemError([Fault("fixed", "fixed_levels")])
        values = found.values
        reached.append((found.objective, found.bound, found.ending is Ending.OPTIMAL))
        least = found.objective - _SLACK * max(1.0, abs(found.objective))
        programme.model.rows(1, np.zeros(len(columns), dtype=np.int64), columns, gain, least=least)
    chosen = [pair for pair, column in programme.y.items() if values[column] > HALF]
    mentor = np.full(len(free.needs.mentee), -1, dtype=np.int64)
    rows = np.flatnonzero(values[programme.x] > HALF)
    mentor[programme.pairs.need[rows]] = programme.pairs.mentor[rows]
    (schools, schools_bound, _one), (needs, needs_bound, _two), (value, bound, _three) = reached
    if not programme.counts_schools:  # the best pairs: how many there are follows from the total
        schools = schools_bound = len({mentee for mentee, _lead in chosen})
    if not programme.counts_needs:
        needs = needs_bound = len(rows)
    proof = JointProof(
        method="together",
        schools_served=round(schools),
        schools_bound=int(np.floor(schools_bound + HALF)),
        needs_served=round(needs),
        needs_bound=int(np.floor(needs_bound + HALF)),
        value=value,
        bound=bound,
        is_optimal=all(optimal for _value, _bound, optimal in reached),
        seconds=round(time.perf_counter() - started, 3),
    )
    plan = _teachers(level, free, chosen, mentor, proof)
    return JointPlan(_schools(level, chosen, plan), plan, proof)


def _stages(level: _Level, free: TeacherProblem, settings: JointSettings, started: float) -> JointPlan:
    """Schools first, then teachers under them; the bound takes each level without the other's rules."""
    first = match(level.problem)
    rows = level.instance
    chosen = [(rows.mentee_at[pair.mentee], rows.lead_at[pair.lead]) for pair in first.pairs]
    plan = match_teachers(replace(free, partners=frozenset(level.codes_of(chosen))))
    alone = match_teachers(free).proof
    share = settings.school_share
    value = share * first.worth + plan.proof.value / MILLI
    bound = share * first.worth + alone.bound / MILLI
    proof = JointProof(
        method="stages",
        schools_served=first.served,
        schools_bound=first.served,
        needs_served=plan.served,
        needs_bound=alone.served_bound,
        value=value,
        bound=max(bound, value),
        is_optimal=plan.served == alone.served_bound and value >= bound,
        seconds=round(time.perf_counter() - started, 3),
    )
    return JointPlan(_schools(level, chosen, plan), plan, proof)


class _Programme:
    """Both levels as one programme."""

    def __init__(self, level: _Level, free: TeacherProblem, scorer: Scorer, settings: JointSettings) -> None:
        self.level, self.settings, self.problem = level, settings, free
        self.counts_schools = level.problem.settings.objective is not Objective.BEST_PAIRS
        self.counts_needs = free.settings.objective is not Objective.BEST_PAIRS
        self.model = Model()
        fixed = fixed_needs(scorer, scorer.facts)
        every = scorer.pairs(scorer.nearby.everywhere(np.arange(len(fixed))))
        self.pairs: Pairs = every.at(
            np.flatnonzero((fixed[every.need] < 0) | (fixed[every.need] == every.mentor))
        )
        self.y = {pair: int(self.model.add(np.zeros(1))[0]) for pair in level.allowed}
        self.served = self.model.add(np.zeros(len(level.instance.mentees)))
        self.x = self.model.add(np.zeros(len(self.pairs.need)))
        self.places, self.place_price = np.zeros(0, dtype=np.int64), np.zeros(0)
        self._schools()
        self._teachers(fixed)
        self._between(scorer)

    def _schools(self) -> None:
        instance = self.level.instance
        if not self.y:
            return
        mentee, lead = (np.array([pair[side] for pair in self.y]) for side in (0, 1))
        column = np.array(list(self.y.values()))
        self.model.rows(len(instance.leads), lead, column, most=instance.capacity.astype(float))
        self.model.rows(len(instance.mentees), mentee, column, most=instance.wanted.astype(float))
        row = np.r_[mentee, np.arange(len(self.served))]
        value = np.r_[-np.ones(len(column)), np.ones(len(self.served))]
        self.model.rows(len(self.served), row, np.r_[column, self.served], value, most=0.0)
        locked = [self.y[pair] for pair in instance.fixed]
        self.model.rows(len(locked), np.arange(len(locked)), locked, least=1.0)
        self._load(lead, column)

    def _load(self, lead: Ints, column: Ints) -> None:
        """Places of the leads, the further the dearer; a lead has no more schools than places taken."""
        price = self.level.problem.settings.load_points
        if price <= 0:
            return
        instance = self.level.instance
        useful = np.minimum(instance.capacity, np.bincount(lead, minlength=len(instance.leads)))
        owner = np.repeat(np.arange(len(useful)), useful)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(useful) - useful, useful)
        self.places = self.model.add(np.zeros(len(owner)), whole=False)
        self.place_price = number * price
        value = np.r_[np.ones(len(column)), -np.ones(len(owner))]
        self.model.rows(len(useful), np.r_[lead, owner], np.r_[column, self.places], value, most=0.0)

    def _teachers(self, fixed: Ints) -> None:
        needs, mentors = self.problem.needs, self.problem.mentors
        self.model.rows(len(needs.mentee), self.pairs.need, self.x, most=1.0)
        self.model.rows(len(mentors.key), self.pairs.mentor, self.x, most=mentors.places.astype(float))
        locked = self.x[np.flatnonzero(fixed[self.pairs.need] == self.pairs.mentor)]
        self.model.rows(len(locked), np.arange(len(locked)), locked, least=1.0)

    def _between(self, scorer: Scorer) -> None:
        """Rows between the levels, and the columns of preferred partners."""
        codes = dict(zip(self.level.codes_of(list(self.y)), self.y.values(), strict=True))
        mine = self.problem.mentees.school[self.problem.needs.mentee[self.pairs.need]].tolist()
        theirs = self.problem.mentors.school[self.pairs.mentor].tolist()
        partner = np.array([codes.get(pair, -1) for pair in zip(mine, theirs, strict=True)], dtype=np.int64)
        linked = np.flatnonzero(partner >= 0)
        self.bonus = np.zeros(0, dtype=np.int64)
        points = self.pairs.score / MILLI
        if self.settings.partners is Partners.REQUIRE:
            self._below(self.x[linked], partner[linked])
        elif self.settings.partners is Partners.PREFER and len(linked):
            points = points - np.where(partner >= 0, scorer.full["partner"] / MILLI, 0.0)
            self.bonus = self.model.add(np.zeros(len(linked)))
            self._below(self.bonus, partner[linked])
            self._below(self.bonus, self.x[linked])
        self.points = points + bonus_of(self.problem)[self.pairs.need] / MILLI
        self.partner_points = scorer.full["partner"] / MILLI
        if self.settings.justify:
            columns = np.array(list(self.y.values()), dtype=np.int64)
            place = {column: row for row, column in enumerate(columns.tolist())}
            row = np.r_[np.arange(len(columns)), [place[one] for one in partner[linked].tolist()]]
            value = np.r_[np.ones(len(columns)), -np.ones(len(linked))]
            self.model.rows(len(columns), row, np.r_[columns, self.x[linked]], value, most=0.0)

    def _below(self, less: Ints, more: Ints) -> None:
        number = np.arange(len(less))
        value = np.r_[np.ones(len(less)), -np.ones(len(more))]
        self.model.rows(len(less), np.r_[number, number], np.r_[less, more], value, most=0.0)

    def aims(self) -> list[tuple[Ints, Floats]]:
        """Columns and gains: schools served, needs served (each only where its level asks for it), total."""
        schools = np.array([self.level.score[pair] for pair in self.y]) * self.settings.school_share
        load = -self.place_price * self.settings.school_share
        own = np.array(list(self.y.values()), dtype=np.int64)
        columns = np.concatenate([own, self.x, self.bonus, self.places])
        gains = np.concatenate([schools, self.points, np.full(len(self.bonus), self.partner_points), load])
        first = np.full(len(self.served), float(self.counts_schools))
        second = np.full(len(self.x), float(self.counts_needs))
        return [(self.served, first), (self.x, second), (columns, gains)]


def _teachers(
    level: _Level, free: TeacherProblem, chosen: list[tuple[int, int]], mentor: Ints, joint: JointProof
) -> TeacherPlan:
    """The plan of level 2 under the chosen pairs of schools."""
    problem = replace(free, partners=frozenset(level.codes_of(chosen)))
    scorer = Scorer(problem, facts_of(problem))
    total = round(float((joint.value) * MILLI))
    proof = PlanProof(
        method="mip",
        value=total,
        bound=round(joint.bound * MILLI),
        served=joint.needs_served,
        served_bound=joint.needs_bound,
        floor=None,
        pairs_direct=len(mentor),
        rounds=3,
        seconds=joint.seconds,
    )
    fixed = fixed_needs(scorer, scorer.facts)
    nothing = np.full(len(problem.mentors.key), np.nan), np.full(len(mentor), np.nan)
    return plan_of(problem, scorer, mentor, fixed=fixed, proof=proof, worth=nothing)


def _schools(level: _Level, chosen: list[tuple[int, int]], plan: TeacherPlan) -> tuple[SchoolPair, ...]:
    problem = plan.problem
    rows = np.flatnonzero(plan.mentor >= 0)
    mine = problem.mentees.school[problem.needs.mentee[rows]].tolist()
    theirs = problem.mentors.school[plan.mentor[rows]].tolist()
    count: dict[tuple[int, int], int] = {}
    for pair in zip(mine, theirs, strict=True):
        count[pair] = count.get(pair, 0) + 1
    return tuple(
        SchoolPair(*level.keys_of(pair), level.score[pair], count.get(level.codes_of([pair])[0], 0))
        for pair in sorted(chosen)
    )
