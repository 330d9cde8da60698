"""Where the close pairs come from, and which pairs left out the prices of a plan bring back.

The network of all needs and mentors is solved in one place. What it takes to feed it (the best close pairs of every
need, and the search through all others at the prices of a plan) is done need by need, so it may be done in one piece
(`Whole`) or by territories on other machines (``parts``): the same pairs come out in either case.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mayak.matching.algorithms.teachers.direct import Pairs, Scorer, lowest
from mayak.matching.algorithms.teachers.plan import MILLI
from mayak.matching.algorithms.teachers.problem import Bools, Ints
from mayak.matching.algorithms.teachers.scoring import POINTS

ADDED = 12
"""Pairs of a need that one round brings back at most."""
FULL = POINTS * MILLI


@dataclass(frozen=True)
class Cut:
    """A cut that proves a number of needs served: needs on the near side, mentors beyond; a pair across it may help.

    Only pairs of more than `floor` thousandths of a point count (-1: all).
    """

    need: Bools
    mentor: Bools
    floor: int = -1


@dataclass(frozen=True)
class Prices:
    """What a plan says to those who look for close pairs it lacks: prices in thousandths of a point, and cuts.

    `open_need`, `open_mentor`: which are not settled by locks. `reward`: of a pair of last year, 0 = none. `floor`:
    pairs with less do not count (None: all do).
    """

    at_need: Ints
    at_mentor: Ints
    open_need: Bools
    open_mentor: Bools
    cuts: tuple[Cut, ...] = ()
    reward: int = 0
    floor: int | None = None

    def at(self, need: Ints, mentor: Ints) -> "Prices":
        """Only these rows."""
        cuts = tuple(Cut(cut.need[need], cut.mentor[mentor], cut.floor) for cut in self.cuts)
        opened = self.open_need[need], self.open_mentor[mentor]
        return Prices(self.at_need[need], self.at_mentor[mentor], *opened, cuts, self.reward, self.floor)


@dataclass(frozen=True)
class Extra:
    """Pairs that a plan lacks. `gain`: the best of each need together, which no plan can be better by.

    `crosses`: whether some pair could serve one need more or lift the floor; then `gain` bounds nothing yet.
    """

    pairs: Pairs
    gain: int = 0
    crosses: bool = False

    @classmethod
    def union(cls, parts: "list[Extra]") -> "Extra":
        """What was found for different needs."""
        return cls(
            Pairs.union([part.pairs for part in parts]),
            sum(part.gain for part in parts),
            any(part.crosses for part in parts),
        )


class Source(Protocol):
    """Gives close pairs by rows of the whole problem. `parts`: territories it works by, 0 = in one piece."""

    parts: int

    def best(self, keep: int | None) -> Pairs:
        """The `keep` best of each need (None: all)."""

    def improving(self, prices: Prices, known: Pairs) -> Extra:
        """Pairs that are not known and could better the plan of these prices."""


class Whole:
    """All needs in one piece, in this process."""

    parts = 0

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def best(self, keep: int | None) -> Pairs:
        """The `keep` best of each need (None: all)."""
        return Pairs.union(list(self.scorer.best(keep)))

    def improving(self, prices: Prices, known: Pairs) -> Extra:
        """Pairs that are not known and could better the plan of these prices."""
        width = max(len(prices.at_mentor), 1)
        codes = known.need * width + known.mentor
        return Extra.union([_helping(self.scorer, prices, codes, block) for block in self.scorer.best(None)])


def opened(pairs: Pairs, need: Bools, mentor: Bools) -> Pairs:
    """The pairs of needs and mentors that locks leave free."""
    return pairs.at(np.flatnonzero(need[pairs.need] & mentor[pairs.mentor]))


def _helping(scorer: Scorer, prices: Prices, known: Ints, block: Pairs) -> Extra:
    """The best few of each need that could serve more needs, lift the floor or better the total."""
    part = opened(block, prices.open_need, prices.open_mentor)
    codes = part.need * max(len(prices.at_mentor), 1) + part.mentor
    place = np.minimum(np.searchsorted(known, codes), max(len(known) - 1, 0))
    new = known[place] != codes if len(known) else np.ones(len(codes), dtype=np.bool_)
    cost = FULL - part.score
    if prices.reward:
        mentee = scorer.problem.needs.mentee[part.need]
        cost = cost - prices.reward * scorer.known(scorer.facts.last_year, mentee, part.mentor)
    reduced = cost + prices.at_need[part.need] - prices.at_mentor[part.mentor]
    helps = new & (reduced < 0)
    if prices.floor is not None:
        helps &= part.score >= prices.floor
    better = np.flatnonzero(helps)
    least = lowest(part.need[better], reduced[better], part.mentor[better], 1)
    gain = -int(reduced[better][least].sum())
    crosses = np.zeros(len(codes), dtype=np.bool_)
    for cut in prices.cuts:
        crosses |= cut.need[part.need] & ~cut.mentor[part.mentor] & (part.score > cut.floor)
    crosses &= new
    chosen = np.flatnonzero(helps | crosses)
    part, reduced = part.at(chosen), reduced[chosen]
    found = part.at(lowest(part.need, reduced, part.mentor, ADDED))
    return Extra(found, gain, bool(crosses.any()))
