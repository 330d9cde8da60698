"""Points of a pair, element by element: what all people of a kind share, and what only one pair has.

Every part is rounded to thousandths of a point by itself, so that the parts shown add up to what the solver counted.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.teachers.plan import CRITERIA, MILLI
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Bools,
    Floats,
    Ints,
    TeacherProblem,
    TeacherSettings,
    columns,
)

POINTS: Final = 100
NO_SUBJECT_SHARE: Final = 0.5
"""What a strength that names no subject counts for a need of a subject. Assumption: no document names a number."""
MAX_SEVERITY: Final = 3


def full_points(settings: TeacherSettings) -> dict[str, int]:
    """Thousandths of a point that each criterion gives at most; they add up to 100 points but for rounding."""
    weights = {name: float(getattr(settings.weights, name)) for name in CRITERIA}
    total = sum(weights.values())
    return {name: round(weights[name] / total * POINTS * MILLI) for name in CRITERIA}


@dataclass(frozen=True, slots=True)
class Kind:
    """What of a need (or a strength) decides the points with all people alike: columns of one length."""

    topic: Ints
    subject: Ints
    grade_from: Ints
    grade_to: Ints
    degree: Floats  # severity 0..3 of a need, level 0..1 of a strength
    kind: Ints
    language: Ints
    role: Ints
    remote: Bools
    in_person: Bools

    def at(self, rows: Any) -> "Kind":
        """Only these rows."""
        return Kind(**{name: column[rows] for name, column in columns(self).items()})


def need_kinds(problem: TeacherProblem) -> Kind:
    """One row per need."""
    needs, people = problem.needs, problem.mentees
    return _kind(needs, people, needs.mentee, needs.severity)


def strength_kinds(problem: TeacherProblem) -> Kind:
    """One row per strength."""
    strengths, people = problem.strengths, problem.mentors
    return _kind(strengths, people, strengths.mentor, strengths.level)


def _kind(table: Any, people: Any, owner: Ints, degree: Floats) -> Kind:
    return Kind(
        table.topic,
        table.subject,
        table.grade_from,
        table.grade_to,
        degree,
        people.kind[owner],
        people.language[owner],
        people.role[owner],
        people.remote[owner],
        people.in_person[owner],
    )


def base_parts(settings: TeacherSettings, need: Kind, strength: Kind) -> dict[str, Ints]:
    """Thousandths of a point by criterion, rows side by side (shapes broadcast), for fitting pairs."""
    full = full_points(settings)
    exact = need.topic == strength.topic
    coverage = strength.degree * np.where(exact, 1.0, settings.subject_only)
    above = np.clip(strength.degree - own_level(need.degree), 0.0, 1.0)
    of_no_subject = need.subject == UNKNOWN
    subject = np.where(
        of_no_subject | (need.subject == strength.subject),
        1.0,
        np.where(strength.subject == UNKNOWN, NO_SUBJECT_SHARE, 0.0),
    )
    shares = {
        "coverage": coverage,
        "level": above,
        "subject": subject,
        "grades": grade_share(settings, need, strength),
        "kind": _same(need.kind, strength.kind),
        "language": _same(need.language, strength.language),
        "novelty": np.ones_like(coverage),
    }
    return {name: np.rint(full[name] * share).astype(np.int64) for name, share in shares.items()}


def fits(settings: TeacherSettings, need: Kind, strength: Kind) -> Bools:
    """Whether the hard rules that concern all people alike let the pair through (not: format, distance, territory)."""
    named = (need.topic == strength.topic) & (need.topic != UNKNOWN)
    whole = (strength.topic == UNKNOWN) & (need.subject == strength.subject) & (need.subject != UNKNOWN)
    good = named | (whole & (settings.subject_only > 0))
    if settings.require_same_subject:
        either = (need.subject == UNKNOWN) | (strength.subject == UNKNOWN)
        good &= either | (need.subject == strength.subject)
    if settings.same_role:
        good &= need.role == strength.role
    if settings.same_language:
        good &= _same(need.language, strength.language) > 0
    if settings.must_be_above:
        good &= strength.degree > own_level(need.degree)
    if settings.other_grade <= 0:
        good &= grade_share(settings, need, strength) > 0
    result: Bools = good
    return result


def own_level(severity: Floats) -> Floats:
    """The mentee's own level, 0..1: the severity of a deficit turned round."""
    level: Floats = 1.0 - severity / MAX_SEVERITY
    return level


def grade_share(settings: TeacherSettings, need: Kind, strength: Kind) -> Floats:
    """1 where the strength covers all grades of the need (or names none), `other_grade` where it covers none."""
    anything = (need.grade_to <= 0) | (strength.grade_to <= 0)
    common = (
        np.minimum(need.grade_to, strength.grade_to) - np.maximum(need.grade_from, strength.grade_from) + 1
    )
    wanted = np.maximum(need.grade_to - need.grade_from + 1, 1)
    share = np.clip(common, 0, None) / wanted
    result: Floats = np.where(anything, 1.0, settings.other_grade + (1 - settings.other_grade) * share)
    return result


def nearness(settings: TeacherSettings, distance: Floats, remote: Bools) -> Ints:
    """Thousandths of a point for a personal meeting at this distance; none for remote or unknown distance."""
    near = np.clip(1.0 - distance / settings.distance_scale_km, 0.0, 1.0)
    near = np.where(np.isnan(near) | remote, 0.0, near)
    result: Ints = np.rint(full_points(settings)["distance"] * near).astype(np.int64)
    return result


def _same(one: Ints, other: Ints) -> Floats:
    result: Floats = ((one == other) & (one != UNKNOWN)).astype(np.float64)
    return result
