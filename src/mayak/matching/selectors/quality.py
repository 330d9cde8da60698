"""How good the worst pair is, what kept pairs cost, and who would both rather swap: what the review shows of a plan."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mayak.matching.enums import Total
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors.criterion_words import distance_text

KEPT_SHOWN: Final = 50
FULL: Final = 100
MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptPair:
    """A pair of last year that stays; ``price`` in words, empty where the aim does not keep pairs on purpose."""

    mentee: str
    lead: str
    price: str


@dataclass(frozen=True, slots=True)
class KeptPairs:
    """How many pairs of last year stay of how many, the dearest first; prices in kilometres or points."""

    count: int
    last_year: int
    rows: tuple[KeptPair, ...]
    more: int
    is_exact: bool
    by_distance: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """Two schools that would both rather have each other; gains in points, what they would give up by name."""

    mentee: str
    lead: str
    score: str
    mentee_gain: str
    lead_gain: str
    leaves_lead: str
    leaves_mentee: str


@dataclass(frozen=True, slots=True)
class Swaps:
    """How many such pairs there are, and those of the largest gain."""

    count: int
    rows: tuple[Swap, ...]

    @property
    def more(self) -> int:
        """Pairs that are not named."""
        return self.count - len(self.rows)


def floor_words(run: MatchingRun) -> str:
    """Return how good the worst pair is and why it cannot be better; empty where another aim was chosen."""
    floor = run.proof.get("floor")
    if floor is None:
        return ""
    words = {"served": floor["served"], "bound": floor["bound"]}
    if _by_distance(run):
        words["value"] = distance_text(floor["value"])
        first = _("The farthest pair is %(value)s long, and no pair can be brought nearer than that.") % words
    else:
        words["value"] = number_format(floor["value"], decimal_pos=1)
        first = _("The weakest pair has %(value)s points of 100, and it cannot be better.") % words
    proof = _(
        "Proven: with better pairs alone at most %(bound)s places are served, the plan serves %(served)s."
    )
    return f"{first} {proof % words}"


def kept_pairs(run: MatchingRun) -> KeptPairs | None:
    """Return the pairs of last year that stay; None where none was known. One query."""
    known = run.snapshot.get("problem", {}).get("last_year", [])
    if not known:
        return None
    rows = run.pairs.filter(is_kept=True).select_related("mentee", "lead")
    found = sorted(rows, key=lambda pair: (-(pair.keep_price or 0.0), str(pair.mentee), pair.pk))
    shown = tuple(_kept(run, pair) for pair in found[:KEPT_SHOWN])
    exact = run.proof.get("kept", {}).get("prices_exact", True)
    return KeptPairs(
        len(found), len(known), shown, max(len(found) - KEPT_SHOWN, 0), bool(exact), _by_distance(run)
    )


def swaps_of(run: MatchingRun) -> Swaps | None:
    """Return who would both rather have each other, as it was computed; None for a run of an earlier version."""
    found = run.summary.get("blocking")
    if found is None:
        return None
    names = run.snapshot["names"]
    return Swaps(found["count"], tuple(_swap(row, names) for row in found["pairs"]))


def _by_distance(run: MatchingRun) -> bool:
    return bool(run.settings.get("total") == Total.DISTANCE)


def _kept(run: MatchingRun, pair: MatchPair) -> KeptPair:
    price = pair.keep_price
    if price is None:
        words = ""
    elif round(price * MICRO) == 0:
        words = _("costs nothing")
    else:
        words = number_format(price, decimal_pos=1) if _by_distance(run) else _points(price)
    return KeptPair(str(pair.mentee), str(pair.lead), words)


def _swap(row: dict[str, Any], names: dict[str, str]) -> Swap:
    return Swap(
        names[row["mentee"]],
        names[row["lead"]],
        _points(row["score"]),
        _points(row["mentee_gain"]),
        _points(row["lead_gain"]),
        names[row["leaves_lead"]] if row["leaves_lead"] else _("no lead school now"),
        names[row["leaves_mentee"]] if row["leaves_mentee"] else _("a free place"),
    )


def _points(share: float) -> str:
    return str(number_format(share * FULL, decimal_pos=1))
