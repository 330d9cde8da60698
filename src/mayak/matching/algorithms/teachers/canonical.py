"""Rows in canonical order, so that the order in a file cannot matter; and the faults of an input, with their place."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.teachers.problem import (
    Employer,
    FactKind,
    Ints,
    Partners,
    TeacherProblem,
    columns,
    take,
)

FAULTS_SHOWN = 20


def canonical(problem: TeacherProblem) -> TeacherProblem:
    """The same problem with rows sorted: people by key, needs by mentee and key, strengths by all their columns."""
    mentees, to_mentee = _sorted(problem.mentees)
    mentors, to_mentor = _sorted(problem.mentors)
    needs = replace(problem.needs, mentee=to_mentee[problem.needs.mentee])
    needs = take(needs, np.lexsort((needs.key, needs.mentee)))
    strengths = replace(problem.strengths, mentor=to_mentor[problem.strengths.mentor])
    order = np.lexsort(tuple(reversed(list(columns(strengths).values()))))
    facts = tuple(sorted(set(problem.facts), key=lambda one: (one.mentee, one.mentor, one.kind, one.value)))
    return replace(
        problem, mentees=mentees, needs=needs, mentors=mentors, strengths=take(strengths, order), facts=facts
    )


def check(problem: TeacherProblem) -> None:
    """Refuse an input that cannot be meant.

    Raises:
        ProblemError: every fault found with its place (at most twenty of a kind).
    """
    found = [*_tables(problem)]
    if not found:
        found = [*_numbers(problem), *_settings(problem)]
    if not found:
        found = [*_facts(problem)]
    if found:
        raise ProblemError(found)


def _sorted(people: Any) -> tuple[Any, Ints]:
    order = np.argsort(people.key, kind="stable")
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return take(people, order), back


def _tables(problem: TeacherProblem) -> Iterator[Fault]:
    for name in ("mentees", "needs", "mentors", "strengths"):
        lengths = {column: len(values) for column, values in columns(getattr(problem, name)).items()}
        if len(set(lengths.values())) > 1:
            yield Fault(name, "columns_uneven", {"found": str(lengths)})
            return
    for table, column, people in (("needs", "mentee", "mentees"), ("strengths", "mentor", "mentors")):
        rows, size = getattr(getattr(problem, table), column), len(getattr(problem, people).key)
        for row in np.flatnonzero((rows < 0) | (rows >= size))[:FAULTS_SHOWN].tolist():
            yield Fault(f"{table}[{row}].{column}", "row_unknown", {"found": int(rows[row]), "table": people})
    for name in ("mentees", "mentors"):
        key = getattr(problem, name).key
        values, count = np.unique(key, return_counts=True)
        for value in values[count > 1][:FAULTS_SHOWN].tolist():
            yield Fault(f"{name} ({value})", "key_twice", {"key": str(value)})


def _numbers(problem: TeacherProblem) -> Iterator[Fault]:
    most = np.inf
    for table, column, low, high, unknown in (
        ("needs", "weight", 0, 1, False),
        ("needs", "severity", 0, 3, False),
        ("needs", "hours", 0, most, False),
        ("mentors", "places", 0, most, False),
        ("mentors", "hours", 0, most, True),
        ("mentors", "group_min", 0, most, False),
        ("mentors", "group_max", 0, most, False),
        ("strengths", "level", 0, 1, False),
        ("mentees", "latitude", -90, 90, True),
        ("mentees", "longitude", -180, 180, True),
        ("mentors", "latitude", -90, 90, True),
        ("mentors", "longitude", -180, 180, True),
    ):
        values = np.asarray(getattr(getattr(problem, table), column), dtype=np.float64)
        bad = (values < low) | (values > high) | ~(np.isfinite(values) | (unknown & np.isnan(values)))
        for row in np.flatnonzero(bad)[:FAULTS_SHOWN].tolist():
            words = {"found": float(values[row]), "low": low, "high": high}
            yield Fault(f"{table}[{row}]{_who(problem, table, row)}.{column}", "number_range", words)
    mentors = problem.mentors
    for row in np.flatnonzero(mentors.group_min > mentors.group_max)[:FAULTS_SHOWN].tolist():
        words = {"low": int(mentors.group_min[row]), "high": int(mentors.group_max[row])}
        yield Fault(f"mentors[{row}] ({mentors.key[row]}).group_min", "group_sizes", words)
    keys = np.char.add(
        np.char.add(problem.needs.mentee.astype(np.str_), "\x1f"), problem.needs.key.astype(np.str_)
    )
    values, first, count = np.unique(keys, return_index=True, return_counts=True)
    for row in first[count > 1][:FAULTS_SHOWN].tolist():
        who = problem.mentees.key[problem.needs.mentee[row]]
        yield Fault(
            f"needs[{row}] ({who})", "need_twice", {"mentee": str(who), "need": str(problem.needs.key[row])}
        )


def _who(problem: TeacherProblem, table: str, row: int) -> str:
    if table in {"mentees", "mentors"}:
        return f" ({getattr(problem, table).key[row]})"
    people, column = ("mentees", "mentee") if table == "needs" else ("mentors", "mentor")
    return f" ({getattr(problem, people).key[getattr(getattr(problem, table), column)[row]]})"


def _settings(problem: TeacherProblem) -> Iterator[Fault]:
    settings = problem.settings
    weights = columns(settings.weights)
    for name, weight in weights.items():
        if not (np.isfinite(weight) and weight >= 0):
            yield Fault(f"settings.weights.{name}", "number_negative", {"found": weight, "least": 0})
    if not any(weight > 0 for weight in weights.values()):
        yield Fault("settings.weights", "weights_zero")
    bounds: dict[str, tuple[float, float]] = {
        "max_distance_km": (0, 20_016),
        "distance_scale_km": (1e-9, 20_016),
        "min_score": (0, 100),
        "other_grade": (0, 1),
        "subject_only": (0, 1),
        "load_points": (0, 100),
        "weight_points": (0, 1000),
        "time_limit_s": (0, 86_400),
    }
    for name, (low, high) in bounds.items():
        value = getattr(settings, name)
        if value is not None and not low <= value <= high:
            yield Fault(f"settings.{name}", "number_range", {"found": value, "low": low, "high": high})
    if settings.employer is Employer.SAME and settings.partners is Partners.REQUIRE:
        yield Fault("settings.employer", "employer_partners")


def _facts(problem: TeacherProblem) -> Iterator[Fault]:
    mentees, mentors = set(problem.mentees.key.tolist()), set(problem.mentors.key.tolist())
    never = {
        (one.mentee, one.mentor)
        for one in problem.facts
        if one.kind in {FactKind.FORBIDDEN, FactKind.REFUSED}
    }
    for number, one in enumerate(problem.facts):
        place = f"facts[{number}]"
        if one.kind is FactKind.FIXED:
            for key, known in ((one.mentee, mentees), (one.mentor, mentors)):
                if key not in known:
                    yield Fault(place, "person_unknown", {"key": key})
            if (one.mentee, one.mentor) in never or one.mentee == one.mentor:
                yield Fault(place, "fixed_forbidden", {"mentee": one.mentee, "lead": one.mentor})
        if not 0 <= one.value <= 1:
            yield Fault(place, "number_range", {"found": one.value, "low": 0, "high": 1})
