"""What a pairing of teachers takes: columns of mentees, needs, mentors and strengths; rules; what is known of pairs.

Columns are NumPy arrays of one length per table. Codes (school, municipality, region, kind, language, role, topic,
subject) are whole numbers that the caller chooses; ``UNKNOWN`` (-1) = not known, and equals nothing.
"""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mayak.matching.algorithms.problem import Objective, Within

Strings = NDArray[np.str_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN: Final = -1


class Employer(StrEnum):
    """Whether a mentor may come from the mentee's own school: either, another school only, the own one only."""

    ANY = "any"
    OTHER = "other"
    SAME = "same"


class Partners(StrEnum):
    """What the pairs of schools mean: nothing, points for partner schools, only partner schools."""

    NONE = "none"
    PREFER = "prefer"
    REQUIRE = "require"


class FactKind(StrEnum):
    """What is known of a pair of people.

    FIXED: must be together (a lock). FORBIDDEN: never. REFUSED: one of them refused, counts as never. LAST_YEAR: they
    were a pair last year. GOOD: they worked well before, `value` 0..1. PREFERENCE: one or both want it, `value` 0..1.
    """

    FIXED = "fixed"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    LAST_YEAR = "last_year"
    GOOD = "good"
    PREFERENCE = "preference"


@dataclass(frozen=True)
class Mentees:
    """Teachers who need help. `need_class` 1 is the neediest; coordinates in degrees, NaN = unknown.

    `kind`: kind of school (rural, urban, ...); `role`: teacher, head, specialist; `remote`,
    `in_person`: which formats the person can take.
    """

    key: Strings
    school: Ints
    municipality: Ints
    region: Ints
    latitude: Floats
    longitude: Floats
    kind: Ints
    language: Ints
    role: Ints
    need_class: Ints
    remote: Bools
    in_person: Bools


@dataclass(frozen=True)
class Needs:
    """What mentees need, each row one need that takes one mentor. `mentee`: row of Mentees.

    `topic`: competence; `subject` UNKNOWN = of no subject; grades 0..0 = all; `weight` 0..1 importance (heavier needs
    go first where places are short); `severity` 0..3 as in the deficits; `hours` a month that the need takes.
    """

    mentee: Ints
    key: Strings
    topic: Ints
    subject: Ints
    grade_from: Ints
    grade_to: Ints
    weight: Floats
    severity: Floats
    hours: Floats


@dataclass(frozen=True)
class Mentors:
    """People who help. `places`: needs at one time; `hours` a month, NaN = no limit.

    `group_min`, `group_max`: where `group_max` is above 0 and groups are counted the mentor takes groups: `places` is
    then the number of groups, each of `group_min` to `group_max` needs of one topic (group mentoring: S2).
    """

    key: Strings
    school: Ints
    municipality: Ints
    region: Ints
    latitude: Floats
    longitude: Floats
    kind: Ints
    language: Ints
    role: Ints
    places: Ints
    hours: Floats
    remote: Bools
    in_person: Bools
    group_min: Ints
    group_max: Ints


@dataclass(frozen=True)
class Strengths:
    """What mentors are strong in. `mentor`: row of Mentors; `topic` UNKNOWN = the subject as a whole; `level` 0..1."""

    mentor: Ints
    topic: Ints
    subject: Ints
    grade_from: Ints
    grade_to: Ints
    level: Floats


@dataclass(frozen=True, slots=True)
class PairFact:
    """Something known of one mentee and one mentor, by their keys."""

    mentee: str
    mentor: str
    kind: FactKind
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class TeacherWeights:
    """Weights of the criteria, >= 0; scaled so that a perfect pair has 100 points; 0 switches a criterion off.

    Assumption: S3 names criteria and no weights.
    """

    coverage: float = 30.0
    level: float = 10.0
    subject: float = 15.0
    grades: float = 10.0
    kind: float = 5.0
    language: float = 5.0
    distance: float = 10.0
    municipality: float = 5.0
    region: float = 0.0
    partner: float = 0.0
    history: float = 0.0
    preference: float = 10.0
    novelty: float = 0.0


@dataclass(frozen=True, slots=True)
class TeacherSettings:
    """Limits and criteria.

    `max_distance_km`: for personal meetings; farther pairs are remote. `allow_remote`: whether remote pairs are made.
    `other_grade`, `subject_only` (0..1): what a strength in other grades, or in the subject without the competence,
    counts. `same_role`: head with head, specialist with specialist. `must_be_above`: the mentor's strength is above
    the mentee's own level (1 - severity / 3). `load_points`: points that the second, third, ... place of a mentor
    costs each more (even load). `weight_points`: points that serving a need of weight 1 is worth besides its score, so
    that the heavier needs are served first where places are short. `time_limit_s`: of the MIP; the bound is printed
    when it ends first.
    """

    objective: Objective = Objective.NOBODY_LEFT
    weights: TeacherWeights = TeacherWeights()
    within: Within = Within.ANYWHERE
    employer: Employer = Employer.ANY
    partners: Partners = Partners.NONE
    allow_remote: bool = True
    max_distance_km: float | None = 50.0
    distance_scale_km: float = 100.0
    require_same_subject: bool = True
    same_role: bool = True
    same_language: bool = False
    must_be_above: bool = False
    min_score: float = 0.0
    other_grade: float = 0.5
    subject_only: float = 0.5
    load_points: float = 0.0
    weight_points: float = 50.0
    count_hours: bool = False
    groups: bool = False
    time_limit_s: float = 60.0


@dataclass(frozen=True)
class TeacherProblem:
    """A run's whole input. `partners`: pairs of school codes (mentee's, mentor's) that level 1 made partners."""

    mentees: Mentees
    needs: Needs
    mentors: Mentors
    strengths: Strengths
    facts: tuple[PairFact, ...] = ()
    partners: frozenset[tuple[int, int]] = frozenset()
    settings: TeacherSettings = field(default_factory=TeacherSettings)


def columns(table: Any) -> dict[str, NDArray[Any]]:
    """The columns of a table by name."""
    return {one.name: getattr(table, one.name) for one in fields(table)}


def take(table: Any, rows: NDArray[Any]) -> Any:
    """The same table with only these rows, in this order."""
    return type(table)(**{name: column[rows] for name, column in columns(table).items()})
