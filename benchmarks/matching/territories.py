"""Made-up territories of teachers, of any size, in which the numbers look like those of a Russian region.

A municipality has about 25 schools; a need is a competence (60 of them, half of a subject), severity 1..3; a mentor
is strong in two to four competences. About half of the needs find a place. The same seed gives the same territory.
"""

import numpy as np

from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Mentees,
    Mentors,
    Needs,
    Strengths,
    TeacherProblem,
    TeacherSettings,
)

TOPICS, SUBJECTS = 60, 15
MENTEES_OF_MUNICIPALITY = 400
MUNICIPALITIES_OF_REGION = 28


def territory(
    mentees: int, mentors: int, *, seed: int = 1, settings: TeacherSettings | None = None
) -> TeacherProblem:
    """`mentees` with one need each and `mentors` with one to three places."""
    rng = np.random.default_rng(seed)
    municipalities = max(mentees // MENTEES_OF_MUNICIPALITY, 1)
    schools = municipalities * 25
    school_place = np.arange(schools) // 25
    region = np.arange(municipalities) // MUNICIPALITIES_OF_REGION
    centre = np.stack([45 + rng.random(municipalities) * 20, 30 + rng.random(municipalities) * 110])
    site = centre[:, school_place] + rng.normal(0, 0.12, (2, schools))
    rural = rng.random(schools) < 0.45
    subject_of = np.where(np.arange(TOPICS) < TOPICS // 2, np.arange(TOPICS) % SUBJECTS, UNKNOWN)

    def people(count: int) -> dict[str, np.ndarray]:
        school = rng.integers(0, schools, count)
        return {
            "school": school,
            "municipality": school_place[school],
            "region": region[school_place[school]],
            "latitude": site[0, school],
            "longitude": site[1, school],
            "kind": rural[school].astype(np.int64),
            "language": np.zeros(count, dtype=np.int64),
            "role": np.zeros(count, dtype=np.int64),
        }

    topic = rng.integers(0, TOPICS, mentees)
    grades = rng.integers(0, 3, mentees)
    strong = rng.integers(2, 5, mentors)
    owner = np.repeat(np.arange(mentors), strong)
    gives = rng.integers(0, TOPICS, len(owner))
    levels = rng.integers(0, 3, len(owner))
    bounds = np.array([[0, 0], [5, 9], [10, 11]])
    return TeacherProblem(
        mentees=Mentees(
            key=np.char.add("e", np.arange(mentees).astype(np.str_)),
            **people(mentees),
            need_class=rng.integers(1, 4, mentees),
            remote=rng.random(mentees) < 0.7,
            in_person=rng.random(mentees) < 0.9,
        ),
        needs=Needs(
            mentee=np.arange(mentees),
            key=np.full(mentees, "1", dtype=np.str_),
            topic=topic,
            subject=subject_of[topic],
            grade_from=bounds[grades, 0],
            grade_to=bounds[grades, 1],
            weight=np.round(rng.random(mentees), 2),
            severity=rng.integers(1, 4, mentees).astype(np.float64),
            hours=rng.integers(2, 7, mentees).astype(np.float64),
        ),
        mentors=Mentors(
            key=np.char.add("r", np.arange(mentors).astype(np.str_)),
            **people(mentors),
            places=rng.integers(1, 4, mentors),
            hours=rng.integers(4, 13, mentors).astype(np.float64),
            remote=rng.random(mentors) < 0.6,
            in_person=rng.random(mentors) < 0.95,
            group_min=np.zeros(mentors, dtype=np.int64),
            group_max=np.zeros(mentors, dtype=np.int64),
        ),
        strengths=Strengths(
            mentor=owner,
            topic=gives,
            subject=subject_of[gives],
            grade_from=bounds[levels, 0],
            grade_to=bounds[levels, 1],
            level=rng.integers(1, 4, len(owner)) / 3,
        ),
        settings=settings or TeacherSettings(),
    )
