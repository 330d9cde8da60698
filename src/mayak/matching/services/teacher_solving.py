"""Computing the pairs of teachers and keeping them with their reasons and the proof."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.keeping import keep_prices
from mayak.matching.algorithms.teachers.matching import best_strengths
from mayak.matching.algorithms.teachers.plan import TeacherPlan
from mayak.matching.algorithms.teachers.problem import UNKNOWN, FactKind, TeacherProblem
from mayak.matching.algorithms.teachers.stability import blocking_pairs
from mayak.matching.enums import PairOrigin
from mayak.matching.models import MatchingRun, TeacherPair, UncoveredNeed
from mayak.matching.selectors.teacher_problems import TeacherInput, competence_of, fingerprint_of
from mayak.matching.selectors.teacher_scores import DIGITS, FULL, contributions
from mayak.matching.services.guard import (
    changed_meanwhile,
    check_draft,
    held,
    log_run,
    people_demands_changed,
)
from mayak.matching.services.solving import versions
from mayak.matching.services.teacher_input import checked_teacher_input
from mayak.matching.services.teacher_leftovers import reasons_of_plan
from mayak.matching.services.teacher_parts import Solve, forget_parts, solver_of

STEPS: Final = 4
BATCH: Final = 1000
BLOCKING_KEPT: Final = 10
_DEMANDS = frozenset({FactKind.FIXED, FactKind.FORBIDDEN})
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class TeachersComputed:
    """What a computation found, before it is kept."""

    found: TeacherInput
    plan: TeacherPlan
    optimum: TeacherPlan
    reasons: dict[int, list[dict[str, Any]]]
    aim_price: float | None = None


def solve_teacher_run(run: MatchingRun, *, actor: Actor, progress: Progress | None = None) -> MatchingRun:
    """Compute the pairs of a draft from the people as they are now; locks and bans are kept.

    What was computed before is replaced; the same input gives the same pairs, so it may run twice without harm.

    Raises:
        ValidationError: no draft, nobody to pair, or an input that contradicts itself. Nothing is changed then.
    """
    tell = progress or _silent
    check_draft(run)
    tell(0, STEPS, "")
    found = checked_teacher_input(run)
    tell(1, STEPS, "")
    solve = solver_of(run, found.problem, lambda stage: tell(1, STEPS, stage))
    plan = solve(found.problem)
    is_free = not any(one.kind in _DEMANDS for one in found.problem.facts)
    optimum = plan if is_free else solve(_freed(found.problem))
    aim_price = _aim_price(plan, solve)
    tell(2, STEPS, "")
    reasons = reasons_of_plan(plan)
    tell(3, STEPS, "")
    computed = TeachersComputed(found, plan, optimum, reasons, aim_price)
    try:
        kept = keep_teacher_pairs(run, computed, actor=actor)
    except ValidationError:
        forget_parts(run)
        raise
    forget_parts(run)
    return kept


def _aim_price(plan: TeacherPlan, solve: Solve) -> float | None:
    """Points (with those of serving heavy needs) that the best pairs alone would have more: what the aim costs.

    None for that aim itself, and where hours or groups count: there it would take a programme of its own.
    """
    settings = plan.problem.settings
    if settings.objective is Objective.BEST_PAIRS or plan.proof.method != "flow":
        return None
    best = solve(replace(plan.problem, settings=replace(settings, objective=Objective.BEST_PAIRS)))
    return max(best.proof.value - plan.proof.value, 0) / 1000


def teacher_result_hash(plan: TeacherPlan) -> str:
    """Return the same text for the same pairs, in any order of the input's rows."""
    rows = [
        [pair.mentee, pair.need, pair.mentor, round(pair.score, 3), pair.is_fixed] for pair in plan.pairs()
    ]
    plain = json.dumps([sorted(rows), sorted(plan.uncovered())], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def teacher_proof(plan: TeacherPlan) -> dict[str, Any]:
    """Return the proof as plain data; the time it took is no part of the result and is left out."""
    proof = asdict(plan.proof)
    proof.pop("seconds")
    return proof | {"gap": plan.proof.gap, "is_proven": plan.proof.is_proven}


@transaction.atomic
def keep_teacher_pairs(run: MatchingRun, computed: TeachersComputed, *, actor: Actor) -> MatchingRun:
    """Replace what was computed before by this, in one transaction."""
    stored = held(run)
    check_draft(stored)
    found, plan = computed.found, computed.plan
    stored.teacher_pairs.all().delete()
    stored.uncovered.all().delete()
    pairs = _pairs(stored, found, plan)
    TeacherPair.objects.bulk_create(pairs, batch_size=BATCH)
    UncoveredNeed.objects.bulk_create(_uncovered(stored, computed), batch_size=BATCH)
    stored.snapshot = found.snapshot()
    stored.snapshot_hash = fingerprint_of(found.problem)
    stored.versions = versions()
    stored.proof = teacher_proof(plan)
    stored.summary = {**summary_of(computed.plan, computed.optimum), "aim_price": computed.aim_price}
    stored.score = round(plan.total * 1000 / FULL, 8)
    stored.optimal_score = round(computed.optimum.total * 1000 / FULL, 8)
    stored.solved_at = timezone.now()
    stored.input_changed = changed_meanwhile(stored, run) or people_demands_changed(stored, found.problem)
    stored.save(
        update_fields=[
            "snapshot",
            "snapshot_hash",
            "versions",
            "proof",
            "summary",
            "score",
            "optimal_score",
            "solved_at",
            "input_changed",
        ]
    )
    changes = {
        "pairs": len(pairs),
        "without_pair": len(plan.mentor) - len(pairs),
        "input": stored.snapshot_hash,
        "result": stored.summary["result_hash"],
    }
    log_run(stored, actor=actor, action="solve", changes=changes)
    return stored


def summary_of(plan: TeacherPlan, optimum: TeacherPlan) -> dict[str, Any]:
    """Return the numbers of the tiles."""
    problem, given = plan.problem, plan.mentor >= 0
    return {
        "served": plan.served,
        "needs": len(plan.mentor),
        "mentees": len(problem.mentees.key),
        "mentees_served": len(np.unique(problem.needs.mentee[given])),
        "mentors": len(problem.mentors.key),
        "mentors_used": len(np.unique(plan.mentor[given])),
        "places": int(problem.mentors.places.sum()),
        "remote": int((plan.remote & given).sum()),
        "result_hash": teacher_result_hash(plan),
        "optimum": {"score": round(optimum.total * 1000 / FULL, 8), "served": optimum.served},
        "blocking": _blocking(plan),
    }


def _blocking(plan: TeacherPlan) -> dict[str, Any]:
    """Who would both rather swap: how many such pairs there are, and those with the greatest gain, by keys."""
    found = blocking_pairs(plan, BLOCKING_KEPT)
    pairs = [
        [int(one.mentee), one.need, int(one.mentor), round(one.gain / 100, DIGITS)] for one in found.pairs
    ]
    return {"count": found.count, "is_exact": found.is_exact, "pairs": pairs}


def _pairs(run: MatchingRun, found: TeacherInput, plan: TeacherPlan) -> list[TeacherPair]:
    """The pairs as rows, with the strength that decided each."""
    problem = plan.problem
    rows = np.flatnonzero(plan.mentor >= 0)
    strength, _parts = best_strengths(Scorer(problem, facts_of(problem)), rows, plan.mentor[rows])
    last_year = {(one.mentee, one.mentor) for one in problem.facts if one.kind is FactKind.LAST_YEAR}
    prices = {} if plan.proof.parts else keep_prices(plan)
    made = []
    for at, row in enumerate(rows.tolist()):
        mentee = str(problem.mentees.key[problem.needs.mentee[row]])
        mentor, need = str(problem.mentors.key[plan.mentor[row]]), str(problem.needs.key[row])
        parts, distance = plan.contributions[:, row], float(plan.distance[row])
        subject, group = int(problem.needs.subject[row]), int(plan.group[row])
        made.append(
            TeacherPair(
                run=run,
                mentee_id=int(mentee),
                mentee_school_id=found.mentee_school[mentee],
                mentor_id=int(mentor),
                mentor_school_id=found.mentor_school[mentor],
                need_key=need,
                need_title=found.need_title(need),
                competence_id=competence_of(need),
                subject_id=None if subject == UNKNOWN else subject,
                origin=PairOrigin.LOCKED if plan.fixed[row] else PairOrigin.SOLVER,
                score=round(int(parts.sum()) / FULL, DIGITS),
                distance_km=None if np.isnan(distance) else round(distance, 3),
                is_remote=bool(plan.remote[row]),
                hours=float(problem.needs.hours[row]),
                group=None if group < 0 else group,
                contributions=contributions(problem, row, int(strength[at]), parts),
                is_kept=(mentee, mentor) in last_year,
                keep_price=_share(prices.get((mentee, mentor))),
            )
        )
    return made


def _share(points: float | None) -> float | None:
    """Points as they are stored: a share of a full score."""
    return None if points is None else round(points / 100, DIGITS)


def _uncovered(run: MatchingRun, computed: TeachersComputed) -> list[UncoveredNeed]:
    found, problem = computed.found, computed.plan.problem
    made = []
    for row in np.flatnonzero(computed.plan.mentor < 0).tolist():
        mentee, need = str(problem.mentees.key[problem.needs.mentee[row]]), str(problem.needs.key[row])
        made.append(
            UncoveredNeed(
                run=run,
                mentee_id=int(mentee),
                mentee_school_id=found.mentee_school[mentee],
                need_key=need,
                need_title=found.need_title(need),
                weight=float(problem.needs.weight[row]),
                reasons=computed.reasons.get(row, [{"code": "not_looked_at"}]),
            )
        )
    return made


def _freed(problem: TeacherProblem) -> TeacherProblem:
    return replace(problem, facts=tuple(one for one in problem.facts if one.kind not in _DEMANDS))


def _silent(_done: int, _total: int, _stage: str) -> None:
    """Tell nobody."""
