"""Blocking pairs: counted beside the definition pair by pair, the largest gains named first."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from mayak.matching.algorithms import instance
from mayak.matching.algorithms.instance import MICRO, Instance
from mayak.matching.algorithms.matching import match, pairs_at
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import Lead, Mentee, Objective, PairKey, Problem, Settings, Weights
from mayak.matching.algorithms.stability import Blocking, blocking_pairs
from tests.matching.algorithms.test_matching import problems


def by_hand(found: Matching) -> dict[PairKey, int]:
    """Every blocking pair with its gain in millionths, straight from the definition."""
    view = Instance(found.problem)
    score = {
        (pair.mentee, pair.lead): round(pair.score * MICRO)
        for pair in pairs_at(
            view, [(m, one) for m in range(len(view.mentees)) for one in range(len(view.leads))], set()
        )
    }
    limits = view.block(slice(0, len(view.mentees))).limits
    plan = {(pair.mentee, pair.lead) for pair in found.pairs}
    blocking = {}
    for row, mentee in enumerate(view.mentees):
        mine = [score[pair] for pair in plan if pair[0] == mentee.key]
        for column, lead in enumerate(view.leads):
            pair = (mentee.key, lead.key)
            its = [score[other] for other in plan if other[1] == lead.key]
            lacks, has_room = len(mine) < mentee.leads_wanted, len(its) < lead.capacity
            if limits[row, column] or pair in plan or not lead.capacity:
                continue
            if (lacks or score[pair] > min(mine)) and (has_room or score[pair] > min(its)):
                had = (0 if lacks else min(mine)) + (0 if has_room else min(its))
                blocking[pair] = 2 * score[pair] - had
    return blocking


def plain(found: Blocking) -> list[tuple[PairKey, int]]:
    return [((pair.mentee, pair.lead), round(pair.gain * MICRO)) for pair in found.pairs]


@settings(max_examples=300, deadline=None)
@given(problems())
def test_every_blocking_pair_is_found_the_largest_gain_first(problem: Problem) -> None:
    found = match(problem)
    expected = by_hand(found)
    result = blocking_pairs(found)
    assert result.count == len(expected)
    assert plain(result) == sorted(expected.items(), key=lambda row: (-row[1], row[0]))


@settings(max_examples=100, deadline=None)
@given(problems())
def test_blocks_and_the_length_of_the_list_change_no_count(problem: Problem) -> None:
    found = match(problem)
    whole = blocking_pairs(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "BLOCK_PAIRS", 1)
        shown = blocking_pairs(found, at_most=2)
    assert (shown.count, shown.pairs) == (whole.count, whole.pairs[:2])


@settings(max_examples=100, deadline=None)
@given(problems())
def test_the_order_of_rows_does_not_matter(problem: Problem) -> None:
    turned = replace(problem, mentees=problem.mentees[::-1], leads=problem.leads[::-1])
    assert blocking_pairs(match(turned)) == blocking_pairs(match(problem))


def test_who_would_swap_says_whom_they_would_leave() -> None:
    """Nobody left: a goes to y, because b can only go to x; a and x would both rather have each other."""
    place = {"latitude": 50.0, "longitude": 30.0}
    problem = Problem(
        (Mentee("a", municipality="t", **place), Mentee("b", municipality="u", **place)),
        (Lead("x", 1, municipality="t", **place), Lead("y", 1, municipality="u", **place)),
        forbidden=(("b", "y"),),
        settings=Settings(objective=Objective.NOBODY_LEFT, weights=Weights(0, 80, 20, 0)),
    )
    found = blocking_pairs(match(problem))
    (pair,) = found.pairs
    assert (found.count, pair.mentee, pair.lead) == (1, "a", "x")
    assert (pair.leaves_lead, pair.leaves_mentee) == ("y", "b")
    assert (pair.score, pair.mentee_gain, pair.lead_gain) == (100.0, 20.0, 20.0)
    best = replace(problem, settings=replace(problem.settings, objective=Objective.BEST_PAIRS))
    assert blocking_pairs(match(replace(best, forbidden=()))).count == 0


def test_nobody_to_pair_blocks_nothing() -> None:
    assert blocking_pairs(match(Problem((), ()))) == Blocking(0, ())
    assert blocking_pairs(match(Problem((Mentee("a"),), (Lead("x", 0),)))).count == 0
