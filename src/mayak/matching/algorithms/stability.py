"""Blocking pairs: who would both rather have each other. A check, not an aim: leads are appointed by order."""

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np

from mayak.matching.algorithms.instance import MICRO, Block, Instance, Ints
from mayak.matching.algorithms.plan import Matching

SHOWN: Final = 50
_NONE: Final = -1  # less than any score: whoever has a free place would rather have anybody


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """Two schools that would both rather have each other.

    Gains in points over the worst pair that each has now; a free place counts as 0 points. `leaves_lead` and
    `leaves_mentee`: whom they would give up for it, None where a place is free.
    """

    mentee: str
    lead: str
    score: float
    mentee_gain: float
    lead_gain: float
    leaves_lead: str | None
    leaves_mentee: str | None

    @property
    def gain(self) -> float:
        """What both gain together."""
        return self.mentee_gain + self.lead_gain


@dataclass(frozen=True, slots=True)
class Blocking:
    """How many blocking pairs there are, and those of the largest gain (ties by keys)."""

    count: int
    pairs: tuple[BlockingPair, ...]


def blocking_pairs(matching: Matching, at_most: int = SHOWN) -> Blocking:
    """Count the allowed pairs outside the plan that both sides would rather have, and name the largest.

    A school would if it has fewer leads than it wants, or the score is above that of its worst pair; a lead would if it
    has a free place, or the same. Looked at block by block: memory does not grow with the number of pairs.
    """
    view = _View(matching)
    count = 0
    largest: list[tuple[int, int, int, int]] = []
    for block in view.instance.blocks(with_score=True):
        mentee, lead = view.blocking(block)
        count += len(mentee)
        score = block.score[mentee - block.rows.start, lead]
        gain = view.gain(mentee, lead, score)
        best = np.lexsort((lead, mentee, -gain))[:at_most]
        rows = zip(
            gain[best].tolist(), mentee[best].tolist(), lead[best].tolist(), score[best].tolist(), strict=True
        )
        largest = heapq.nsmallest(
            at_most, [*largest, *((-gain, m, one, score) for gain, m, one, score in rows)]
        )
    return Blocking(count, tuple(view.pair(m, lead, score) for _gain, m, lead, score in largest))


class _View:
    """The worst pair of each side in the plan."""

    def __init__(self, matching: Matching) -> None:
        self.instance = Instance(matching.problem)
        instance = self.instance
        places = [(instance.mentee_at[pair.mentee], instance.lead_at[pair.lead]) for pair in matching.pairs]
        mentee, lead = (np.array([place[side] for place in places], dtype=np.int64) for side in (0, 1))
        score = np.array([round(pair.score * MICRO) for pair in matching.pairs], dtype=np.int64)
        self.taken: dict[int, list[int]] = {}
        for row, column in places:
            self.taken.setdefault(row, []).append(column)
        self.mentee_worst, self.mentee_leaves = _worst(mentee, lead, score, instance.wanted)
        self.lead_worst, self.lead_leaves = _worst(lead, mentee, score, instance.capacity)

    def blocking(self, block: Block) -> tuple[Ints, Ints]:
        """Positions of the blocking pairs of the block."""
        blocks = block.limits == 0
        blocks &= block.score > self.mentee_worst[block.rows, None]
        blocks &= block.score > self.lead_worst[None, :]
        for row in range(block.rows.start, block.rows.stop):
            blocks[row - block.rows.start, self.taken.get(row, [])] = False
        mentee, lead = np.nonzero(blocks)
        return mentee + block.rows.start, lead

    def gain(self, mentee: Ints, lead: Ints, score: Ints) -> Ints:
        """What both sides gain together, in millionths."""
        had = np.maximum(self.mentee_worst[mentee], 0) + np.maximum(self.lead_worst[lead], 0)
        result: Ints = 2 * score - had
        return result

    def pair(self, mentee: int, lead: int, score: int) -> BlockingPair:
        """The pair with its names."""
        leaves_lead, leaves_mentee = int(self.mentee_leaves[mentee]), int(self.lead_leaves[lead])
        return BlockingPair(
            self.instance.mentees[mentee].key,
            self.instance.leads[lead].key,
            score / MICRO,
            (score - max(int(self.mentee_worst[mentee]), 0)) / MICRO,
            (score - max(int(self.lead_worst[lead]), 0)) / MICRO,
            None if leaves_lead == _NONE else self.instance.leads[leaves_lead].key,
            None if leaves_mentee == _NONE else self.instance.mentees[leaves_mentee].key,
        )


def _worst(own: Ints, other: Ints, score: Ints, places: Ints) -> tuple[Ints, Ints]:
    """The lowest score of each school and with whom it has it; -1 where a place is free, no limit where none exists."""
    worst = np.full(len(places), _NONE, dtype=np.int64)
    leaves = np.full(len(places), _NONE, dtype=np.int64)
    full = np.bincount(own, minlength=len(places)) >= places
    order = np.lexsort((other, -score, own))  # the last of each school is its worst; ties by key
    worst[own[order]], leaves[own[order]] = score[order], other[order]
    worst[~full], leaves[~full] = _NONE, _NONE
    worst[places == 0] = np.iinfo(np.int64).max
    return worst, leaves
