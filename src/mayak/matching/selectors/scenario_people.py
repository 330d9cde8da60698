"""Changes of a scenario in a pairing of teachers: what they do to the columns of its input."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.problem import FactKind, Ints, PairFact, TeacherProblem, take
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.scenarios import MENTEE, Change, ChangeKind, lasting_changes, standing_run


def apply_teacher_changes(problem: TeacherProblem, changes: Iterable[Change]) -> TeacherProblem:
    """Return the input after the changes, in their order; what only schools can change changes nothing."""
    for change in changes:
        apply = _APPLIED.get(ChangeKind(change["kind"]))
        problem = problem if apply is None else apply(problem, change)
    return problem


def with_people_scenario(run: MatchingRun, problem: TeacherProblem) -> TeacherProblem:
    """Return the problem of the run with the changes of its scenario; a repair also keeps the pairs that it mends."""
    changed = apply_teacher_changes(problem, lasting_changes(run.scenario))
    standing = standing_run(run)
    if standing is None:
        return changed
    pairs = standing.teacher_pairs.order_by("mentee_id", "mentor_id").values_list("mentee_id", "mentor_id")
    people = {*changed.mentees.key.tolist(), *changed.mentors.key.tolist()}
    kept = [
        PairFact(str(mentee), str(mentor), FactKind.LAST_YEAR)
        for mentee, mentor in pairs.distinct()
        if {str(mentee), str(mentor)} <= people
    ]
    others = [one for one in changed.facts if one.kind != FactKind.LAST_YEAR]
    return replace(changed, facts=(*others, *kept))


def _leaves(problem: TeacherProblem, change: Change) -> TeacherProblem:
    key = str(change["key"])
    if change["side"] == MENTEE:
        stays = problem.mentees.key != key
        needs = take(problem.needs, np.flatnonzero(stays[problem.needs.mentee]))
        return replace(
            problem,
            mentees=take(problem.mentees, np.flatnonzero(stays)),
            needs=replace(needs, mentee=_moved(stays)[needs.mentee]),
            facts=tuple(one for one in problem.facts if one.mentee != key),
        )
    stays = problem.mentors.key != key
    strengths = take(problem.strengths, np.flatnonzero(stays[problem.strengths.mentor]))
    return replace(
        problem,
        mentors=take(problem.mentors, np.flatnonzero(stays)),
        strengths=replace(strengths, mentor=_moved(stays)[strengths.mentor]),
        facts=tuple(one for one in problem.facts if one.mentor != key),
    )


def _moved(stays: Any) -> Ints:
    """Return for each old row its new one."""
    rows: Ints = np.cumsum(stays, dtype=np.int64) - 1
    return rows


def _places(problem: TeacherProblem, change: Change) -> TeacherProblem:
    places = problem.mentors.places.copy()
    chosen = problem.mentors.key == str(change["key"])
    places[chosen] = np.maximum(places[chosen] + int(change["amount"]), 0)
    return replace(problem, mentors=replace(problem.mentors, places=places))


def _max_distance(problem: TeacherProblem, change: Change) -> TeacherProblem:
    return replace(problem, settings=replace(problem.settings, max_distance_km=change["km"]))


def _objective(problem: TeacherProblem, change: Change) -> TeacherProblem:
    objective = Objective(change["objective"])
    return replace(problem, settings=replace(problem.settings, objective=objective))


_APPLIED: Final[dict[ChangeKind, Callable[[TeacherProblem, Change], TeacherProblem]]] = {
    ChangeKind.LEAVES: _leaves,
    ChangeKind.PLACES: _places,
    ChangeKind.MAX_DISTANCE: _max_distance,
    ChangeKind.OBJECTIVE: _objective,
}
