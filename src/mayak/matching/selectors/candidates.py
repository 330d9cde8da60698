"""Who else could help a school, and what that would do to the score."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.matching.algorithms.instance import Instance, Limit
from mayak.matching.algorithms.matching import pairs_at
from mayak.matching.algorithms.plan import Pair
from mayak.matching.algorithms.problem import Lead, Mentee, Problem, Total
from mayak.matching.enums import Criterion, PairRuleKind
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors.network_moves import NetworkMoves, network_moves
from mayak.matching.selectors.problems import stored_problem
from mayak.matching.selectors.runs import settings_of

__all__ = ["Candidate", "candidates_for", "contributions_of", "limit_words"]

FULL_SCORE = 100
KIND_PARTS: Final = ("place", "type", "size")
"""Names of the parts of a school's kind, in their order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lead school for one mentee school.

    Attributes:
        score: of the pair, 0..1.
        effect: how the total of the pairing changes (in pairs of full score) when the school moves here.
        load: schools that the lead has now; ``capacity`` how many it can have.
        why_not: why it cannot be chosen, empty where it can.
        leaves: lead school that the mentee leaves for this one; None where it gets one more.
        lines, group: what a network of a model makes of the pair, as a pair keeps them.
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
    leaves: int | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    group: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether a person demanded this pair."""
        return self.rule == PairRuleKind.LOCK

    @property
    def is_forbidden(self) -> bool:
        """Whether a person forbade this pair."""
        return self.rule == PairRuleKind.FORBID


def candidates_for(
    run: MatchingRun, mentee_id: int, *, leaves: int | EllipsisType | None = ...
) -> list[Candidate]:
    """Return every lead school for the mentee by the stored input: the present ones first, then the best.

    Args:
        run: a computed pairing.
        mentee_id: key of the school.
        leaves: key of the lead school that it leaves, None for one more; by itself the weakest one where the school
            has all that it may have.

    Raises:
        KeyError: the school takes no part in the pairing.
    """
    problem = stored_problem(run)
    instance = Instance(problem)
    row = instance.mentee_at[str(mentee_id)]
    limits = instance.block(slice(row, row + 1)).limits[0]
    pairs = pairs_at(instance, [(row, column) for column in range(len(instance.leads))], set())
    loads: Counter[int] = Counter()
    standing = list(run.pairs.all())
    loads.update(pair.lead_id for pair in standing)
    current = {pair.lead_id: pair for pair in standing if pair.mentee_id == mentee_id}
    network = network_moves(run, problem, standing)
    rules = {rule.lead_id: rule.kind for rule in run.rules.all() if rule.mentee_id == mentee_id}
    if isinstance(leaves, EllipsisType):
        leaves = _weakest(current, instance.mentees[row], network)
    left = current[leaves].score if leaves in current else 0.0
    freed = (
        loads[leaves] - 1 if leaves in current else 0
    )  # one school less at the lead that is left costs less, too
    load_points = (
        instance.settings.load_points / FULL_SCORE if instance.settings.total is Total.SCORE else 0.0
    )
    minutes = settings_of(run).shows_minutes
    names = run.snapshot["names"]
    found = []
    for column, pair in enumerate(pairs):
        lead_id = int(pair.lead)
        is_current = lead_id in current
        moved = None if network is None else network.to(pair, instance.mentees[row], leaves)
        shown, mentee = (pair, instance.mentees[row]) if moved is None else (moved.pair, moved.mentee)
        score = current[lead_id].score if is_current and moved is not None else shown.score / FULL_SCORE
        capacity = instance.leads[column].capacity
        limits_of_model = () if moved is None or is_current else moved.why_not
        found.append(
            Candidate(
                lead_id=lead_id,
                name=names[pair.lead],
                score=score,
                distance_km=pair.distance_km,
                contributions=current[lead_id].contributions
                if is_current and moved is not None
                else contributions_of(
                    shown,
                    mentee,
                    instance.leads[column],
                    problem=problem,
                    subjects=run.snapshot["subjects"],
                    minutes=minutes,
                ),
                effect=0.0 if is_current else score - left - load_points * (loads[lead_id] - freed),
                load=loads[lead_id],
                capacity=capacity,
                is_current=is_current,
                rule=rules.get(lead_id, ""),
                why_not="; ".join(
                    text
                    for text in (
                        _why_not(Limit(int(limits[column])), loads[lead_id], capacity, is_current=is_current),
                        *limits_of_model,
                    )
                    if text
                ),
                leaves=leaves,
                lines=[] if moved is None else moved.lines,
                group="" if moved is None else moved.group,
            )
        )
    return sorted(
        found, key=lambda one: (not one.is_current, bool(one.why_not), -one.score, one.name, one.lead_id)
    )


def contributions_of(
    pair: Pair,
    mentee: Mentee,
    lead: Lead,
    *,
    problem: Problem,
    subjects: Mapping[str, str],
    minutes: bool = False,
) -> list[dict[str, Any]]:
    """Return what each criterion gave to the pair (shares of a full score), with what its words need.

    Args:
        pair: with its points.
        mentee: the school, with the needs that the words may name.
        lead: the lead school.
        problem: the input.
        subjects: names of content lines by key.
        minutes: whether the estimated time on the way is kept beside the kilometres.
    """
    rows: list[dict[str, Any]] = []
    for name in Criterion.values:
        if name not in pair.contributions:
            continue
        row: dict[str, Any] = {"criterion": name, "points": round(pair.contributions[name] / FULL_SCORE, 8)}
        if name == Criterion.NEEDS:
            row |= _coverage(mentee, lead, problem.settings.other_grade, subjects)
        elif name == Criterion.DISTANCE:
            row["distance_km"] = None if pair.distance_km is None else round(pair.distance_km, 3)
            if minutes and pair.distance_km is not None:
                row["minutes"] = round(problem.settings.minutes_of(pair.distance_km))
        elif name == Criterion.LEVEL:
            row |= {"mentee": mentee.level, "lead": lead.level}
        elif name == Criterion.KIND:
            row["alike"] = _alike(mentee.kind, lead.kind)
        elif name == Criterion.WILLING:
            row["refused"] = (pair.mentee, pair.lead) in problem.doubted
        rows.append(row)
    return rows


def _alike(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Parts of the kind that are known at both and equal, each under its name."""
    return [
        f"{name}:{mine}"
        for name, mine, theirs in zip(KIND_PARTS, one, other, strict=False)
        if mine and mine == theirs
    ]


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
        Limit.REFUSED: _("one of the two schools refused"),
        Limit.UNAVAILABLE: _("not available in this school year"),
    }
    return [text for flag, text in words.items() if flag & limit]


def _weakest(current: Mapping[int, MatchPair], mentee: Mentee, network: NetworkMoves | None) -> int | None:
    """The lead school to leave for another: the one of the least score, where no further one is possible."""
    is_full = len(current) >= mentee.leads_wanted
    if not current or not (is_full or (network is not None and network.must_leave(mentee.key))):
        return None
    return min(current, key=lambda lead: (current[lead].score, lead))


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
