"""What later apps know of pairs of schools: they register a function, so that matching knows none of them itself."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mayak.matching.algorithms.problem import PairKey
from mayak.matching.enums import MatchingLevel, MatchingState
from mayak.matching.models import MatchingRun, MatchPair


@dataclass(frozen=True, slots=True)
class KnownPair:
    """A pair of schools of which something is known.

    Attributes:
        mentee_id: key of the school that gets help.
        lead_id: key of the lead school.
        reason: in the words of whoever said it, empty where nobody gave one.
        holds: False takes back what another provider says of the pair (it ended before the year was over).
        by: who said it, ``BY_MENTEE`` or ``BY_LEAD``; empty for both, or where that is not known.
        value: how good the joint work was, or how strong the wish is, 0..1.
    """

    mentee_id: int
    lead_id: int
    reason: str = ""
    holds: bool = True
    by: str = ""
    value: float = 1.0


PairProvider = Callable[[MatchingRun], Iterable[KnownPair]]
SchoolProvider = Callable[[MatchingRun], Collection[int]]

LAST_YEAR, REFUSAL, EARLIER, WISH = "last_year", "refusal", "earlier", "wish"
BY_MENTEE, BY_LEAD = "mentee", "lead"
ONE_SIDE: Final = 0.5
"""What the wish of one side counts beside that of both; as between teachers."""
_pairs: dict[str, dict[str, PairProvider]] = {LAST_YEAR: {}, REFUSAL: {}, EARLIER: {}, WISH: {}}
_without_consent: dict[str, SchoolProvider] = {}


def register_last_year(name: str, provider: PairProvider) -> None:
    """Add a source of the pairs of the school year before. Call it in ``AppConfig.ready``; a name is kept once."""
    _pairs[LAST_YEAR][name] = provider


def register_refusals(name: str, provider: PairProvider) -> None:
    """Add a source of refusals: one of the two schools does not want the other, or both (``KnownPair.by``).

    No computation makes a pair that both refused. The refusal of one side forbids too, unless the rules give
    «neither of them refused» a weight: then it lowers the score.
    """
    _pairs[REFUSAL][name] = provider


def register_earlier(name: str, provider: PairProvider) -> None:
    """Add a source of the pairs of all years before; ``value`` says how good the joint work was, 0 = it broke up."""
    _pairs[EARLIER][name] = provider


def register_wishes(name: str, provider: PairProvider) -> None:
    """Add a source of wishes after the first meeting: who wants whom, and how much (``by``, ``value``)."""
    _pairs[WISH][name] = provider


def register_without_consent(name: str, provider: SchoolProvider) -> None:
    """Add a source of lead schools that were asked and have not agreed yet; readiness names them."""
    _without_consent[name] = provider


def pairs_of_last_year(run: MatchingRun) -> tuple[PairKey, ...]:
    """Return who was a pair in the year before the run's."""
    return tuple(sorted({_key(pair) for pair in _rows(run, LAST_YEAR)}))


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refused pairs with their reasons: by both sides (or nobody knows by whom), and by one side alone."""

    by_both: Mapping[PairKey, str]
    by_one: Mapping[PairKey, str]

    @property
    def all(self) -> dict[PairKey, str]:
        """Every refused pair."""
        return dict(sorted({**self.by_both, **self.by_one}.items()))


def refusals_of(run: MatchingRun) -> Refusals:
    """Return the refused pairs; two refusals of one pair by the two sides are one of both."""
    rows = _rows(run, REFUSAL)
    reasons: dict[PairKey, str] = {}
    sides: dict[PairKey, set[str]] = defaultdict(set)
    for row in rows:
        reasons[_key(row)] = reasons.get(_key(row)) or row.reason
        sides[_key(row)] |= {row.by} if row.by else {BY_MENTEE, BY_LEAD}
    one = {key for key, known in sides.items() if len(known) == 1}
    return Refusals(
        {key: reason for key, reason in sorted(reasons.items()) if key not in one},
        {key: reason for key, reason in sorted(reasons.items()) if key in one},
    )


def earlier_pairs(run: MatchingRun) -> dict[PairKey, float]:
    """Return who was a pair in any year before and how good that was: the least that anybody says of it.

    Last year's pairs are among them. A pair that is taken back broke up: it counts 0, and is no new pair either.
    """
    found: dict[PairKey, float] = dict.fromkeys(pairs_of_last_year(run), 1.0)
    for _name, provider in sorted(_pairs[EARLIER].items()):
        for row in provider(run):
            value = row.value if row.holds else 0.0
            found[_key(row)] = min(found.get(_key(row), 1.0), value)
    return dict(sorted(found.items()))


def wishes_of(run: MatchingRun) -> dict[PairKey, float]:
    """Return how much the two schools of a pair want each other: both 1, one of them half."""
    sides: dict[PairKey, dict[str, float]] = defaultdict(dict)
    for row in _rows(run, WISH):
        for side in [row.by] if row.by else [BY_MENTEE, BY_LEAD]:
            sides[_key(row)][side] = max(row.value, sides[_key(row)].get(side, 0.0))
    return {key: round(ONE_SIDE * sum(known.values()), 6) for key, known in sorted(sides.items())}


def without_consent(run: MatchingRun) -> frozenset[int]:
    """Return the keys of lead schools that have not agreed."""
    return frozenset(key for provider in _without_consent.values() for key in provider(run))


def approved_last_year(run: MatchingRun) -> list[KnownPair]:
    """Return the pairs that were approved for the year before and whose mentees lie in the territory of the run."""
    rows = MatchPair.objects.filter(
        run__school_year__start_year=run.school_year.start_year - 1,
        run__state=MatchingState.APPROVED,
        run__level=MatchingLevel.SCHOOLS,
        mentee__territory__path__under=run.territory.path or "",
    )
    return [KnownPair(*keys) for keys in rows.order_by("pk").values_list("mentee_id", "lead_id")]


def approved_earlier(run: MatchingRun) -> list[KnownPair]:
    """Return the pairs that were approved for any year before."""
    rows = MatchPair.objects.filter(
        run__school_year__start_year__lt=run.school_year.start_year,
        run__state=MatchingState.APPROVED,
        run__level=MatchingLevel.SCHOOLS,
        mentee__territory__path__under=run.territory.path or "",
    )
    return [KnownPair(*keys) for keys in rows.order_by("pk").values_list("mentee_id", "lead_id")]


def _key(pair: KnownPair) -> PairKey:
    return str(pair.mentee_id), str(pair.lead_id)


def _rows(run: MatchingRun, kind: str) -> list[KnownPair]:
    """What all providers say, without what one of them takes back."""
    said = [pair for _name, provider in sorted(_pairs[kind].items()) for pair in provider(run)]
    gone = {_key(pair) for pair in said if not pair.holds}
    return [pair for pair in said if _key(pair) not in gone]
