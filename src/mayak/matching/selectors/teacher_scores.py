"""Points of single pairs of people as pages show them: shares of a full score, with what their words need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from mayak.matching.algorithms.distance import haversine_km
from mayak.matching.algorithms.teachers.direct import Limit, Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.matching import best_strengths
from mayak.matching.algorithms.teachers.plan import CRITERIA, MILLI
from mayak.matching.algorithms.teachers.problem import UNKNOWN, Ints, TeacherProblem

FULL: Final = 100 * MILLI
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class PairScore:
    """A need with one mentor: score 0..1, what each criterion gave, what keeps the pair out, remote, kilometres."""

    mentor: int
    score: float
    contributions: list[dict[str, Any]]
    limit: Limit
    is_remote: bool
    distance_km: float | None

    @property
    def is_allowed(self) -> bool:
        """Whether the rules let the pair through."""
        return not self.limit


def scores_of(problem: TeacherProblem, need: Sequence[int], mentor: Sequence[int]) -> list[PairScore]:
    """Return the pairs side by side, by rows of the sorted problem (see ``canonical``)."""
    scorer = Scorer(problem, facts_of(problem))
    needs, mentors = np.array(need, dtype=np.int64), np.array(mentor, dtype=np.int64)
    strength, parts = best_strengths(scorer, needs, mentors)
    fits = strength >= 0
    limits = np.full(len(needs), int(Limit.DOES_NOT_FIT))
    remote = np.zeros(len(needs), dtype=np.bool_)
    _parts, limits[fits], remote[fits], _distance = scorer.judge(needs[fits], strength[fits])
    distance = _distances(problem, needs, mentors)
    return [
        PairScore(
            mentor=int(mentors[at]),
            score=round(int(parts[:, at].sum()) / FULL, DIGITS),
            contributions=contributions(problem, needs[at], strength[at], parts[:, at]),
            limit=Limit(int(limits[at])),
            is_remote=bool(remote[at]),
            distance_km=None if np.isnan(distance[at]) else round(float(distance[at]), 3),
        )
        for at in range(len(needs))
    ]


def best_mentors(problem: TeacherProblem, needs: Iterable[int], *, at_most: int) -> list[tuple[int, int]]:
    """Return (row of need, row of its best allowed mentor) of the first needs that have one."""
    scorer = Scorer(problem, facts_of(problem))
    mentors = np.arange(len(problem.mentors.key))
    found: list[tuple[int, int]] = []
    for need in needs:
        strength, parts = best_strengths(scorer, np.full(len(mentors), need), mentors)
        rows = np.flatnonzero(strength >= 0)
        _parts, limits, _remote, _distance = scorer.judge(np.full(len(rows), need), strength[rows])
        rows = rows[limits == 0]
        if len(rows):
            found.append((need, int(rows[np.argmax(parts[:, rows].sum(axis=0))])))
        if len(found) == at_most:
            break
    return found


def contributions(problem: TeacherProblem, need: int, strength: int, parts: Ints) -> list[dict[str, Any]]:
    """Return what each criterion gave (shares of a full score); without those that gave nothing."""
    rows: list[dict[str, Any]] = [
        {"criterion": name, "points": round(int(part) / FULL, DIGITS)}
        for name, part in zip(CRITERIA, parts.tolist(), strict=True)
        if part
    ]
    if strength < 0:
        return rows
    offered, wanted = problem.strengths, problem.needs
    for row in rows:
        if row["criterion"] == "coverage":
            row["exact"] = bool(wanted.topic[need] == offered.topic[strength])
        elif row["criterion"] == "grades" and offered.grade_to[strength] > 0:
            row["grades"] = [int(offered.grade_from[strength]), int(offered.grade_to[strength])]
        elif row["criterion"] == "subject" and wanted.subject[need] != UNKNOWN:
            row["subject"] = int(wanted.subject[need])
    return rows


def limit_words(limit: Limit) -> list[str]:
    """Return what keeps two people from being a pair, in words."""
    words: Mapping[Limit, str] = {
        Limit.SAME_PERSON: _("nobody is the own mentor"),
        Limit.NEVER: _("forbidden by hand or refused"),
        Limit.EMPLOYER: _("the rule on the same or another school"),
        Limit.TERRITORY: _("outside the territory that the rules allow"),
        Limit.NOT_PARTNERS: _("the schools are no partners"),
        Limit.TOO_FAR: _("too far to meet, and remote work does not suit both or is not allowed"),
        Limit.DOES_NOT_FIT: _("not strong in this need, or another subject, role or grade"),
        Limit.LOW_SCORE: _("the score is below the least one of the rules"),
    }
    return [text for flag, text in words.items() if flag & limit]


def _distances(problem: TeacherProblem, needs: Ints, mentors: Ints) -> Any:
    mentee = problem.needs.mentee[needs]
    one, other = problem.mentees, problem.mentors
    return haversine_km(
        one.latitude[mentee], one.longitude[mentee], other.latitude[mentors], other.longitude[mentors]
    )
