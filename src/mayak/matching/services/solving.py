"""Computing the pairs and keeping them with their reasons and the proof."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import Matching, Proof
from mayak.matching.algorithms.problem import Problem, fingerprint
from mayak.matching.enums import PairOrigin
from mayak.matching.models import MatchingRun, MatchPair, UnmatchedSchool
from mayak.matching.selectors.candidates import FULL_SCORE, contributions_of
from mayak.matching.selectors.problems import Input
from mayak.matching.services.guard import check_draft, held, log_run
from mayak.matching.services.leftovers import reasons_of
from mayak.matching.services.runs import checked_input

STEPS = 4
Progress = Callable[[int, int, str], None]


def solve_run(run: MatchingRun, *, actor: Actor, progress: Progress | None = None) -> MatchingRun:
    """Compute the pairs of a draft from the schools as they are now; locks and bans are kept.

    What was computed before is replaced; the same input gives the same pairs, so it may run twice without harm.

    Raises:
        ValidationError: no draft, nothing to pair, or an input that contradicts itself. Nothing is changed then.
    """
    tell = progress or _silent
    check_draft(run)
    tell(0, STEPS, "")
    found = checked_input(run)
    tell(1, STEPS, "")
    matching = match(found.problem)
    tell(2, STEPS, "")
    optimum = matching if _is_free(found.problem) else match(_freed(found.problem))
    reasons = reasons_of(matching, found)
    tell(3, STEPS, "")
    return _keep(run, found, matching, optimum, reasons, actor=actor)


def result_hash(matching: Matching) -> str:
    """Return the same text for the same pairs, in any order of the input's rows."""
    rows = [[pair.mentee, pair.lead, round(pair.score, 6), pair.is_fixed] for pair in matching.pairs]
    plain = json.dumps([sorted(rows, key=str), sorted(matching.unmatched)], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def proof_of(proof: Proof) -> dict[str, Any]:
    """Return the proof as plain data."""
    return {
        "unit": proof.unit,
        "value": proof.value,
        "bound": proof.bound,
        "gap": proof.gap,
        "is_proven": proof.is_proven,
        "served": [
            {
                "class": one.class_name,
                "served": one.served,
                "bound": one.bound,
                "blocking": list(one.blocking),
            }
            for one in proof.served
        ],
        "pairs_considered": proof.pairs_considered,
        "pairs_left_out": proof.pairs_left_out,
        "rounds": proof.rounds,
    }


def optimum_of(optimum: Matching) -> dict[str, Any]:
    """Return the best plan without locks and bans as plain data, for the comparison."""
    return {
        "score": round(optimum.score / FULL_SCORE, 8),
        "served": optimum.served,
        "distance_km": round(optimum.distance_km, 3),
        "pairs": [[pair.mentee, pair.lead, round(pair.score / FULL_SCORE, 8)] for pair in optimum.pairs],
    }


@transaction.atomic
def _keep(
    run: MatchingRun,
    found: Input,
    matching: Matching,
    optimum: Matching,
    reasons: dict[str, list[dict[str, Any]]],
    *,
    actor: Actor,
) -> MatchingRun:
    stored = held(run)
    check_draft(stored)
    stored.pairs.all().delete()
    stored.unmatched.all().delete()
    MatchPair.objects.bulk_create(_pairs(stored, found, matching), batch_size=1000)
    UnmatchedSchool.objects.bulk_create(
        [
            UnmatchedSchool(run=stored, mentee_id=int(key), reasons=reasons.get(key, []))
            for key in matching.unmatched
        ],
        batch_size=1000,
    )
    stored.snapshot = found.snapshot()
    stored.snapshot_hash = fingerprint(found.problem)
    stored.versions = versions()
    stored.proof = proof_of(matching.proof)
    stored.summary = {
        "served": matching.served,
        "mentees": len(found.mentees),
        "short": list(matching.short),
        "distance_km": round(matching.distance_km, 3),
        "result_hash": result_hash(matching),
        "optimum": optimum_of(optimum),
    }
    stored.score = round(matching.score / FULL_SCORE, 8)
    stored.optimal_score = round(optimum.score / FULL_SCORE, 8)
    stored.solved_at = timezone.now()
    stored.input_changed = False
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
        "pairs": len(matching.pairs),
        "without_pair": len(matching.unmatched),
        "input": stored.snapshot_hash,
        "result": stored.summary["result_hash"],
    }
    log_run(stored, actor=actor, action="solve", changes=changes)
    return stored


def _pairs(run: MatchingRun, found: Input, matching: Matching) -> list[MatchPair]:
    mentees = {school.key: school for school in found.problem.mentees}
    leads = {school.key: school for school in found.problem.leads}
    return [
        MatchPair(
            run=run,
            mentee_id=int(pair.mentee),
            lead_id=int(pair.lead),
            origin=PairOrigin.LOCKED if pair.is_fixed else PairOrigin.SOLVER,
            score=round(pair.score / FULL_SCORE, 8),
            distance_km=None if pair.distance_km is None else round(pair.distance_km, 3),
            contributions=contributions_of(
                pair,
                mentees[pair.mentee],
                leads[pair.lead],
                other_grade=found.problem.settings.other_grade,
                subjects=found.subjects,
            ),
        )
        for pair in matching.pairs
    ]


def versions() -> dict[str, str]:
    """Return what computed the pairs."""
    return {"mayak": version("mayak"), "ortools": version("ortools"), "numpy": np.__version__}


def _is_free(problem: Problem) -> bool:
    return not (problem.fixed or problem.forbidden)


def _freed(problem: Problem) -> Problem:
    return replace(problem, fixed=(), forbidden=())


def _silent(_done: int, _total: int, _stage: str) -> None:
    """Tell nobody."""
