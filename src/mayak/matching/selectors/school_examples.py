"""Live examples on the page of rules: how the score of a few pairs of schools changes with the weights."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mayak.matching.algorithms.instance import Instance, Limit
from mayak.matching.algorithms.matching import pairs_at
from mayak.matching.algorithms.plan import Pair
from mayak.matching.algorithms.problem import Problem
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.candidates import FULL_SCORE, contributions_of, limit_words
from mayak.matching.selectors.explanations import contribution_texts
from mayak.matching.selectors.problems import input_of, stored_problem
from mayak.matching.selectors.runs import settings_of
from mayak.matching.selectors.school_settings import with_settings
from mayak.matching.selectors.teacher_examples import Example
from mayak.matching.validators import MatchingSettings

EXAMPLES: Final = 3


def school_examples_of(run: MatchingRun, settings: MatchingSettings | None = None) -> list[Example]:
    """Return a few schools, from the neediest on, each with the lead school that is best by the saved rules.

    Without ``settings`` by the saved rules. The computed input is taken where there is one, else the schools of today.
    """
    if run.snapshot:
        problem, names, lines = stored_problem(run), run.snapshot["names"], run.snapshot["subjects"]
    else:
        found = input_of(run)
        problem, names, lines = found.problem, found.names, found.subjects
    if not problem.mentees or not problem.leads:
        return []
    saved = with_settings(problem, run.objective, settings_of(run))
    changed = with_settings(problem, run.objective, settings or settings_of(run))
    before, after = Instance(saved), Instance(changed)
    chosen = [(row, best) for row in _rows(saved, before) if (best := _best(before, row)) is not None]
    old, new = pairs_at(before, chosen, set()), pairs_at(after, chosen, set())
    minutes = (settings or settings_of(run)).shows_minutes
    return [
        _example(changed, names, lines, pair=pair, was=was, limit=_limit(after, *place), minutes=minutes)
        for place, was, pair in zip(chosen, old, new, strict=True)
    ]


def _example(
    problem: Problem,
    names: Mapping[str, str],
    lines: Mapping[str, str],
    *,
    pair: Pair,
    was: Pair,
    limit: Limit,
    minutes: bool,
) -> Example:
    mentee = next(school for school in problem.mentees if school.key == pair.mentee)
    lead = next(school for school in problem.leads if school.key == pair.lead)
    parts = contributions_of(pair, mentee, lead, problem=problem, subjects=lines, minutes=minutes)
    needs = sorted(mentee.needs, key=lambda need: -need.weight)
    return Example(
        mentee=names.get(pair.mentee, "—"),
        mentor=names.get(pair.lead, "—"),
        need=", ".join(dict.fromkeys(lines.get(need.subject, need.subject) for need in needs)),
        saved=was.score / FULL_SCORE,
        score=pair.score / FULL_SCORE,
        reasons=contribution_texts(parts),
        against=limit_words(limit),
    )


def _rows(problem: Problem, instance: Instance) -> list[int]:
    """The neediest school, the middle one and the last."""
    need = {school.key: school.need_class for school in problem.mentees}
    order = sorted(range(len(instance.mentees)), key=lambda row: (need[instance.mentees[row].key], row))
    places = [0, len(order) // 2, len(order) - 1]
    return list(dict.fromkeys(order[place] for place in places))[:EXAMPLES]


def _best(instance: Instance, row: int) -> int | None:
    """The lead with most points that no limit keeps away."""
    block = instance.block(slice(row, row + 1), with_score=True)
    free = np.flatnonzero(block.limits[0] == int(Limit.NONE))
    return int(free[np.argmax(block.score[0][free])]) if len(free) else None


def _limit(instance: Instance, mentee: int, lead: int) -> Limit:
    return Limit(int(instance.block(slice(mentee, mentee + 1)).limits[0, lead]))
