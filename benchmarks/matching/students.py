"""The student projects of Southern Denmark as a pairing of teachers: teams are mentors who take one group."""

import numpy as np

from benchmarks.matching.programmes import Programme
from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.problem import (
    FactKind,
    Mentees,
    Mentors,
    Needs,
    PairFact,
    Strengths,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
)

STEPS = 20
"""A wish of rank r has 1 - (r - 1) / 20 of the points: whole thousandths."""
POINTS = 100_000


def pairing(wishes: list[tuple[str, str, int]], teams: dict[str, list[dict[str, str]]]) -> TeacherProblem:
    """Wishes are preferences, everything else is forbidden; most served first, then the most points."""
    students = sorted({wish[0] for wish in wishes})
    rows = [(f"{topic}{team['team']}", team) for topic, mine in teams.items() for team in mine]
    rank = {(student, topic): number for student, topic, number in wishes}
    facts = []
    for student in students:
        for key, team in rows:
            number = rank.get((student, team["topic"]))
            kind = FactKind.FORBIDDEN if number is None else FactKind.PREFERENCE
            facts.append(PairFact(student, key, kind, 1 - ((number or 1) - 1) / STEPS))
    size, count = len(students), len(rows)
    one, zero = np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    sizes = [np.array([int(team[side]) for _key, team in rows]) for side in ("min_size", "max_size")]
    settings = TeacherSettings(
        objective=Objective.NOBODY_LEFT,
        weights=TeacherWeights(*(0.0,) * 11, preference=1.0, novelty=0.0),
        groups=True,
        max_distance_km=None,
        weight_points=0.0,
        time_limit_s=300.0,
    )
    return TeacherProblem(
        mentees=Mentees(key=np.array(students), need_class=np.ones(size, dtype=np.int64), **_people(size)),
        needs=Needs(
            mentee=np.arange(size),
            key=np.full(size, "1"),
            topic=np.zeros(size, dtype=np.int64),
            subject=np.full(size, -1),
            grade_from=np.zeros(size, dtype=np.int64),
            grade_to=np.zeros(size, dtype=np.int64),
            weight=np.zeros(size),
            severity=np.ones(size),
            hours=np.zeros(size),
        ),
        mentors=Mentors(
            key=np.array([key for key, _team in rows]),
            places=one,
            hours=np.full(count, np.nan),
            group_min=sizes[0],
            group_max=sizes[1],
            **_people(count),
        ),
        strengths=Strengths(np.arange(count), zero, zero - 1, zero, zero, np.ones(count)),
        facts=tuple(facts),
        settings=settings,
    )


def sum_of_ranks(points: int, served: int) -> int:
    """The sum of ranks that so many thousandths of points mean."""
    return served - round((points / POINTS - served) * STEPS)


def _people(count: int) -> dict[str, np.ndarray]:
    code = np.zeros(count, dtype=np.int64)
    names = ("school", "municipality", "region", "kind", "language", "role")
    return {
        **dict.fromkeys(names, code),
        "latitude": np.full(count, np.nan),
        "longitude": np.full(count, np.nan),
        "remote": np.ones(count, dtype=np.bool_),
        "in_person": np.ones(count, dtype=np.bool_),
    }


def programme(wishes: list[tuple[str, str, int]], teams: dict[str, list[dict[str, str]]]) -> Programme:
    """The same with a number of open teams for each topic: teams of a topic are alike, the least sum of ranks.

    The students of a topic can be shared out among k teams exactly where there are k * min to k * max of them.
    Columns: the wishes in their order, then the topics.
    """
    names, topics = sorted({wish[0] for wish in wishes}), sorted(teams)
    at, place = {name: row for row, name in enumerate(names)}, {name: row for row, name in enumerate(topics)}
    student = np.array([at[wish[0]] for wish in wishes])
    topic = np.array([place[wish[1]] for wish in wishes])
    rank = np.array([wish[2] for wish in wishes])
    least, most = (
        np.array([int(teams[one][0][side]) for one in topics]) for side in ("min_size", "max_size")
    )
    x, y = np.arange(len(wishes)), len(wishes) + np.arange(len(topics))
    rows = len(names), len(topics)
    lower, upper = rows[0] + np.arange(rows[1]), rows[0] + rows[1] + np.arange(rows[1])
    return Programme(
        gain=np.r_[-rank, np.zeros(rows[1])].astype(float),
        high=np.r_[np.ones(len(wishes)), [len(teams[one]) for one in topics]].astype(float),
        row=np.r_[student, lower[topic], lower, upper[topic], upper],
        column=np.r_[x, x, y, x, y],
        value=np.r_[np.ones(2 * len(x)), -least, np.ones(len(x)), -most].astype(float),
        least=np.r_[np.ones(rows[0]), np.zeros(rows[1]), np.full(rows[1], -np.inf)],
        most=np.r_[np.ones(rows[0]), np.full(rows[1], np.inf), np.zeros(rows[1])],
    )
