"""What each pair of last year costs that is kept on purpose."""

from dataclasses import replace
from typing import Final

from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.matching import bonus_of, match_teachers
from mayak.matching.algorithms.teachers.plan import MILLI, TeacherPlan
from mayak.matching.algorithms.teachers.problem import FactKind

PRICED_AT_MOST: Final = 60
"""Pairs whose price is looked for: each takes one computation."""


def keep_prices(plan: TeacherPlan, at_most: int = PRICED_AT_MOST) -> dict[tuple[str, str], float]:
    """Points that the total would gain if one kept pair were not worth keeping, by keys of mentee and mentor.

    Each price is the total of a plan made again without that one wish, less the total of this plan; as many other
    pairs are kept and as many needs served. Empty where old pairs are not kept on purpose.
    """
    if plan.problem.settings.objective is not Objective.LEAST_CHANGE:
        return {}
    old = {(one.mentee, one.mentor) for one in plan.problem.facts if one.kind is FactKind.LAST_YEAR}
    kept = sorted({(pair.mentee, pair.mentor) for pair in plan.pairs() if not pair.is_fixed} & old)
    total = _total(plan)
    return {pair: max((_without(plan, pair) - total) / MILLI, 0.0) for pair in kept[:at_most]}


def _without(plan: TeacherPlan, pair: tuple[str, str]) -> int:
    facts = tuple(
        one
        for one in plan.problem.facts
        if one.kind is not FactKind.LAST_YEAR or (one.mentee, one.mentor) != pair
    )
    return _total(match_teachers(replace(plan.problem, facts=facts)))


def _total(plan: TeacherPlan) -> int:
    """Points of the pairs and of serving the needs, in thousandths."""
    given = plan.mentor >= 0
    return int((plan.contributions.sum(axis=0) + bonus_of(plan.problem))[given].sum())
