"""What is known of single pairs of people, by rows: fixed, never, rewards and fines."""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.teachers.problem import FactKind, Ints, TeacherProblem


@dataclass(frozen=True)
class Facts:
    """Values by (row of mentee, row of mentor); `fixed`: row of need -> row of mentor."""

    never: frozenset[tuple[int, int]]
    last_year: frozenset[tuple[int, int]]
    good: dict[tuple[int, int], float]
    preference: dict[tuple[int, int], float]
    fixed_people: tuple[tuple[int, int], ...]

    @property
    def liked(self) -> list[tuple[int, int]]:
        """Pairs whose points are above those of their kind."""
        return sorted({*self.good, *self.preference, *self.last_year})


def facts_of(problem: TeacherProblem) -> Facts:
    """Facts by rows of the sorted problem; facts about people who take no part say nothing."""
    mentee = {str(key): row for row, key in enumerate(problem.mentees.key.tolist())} if problem.facts else {}
    mentor = {str(key): row for row, key in enumerate(problem.mentors.key.tolist())} if problem.facts else {}
    found: dict[FactKind, dict[tuple[int, int], float]] = {kind: {} for kind in FactKind}
    for one in problem.facts:
        if one.mentee in mentee and one.mentor in mentor:
            pair = mentee[one.mentee], mentor[one.mentor]
            found[one.kind][pair] = max(one.value, found[one.kind].get(pair, 0.0))
    return Facts(
        frozenset({*found[FactKind.FORBIDDEN], *found[FactKind.REFUSED]}),
        frozenset(found[FactKind.LAST_YEAR]),
        found[FactKind.GOOD],
        found[FactKind.PREFERENCE],
        tuple(sorted(found[FactKind.FIXED])),
    )


def check_fixed(problem: TeacherProblem, facts: Facts) -> None:
    """Refuse locks that no plan can keep.

    Raises:
        ProblemError: more locked mentors than needs, or more locked mentees than places.
    """
    faults: list[Fault] = []
    wanted = np.bincount(problem.needs.mentee, minlength=len(problem.mentees.key))
    most = places_in_people(problem)
    at_mentee: dict[int, int] = {}
    at_mentor: dict[int, int] = {}
    for number, (mentee, mentor) in enumerate(facts.fixed_people):
        at_mentee[mentee] = at_mentee.get(mentee, 0) + 1
        at_mentor[mentor] = at_mentor.get(mentor, 0) + 1
        place = f"fixed[{number}]"
        if at_mentee[mentee] > wanted[mentee]:
            words = {
                "count": at_mentee[mentee],
                "mentee": str(problem.mentees.key[mentee]),
                "wanted": int(wanted[mentee]),
            }
            faults.append(Fault(place, "fixed_needs", words))
        places = int(most[mentor])
        if at_mentor[mentor] > places:
            words = {
                "count": at_mentor[mentor],
                "lead": str(problem.mentors.key[mentor]),
                "capacity": places,
            }
            faults.append(Fault(place, "fixed_capacity", words))
    if faults:
        raise ProblemError(faults)


def places_in_people(problem: TeacherProblem) -> Ints:
    """How many needs each mentor can take at most; a place of groups takes a whole group."""
    mentors = problem.mentors
    in_groups = (mentors.group_max > 0) & problem.settings.groups
    places: Ints = np.where(in_groups, mentors.places * mentors.group_max, mentors.places)
    return places


def pair_values(table: dict[tuple[int, int], float], mentee: Ints, mentor: Ints, width: int) -> "np.ndarray":
    """For each pair side by side its value in the table, 0 where it has none."""
    if not table:
        return np.zeros(len(mentee))
    codes = np.array([one * width + other for one, other in table], dtype=np.int64)
    values = np.array(list(table.values()))
    order = np.argsort(codes)
    codes, values = codes[order], values[order]
    asked = mentee * width + mentor
    place = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    return np.where(codes[place] == asked, values[place], 0.0)
