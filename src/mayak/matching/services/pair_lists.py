"""Ready pairs of schools from a file: a trial run that writes nothing, then a pairing beside the optimum."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.algorithms.comparison import Comparison, compare
from mayak.matching.algorithms.instance import Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import fingerprint
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import MatchingLevel, Objective, PairOrigin, PairRuleKind, RunPurpose
from mayak.matching.models import MatchingRun, MatchPair, PairRule, UnmatchedSchool
from mayak.matching.selectors.candidates import FULL_SCORE, contributions_of, limit_words
from mayak.matching.selectors.problems import Input, input_of
from mayak.matching.services.guard import check_draft, fault_texts, log_run
from mayak.matching.services.outcomes import optimum_of
from mayak.matching.services.pair_rows import NEW, REJECTED, GivenPair, PairPlan, PlannedPair, find_schools
from mayak.matching.services.solving import versions
from mayak.matching.validators import MatchingSettings
from mayak.registry.models import Organisation, SchoolYear, Territory

NEVER: Final = Limit.SAME_SCHOOL | Limit.FORBIDDEN | Limit.REFUSED | Limit.UNAVAILABLE
"""Limits that no reason lifts: a ban or a refusal is taken back first, a passport that misses the year is mended."""


def plan_school_pairs(territory: Territory, school_year: SchoolYear, rows: Sequence[GivenPair]) -> PairPlan:
    """Say what each row would do, by the same checks as computed pairs; reads only."""
    found = input_of(_blank(territory, school_year))
    schools = find_schools([row.text(side) for row in rows for side in ("mentee", "lead")], territory)
    names = _names(schools.values())
    seen: set[tuple[int, int]] = set()
    planned = []
    for row in rows:
        one = _recognised(row, schools, names, found)
        if one.outcome == NEW and (one.mentee, one.lead) in seen:
            one = replace(one, outcome=REJECTED, problem=_("the file names this pair twice"))
        seen.add((one.mentee, one.lead))
        planned.append(one)
    return _judged(planned, found)


@transaction.atomic
def import_school_pairs(
    territory: Territory,
    school_year: SchoolYear,
    rows: Sequence[PlannedPair],
    *,
    actor: Actor,
    title: str = "",
    reason: str = "",
) -> tuple[MatchingRun, int]:
    """Make a draft of the pairs of a file; return it and how many pairs were left out.

    The rows are judged anew. A pair that breaks a limit is kept where its row or ``reason`` says why; the reason stays
    in the pairing. All pairs are locked, so that a computation completes the list and never changes it.

    Raises:
        ValidationError: no pair is left, the year is closed, or the pairs contradict each other (named).
    """
    run = _blank(territory, school_year)
    run.pk = None
    run.title = (
        title.strip()
        or _("Ready pairs of %(territory)s, %(year)s") % {"territory": territory, "year": school_year}
    )[:200]
    run.owner_id, run.owner_label = actor.user_id, actor.label[:200]
    check_draft(run)
    plain_input = input_of(_blank(territory, school_year))
    judged = _judged([_standing(row, plain_input) for row in rows], plain_input)
    kept = [
        replace(row, reason=row.reason or (reason.strip()[:300] if row.limits else ""))
        for row in judged.of(NEW)
        if not row.limits or row.reason or reason.strip()
    ]
    if not kept:
        raise ValidationError(_("No pair of this file can be taken."), code="no_pairs")
    run.scenario = _excuses(kept, plain_input)
    run.full_clean()
    run.save()
    PairRule.objects.bulk_create(
        [
            PairRule(
                run=run,
                mentee_id=row.mentee,
                lead_id=row.lead,
                kind=PairRuleKind.LOCK,
                reason=row.reason or _("from a file"),
            )
            for row in kept
        ]
    )
    found = input_of(run)
    if faults := faults_of(found.problem):
        raise ValidationError(fault_texts(faults, found.names), code="faults")
    _store(run, kept, found, match(plain_input.problem))
    changes = {"title": [None, run.title], "pairs": len(kept), "left_out": len(rows) - len(kept)}
    log_run(run, actor=actor, action="create", changes=changes)
    return run, len(rows) - len(kept)


def _blank(territory: Territory, school_year: SchoolYear) -> MatchingRun:
    """A pairing that is not stored: key 0 has neither demands nor pairs."""
    return MatchingRun(
        pk=0,
        territory=territory,
        school_year=school_year,
        level=MatchingLevel.SCHOOLS,
        purpose=RunPurpose.IMPORT,
        objective=Objective.NOBODY_LEFT,
        settings=MatchingSettings().to_json(),
    )


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    schools = Organisation.objects.only("name", "short_name").in_bulk([key for key in keys if key])
    return {key: str(school) for key, school in schools.items()}


def _recognised(
    row: GivenPair, schools: dict[str, int | None], names: dict[int, str], found: Input
) -> PlannedPair:
    """Find both schools; the first that is not found, or has no status, refuses the row."""
    mentees = {school.key for school in found.problem.mentees}
    leads = {school.key for school in found.problem.leads}
    keys = {}
    one = PlannedPair(
        row.row,
        NEW,
        who=f"{row.text('mentee') or '—'} ← {row.text('lead') or '—'}",
        reason=(row.text("reason") or row.text("notes"))[:300],
    )
    without = {
        "mentee": (mentees, _("has no status of a school that needs help in this year")),
        "lead": (leads, _("has no status of a lead school in this year")),
    }
    for side, (taking, why_not) in without.items():
        text = row.text(side)
        key = schools.get(text)
        problem = ""
        if not text:
            problem = _("the cell is empty")
        elif key is None:
            problem = _("no school of the territory has this name or code, or several have it")
        elif str(key) not in taking:
            problem = f"{names[key]} {why_not}"
        if problem:
            return replace(one, outcome=REJECTED, column=row.header(side), problem=problem)
        keys[side] = int(key or 0)
    return replace(
        one, mentee=keys["mentee"], lead=keys["lead"], who=f"{names[keys['mentee']]} ← {names[keys['lead']]}"
    )


def _standing(row: PlannedPair, found: Input) -> PlannedPair:
    """Refuse a row whose school lost its status since the trial run."""
    mentees = {school.key for school in found.problem.mentees}
    leads = {school.key for school in found.problem.leads}
    if str(row.mentee) in mentees and str(row.lead) in leads:
        return row
    return replace(row, outcome=REJECTED)


def _judged(rows: Sequence[PlannedPair], found: Input) -> PairPlan:
    """Judge the recognised pairs by the criteria and limits of a computation, places in the order of the file."""
    keys = [(str(row.mentee), str(row.lead)) for row in rows if row.outcome == NEW]
    if not keys:
        return PairPlan(tuple(rows))
    optimum = match(found.problem)
    comparison = compare(optimum, keys)
    broken: dict[tuple[str, str], Limit] = {}
    for one in comparison.broken:
        pair = (one.mentee, one.lead)
        broken[pair] = broken.get(pair, Limit.NONE) | (one.limit or Limit.NONE)
    places = {school.key: school.capacity for school in found.problem.leads}
    wanted = {school.key: school.leads_wanted for school in found.problem.mentees}
    at_lead: Counter[str] = Counter()
    at_mentee: Counter[str] = Counter()
    judged = []
    for row in rows:
        if row.outcome != NEW:
            judged.append(row)
            continue
        mentee, lead = str(row.mentee), str(row.lead)
        limits = broken.get((mentee, lead), Limit.NONE)
        if limits & NEVER:
            judged.append(replace(row, outcome=REJECTED, problem="; ".join(limit_words(limits))))
            continue
        at_lead[lead] += 1
        at_mentee[mentee] += 1
        words = limit_words(limits)
        if at_lead[lead] > places[lead]:
            words.append(
                _("no free place: %(load)s of %(capacity)s")
                % {"load": at_lead[lead], "capacity": places[lead]}
            )
        if at_mentee[mentee] > wanted[mentee]:
            words.append(
                _("more lead schools than the rules allow: %(count)s") % {"count": at_mentee[mentee]}
            )
        judged.append(replace(row, limits=tuple(words)))
    return PairPlan(
        tuple(judged),
        served=comparison.served,
        wanted=len(found.mentees),
        score=comparison.score,
        optimal_score=optimum.worth,
    )


def _excuses(rows: Sequence[PlannedPair], found: Input) -> list[dict[str, Any]]:
    """What the kept pairs ask beyond the rules, as changes of the input, each with its reason."""
    places = {school.key: school.capacity for school in found.problem.leads}
    wanted = {school.key: school.leads_wanted for school in found.problem.mentees}
    at_lead = Counter(str(row.lead) for row in rows)
    at_mentee = Counter(str(row.mentee) for row in rows)
    changes: list[dict[str, Any]] = [
        {"kind": "exception", "mentee": str(row.mentee), "lead": str(row.lead), "reason": row.reason}
        for row in rows
        if row.limits
    ]
    reasons = {str(row.lead): row.reason for row in rows if row.limits}
    changes += [
        {"kind": "places", "key": lead, "amount": count - places[lead], "reason": reasons.get(lead, "")}
        for lead, count in sorted(at_lead.items())
        if count > places[lead]
    ]
    changes += [
        {"kind": "wanted", "key": mentee, "amount": count - wanted[mentee]}
        for mentee, count in sorted(at_mentee.items())
        if count > wanted[mentee]
    ]
    return changes


def _store(run: MatchingRun, rows: Sequence[PlannedPair], found: Input, optimum: Matching) -> None:
    comparison = compare(optimum, [(str(row.mentee), str(row.lead)) for row in rows])
    MatchPair.objects.bulk_create(_pairs(run, found, comparison), batch_size=1000)
    paired = {str(row.mentee) for row in rows}
    UnmatchedSchool.objects.bulk_create(
        [
            UnmatchedSchool(run=run, mentee_id=int(school.key), reasons=[{"code": "not_in_file"}])
            for school in found.mentees
            if school.key not in paired
        ],
        batch_size=1000,
    )
    run.snapshot = found.snapshot()
    run.snapshot_hash = fingerprint(found.problem)
    run.versions = versions()
    run.summary = {
        "served": comparison.served,
        "mentees": len(found.mentees),
        "short": [],
        "distance_km": round(comparison.distance_km, 3),
        "result_hash": _result_hash(comparison),
        "optimum": optimum_of(optimum),
    }
    run.score = round(comparison.score / FULL_SCORE, 8)
    run.optimal_score = round(optimum.worth / FULL_SCORE, 8)
    run.solved_at = timezone.now()
    run.save()


def _pairs(run: MatchingRun, found: Input, comparison: Comparison) -> list[MatchPair]:
    mentees = {school.key: school for school in found.problem.mentees}
    leads = {school.key: school for school in found.problem.leads}
    return [
        MatchPair(
            run=run,
            mentee_id=int(pair.mentee),
            lead_id=int(pair.lead),
            origin=PairOrigin.IMPORTED,
            score=round(pair.score / FULL_SCORE, 8),
            distance_km=None if pair.distance_km is None else round(pair.distance_km, 3),
            contributions=contributions_of(
                pair,
                mentees[pair.mentee],
                leads[pair.lead],
                problem=found.problem,
                subjects=found.subjects,
            ),
        )
        for pair in comparison.pairs
    ]


def _result_hash(comparison: Comparison) -> str:
    rows = sorted([pair.mentee, pair.lead, round(pair.score, 6)] for pair in comparison.pairs)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
