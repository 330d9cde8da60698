"""Why needs of teachers stayed without a mentor, as plain data that the page puts into words."""

from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.teachers.explanation import UncoveredExplanation, explain_uncovered
from mayak.matching.algorithms.teachers.plan import TeacherPlan

EXPLAINED_AT_MOST: Final = 300
"""Needs whose limits are looked at one by one, the heaviest first; the page of the teacher explains any other."""
CHANGES_AT_MOST: Final = 20
"""Needs whose smallest change is looked for, the heaviest first: it is found by computing again for each try."""
CHANGES_IF_LARGE: Final = 5
LARGE: Final = 2_000_000
"""Needs x mentors from which a try takes more than a moment."""
LARGE_WITH_HOURS: Final = 20_000
"""The same where hours or groups count: every try is a programme of its own."""
FULL_NAMED: Final = 5


def reasons_of_plan(plan: TeacherPlan) -> dict[int, list[dict[str, Any]]]:
    """Return the reasons of the heaviest uncovered needs by row of the sorted problem.

    A mentor is kept by key only: the name is read where the page is shown.
    """
    left = np.flatnonzero(plan.mentor < 0)
    order = left[np.argsort(-plan.problem.needs.weight[left], kind="stable")][:EXPLAINED_AT_MOST]
    looked_at = _changes_of(plan)
    return {
        int(row): plain_reasons(
            explain_uncovered(plan, int(row), with_changes=at < looked_at, only_cheapest=True)
        )
        for at, row in enumerate(order)
    }


def _changes_of(plan: TeacherPlan) -> int:
    """For how many needs the smallest change is looked for; none where a try is a pairing of several territories."""
    size = len(plan.mentor) * len(plan.problem.mentors.key)
    if plan.proof.parts:
        return 0
    if plan.proof.method != "flow":
        return CHANGES_AT_MOST if size <= LARGE_WITH_HOURS else 0
    return CHANGES_AT_MOST if size <= LARGE else CHANGES_IF_LARGE


def plain_reasons(why: UncoveredExplanation) -> list[dict[str, Any]]:
    """Return an explanation as plain data."""
    rows: list[dict[str, Any]] = []
    if why.full:
        named = [{"mentor": int(one.mentor), "places": one.places} for one in why.full[:FULL_NAMED]]
        rows.append({"code": "full", "mentors": named, "more": max(len(why.full) - FULL_NAMED, 0)})
    rows += [
        {"code": "limit", "limit": one.limit.lower(), "count": one.mentors}
        for one in why.limits
        if one.limit.lower() != "same_person"
    ]
    if why.changes:
        change = why.changes[0]
        rows.append(
            {
                "code": "change",
                "kind": str(change.kind),
                "mentor": None if change.mentor is None else int(change.mentor),
                "amount": round(float(change.amount), 3),
                "served": change.served,
            }
        )
    if not rows:
        rows.append({"code": "nobody"})
    return rows
