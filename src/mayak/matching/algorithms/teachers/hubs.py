"""Far pairs by kinds: all pairs of a kind of need with a kind of strength have the same points, so they need one arc.

A remote pair has no distance, and its points come from columns with few values (competence, subject, grades, level,
kind of school, language, region). Needs alike are gathered in a node, strengths alike in another; one arc between them
stands for every pair of theirs. So a network of a country holds all pairs of a million needs with 300,000 mentors
exactly, in memory that grows with people and kinds.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mayak.matching.algorithms.problem import Within
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.plan import MILLI
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Bools,
    Employer,
    Ints,
    Partners,
    columns,
)
from mayak.matching.algorithms.teachers.scoring import Kind, base_parts, fits

BLOCK_ARCS = 2_000_000


@dataclass(frozen=True)
class Hubs:
    """Kinds and the arcs between them.

    `of_need`, `of_strength`: node of each row, -1 = takes no far pairs. Arcs `tail` (kind of need), `head` (kind of
    strength), `score` in thousandths of a point. Kinds with a region stand beside the same kinds of the whole country:
    `up_need[k]` = the kind without region that a kind with region also is (itself where there is none).
    """

    of_need: Ints
    of_strength: Ints
    need_count: int
    strength_count: int
    up_need: Ints
    up_strength: Ints
    tail: Ints
    head: Ints
    score: Ints


def hubs_of(scorer: Scorer, without: Bools) -> Hubs:
    """Kinds of all needs that may have far pairs, except those `without` them."""
    problem, settings = scorer.problem, scorer.settings
    is_closed = (
        settings.within is Within.MUNICIPALITY
        or settings.employer is Employer.SAME
        or settings.partners is Partners.REQUIRE
    )
    usable = np.zeros_like(without) if is_closed else ~without
    needs, strengths = scorer.need_kinds, scorer.strength_kinds
    regional = settings.within is Within.REGION or settings.weights.region > 0
    region = problem.mentees.region[problem.needs.mentee] if regional else None
    other = problem.mentors.region[problem.strengths.mentor] if regional else None
    of_need, need_first = _codes(needs, usable, region)
    of_strength, strength_first = _codes(strengths, np.ones(len(strengths.topic), np.bool_), other)
    need_kind, strength_kind = needs.at(need_first), strengths.at(strength_first)
    if not regional:
        tail, head, score = _arcs(scorer, need_kind, strength_kind, None, None)
        own = np.arange(len(need_first)), np.arange(len(strength_first))
        return Hubs(of_need, of_strength, len(need_first), len(strength_first), *own, tail, head, score)
    if region is None or other is None:
        raise TypeError("kinds of a region need regions")
    near = _arcs(scorer, need_kind, strength_kind, region[need_first], other[strength_first])
    found = Hubs(
        of_need,
        of_strength,
        len(need_first),
        len(strength_first),
        np.arange(len(need_first)),
        np.arange(len(strength_first)),
        *near,
    )
    return _with_country(scorer, found, need_kind, strength_kind)


def _with_country(scorer: Scorer, near: Hubs, need_kind: Kind, strength_kind: Kind) -> Hubs:
    """Add the kinds of the whole country where help may come from anywhere."""
    if scorer.settings.within is not Within.ANYWHERE:
        return near
    count, strength_count = near.need_count, near.strength_count
    whole, first = _codes(need_kind, np.ones(count, np.bool_), None)
    strong, strong_first = _codes(strength_kind, np.ones(strength_count, np.bool_), None)
    tail, head, score = _arcs(scorer, need_kind.at(first), strength_kind.at(strong_first), None, None)
    return replace(
        near,
        need_count=count + len(first),
        strength_count=strength_count + len(strong_first),
        up_need=count + whole,
        up_strength=strength_count + strong,
        tail=np.concatenate([near.tail, tail + count]),
        head=np.concatenate([near.head, head + strength_count]),
        score=np.concatenate([near.score, score]),
    )


def _codes(kind: Kind, usable: Bools, region: Ints | None) -> tuple[Ints, Ints]:
    """Number of the kind of each row (-1 = not usable), and one row of each kind."""
    names = columns(kind)
    table = [np.asarray(column, dtype=np.float64) for column in names.values()]
    if region is not None:
        table.append(region.astype(np.float64))
    rows = np.flatnonzero(usable & (kind.remote | kind.in_person))
    of = np.full(len(usable), -1, dtype=np.int64)
    if not len(rows):
        return of, rows
    order = rows[np.lexsort(tuple(column[rows] for column in reversed(table)))]
    changes = np.zeros(len(order), dtype=np.bool_)
    changes[0] = True
    for column in table:
        ranked = column[order]
        changes[1:] |= ranked[1:] != ranked[:-1]
    of[order] = np.cumsum(changes) - 1
    return of, order[changes]


def _arcs(
    scorer: Scorer, need: Kind, strength: Kind, region: Ints | None, other: Ints | None
) -> tuple[Ints, Ints, Ints]:
    """Pairs of kinds that fit, by topic; with regions only inside one."""
    parts = [_fitting(scorer, need, strength, *rows) for rows in _joined(need, strength, region, other)]
    empty = np.zeros(0, dtype=np.int64)
    tail, head, score = (np.concatenate([empty, *(part[side] for part in parts)]) for side in range(3))
    if region is not None:
        score = score + scorer.full["region"]
    enough = score >= round(scorer.settings.min_score * MILLI)
    return tail[enough], head[enough], score[enough]


def _joined(need: Kind, strength: Kind, region: Ints | None, other: Ints | None) -> Any:
    for named in (True, False):
        mine = need.topic if named else need.subject
        theirs = np.where(
            (strength.topic == UNKNOWN) == named, UNKNOWN, strength.topic if named else strength.subject
        )
        if region is not None and other is not None:
            width = int(max(region.max(initial=0), other.max(initial=0))) + 2
            mine = np.where((mine == UNKNOWN) | (region == UNKNOWN), UNKNOWN, mine * width + region)
            theirs = np.where((theirs == UNKNOWN) | (other == UNKNOWN), UNKNOWN, theirs * width + other)
        order = np.argsort(theirs, kind="stable")
        ranked = theirs[order]
        first = np.searchsorted(ranked, mine, side="left")
        last = np.where(mine == UNKNOWN, first, np.searchsorted(ranked, mine, side="right"))
        edges = np.cumsum(last - first)
        start = 0
        while start < len(mine):
            base = edges[start - 1] if start else 0
            stop = max(int(np.searchsorted(edges, base + BLOCK_ARCS, side="right")), start + 1)
            count = (last - first)[start:stop]
            tail = np.repeat(np.arange(start, min(stop, len(mine))), count)
            offset = np.arange(len(tail)) - np.repeat(np.cumsum(count) - count, count)
            yield tail, order[first[tail] + offset]
            start = stop


def _fitting(scorer: Scorer, need: Kind, strength: Kind, tail: Ints, head: Ints) -> tuple[Ints, Ints, Ints]:
    settings = scorer.settings
    one, two = need.at(tail), strength.at(head)
    calls = one.remote & two.remote & settings.allow_remote
    travels = one.in_person & two.in_person & (settings.max_distance_km is None)
    good = fits(settings, one, two) & (calls | travels)
    parts = base_parts(settings, one.at(good), two.at(good))
    size = int(good.sum())
    score = np.sum(np.stack([np.broadcast_to(part, size) for part in parts.values()]), axis=0)
    return tail[good], head[good], score.astype(np.int64)
