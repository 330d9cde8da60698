"""Ready pairs of teachers from a file: a trial run that writes nothing, then a pairing beside the optimum."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.algorithms.teachers.direct import Limit
from mayak.matching.algorithms.teachers.problem import UNKNOWN
from mayak.matching.enums import PairOrigin, PairRuleKind
from mayak.matching.models import MatchingRun, TeacherPair, TeacherRule, UncoveredNeed
from mayak.matching.selectors.scenario_people import apply_teacher_changes
from mayak.matching.selectors.scenarios import ChangeKind
from mayak.matching.selectors.teacher_problems import (
    competence_of,
    fingerprint_of,
)
from mayak.matching.selectors.teacher_scores import FULL, PairScore, limit_words, scores_of
from mayak.matching.services.guard import check_draft, log_run
from mayak.matching.services.pair_rows import NEW, REJECTED, GivenPair, PairPlan, PlannedPair, find_schools
from mayak.matching.services.people_rows import (
    PeopleMaterial,
    PeopleReader,
    blank_people_run,
    people_material,
)
from mayak.matching.services.solving import versions
from mayak.registry.models import SchoolYear, Territory

NEVER: Final = Limit.SAME_PERSON | Limit.NEVER
"""Limits that no reason lifts."""


def plan_people_pairs(territory: Territory, school_year: SchoolYear, rows: Sequence[GivenPair]) -> PairPlan:
    """Say what each row would do, by the same checks as computed pairs; reads only."""
    material = people_material(blank_people_run(territory, school_year))
    schools = find_schools(
        [row.text(name) for row in rows for name in ("mentee_school", "lead_school")], territory
    )
    reader = PeopleReader(material, schools)
    seen: set[tuple[int, str]] = set()
    planned = []
    for row in rows:
        one = reader.planned(row)
        if one.outcome == NEW and (one.mentee, one.need) in seen:
            one = replace(one, outcome=REJECTED, problem=_("the file names this teacher and need twice"))
        seen.add((one.mentee, one.need))
        planned.append(one)
    return _judged(planned, material)


@transaction.atomic
def import_people_pairs(
    territory: Territory,
    school_year: SchoolYear,
    rows: Sequence[PlannedPair],
    *,
    actor: Actor,
    title: str = "",
    reason: str = "",
) -> tuple[MatchingRun, int]:
    """Make a draft of the pairs of a file; return it and how many pairs were left out.

    The rows are judged anew. A pair that breaks a limit is kept where its row or ``reason`` says why. Pairs within the
    limits are locked, so that a computation completes the list; one beyond them holds only as long as nobody computes.
    A pair that lacks nothing but a place gets one in this pairing, with the reason, as in a list of schools.

    Raises:
        ValidationError: no pair is left, or the year is closed.
    """
    run = blank_people_run(territory, school_year)
    run.pk = None
    named = title.strip() or _("Ready pairs of %(territory)s, %(year)s") % {
        "territory": territory,
        "year": school_year,
    }
    run.title, run.owner_id, run.owner_label = named[:200], actor.user_id, actor.label[:200]
    check_draft(run)
    material = people_material(blank_people_run(territory, school_year))
    judged = _judged([_standing(row, material) for row in rows], material)
    kept = [
        replace(row, reason=row.reason or (reason.strip()[:300] if row.limits else ""))
        for row in judged.of(NEW)
        if not row.limits or row.reason or reason.strip()
    ]
    if not kept:
        raise ValidationError(_("No pair of this file can be taken."), code="no_pairs")
    run.scenario = _excuses(kept, material)
    run.full_clean()
    run.save()
    material = _with_places(material, run)
    allowed = [score.is_allowed for score in _scores(kept, material)]
    locks = {(row.mentee, row.lead): row for row, is_fine in zip(kept, allowed, strict=True) if is_fine}
    TeacherRule.objects.bulk_create(
        [
            TeacherRule(
                run=run,
                mentee_id=mentee,
                mentor_id=mentor,
                kind=PairRuleKind.LOCK,
                reason=row.reason or _("from a file"),
            )
            for (mentee, mentor), row in locks.items()
        ]
    )
    _store(run, kept, material)
    changes = {"title": [None, run.title], "pairs": len(kept), "left_out": len(rows) - len(kept)}
    log_run(run, actor=actor, action="create", changes=changes)
    return run, len(rows) - len(kept)


def _excuses(rows: Sequence[PlannedPair], material: PeopleMaterial) -> list[dict[str, Any]]:
    """The places that the kept pairs ask beyond the passports, each with its reason; people by their keys only."""
    loads = Counter(row.lead for row in rows)
    reasons = {row.lead: row.reason for row in rows if row.limits}
    places = {key: int(material.problem.mentors.places[material.mentor_at[str(key)]]) for key in loads}
    return [
        {
            "kind": ChangeKind.PLACES.value,
            "key": str(key),
            "amount": load - places[key],
            "reason": reasons.get(key, ""),
        }
        for key, load in sorted(loads.items())
        if load > places[key]
    ]


def _with_places(material: PeopleMaterial, run: MatchingRun) -> PeopleMaterial:
    """The material with the places that the pairing gives; the best plan stays that of the passports."""
    return replace(
        material,
        found=replace(material.found, problem=apply_teacher_changes(material.found.problem, run.scenario)),
        problem=apply_teacher_changes(material.problem, run.scenario),
    )


def _standing(row: PlannedPair, material: PeopleMaterial) -> PlannedPair:
    known = (str(row.mentee), row.need) in material.need_at and str(row.lead) in material.mentor_at
    return row if known else replace(row, outcome=REJECTED)


def _scores(rows: Sequence[PlannedPair], material: PeopleMaterial) -> list[PairScore]:
    if not rows:
        return []
    needs = [material.need_at[str(row.mentee), row.need] for row in rows]
    return scores_of(material.problem, needs, [material.mentor_at[str(row.lead)] for row in rows])


def _judged(rows: Sequence[PlannedPair], material: PeopleMaterial) -> PairPlan:
    accepted = [row for row in rows if row.outcome == NEW]
    scores = {row.row: score for row, score in zip(accepted, _scores(accepted, material), strict=True)}
    loads: Counter[int] = Counter()
    total, served, judged = 0.0, 0, []
    for row in rows:
        if row.outcome != NEW:
            judged.append(row)
            continue
        score = scores[row.row]
        if score.limit & NEVER:
            judged.append(replace(row, outcome=REJECTED, problem="; ".join(limit_words(score.limit & NEVER))))
            continue
        loads[row.lead] += 1
        places = int(material.problem.mentors.places[material.mentor_at[str(row.lead)]])
        words = limit_words(score.limit)
        if loads[row.lead] > places:
            words.append(
                _("no free place: %(load)s of %(capacity)s") % {"load": loads[row.lead], "capacity": places}
            )
        total, served = total + score.score * 100, served + 1
        judged.append(replace(row, limits=tuple(words)))
    return PairPlan(
        tuple(judged),
        served=served,
        wanted=len(material.need_at),
        score=total,
        optimal_score=material.optimum.total if material.optimum is not None else 0.0,
    )


def _store(run: MatchingRun, rows: Sequence[PlannedPair], material: PeopleMaterial) -> None:
    found, problem = material.found, material.problem
    scores = _scores(rows, material)
    pairs = [_pair(run, row, score, material) for row, score in zip(rows, scores, strict=True)]
    TeacherPair.objects.bulk_create(pairs, batch_size=1000)
    covered = {(str(row.mentee), row.need) for row in rows}
    UncoveredNeed.objects.bulk_create(
        [
            UncoveredNeed(
                run=run,
                mentee_id=int(mentee),
                mentee_school_id=found.mentee_school[mentee],
                need_key=need,
                need_title=found.need_title(need),
                weight=float(problem.needs.weight[at]),
                reasons=[{"code": "not_in_file"}],
            )
            for (mentee, need), at in material.need_at.items()
            if (mentee, need) not in covered
        ],
        batch_size=1000,
    )
    run.snapshot = found.snapshot()
    run.snapshot_hash = fingerprint_of(found.problem)
    run.versions = versions()
    run.summary = _summary(pairs, material)
    run.score = round(sum(pair.score for pair in pairs), 8)
    optimum = material.optimum
    run.optimal_score = round(optimum.total * 1000 / FULL, 8) if optimum is not None else None
    run.solved_at = timezone.now()
    run.save()


def _pair(run: MatchingRun, row: PlannedPair, score: PairScore, material: PeopleMaterial) -> TeacherPair:
    found, needs = material.found, material.problem.needs
    at = material.need_at[str(row.mentee), row.need]
    subject = int(needs.subject[at])
    return TeacherPair(
        run=run,
        mentee_id=row.mentee,
        mentee_school_id=found.mentee_school[str(row.mentee)],
        mentor_id=row.lead,
        mentor_school_id=found.mentor_school[str(row.lead)],
        need_key=row.need,
        need_title=found.need_title(row.need),
        competence_id=competence_of(row.need),
        subject_id=None if subject == UNKNOWN else subject,
        origin=PairOrigin.IMPORTED,
        score=score.score,
        distance_km=score.distance_km,
        is_remote=score.is_remote,
        hours=float(needs.hours[at]),
        contributions=score.contributions,
    )


def _summary(pairs: Sequence[TeacherPair], material: PeopleMaterial) -> dict[str, Any]:
    problem, optimum = material.problem, material.optimum
    rows = sorted([pair.mentee_id, pair.need_key, pair.mentor_id, round(pair.score, 3)] for pair in pairs)
    return {
        "served": len(pairs),
        "needs": len(problem.needs.key),
        "mentees": len(problem.mentees.key),
        "mentees_served": len({pair.mentee_id for pair in pairs}),
        "mentors": len(problem.mentors.key),
        "mentors_used": len({pair.mentor_id for pair in pairs}),
        "places": int(problem.mentors.places.sum()),
        "remote": sum(pair.is_remote for pair in pairs),
        "result_hash": hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16],
        "optimum": {
            "score": round(optimum.total * 1000 / FULL, 8) if optimum is not None else 0.0,
            "served": optimum.served if optimum is not None else 0,
        },
    }
