"""Computing the pairs and keeping them with their reasons and the proof."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.matching.algorithms.lines.problem import LineSettings
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import Lead, Objective, Problem, Total, fingerprint
from mayak.matching.enums import PairOrigin
from mayak.matching.models import MatchingRun, MatchPair, UnmatchedSchool
from mayak.matching.selectors.candidates import FULL_SCORE, contributions_of
from mayak.matching.selectors.network_rules import line_settings, line_settings_to_plain
from mayak.matching.selectors.problems import Input
from mayak.matching.selectors.runs import settings_of
from mayak.matching.services.guard import (
    changed_meanwhile,
    check_draft,
    fault_texts,
    held,
    log_run,
    school_demands_changed,
)
from mayak.matching.services.leftovers import reasons_of
from mayak.matching.services.network_plans import NetworkPlan, plan_network, reasons_of_network
from mayak.matching.services.outcomes import blocking_of, keep_price_of, optimum_of, proof_of
from mayak.matching.services.runs import checked_input

STEPS = 4
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation found, before it is kept."""

    found: Input
    matching: Matching
    optimum: Matching
    reasons: dict[str, list[dict[str, Any]]]
    blocking: dict[str, Any]
    network: NetworkPlan | None = None
    aim_price: float | None = None

    def proof(self) -> dict[str, Any]:
        """Return the proof as plain data."""
        return proof_of(self.matching.proof) if self.network is None else self.network.proof()

    def snapshot(self) -> dict[str, Any]:
        """Return the whole input as plain data."""
        plain = self.found.snapshot()
        if self.network is not None:
            plain["network"] = line_settings_to_plain(self.network.plan.settings)
        return plain


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
    structure = line_settings(run, found.problem)
    computed = _flow(found, tell) if structure is None else _network(found, structure, tell)
    tell(3, STEPS, "")
    return keep_pairs(run, computed, actor=actor)


def _flow(found: Input, tell: Progress) -> Computed:
    matching = match(found.problem)
    tell(2, STEPS, "")
    optimum = matching if _is_free(found.problem) else match(_freed(found.problem))
    reasons, blocking = reasons_of(matching, found), blocking_of(matching)
    return Computed(found, matching, optimum, reasons, blocking, aim_price=_aim_price(matching))


def _aim_price(matching: Matching) -> float | None:
    """Points that the best pairs alone would have more than these: what the chosen aim costs. None for that aim."""
    settings = matching.problem.settings
    if settings.objective is Objective.BEST_PAIRS or settings.total is not Total.SCORE:
        return None
    best = match(replace(matching.problem, settings=replace(settings, objective=Objective.BEST_PAIRS)))
    return max(best.worth - matching.worth, 0.0)


def _network(found: Input, structure: LineSettings, tell: Progress) -> Computed:
    """A network of a model of S2: content lines, centres, groups, a chain."""
    try:
        network = plan_network(found.problem, structure, found)
        tell(2, STEPS, "")
        free = found.problem if _is_free(found.problem) else _freed(found.problem)
        optimum = network if free is found.problem else plan_network(free, structure, found)
    except ProblemError as error:
        raise ValidationError(fault_texts(error.faults, found.names), code="faults") from error
    nobody = {"count": 0, "pairs": []}
    reasons = reasons_of_network(network, found)
    return Computed(found, network.matching, optimum.matching, reasons, nobody, network)


def result_hash(matching: Matching) -> str:
    """Return the same text for the same pairs, in any order of the input's rows."""
    rows = [[pair.mentee, pair.lead, round(pair.score, 6), pair.is_fixed] for pair in matching.pairs]
    plain = json.dumps([sorted(rows, key=str), sorted(matching.unmatched)], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


@transaction.atomic
def keep_pairs(run: MatchingRun, computed: Computed, *, actor: Actor) -> MatchingRun:
    """Replace what was computed before by this, in one transaction."""
    found, matching, optimum = computed.found, computed.matching, computed.optimum
    stored = held(run)
    check_draft(stored)
    stored.pairs.all().delete()
    stored.unmatched.all().delete()
    MatchPair.objects.bulk_create(_pairs(stored, computed), batch_size=1000)
    UnmatchedSchool.objects.bulk_create(
        [
            UnmatchedSchool(run=stored, mentee_id=int(key), reasons=computed.reasons.get(key, []))
            for key in matching.unmatched
        ],
        batch_size=1000,
    )
    stored.snapshot = computed.snapshot()
    stored.snapshot_hash = fingerprint(found.problem)
    stored.versions = versions()
    stored.proof = computed.proof()
    stored.summary = {
        "served": matching.served,
        "mentees": len(found.mentees),
        "short": list(matching.short),
        "distance_km": round(matching.distance_km, 3),
        "result_hash": result_hash(matching),
        "optimum": optimum_of(optimum),
        "blocking": computed.blocking,
        "aim_price": None if computed.aim_price is None else round(computed.aim_price, 6),
    }
    stored.score = round(matching.worth / FULL_SCORE, 8)
    stored.optimal_score = round(optimum.worth / FULL_SCORE, 8)
    stored.solved_at = timezone.now()
    stored.input_changed = changed_meanwhile(stored, run) or school_demands_changed(stored, found.problem)
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


def _pairs(run: MatchingRun, computed: Computed) -> list[MatchPair]:
    problem, network = computed.found.problem, computed.network
    mentees = {school.key: school for school in problem.mentees}
    leads = {school.key: school for school in problem.leads}
    minutes = settings_of(run).shows_minutes
    made = []
    for pair in computed.matching.pairs:
        key = (pair.mentee, pair.lead)
        mentee = mentees[pair.mentee]
        made.append(
            MatchPair(
                run=run,
                mentee_id=int(pair.mentee),
                lead_id=int(pair.lead),
                origin=PairOrigin.LOCKED if pair.is_fixed else PairOrigin.SOLVER,
                score=round(pair.score / FULL_SCORE, 8),
                distance_km=None if pair.distance_km is None else round(pair.distance_km, 3),
                contributions=contributions_of(
                    pair,
                    mentee if network is None else network.narrowed(mentee, pair.lead),
                    leads.get(pair.lead)
                    or Lead(pair.lead, 1),  # a chain passes help on from school to school
                    problem=problem,
                    subjects=computed.found.subjects,
                    minutes=minutes,
                ),
                lines=[] if network is None else network.lines.get(key, []),
                group="" if network is None else network.group.get(key, "")[:200],
                is_kept=pair.is_kept,
                keep_price=keep_price_of(computed.matching, pair.keep_price),
            )
        )
    return made


def versions() -> dict[str, str]:
    """Return what computed the pairs."""
    return {
        "mayak": version("mayak"),
        "ortools": version("ortools"),
        "numpy": np.__version__,
        "scipy": version("scipy"),
    }


def _is_free(problem: Problem) -> bool:
    return not (problem.fixed or problem.forbidden)


def _freed(problem: Problem) -> Problem:
    return replace(problem, fixed=(), forbidden=())


def _silent(_done: int, _total: int, _stage: str) -> None:
    """Tell nobody."""
