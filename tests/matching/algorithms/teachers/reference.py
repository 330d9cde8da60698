"""What a plan is worth under each aim, and the best of all plans of a tiny world: every plan tried, rule by rule."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod

import numpy as np

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.matching import bonus_of
from mayak.matching.algorithms.teachers.plan import MILLI, TeacherPlan
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    PairFact,
    Partners,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
)
from tests.matching.algorithms.teachers.worlds import matrix, with_column, world

PLANS_AT_MOST = 3_000
NOBODY = -1


def varied(seed: int, **rules: object) -> TeacherProblem:
    """A small world under rules drawn at random, with a few facts and partner schools; `rules` are kept."""
    rng = np.random.default_rng(seed)
    drawn: dict[str, object] = {
        "within": list(Within)[min(int(rng.integers(5)), 2)],
        "employer": list(Employer)[int(rng.integers(3))],
        "max_distance_km": [None, 30.0, 60.0][int(rng.integers(3))],
        "same_role": bool(rng.random() < 0.5),
        "require_same_subject": bool(rng.random() < 0.5),
        "min_score": float(rng.choice([0, 0, 30])),
        "must_be_above": bool(rng.random() < 0.2),
        "allow_remote": bool(rng.random() < 0.8),
        "partners": [Partners.NONE, Partners.PREFER][int(rng.integers(2))],
        "weights": TeacherWeights(
            **{name: float(rng.choice([0, 5])) for name in ("region", "novelty", "partner", "history")}
        ),
    }
    settings = TeacherSettings(**(drawn | rules))  # type: ignore[arg-type]  # names of fields
    problem = world(seed, int(rng.integers(1, 10)), int(rng.integers(1, 8)), settings=settings)
    return replace(
        problem,
        facts=facts(problem, rng, "forbidden", "refused", "last_year", "good", "preference"),
        partners=frozenset((int(one), int(other)) for one, other in rng.integers(0, 6, (3, 2))),
    )


def tiny(seed: int, *, grouped: bool = False, **rules: object) -> TeacherProblem:
    """A world of which all plans can be tried; some pairs were together last year; some mentors take groups."""
    rng = np.random.default_rng(seed)
    settings = TeacherSettings(**({"same_role": False, "groups": grouped} | rules))  # type: ignore[arg-type]  # names of fields
    problem = world(seed, int(rng.integers(1, 6)), int(rng.integers(1, 5)), topics=2, settings=settings)
    takes = rng.random(len(problem.mentors.key)) < (0.6 if grouped else 0)
    mentors = with_column(
        problem.mentors,
        group_min=np.where(takes, rng.integers(2, 4, len(takes)), 0),
        group_max=np.where(takes, 4, 0),
        places=np.where(takes, 1, problem.mentors.places),
    )
    return replace(problem, mentors=mentors, facts=facts(problem, rng, "last_year", "last_year", "forbidden"))


def facts(problem: TeacherProblem, rng: np.random.Generator, *kinds: str) -> tuple[PairFact, ...]:
    """A few facts about people drawn at random."""
    return tuple(
        PairFact(
            str(rng.choice(problem.mentees.key)),
            str(rng.choice(problem.mentors.key)),
            FactKind(str(rng.choice(kinds))),
            float(np.round(rng.random(), 2)),
        )
        for _ in range(rng.integers(0, 6))
    )


def worth(problem: TeacherProblem, mentor: np.ndarray, score: np.ndarray) -> tuple[int, ...]:
    """The aims of the objective in their order, as whole numbers; `problem` is sorted, `score` by need."""
    served = mentor >= 0
    objective = problem.settings.objective
    count = int(served.sum())
    total = int((score + bonus_of(problem))[served].sum()) - load_of(problem, mentor)
    if objective is Objective.BEST_PAIRS:
        return (total,)
    if objective is Objective.NEEDIEST_FIRST:
        need_class = problem.mentees.need_class[problem.needs.mentee]
        return (*(int((served & (need_class == one)).sum()) for one in np.unique(need_class)), total)
    if objective is Objective.WORST_FIRST:
        return (count, int(score[served].min()) if count else 0, total)
    if objective is Objective.LEAST_CHANGE:
        return (count, kept(problem, mentor), total)
    return (count, total)


def worth_of(plan: TeacherPlan) -> tuple[int, ...]:
    """The aims of a plan."""
    return worth(plan.problem, plan.mentor, plan.contributions.sum(axis=0))


def load_of(problem: TeacherProblem, mentor: np.ndarray) -> int:
    """What the second, third, ... place (group where groups are counted) of each mentor costs."""
    rows = np.flatnonzero(mentor >= 0)
    in_groups = (problem.mentors.group_max > 0) & problem.settings.groups
    topic = np.where(in_groups[mentor[rows]], problem.needs.topic[rows], rows + 1_000)
    places = np.unique(np.stack([mentor[rows], topic]), axis=1)[0]
    taken = np.bincount(places, minlength=len(problem.mentors.key))
    return int((taken * (taken - 1) // 2).sum()) * round(problem.settings.load_points * MILLI)


def kept(problem: TeacherProblem, mentor: np.ndarray) -> int:
    """Pairs of last year in the plan."""
    old = {(one.mentee, one.mentor) for one in problem.facts if one.kind is FactKind.LAST_YEAR}
    rows = np.flatnonzero(mentor >= 0)
    mentees = problem.mentees.key[problem.needs.mentee[rows]].tolist()
    return sum(pair in old for pair in zip(mentees, problem.mentors.key[mentor[rows]].tolist(), strict=True))


def best_of_all(problem: TeacherProblem) -> tuple[int, ...] | None:
    """The best worth of all plans that keep every rule; None where there are too many plans to try."""
    scores, problem = matrix(problem), canonical(problem)
    options = [[NOBODY, *np.flatnonzero(row >= 0).tolist()] for row in scores]
    if prod(len(option) for option in options) > PLANS_AT_MOST:
        return None
    needs = np.arange(len(scores))
    plans = (np.array(plan, dtype=np.int64) for plan in product(*options))
    return max(
        worth(problem, plan, np.where(plan >= 0, scores[needs, plan], 0))
        for plan in plans
        if not any(broken(problem, plan))
    )


def broken(problem: TeacherProblem, mentor: np.ndarray) -> Iterator[str]:
    """Yield the rules of capacity, hours and group sizes that a plan breaks."""
    mentors, needs, settings = problem.mentors, problem.needs, problem.settings
    for one in np.unique(mentor[mentor >= 0]).tolist():
        mine = np.flatnonzero(mentor == one)
        if settings.count_hours and needs.hours[mine].sum() > mentors.hours[one]:
            yield "hours"
        if settings.groups and mentors.group_max[one] > 0:
            _topics, sizes = np.unique(needs.topic[mine], return_counts=True)
            if len(sizes) > mentors.places[one]:
                yield "groups"
            if sizes.min() < mentors.group_min[one] or sizes.max() > mentors.group_max[one]:
                yield "group size"
        elif len(mine) > mentors.places[one]:
            yield "places"
