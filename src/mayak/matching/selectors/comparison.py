"""The present pairs beside the optimum without locks and bans."""

from dataclasses import dataclass

from mayak.matching.models import MatchingRun


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """A pair with its score, by the names of its schools."""

    mentee: str
    lead: str
    score: float


@dataclass(frozen=True)
class Compared:
    """Both plans. Totals are sums of the scores of pairs (0..1 each)."""

    served: int
    served_optimum: int
    mentees: int
    score: float
    score_optimum: float
    distance_km: float
    distance_optimum_km: float
    kept: tuple[ComparedPair, ...]
    only_now: tuple[ComparedPair, ...]
    only_optimum: tuple[ComparedPair, ...]

    @property
    def share(self) -> float | None:
        """The present total as a share of the optimum's."""
        return self.score / self.score_optimum if self.score_optimum else None

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.only_now or self.only_optimum)


def comparison_of(run: MatchingRun) -> Compared | None:
    """Return the comparison; None before the first computation."""
    optimum = run.summary.get("optimum")
    if not optimum:
        return None
    names = run.snapshot["names"]
    present: dict[tuple[str, str], float] = {}
    distance = 0.0
    for mentee, lead, score, km in run.pairs.values_list("mentee_id", "lead_id", "score", "distance_km"):
        present[str(mentee), str(lead)] = score
        distance += km or 0.0
    best = {(mentee, lead): score for mentee, lead, score in optimum["pairs"]}

    def rows(pairs: set[tuple[str, str]], scores: dict[tuple[str, str], float]) -> tuple[ComparedPair, ...]:
        found = [ComparedPair(names[pair[0]], names[pair[1]], scores[pair]) for pair in pairs]
        return tuple(sorted(found, key=lambda one: (one.mentee, one.lead)))

    return Compared(
        served=run.summary["served"],
        served_optimum=optimum["served"],
        mentees=run.summary["mentees"],
        score=run.score or 0.0,
        score_optimum=optimum["score"],
        distance_km=distance,
        distance_optimum_km=optimum["distance_km"],
        kept=rows(set(present) & set(best), present),
        only_now=rows(set(present) - set(best), present),
        only_optimum=rows(set(best) - set(present), best),
    )
