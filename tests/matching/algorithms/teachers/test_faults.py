"""What cannot be meant is refused before anything is solved, with the place and the names."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    PairFact,
    Partners,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
)
from tests.matching.algorithms.teachers.worlds import with_column, world

Change = Callable[[TeacherProblem], TeacherProblem]


def faults(problem: TeacherProblem) -> list[tuple[str, str]]:
    """Place and code of every fault."""
    with pytest.raises(ProblemError) as refused:
        match_teachers(problem)
    assert all(str(fault) for fault in refused.value.faults)
    return [(fault.place, fault.code) for fault in refused.value.faults]


def column(table: str, name: str, row: int, value: object) -> Change:
    def change(problem: TeacherProblem) -> TeacherProblem:
        values = np.array(getattr(getattr(problem, table), name).tolist())
        values[row] = value
        return replace(problem, **{table: with_column(getattr(problem, table), **{name: values})})

    return change


def rules(**changed: object) -> Change:
    return lambda problem: replace(problem, settings=replace(problem.settings, **changed))


def facts(*known: tuple[str, str, FactKind]) -> Change:
    return lambda problem: replace(problem, facts=tuple(PairFact(*one) for one in known))


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (column("mentors", "places", 2, -1), "mentors[2] (p006).places", "number_range"),
        (column("mentors", "hours", 2, -0.5), "mentors[2] (p006).hours", "number_range"),
        (column("mentors", "latitude", 1, 91.0), "mentors[1] (p005).latitude", "number_range"),
        (column("mentees", "longitude", 1, 181.0), "mentees[1] (p001).longitude", "number_range"),
        (column("mentors", "group_min", 0, 2), "mentors[0] (p004).group_min", "group_sizes"),
        (column("needs", "weight", 0, 1.5), "needs[0] (p000).weight", "number_range"),
        (column("needs", "weight", 0, np.nan), "needs[0] (p000).weight", "number_range"),
        (column("needs", "severity", 0, 4.0), "needs[0] (p000).severity", "number_range"),
        (column("strengths", "level", 0, 1.1), "strengths[0] (p004).level", "number_range"),
        (column("needs", "mentee", 3, 8), "needs[3].mentee", "row_unknown"),
        (column("needs", "mentee", 3, -1), "needs[3].mentee", "row_unknown"),
        (column("strengths", "mentor", 1, 99), "strengths[1].mentor", "row_unknown"),
        (column("mentees", "key", 1, "p000"), "mentees (p000)", "key_twice"),
        (column("mentors", "key", 1, "p004"), "mentors (p004)", "key_twice"),
        (rules(min_score=101), "settings.min_score", "number_range"),
        (rules(other_grade=-0.1), "settings.other_grade", "number_range"),
        (rules(max_distance_km=-1.0), "settings.max_distance_km", "number_range"),
        (rules(weights=TeacherWeights(coverage=-1)), "settings.weights.coverage", "number_negative"),
        (rules(weights=TeacherWeights(*(0.0,) * 13)), "settings.weights", "weights_zero"),
        (rules(employer=Employer.SAME, partners=Partners.REQUIRE), "settings.employer", "employer_partners"),
        (facts(("nobody", "p005", FactKind.FIXED)), "facts[0]", "person_unknown"),
        (facts(("p001", "nobody", FactKind.FIXED)), "facts[0]", "person_unknown"),
    ],
)
def test_a_fault_is_named_with_its_place(change: Change, place: str, code: str) -> None:
    assert faults(change(world(7, 8, 6))) == [(place, code)]


def test_columns_of_different_length_are_refused() -> None:
    problem = world(7, 8, 6)
    short = with_column(problem.mentors, places=problem.mentors.places[:-1])
    assert faults(replace(problem, mentors=short)) == [("mentors", "columns_uneven")]


def test_a_need_that_stands_twice_is_refused() -> None:
    problem = world(7, 8, 6)
    owner = problem.needs.mentee
    row = int(np.flatnonzero(owner[1:] == owner[:-1])[0]) + 1
    twice = column("needs", "key", row, problem.needs.key[row - 1])(problem)
    assert faults(twice) == [(f"needs[{row - 1}] (p{owner[row]:03})", "need_twice")]


def test_every_fault_of_a_kind_is_named_up_to_twenty() -> None:
    problem = world(7, 40, 30)
    bad = with_column(problem.mentors, places=np.full(30, -1))
    assert len(faults(replace(problem, mentors=bad))) == 20


@pytest.mark.parametrize("kind", [FactKind.FORBIDDEN, FactKind.REFUSED])
def test_a_pair_both_locked_and_kept_apart_is_refused(kind: FactKind) -> None:
    change = facts(("p001", "p005", FactKind.FIXED), ("p001", "p005", kind))
    assert faults(change(world(7, 8, 6))) == [("facts[0]", "fixed_forbidden")]


def test_a_person_locked_to_themselves_is_refused() -> None:
    assert faults(facts(("p005", "p005", FactKind.FIXED))(world(7, 8, 6))) == [
        ("facts[0]", "fixed_forbidden")
    ]


def test_more_locks_than_places_or_needs_are_refused() -> None:
    problem = column("mentors", "places", 1, 1)(world(7, 8, 6))
    locks = facts(("p001", "p005", FactKind.FIXED), ("p002", "p005", FactKind.FIXED))(problem)
    assert faults(locks) == [("fixed[1]", "fixed_capacity")]
    wanted = int((problem.needs.mentee == 0).sum())
    roomy = replace(problem, mentors=with_column(problem.mentors, places=np.full(6, 3)))
    mentors = [f"p{number:03}" for number in range(4, 5 + wanted)]
    many = facts(*(("p000", mentor, FactKind.FIXED) for mentor in mentors))(roomy)
    assert faults(many) == [(f"fixed[{wanted}]", "fixed_needs")]


def test_of_contradictory_locks_the_smallest_set_is_named() -> None:
    """Two of three locks take more hours of a mentor than there are; the third one has nothing to do with it."""
    problem = world(7, 8, 6, settings=TeacherSettings(count_hours=True))
    problem = replace(
        problem,
        needs=with_column(problem.needs, hours=np.full(len(problem.needs.key), 3.0)),
        mentors=with_column(problem.mentors, places=np.full(6, 4), hours=np.full(6, 5.0)),
    )
    pairs = [("p000", "p006"), ("p001", "p005"), ("p002", "p005")]
    with pytest.raises(ProblemError) as refused:
        match_teachers(facts(*((*pair, FactKind.FIXED) for pair in pairs))(problem))
    assert [(fault.place, fault.code, fault.params["count"]) for fault in refused.value.faults] == [
        ("fixed (p001 – p005)", "fixed_together", 2),
        ("fixed (p002 – p005)", "fixed_together", 2),
    ]
    kept = match_teachers(facts(*((*pair, FactKind.FIXED) for pair in pairs[:2]))(problem))
    assert sum(pair.is_fixed for pair in kept.pairs()) == 2
