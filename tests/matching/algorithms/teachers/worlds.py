"""Small worlds of teachers, and their optimum found another way: every pair scored one by one, a dense assignment."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.matching import FULL, bonus_of
from mayak.matching.algorithms.teachers.nearby import Meeting
from mayak.matching.algorithms.teachers.problem import (
    Mentees,
    Mentors,
    Needs,
    Strengths,
    TeacherProblem,
    TeacherSettings,
    columns,
    take,
)


def world(
    seed: int, mentees: int = 8, mentors: int = 6, *, topics: int = 3, settings: TeacherSettings | None = None
) -> TeacherProblem:
    """A random world: some people have no coordinates, no municipality, no subject; some share a school."""
    rng = np.random.default_rng(seed)
    needs_of = rng.integers(1, 3, mentees)
    owner = np.repeat(np.arange(mentees), needs_of)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(needs_of) - needs_of, needs_of)
    strong = rng.integers(1, 4, mentors)
    giver = np.repeat(np.arange(mentors), strong)
    grades = rng.integers(0, 3, len(giver))
    return TeacherProblem(
        mentees=Mentees(
            key=np.array([f"p{row:03}" for row in range(mentees)], dtype=np.str_),
            **_people(rng, mentees),
            need_class=rng.integers(1, 4, mentees),
            remote=rng.random(mentees) < 0.8,
            in_person=rng.random(mentees) < 0.8,
        ),
        needs=Needs(
            mentee=owner,
            key=np.array([f"n{one}" for one in number], dtype=np.str_),
            topic=rng.integers(0, topics, len(owner)),
            subject=rng.integers(-1, 3, len(owner)),
            grade_from=np.where(rng.random(len(owner)) < 0.5, 0, 5),
            grade_to=np.zeros(len(owner), dtype=np.int64),
            weight=np.round(rng.random(len(owner)), 2),
            severity=rng.integers(1, 4, len(owner)).astype(float),
            hours=rng.integers(1, 4, len(owner)).astype(float),
        ),
        mentors=Mentors(
            key=np.array([f"p{row + mentees // 2:03}" for row in range(mentors)], dtype=np.str_),
            **_people(rng, mentors),
            places=rng.integers(0, 4, mentors),
            hours=np.where(rng.random(mentors) < 0.3, np.nan, rng.integers(2, 8, mentors).astype(float)),
            remote=rng.random(mentors) < 0.8,
            in_person=rng.random(mentors) < 0.8,
            group_min=np.zeros(mentors, dtype=np.int64),
            group_max=np.zeros(mentors, dtype=np.int64),
        ),
        strengths=Strengths(
            mentor=giver,
            topic=rng.integers(-1, topics, len(giver)),
            subject=rng.integers(-1, 3, len(giver)),
            grade_from=np.where(grades == 0, 0, 5),
            grade_to=np.where(grades == 0, 0, 5 + grades),
            level=rng.integers(1, 4, len(giver)) / 3,
        ),
        settings=settings or TeacherSettings(),
    )


def _people(rng: np.random.Generator, count: int) -> dict[str, Any]:
    unknown = rng.random(count) < 0.15
    municipality = rng.integers(-1, 3, count)
    return {
        "school": rng.integers(0, 6, count),
        "municipality": municipality,
        "region": np.where(municipality < 0, -1, municipality // 2),
        "latitude": np.where(unknown, np.nan, 56 + rng.random(count)),
        "longitude": np.where(unknown, np.nan, 40 + rng.random(count)),
        "kind": rng.integers(-1, 2, count),
        "language": rng.integers(-1, 2, count),
        "role": rng.integers(0, 2, count),
    }


def matrix(problem: TeacherProblem) -> np.ndarray:
    """(needs, mentors) scores in thousandths of the sorted problem, -1 where a rule keeps the pair out."""
    problem = canonical(problem)
    scorer = Scorer(problem, facts_of(problem))
    scores = np.full((len(problem.needs.mentee), len(problem.mentors.key)), -1, dtype=np.int64)
    for need in range(len(scores)):
        for strength, mentor in enumerate(problem.strengths.mentor.tolist()):
            meeting = Meeting(np.array([need]), np.array([strength]))
            for score in scorer.pairs(meeting).score.tolist():
                scores[need, mentor] = max(scores[need, mentor], score)
    return scores


def best_total(problem: TeacherProblem, *, lowest: int = 0, all_served: bool = True) -> tuple[int, int]:
    """The most needs served, and the greatest total (points and bonus) with so many, by a dense assignment."""
    scores, problem = matrix(problem), canonical(problem)
    places = problem.mentors.places
    seats = np.repeat(np.arange(len(places)), places)
    gain = (scores + bonus_of(problem)[:, None])[:, seats]
    allowed = (scores >= lowest)[:, seats]
    big = (FULL * 1000) * (len(scores) + 1) if all_served else 0
    value = np.where(allowed, gain + big, 0)
    rows, seat = linear_sum_assignment(value, maximize=True)
    chosen = allowed[rows, seat]
    return int(chosen.sum()), int(gain[rows, seat][chosen].sum())


def shuffled(problem: TeacherProblem, seed: int) -> TeacherProblem:
    """The same world with rows in another order."""
    rng = np.random.default_rng(seed)
    mentee, mentor = rng.permutation(len(problem.mentees.key)), rng.permutation(len(problem.mentors.key))
    back, other = np.argsort(mentee), np.argsort(mentor)
    needs = replace(problem.needs, mentee=back[problem.needs.mentee])
    strengths = replace(problem.strengths, mentor=other[problem.strengths.mentor])
    return replace(
        problem,
        mentees=take(problem.mentees, mentee),
        mentors=take(problem.mentors, mentor),
        needs=take(needs, rng.permutation(len(needs.mentee))),
        strengths=take(strengths, rng.permutation(len(strengths.mentor))),
        facts=tuple(problem.facts[place] for place in rng.permutation(len(problem.facts))),
    )


def with_column(table: Any, **changed: Any) -> Any:
    """The same table with other columns."""
    return type(table)(**{**columns(table), **changed})
