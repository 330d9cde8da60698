"""A pairing by territories: each looks for its own close pairs, prices join them, and the plan is that of the whole.

Formulation. A close pair belongs to the territory of its need; a far pair belongs to nobody and stands in the network
by kinds (see ``hubs``). So a territory looks for close pairs alone, with the mentors it can reach, across its border
too; whoever solves the network sends it prices of places and needs, and it answers with the pairs that these prices
call back. Nothing else is exchanged, the same pairs come together as in one piece, so the plan is the same, with the
same proof. Where neither far pairs nor borders join territories, each is solved wholly by itself; the proofs add up.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from mayak.matching.algorithms.teachers.canonical import canonical, check
from mayak.matching.algorithms.teachers.direct import Pairs, Scorer
from mayak.matching.algorithms.teachers.division import PART_NEEDS, Division, Part, divide
from mayak.matching.algorithms.teachers.facts import check_fixed, facts_of
from mayak.matching.algorithms.teachers.matching import KEEP, match_teachers, plan_of
from mayak.matching.algorithms.teachers.packing import (
    pack,
    pack_extra,
    pack_pairs,
    pack_problem,
    pack_request,
    unpack,
    unpack_extra,
    unpack_pairs,
    unpack_problem,
    unpack_request,
)
from mayak.matching.algorithms.teachers.plan import PlanProof, TeacherPlan
from mayak.matching.algorithms.teachers.pricing import Extra, Prices, Whole
from mayak.matching.algorithms.teachers.problem import TeacherProblem, TeacherSettings


class Step(StrEnum):
    """What a territory is asked for: its best close pairs, those that prices call back, its whole plan."""

    BEST = "best"
    IMPROVING = "improving"
    WHOLE = "whole"


@dataclass(frozen=True)
class Task:
    """One piece of work, self-contained: `data` in, bytes out. IMPROVING goes on from the BEST task `base`."""

    step: Step
    number: int
    region: int
    data: bytes
    base: "Task | None" = None

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same work."""
        above = self.base.fingerprint if self.base is not None else ""
        return hashlib.sha256(f"{self.step}|{above}|".encode() + self.data).hexdigest()


Compute = Callable[[Sequence[Task]], list[bytes]]
"""Does tasks anywhere, gives the answers in their order. A base was given before, and its answer is known there."""


def perform(step: Step, data: bytes, base: bytes = b"", known: bytes = b"") -> bytes:
    """Do one task: a pure function. `base`, `known`: data and answer of the BEST task that IMPROVING goes on from."""
    if step is Step.WHOLE:
        problem, words = unpack_problem(data)
        return _pack_plan(match_teachers(problem, keep=words["keep"], seconds=words["seconds"]))
    problem, words = unpack_problem(data if step is Step.BEST else base)
    source = Whole(Scorer(problem, facts_of(problem)))
    if step is Step.BEST:
        return pack_pairs(source.best(words["keep"]))
    prices, added = unpack_request(data)
    return pack_extra(source.improving(prices, Pairs.union([unpack_pairs(known), added])))


class Here:
    """Does all tasks in this process, one after another."""

    def __init__(self) -> None:
        self._answers: dict[str, bytes] = {}

    def __call__(self, tasks: Sequence[Task]) -> list[bytes]:
        """The answers in the order of the tasks."""
        return [self._answer(task) for task in tasks]

    def _answer(self, task: Task) -> bytes:
        if task.base is not None:
            return perform(task.step, task.data, task.base.data, self._answers[task.base.fingerprint])
        return self._answers.setdefault(task.fingerprint, perform(task.step, task.data))


class ByParts:
    """Close pairs of a whole problem from the work of its territories."""

    def __init__(self, division: Division, compute: Compute) -> None:
        self.division = division
        self.compute = compute
        self.parts = len(division.parts)
        self._tasks: list[Task] = []
        self._given = np.zeros(0, dtype=np.int64)

    def best(self, keep: int | None) -> Pairs:
        """The `keep` best of each need (None: all)."""
        self._tasks = [_first(part, keep) for part in self.division.parts]
        found = self.compute(self._tasks)
        pairs = Pairs.union(
            [part.of_whole(unpack_pairs(data)) for part, data in zip(self.division.parts, found, strict=True)]
        )
        self._given = _codes(pairs)
        return pairs

    def improving(self, prices: Prices, known: Pairs) -> Extra:
        """Pairs that are not known and could better the plan of these prices."""
        codes = _codes(known)
        place = np.minimum(np.searchsorted(self._given, codes), max(len(self._given) - 1, 0))
        given = self._given[place] == codes if len(self._given) else np.zeros(len(codes), dtype=np.bool_)
        added = known.at(np.flatnonzero(~given))
        asked = [
            Task(
                Step.IMPROVING,
                part.number,
                part.region,
                pack_request(prices.at(part.need, part.mentor), part.of_part(added)),
                base,
            )
            for part, base in zip(self.division.parts, self._tasks, strict=True)
        ]
        found = [unpack_extra(data) for data in self.compute(asked)]
        return Extra.union(
            [
                replace(one, pairs=part.of_whole(one.pairs))
                for part, one in zip(self.division.parts, found, strict=True)
            ]
        )


def match_by_parts(
    problem: TeacherProblem,
    *,
    compute: Compute | None = None,
    keep: int | None = KEEP,
    size: int = PART_NEEDS,
    seconds: float | None = None,
) -> TeacherPlan:
    """The plan of `match_teachers`, the work divided by territories of about `size` needs.

    Args:
        problem: the whole input; with hours or groups it is not divided.
        compute: who does the territories' work, None = this process.
        keep: close pairs of a need that the solver gets at first (None = all).
        size: needs of a territory; smaller ones are merged.
        seconds: see `match_teachers`; what the plan may lose by it is its printed gap.

    Raises:
        ProblemError: the input contradicts itself; every place is named.
        SolverError: no optimum was reached.
    """
    started = time.perf_counter()
    if problem.settings.count_hours or problem.settings.groups:
        return match_teachers(problem, keep=keep)
    check(problem)
    problem = canonical(problem)
    facts = facts_of(problem)
    check_fixed(problem, facts)
    scorer = Scorer(problem, facts)
    division = divide(scorer, size)
    work = compute or Here()
    if len(division.parts) <= 1:
        return match_teachers(problem, keep=keep, seconds=seconds)
    if division.is_closed:
        return _put_together(scorer, division, work, {"keep": keep, "seconds": seconds}, started)
    return match_teachers(
        problem, keep=keep, make_source=lambda _scorer: ByParts(division, work), seconds=seconds
    )


def _first(part: Part, keep: int | None) -> Task:
    """The BEST task of a part; the aim has no say in it, so that a plan of another aim can take the same answer."""
    settings = replace(part.problem.settings, objective=TeacherSettings().objective)
    data = pack_problem(replace(part.problem, settings=settings), {"keep": keep})
    return Task(Step.BEST, part.number, part.region, data)


def _codes(pairs: Pairs) -> np.ndarray:
    """One number for each pair of rows, in their order."""
    return (pairs.need << 32) + pairs.mentor


def _put_together(
    scorer: Scorer, division: Division, compute: Compute, words: dict[str, Any], started: float
) -> TeacherPlan:
    """The plans of closed parts as one; values, bounds and numbers served add up."""
    problem = scorer.problem
    tasks = [
        Task(Step.WHOLE, part.number, part.region, pack_problem(part.problem, words))
        for part in division.parts
    ]
    mentor = np.full(len(problem.needs.mentee), -1, dtype=np.int64)
    fixed = mentor.copy()
    worth = np.zeros(len(problem.mentors.key)), np.zeros(len(mentor))
    proofs = []
    for part, data in zip(division.parts, compute(tasks), strict=True):
        table, proven = unpack(data)
        served = table["mentor"] >= 0
        mentor[part.need[served]] = part.mentor[table["mentor"][served]]
        fixed[part.need[table["fixed"]]] = mentor[part.need[table["fixed"]]]
        worth[0][part.mentor], worth[1][part.need] = table["mentor_price"], table["need_price"]
        proofs.append(PlanProof(**proven))
    proof = _sum(proofs, round(time.perf_counter() - started, 3))
    return plan_of(problem, scorer, mentor, fixed=fixed, proof=proof, worth=worth)


def _sum(proofs: Sequence[PlanProof], seconds: float) -> PlanProof:
    added = ("value", "bound", "served", "served_bound", "pairs_direct")
    return PlanProof(
        method="flow",
        floor=None,
        rounds=max(one.rounds for one in proofs),
        seconds=seconds,
        parts=len(proofs),
        **{name: sum(getattr(one, name) for one in proofs) for name in added},
    )


def _pack_plan(plan: TeacherPlan) -> bytes:
    """The plan of a part without what the whole counts anew; the time it took is no part of the answer."""
    table = {
        "mentor": plan.mentor,
        "fixed": plan.fixed,
        "mentor_price": plan.mentor_price,
        "need_price": plan.need_price,
    }
    proof = {name: getattr(plan.proof, name) for name in PlanProof.__dataclass_fields__}
    return pack(table, {**proof, "seconds": 0.0})
