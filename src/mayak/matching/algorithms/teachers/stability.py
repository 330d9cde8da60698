"""Who would both rather swap: a check of a plan, not an aim (mentors are appointed by orders)."""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.hubs import Hubs, hubs_of
from mayak.matching.algorithms.teachers.plan import MILLI, TeacherPlan
from mayak.matching.algorithms.teachers.problem import Floats, Ints
from mayak.matching.algorithms.teachers.tokens import is_barred

NOBODY = -1
FREE = -1
FULL_UP = 1_000_000


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """A need and a mentor that would both have more points with each other; `gain` in points for the mentee."""

    mentee: str
    need: str
    mentor: str
    gain: float


@dataclass(frozen=True, slots=True)
class Blocking:
    """How many such pairs there are, and some of them with the greatest gains.

    `is_exact`: the count is exact; else it is an upper bound (far pairs counted by kinds, the few that a refusal or
    an employer forbids among them).
    """

    count: int
    pairs: tuple[BlockingPair, ...]
    is_exact: bool


def blocking_pairs(plan: TeacherPlan, at_most: int = 50) -> Blocking:
    """Count and list the pairs that block a plan by points.

    A pair blocks where the need has fewer points now (or no mentor), and the mentor has a free place or an own pair
    with fewer points. Far pairs are counted by kinds, so that memory grows with people, not with pairs.
    """
    scorer = Scorer(plan.problem, facts_of(plan.problem))
    has = np.where(plan.mentor >= 0, plan.contributions.sum(axis=0), NOBODY)
    least = _least_of_mentors(plan, has)
    width = len(plan.problem.mentors.key)
    count, listed, near_codes = 0, [], []
    for near in scorer.best(None):
        near_codes.append(near.need * width + near.mentor)
        wants = (near.score > has[near.need]) & (near.score > least[near.mentor])
        rows = np.flatnonzero(wants & ~plan.fixed[near.need])
        count += len(rows)
        listed.append(_top(near.at(rows), has, at_most))
    hubs = hubs_of(scorer, np.zeros(len(has), dtype=np.bool_))
    codes = np.sort(np.concatenate([np.zeros(0, np.int64), *near_codes]))
    far, some, is_exact = _far(scorer, plan, hubs, has, least=least, near=codes, at_most=at_most)
    best = _top(Pairs.union([*listed, some]), has, at_most)
    order = np.lexsort((best.mentor, best.need, has[best.need] - best.score))
    return Blocking(count + far, tuple(_named(plan, best.at(order), has)), is_exact)


def _least_of_mentors(plan: TeacherPlan, has: Ints) -> Ints:
    """Points of each mentor's weakest pair; FREE where a place is free, FULL_UP where there are no places at all."""
    mentors = plan.problem.mentors
    rows = np.flatnonzero((plan.mentor >= 0) & ~plan.fixed)
    least = np.full(len(mentors.key), FULL_UP, dtype=np.int64)
    np.minimum.at(least, plan.mentor[rows], has[rows])
    taken = np.bincount(plan.mentor[plan.mentor >= 0], minlength=len(least))
    least[taken < mentors.places] = FREE
    return least


def _far(
    scorer: Scorer,
    plan: TeacherPlan,
    hubs: Hubs,
    has: Ints,
    *,
    least: Ints,
    near: Ints,
    at_most: int,
) -> tuple[int, Pairs, bool]:
    """Blocking pairs of kinds: on each arc the needs times the mentors that have fewer points; near ones aside."""
    need_kind, need_rows = _by_kind(hubs.of_need, np.arange(len(has)), has, up=hubs.up_need)
    owner = plan.problem.strengths.mentor
    kind, rows = _by_kind(hubs.of_strength, owner, least[owner], up=hubs.up_strength)
    needs = _below(need_kind, need_rows[1], hubs.tail, hubs.score)
    mentors = _below(kind, rows[1], hubs.head, hubs.score)
    both = needs * mentors
    total = int(both.sum())
    empty = np.zeros(0, dtype=np.int64)
    none = Pairs(empty, empty, empty, empty, empty.astype(np.bool_))
    if not total:
        return 0, none, True
    if total > at_most * 2000:
        return total, none, False
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for arc in np.flatnonzero(both).tolist():
        one = need_rows[0][_first(need_kind, hubs.tail[arc], int(needs[arc]))]
        other = rows[2][_first(kind, hubs.head[arc], int(mentors[arc]))]
        for need in one.tolist():
            for strength in other.tolist():
                key = need, int(owner[strength])
                found[key] = max(found.get(key, (-1, -1)), (int(hubs.score[arc]), strength))
    return _exact(scorer, plan, found, near)


def _exact(
    scorer: Scorer, plan: TeacherPlan, found: dict[tuple[int, int], tuple[int, int]], near: Ints
) -> tuple[int, Pairs, bool]:
    width = len(plan.problem.mentors.key)
    keys = sorted(found)
    need = np.array([key[0] for key in keys], dtype=np.int64)
    mentor = np.array([key[1] for key in keys], dtype=np.int64)
    score = np.array([found[key][0] for key in keys], dtype=np.int64)
    strength = np.array([found[key][1] for key in keys], dtype=np.int64)
    place = np.minimum(np.searchsorted(near, need * width + mentor), max(len(near) - 1, 0))
    new = near[place] != need * width + mentor if len(near) else np.ones(len(need), dtype=np.bool_)
    good = np.flatnonzero(new & ~is_barred(scorer, need, mentor) & ~plan.fixed[need])
    pairs = Pairs(need[good], mentor[good], strength[good], score[good], np.ones(len(good), dtype=np.bool_))
    return len(good), pairs, True


def _by_kind(of: Ints, member: Ints, value: Ints, *, up: Ints) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    """Members by kind (and by the kind of the whole country), the least value first: kinds, (members, values, rows)."""
    rows = np.flatnonzero(of >= 0)
    kinds = of[rows]
    if len(up):
        above = up[kinds]
        both = above != kinds
        rows, kinds = np.concatenate([rows, rows[both]]), np.concatenate([kinds, above[both]])
    order = np.lexsort((value[rows], kinds))
    rows, kinds = rows[order], kinds[order]
    return kinds, (member[rows], value[rows], rows)


def _below(kinds: Ints, values: Ints, kind: Ints, score: Ints) -> Ints:
    """For each arc the number of members of its kind whose value is below the score of the arc."""
    if not len(kinds) or not len(kind):
        return np.zeros(len(kind), dtype=np.int64)
    low = int(values.min())
    step = max(int(values.max()), int(score.max())) - low + 2
    codes = kinds * step + (values - low)
    first = np.searchsorted(codes, kind * step, side="left")
    last = np.searchsorted(codes, kind * step + np.maximum(score - low, 0), side="left")
    below: Ints = np.maximum(last - first, 0)
    return below


def _first(kinds: Ints, kind: int, count: int) -> slice:
    start = int(np.searchsorted(kinds, kind, side="left"))
    return slice(start, start + count)


def _top(pairs: Pairs, has: Ints, at_most: int) -> Pairs:
    gain: Floats = (pairs.score - np.maximum(has[pairs.need], 0)).astype(np.float64)
    order = np.lexsort((pairs.mentor, pairs.need, -gain))
    return pairs.at(np.sort(order[:at_most]))


def _named(plan: TeacherPlan, pairs: Pairs, has: Ints) -> list[BlockingPair]:
    problem = plan.problem
    return [
        BlockingPair(
            mentee=str(problem.mentees.key[problem.needs.mentee[need]]),
            need=str(problem.needs.key[need]),
            mentor=str(problem.mentors.key[mentor]),
            gain=(score - max(int(has[need]), 0)) / MILLI,
        )
        for need, mentor, score in zip(
            pairs.need.tolist(), pairs.mentor.tolist(), pairs.score.tolist(), strict=True
        )
    ]
