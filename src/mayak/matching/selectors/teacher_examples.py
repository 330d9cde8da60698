"""Live examples on the page of rules: how the score of a few pairs changes with the weights."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.problem import FactKind, TeacherProblem
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_explanations import reason_lines, words_for
from mayak.matching.selectors.teacher_problems import stored_teacher_problem, teacher_input_of
from mayak.matching.selectors.teacher_runs import names_of
from mayak.matching.selectors.teacher_scores import best_mentors, limit_words, scores_of
from mayak.matching.selectors.teacher_settings import (
    TeacherMatchingSettings,
    solver_settings,
    teacher_settings_of,
)

EXAMPLES: Final = 3
TRIED: Final = 40
"""Needs tried at most until so many examples are found: many needs have no mentor at all."""
_CRITERION: Final = {FactKind.GOOD: "history", FactKind.PREFERENCE: "preference"}


@dataclass(frozen=True, slots=True)
class Example:
    """A need with a mentor: the score by the saved rules and by those on the form (both 0..1), and why."""

    mentee: str
    mentor: str
    need: str
    saved: float
    score: float
    reasons: list[str]
    against: list[str]

    @property
    def change(self) -> float:
        """How much the score changes."""
        return self.score - self.saved


def examples_of(run: MatchingRun, settings: TeacherMatchingSettings | None = None) -> list[Example]:
    """Return a few needs of different weight, each with the mentor who is best by the saved rules.

    Without ``settings`` by the saved rules. The computed input is taken where there is one, else the people of today.
    """
    if run.snapshot:
        problem, titles = stored_teacher_problem(run), run.snapshot["competences"]
        subjects = run.snapshot["subjects"]
    else:
        found = teacher_input_of(run)
        problem = canonical(found.problem)
        titles = {str(key): row.name for key, row in found.rows.competences.items()}
        subjects = {str(key): name for key, name in found.subjects.items()}
    known = _known(problem)
    rules = teacher_settings_of(run)
    saved = replace(problem, settings=solver_settings(run.objective, rules, known=known))
    changed = replace(problem, settings=solver_settings(run.objective, settings or rules, known=known))
    chosen = best_mentors(saved, _rows(problem), at_most=EXAMPLES)
    rows, mentors = [row for row, _best in chosen], [best for _row, best in chosen]
    before, after = scores_of(saved, rows, mentors), scores_of(changed, rows, mentors)
    people = problem.mentees.key[problem.needs.mentee]
    names = names_of(int(key) for row, best in chosen for key in (people[row], problem.mentors.key[best]))
    made = []
    for (row, best), old, now in zip(chosen, before, after, strict=True):
        need = titles.get(str(int(problem.needs.topic[row])), "—")
        words = words_for(need, subjects, now.distance_km, is_remote=now.is_remote)
        made.append(
            Example(
                mentee=names.get(int(people[row]), "—"),
                mentor=names.get(int(problem.mentors.key[best]), "—"),
                need=need,
                saved=old.score,
                score=now.score,
                reasons=reason_lines(now.contributions, words),
                against=limit_words(now.limit),
            )
        )
    return made


def _known(problem: TeacherProblem) -> frozenset[str]:
    found = {_CRITERION[one.kind] for one in problem.facts if one.kind in _CRITERION}
    return frozenset(found | ({"partner"} if problem.partners else set()))


def _rows(problem: TeacherProblem) -> list[int]:
    """Rows of needs to try: the heaviest, the middle one, the lightest, then others spread between them."""
    order = np.lexsort((np.arange(len(problem.needs.weight)), -problem.needs.weight)).tolist()
    if not order:
        return []
    last = len(order) - 1
    places = [0, last // 2, last, *(last * step // TRIED for step in range(1, TRIED))]
    return list(dict.fromkeys(order[place] for place in places))
