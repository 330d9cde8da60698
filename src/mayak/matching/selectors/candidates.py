"""Who else could help a school, and what that would do to the score."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mayak.matching.algorithms.instance import Instance, Limit
from mayak.matching.algorithms.matching import pairs_at
from mayak.matching.algorithms.plan import Pair
from mayak.matching.algorithms.problem import Lead, Mentee
from mayak.matching.enums import Criterion, PairRuleKind
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import stored_problem

__all__ = ["Candidate", "candidates_for", "contributions_of", "limit_words"]

FULL_SCORE = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lead school for one mentee school.

    Attributes:
        score: of the pair, 0..1.
        effect: how the total of the pairing changes (in pairs of full score) when the school moves here.
        load: schools that the lead has now; ``capacity`` how many it can have.
        why_not: why it cannot be chosen, empty where it can.
    """

    lead_id: int
    name: str
    score: float
    distance_km: float | None
    contributions: list[dict[str, Any]]
    effect: float
    load: int
    capacity: int
    is_current: bool
    rule: str
    why_not: str

    @property
    def is_locked(self) -> bool:
        """Whether a person demanded this pair."""
        return self.rule == PairRuleKind.LOCK

    @property
    def is_forbidden(self) -> bool:
        """Whether a person forbade this pair."""
        return self.rule == PairRuleKind.FORBID


def candidates_for(run: MatchingRun, mentee_id: int) -> list[Candidate]:
    """Return every lead school for the mentee by the stored input: the present ones first, then the best.

    Raises:
        KeyError: the school takes no part in the pairing.
    """
    problem = stored_problem(run)
    instance = Instance(problem)
    row = instance.mentee_at[str(mentee_id)]
    limits = instance.block(slice(row, row + 1)).limits[0]
    pairs = pairs_at(instance, [(row, column) for column in range(len(instance.leads))], set())
    loads: Counter[int] = Counter()
    current: dict[int, float] = {}
    for mentee, lead, score in run.pairs.values_list("mentee_id", "lead_id", "score"):
        loads[lead] += 1
        if mentee == mentee_id:
            current[lead] = score
    rules = {rule.lead_id: rule.kind for rule in run.rules.all() if rule.mentee_id == mentee_id}
    leaves = min(current.values(), default=0.0) if len(current) >= instance.mentees[row].leads_wanted else 0.0
    names = run.snapshot["names"]
    found = []
    for column, pair in enumerate(pairs):
        lead_id = int(pair.lead)
        score = pair.score / FULL_SCORE
        is_current = lead_id in current
        capacity = instance.leads[column].capacity
        found.append(
            Candidate(
                lead_id=lead_id,
                name=names[pair.lead],
                score=score,
                distance_km=pair.distance_km,
                contributions=contributions_of(
                    pair,
                    instance.mentees[row],
                    instance.leads[column],
                    other_grade=problem.settings.other_grade,
                    subjects=run.snapshot["subjects"],
                ),
                effect=0.0 if is_current else score - leaves,
                load=loads[lead_id],
                capacity=capacity,
                is_current=is_current,
                rule=rules.get(lead_id, ""),
                why_not=_why_not(Limit(int(limits[column])), loads[lead_id], capacity, is_current=is_current),
            )
        )
    return sorted(
        found, key=lambda one: (not one.is_current, bool(one.why_not), -one.score, one.name, one.lead_id)
    )


def contributions_of(
    pair: Pair, mentee: Mentee, lead: Lead, *, other_grade: float, subjects: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return what each criterion gave to the pair (shares of a full score), with what its words need."""
    rows: list[dict[str, Any]] = []
    for name in Criterion.values:
        row: dict[str, Any] = {"criterion": name, "points": round(pair.contributions[name] / FULL_SCORE, 8)}
        if name == Criterion.NEEDS:
            row |= _coverage(mentee, lead, other_grade, subjects)
        elif name == Criterion.DISTANCE:
            row["distance_km"] = None if pair.distance_km is None else round(pair.distance_km, 3)
        rows.append(row)
    return rows


def limit_words(limit: Limit) -> list[str]:
    """Return the limits that a pair breaks, in words."""
    words = {
        Limit.SAME_SCHOOL: _("a school cannot help itself"),
        Limit.FORBIDDEN: _("forbidden by hand"),
        Limit.TERRITORY: _("outside the territory that the rules allow"),
        Limit.UNKNOWN_COORDINATES: _("distance unknown"),
        Limit.TOO_FAR: _("farther than the rules allow"),
        Limit.NO_COMMON_NEED: _("not strong in anything that the school lacks"),
        Limit.LOW_SCORE: _("the score is below the least one of the rules"),
        Limit.NOT_AMONG_NEAREST: _("not among the nearest"),
    }
    return [text for flag, text in words.items() if flag & limit]


def _why_not(limit: Limit, load: int, capacity: int, *, is_current: bool) -> str:
    if is_current:
        return ""
    reasons = limit_words(limit)
    if load >= capacity:
        reasons.append(_("no free place: %(load)s of %(capacity)s") % {"load": load, "capacity": capacity})
    return "; ".join(reasons)


def _coverage(mentee: Mentee, lead: Lead, other_grade: float, subjects: Mapping[str, str]) -> dict[str, Any]:
    """Return the needs in which the lead is strong, the weightiest first."""
    covered = []
    for need in sorted(mentee.needs, key=lambda one: (-one.weight, one.subject, one.grade or 0)):
        levels = [
            strength.level * (1.0 if _same_grade(need.grade, strength.grade) else other_grade)
            for strength in lead.strengths
            if strength.subject == need.subject
        ]
        if max(levels, default=0.0) > 0:
            covered.append(
                {
                    "subject": need.subject,
                    "name": subjects.get(need.subject, need.subject),
                    "grade": need.grade,
                    "level": round(max(levels), 4),
                }
            )
    return {"has_needs": bool(mentee.needs), "covered": covered}


def _same_grade(need: int | None, strength: int | None) -> bool:
    return need is None or strength is None or need == strength
