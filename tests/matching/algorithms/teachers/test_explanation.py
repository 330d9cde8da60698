"""Why a need has no mentor: every change that is offered does cover it when the plan is made again."""

from dataclasses import replace

import numpy as np
import pytest

from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.explanation import KM_MARGIN, Change, ChangeKind, explain_uncovered
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import Employer, TeacherProblem, TeacherSettings
from tests.matching.algorithms.teachers.worlds import with_column, world


def changed(problem: TeacherProblem, change: Change) -> TeacherProblem | None:
    """The problem after the change, made by the test itself; None where the change is a person."""
    rules = {
        ChangeKind.ALLOW_REMOTE: {"allow_remote": True},
        ChangeKind.OTHER_SCHOOL: {"employer": Employer.ANY},
        ChangeKind.OTHER_TERRITORY: {"within": Within.ANYWHERE},
        ChangeKind.OTHER_SUBJECT: {"require_same_subject": False},
        ChangeKind.MORE_DISTANCE: {
            "max_distance_km": (problem.settings.max_distance_km or 0.0) + change.amount + KM_MARGIN
        },
    }
    if change.kind in rules:
        return replace(problem, settings=replace(problem.settings, **rules[change.kind]))
    if change.kind is ChangeKind.MORE_PLACES:
        places = problem.mentors.places + (problem.mentors.key == change.mentor)
        return replace(problem, mentors=with_column(problem.mentors, places=places))
    return None


@pytest.mark.parametrize("seed", range(40))
def test_every_change_serves_one_need_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    settings = TeacherSettings(
        objective=Objective.NOBODY_LEFT,
        employer=[Employer.ANY, Employer.OTHER][seed % 2],
        within=[Within.ANYWHERE, Within.MUNICIPALITY][seed // 2 % 2],
        allow_remote=bool(rng.random() < 0.5),
        max_distance_km=20.0,
    )
    plan = match_teachers(world(seed, 8, 6, settings=settings))
    for row in np.flatnonzero(plan.mentor < 0).tolist():
        for change in explain_uncovered(plan, row).changes:
            again = changed(plan.problem, change)
            if again is not None:
                assert match_teachers(again).served >= change.served
                assert change.served > plan.served


def test_only_the_cheapest_change_is_looked_for_where_asked() -> None:
    plan = match_teachers(world(4, 8, 3))
    row = int(np.flatnonzero(plan.mentor < 0)[0])
    every = explain_uncovered(plan, row)
    assert explain_uncovered(plan, row, only_cheapest=True).changes == every.changes[:1]
    with pytest.raises(KeyError):
        explain_uncovered(plan, int(np.flatnonzero(plan.mentor >= 0)[0]))
