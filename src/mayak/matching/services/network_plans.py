"""A plan by content lines in the form in which pairings are kept: pairs, reasons, proof."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from mayak.matching.algorithms.instance import CRITERIA, MICRO
from mayak.matching.algorithms.lines.explanation import (
    LineChangeKind,
    LineUnmatched,
    explain_unmatched_line,
)
from mayak.matching.algorithms.lines.matching import match_lines
from mayak.matching.algorithms.lines.points import LinePoints, between_schools
from mayak.matching.algorithms.lines.problem import LinePair, LinePlan, LineSettings, LineShare
from mayak.matching.algorithms.plan import Matching, Pair, Proof, ServedProof
from mayak.matching.algorithms.problem import Mentee, Problem
from mayak.matching.selectors.candidates import FULL_SCORE
from mayak.matching.selectors.problems import Input
from mayak.matching.services.leftovers import limits_of_way, over_the_way

EXPLAINED_AT_MOST: Final = 5
"""Schools for which the cheapest change is looked for: each try plans the whole network again."""
SECONDS_FOR_CHANGES: Final = 4.0
NAMED: Final = 5
TINY: Final = 1e-6


@dataclass(frozen=True)
class NetworkPlan:
    """A plan of a network as a pairing: `lines`, `group` by pair; `steps` of the proof as plain data."""

    matching: Matching
    plan: LinePlan
    lines: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    group: dict[tuple[str, str], str] = field(default_factory=dict)

    def narrowed(self, mentee: Mentee, lead: str) -> Mentee:
        """Return the school with only those needs in which this lead helps it: reasons name no others."""
        helped = {(one["line"], one["grade"]) for one in self.lines.get((mentee.key, lead), [])}
        return replace(
            mentee, needs=tuple(need for need in mentee.needs if (need.subject, need.grade) in helped)
        )

    def proof(self) -> dict[str, Any]:
        """Return the proof as plain data; `gap` is a share of the bound."""
        last = self.plan.steps[-1] if self.plan.steps else None
        return {
            "method": "mip",
            "unit": "points",
            "value": 0.0 if last is None else round(last.value, 6),
            "bound": 0.0 if last is None else round(last.bound, 6),
            "gap": max((step.gap for step in self.plan.steps), default=0.0),
            "is_proven": self.plan.is_proven,
            "served": [
                {
                    "class": step.name,
                    "served": round(step.value),
                    "bound": int(step.bound + TINY),
                    "blocking": [],
                }
                for step in self.plan.steps
                if step.name.startswith("served")
            ],
            "steps": [
                {"name": step.name, "value": step.value, "bound": step.bound, "ending": step.ending.value}
                for step in self.plan.steps
            ],
            "missing_in_groups": self.plan.missing_in_groups,
            "centres": list(self.plan.centres),
            "uncovered": [list(one) for one in self.plan.uncovered],
            "pairs_considered": 0,
            "pairs_left_out": 0,
            "rounds": len(self.plan.steps),
        }


def plan_network(problem: Problem, settings: LineSettings, found: Input) -> NetworkPlan:
    """Plan the network.

    Raises:
        ProblemError: the input contradicts itself.
    """
    plan = match_lines(problem, settings)
    points = LinePoints(problem)
    pairs = tuple(_pair(points, problem, pair) for pair in plan.pairs)
    matching = Matching(
        problem=problem,
        pairs=pairs,
        unmatched=plan.unmatched,
        short=(),
        score=plan.total,
        load_price=plan.load_price,
        distance_km=sum(pair.distance_km or 0.0 for pair in pairs),
        proof=_proof(plan),
        lead_prices={},
    )
    names = found.names
    return NetworkPlan(
        matching,
        plan,
        lines={
            (pair.mentee, pair.lead): [_line(line, found) for line in pair.lines if line.line]
            for pair in plan.pairs
        },
        group={(pair.mentee, pair.lead): _group(pair, names, found) for pair in plan.pairs},
    )


def reasons_of_network(network: NetworkPlan, found: Input) -> dict[str, list[dict[str, Any]]]:
    """Return why schools stayed without help, as plain data; the change that was verified for the first few."""
    plan = network.plan
    few = len(plan.unmatched) <= EXPLAINED_AT_MOST and plan.seconds <= SECONDS_FOR_CHANGES
    return {
        key: _reasons(explain_unmatched_line(plan, key, with_changes=few), plan, found)
        for key in plan.unmatched
    }


def _pair(points: LinePoints, problem: Problem, pair: LinePair) -> Pair:
    instance = points.instance
    mentee = instance.mentee_at[pair.mentee]
    passes_on = pair.lead not in instance.lead_at
    grid = between_schools(problem) if passes_on else points
    lead = (instance.mentee_at if passes_on else instance.lead_at)[pair.lead]
    share = 1.0 if pair.group or passes_on else sum(line.share for line in pair.lines)
    place = {
        name: round(share * float(part[mentee, lead]), 6)
        for name, part in zip(CRITERIA[1:], grid.parts[1:], strict=True)
        if name in instance.criteria
    }
    needs = max(pair.score - sum(place.values()), 0.0)
    contributions = {"needs": round(needs, 6), **place}
    return Pair(
        mentee=pair.mentee,
        lead=pair.lead,
        score=pair.score,
        contributions=contributions,
        distance_km=pair.distance_km,
        is_fixed=pair.is_fixed,
        is_kept=pair.is_kept,
    )


def _proof(plan: LinePlan) -> Proof:
    value, bound = (plan.steps[-1].value, plan.steps[-1].bound) if plan.steps else (0.0, 0.0)
    return Proof(
        unit="millionths of a point",
        value=round(value * MICRO),
        bound=round(bound * MICRO),
        served=tuple(
            ServedProof(step.name, round(step.value), int(step.bound + TINY), ())
            for step in plan.steps
            if step.name.startswith("served")
        ),
        pairs_considered=0,
        pairs_left_out=0,
        rounds=len(plan.steps),
    )


def _line(line: LineShare, found: Input) -> dict[str, Any]:
    return {
        "line": line.line,
        "grade": line.grade,
        "name": found.subjects.get(line.line, line.line),
        "points": round(line.points / FULL_SCORE, 6),
        "share": round(line.share, 6),
    }


def _group(pair: LinePair, names: dict[str, str], found: Input) -> str:
    if pair.group:
        lead, goal = pair.group.split("|", 1)
        return f"{names.get(lead, lead)}: {found.subjects.get(goal, goal)}" if goal else names.get(lead, lead)
    return "" if pair.position is None else str(pair.position)


def _reasons(why: LineUnmatched, plan: LinePlan, found: Input) -> list[dict[str, Any]]:
    names = found.names
    capacity = {school.key: school.capacity for school in plan.problem.leads}
    rows: list[dict[str, Any]] = []
    if why.would_do:
        named = [{"name": names[lead], "capacity": capacity[lead]} for lead in why.would_do[:NAMED]]
        rows.append({"code": "network_full", "leads": named, "more": max(len(why.would_do) - NAMED, 0)})
    limits = limits_of_way(plan.problem.settings)
    for limit, count in why.limits:
        name = (limit.name or "").lower()
        rows.append({"code": "limit", "limit": name, "count": count, **limits})
    rows.extend(
        {
            "code": "network_change",
            "kind": change.kind.value,
            "lead": names.get(change.lead or "", ""),
            "amount": round(change.amount, 3),
            **(
                over_the_way(plan.problem.settings, change.amount)
                if change.kind is LineChangeKind.MORE_DISTANCE
                else {}
            ),
            "given": names.get(change.lead_given, change.lead_given),
        }
        for change in why.changes[:1]
    )
    return rows
