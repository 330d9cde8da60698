"""Who else could help a teacher with a need, and what that would do to the score."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mayak.matching.algorithms.teachers.problem import UNKNOWN, TeacherProblem
from mayak.matching.enums import PairRuleKind
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_problems import competence_of, stored_teacher_problem
from mayak.matching.selectors.teacher_room import MentorRoom
from mayak.matching.selectors.teacher_runs import names_of
from mayak.matching.selectors.teacher_scores import limit_words, scores_of


@dataclass(frozen=True, slots=True)
class MenteeNeed:
    """A need of a mentee that takes part in the pairing."""

    key: str
    title: str
    weight: float
    row: int


@dataclass(frozen=True, slots=True)
class MentorCandidate:
    """A mentor for one need.

    Attributes:
        score: of the pair, 0..1.
        effect: how the total of the pairing changes (in pairs of full score) when the need moves here.
        load: needs that the mentor has now; ``places`` how many can be taken.
        why_not: why the mentor cannot be chosen, empty where it is possible.
        hours: a month that the need takes; ``group``: number of the group that it would join.
    """

    mentor_id: int
    name: str
    school_id: int
    school: str
    competence_id: int
    subject_id: int | None
    score: float
    contributions: list[dict[str, Any]]
    effect: float
    load: int
    places: int
    distance_km: float | None
    is_remote: bool
    is_current: bool
    rule: str
    why_not: str
    hours: float | None = None
    group: int | None = None

    @property
    def is_locked(self) -> bool:
        """Whether a person demanded this pair."""
        return self.rule == PairRuleKind.LOCK

    @property
    def is_forbidden(self) -> bool:
        """Whether a person forbade this pair."""
        return self.rule == PairRuleKind.FORBID


def needs_of_mentee(run: MatchingRun, mentee_id: int) -> list[MenteeNeed]:
    """Return the needs of a mentee in the stored input, the heaviest first.

    Raises:
        KeyError: the person takes no part in the pairing.
    """
    return _needs(run, stored_teacher_problem(run), mentee_id)


def candidates_of_need(
    run: MatchingRun, mentee_id: int, need: str, *, problem: TeacherProblem | None = None
) -> list[MentorCandidate]:
    """Return every mentor for a need by the stored input: the present one first, then the best.

    Raises:
        KeyError: the person or the need takes no part in the pairing.
    """
    problem = problem or stored_teacher_problem(run)
    row = {one.key: one.row for one in _needs(run, problem, mentee_id)}[need]
    mentors = problem.mentors
    count = len(mentors.key)
    scores = scores_of(problem, [row] * count, range(count))
    pairs = list(run.teacher_pairs.order_by())
    old = next((one for one in pairs if one.mentee_id == mentee_id and one.need_key == need), None)
    room = MentorRoom(problem, need, float(problem.needs.hours[row]), old)
    room.add(pairs)
    rules = dict(run.teacher_rules.filter(mentee=mentee_id).values_list("mentor_id", "kind"))
    subject = int(problem.needs.subject[row])
    names, schools = names_of(int(key) for key in mentors.key.tolist()), run.snapshot["schools"]
    leaves = 0.0 if old is None else old.score
    found = []
    for one in scores:
        mentor = int(mentors.key[one.mentor])
        is_current = old is not None and old.mentor_id == mentor
        away = [] if is_current else [*limit_words(one.limit), *room.why_not(mentor, one.mentor)]
        school = int(mentors.school[one.mentor])
        found.append(
            MentorCandidate(
                mentor_id=mentor,
                name=names.get(mentor, "—"),
                school_id=school,
                school=schools.get(str(school), ""),
                competence_id=competence_of(need),
                subject_id=None if subject == UNKNOWN else subject,
                score=one.score,
                contributions=one.contributions,
                effect=0.0 if is_current else one.score - leaves,
                load=room.loads[mentor],
                places=int(mentors.places[one.mentor]),
                distance_km=one.distance_km,
                is_remote=one.is_remote,
                is_current=is_current,
                rule=rules.get(mentor, ""),
                why_not="; ".join(away),
                hours=room.hours,
                group=room.groups.get(mentor),
            )
        )
    return sorted(
        found, key=lambda one: (not one.is_current, bool(one.why_not), -one.score, one.name, one.mentor_id)
    )


def away_words(candidates: Iterable[MentorCandidate]) -> list[tuple[str, int]]:
    """Return what keeps how many mentors away, the most frequent first."""
    counts = Counter(one.why_not for one in candidates if one.why_not)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _needs(run: MatchingRun, problem: TeacherProblem, mentee_id: int) -> list[MenteeNeed]:
    mentee = np.flatnonzero(problem.mentees.key == str(mentee_id))
    if not len(mentee):
        raise KeyError(mentee_id)
    titles = run.snapshot["competences"]
    rows = np.flatnonzero(problem.needs.mentee == mentee[0]).tolist()
    found = [
        MenteeNeed(
            key=str(problem.needs.key[row]),
            title=titles.get(str(int(problem.needs.topic[row])), "—"),
            weight=float(problem.needs.weight[row]),
            row=row,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.weight, one.title, one.key))
