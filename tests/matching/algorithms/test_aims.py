"""The worst pair first, and as few changes as possible: beside every plan, with the price of each kept pair."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.instance import MICRO, Instance, Limit
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import FloorProof, KeptProof
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    PairKey,
    Problem,
    Settings,
    Strength,
    Total,
    Weights,
    fingerprint,
    problem_to_dict,
)
from tests.matching.algorithms.test_matching import all_plans, allowed, plan_of, problems, quality

NEARNESS = Weights(0, 100, 0, 0)
WORST = Settings(objective=Objective.WORST_FIRST, weights=NEARNESS)
KEEP = Settings(objective=Objective.LEAST_CHANGE, weights=NEARNESS)


def with_aim(problem: Problem, objective: Objective) -> Problem:
    return replace(problem, settings=replace(problem.settings, objective=objective))


def on_a_line(mentees: dict[str, float], leads: dict[str, float], chosen: Settings) -> Problem:
    """Schools on a meridian, in kilometres, one place at each lead: a pair has 100 points less its kilometres."""
    degree = 1 / 111.19508
    return Problem(
        tuple(Mentee(key, latitude=50 + km * degree, longitude=30.0) for key, km in mentees.items()),
        tuple(Lead(key, 1, latitude=50 + km * degree, longitude=30.0) for key, km in leads.items()),
        settings=chosen,
    )


@settings(max_examples=250, deadline=None)
@given(problems(), st.sampled_from([Objective.WORST_FIRST, Objective.LEAST_CHANGE]))
def test_no_plan_is_better_by_the_aim_and_the_proof_says_so(drawn: Problem, objective: Objective) -> None:
    problem = with_aim(drawn, objective)
    found = match(problem)
    assert found.proof.is_proven
    assert quality(problem, plan_of(found)) == max(quality(problem, plan) for plan in all_plans(problem))


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from([Objective.WORST_FIRST, Objective.LEAST_CHANGE]), st.data())
def test_locked_pairs_stay_and_the_rest_is_the_best(
    drawn: Problem, objective: Objective, data: st.DataObject
) -> None:
    plans = [plan for plan in all_plans(drawn) if plan]
    if not plans:
        return
    problem = replace(with_aim(drawn, objective), fixed=tuple(data.draw(st.sampled_from(plans))[:2]))
    found = match(problem)
    assert found.proof.is_proven
    assert set(problem.fixed) <= set(plan_of(found))
    assert quality(problem, plan_of(found)) == max(quality(problem, plan) for plan in all_plans(problem))


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from([Objective.WORST_FIRST, Objective.LEAST_CHANGE]))
def test_pairs_left_out_at_first_change_nothing(drawn: Problem, objective: Objective) -> None:
    problem = with_aim(drawn, objective)
    priced = match(problem, all_pairs_up_to=0, candidates=1)
    assert priced.proof.is_proven
    assert quality(problem, plan_of(priced)) == quality(problem, plan_of(match(problem)))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_floor_is_the_worst_chosen_pair(drawn: Problem) -> None:
    problem = with_aim(drawn, Objective.WORST_FIRST)
    found = match(problem)
    costs = [allowed(problem)[pair] for pair in plan_of(found)]
    if not costs:
        assert (found.proof.floor, found.proof.floor_proof) == (None, None)
        return
    is_score = problem.settings.total is Total.SCORE
    assert found.proof.floor == (100 * MICRO - max(costs) if is_score else max(costs)) / 1e6
    proof = found.proof.floor_proof
    assert proof is not None
    assert proof.bound < proof.served


def price_by_hand(problem: Problem, kept: PairKey) -> int:
    """The total without the wish for this one pair less the total with it, over every plan; never below 0."""
    plans = list(all_plans(problem))
    best = max(quality(problem, plan) for plan in plans)
    others = replace(problem, last_year=tuple(pair for pair in problem.last_year if pair != kept))
    return max(int(max(quality(others, plan) for plan in plans)[-1] - best[-1]), 0)


@settings(max_examples=300, deadline=None)
@given(problems())
def test_a_kept_pair_costs_what_the_plan_would_gain_without_the_wish_to_keep_it(drawn: Problem) -> None:
    problem = with_aim(drawn, Objective.LEAST_CHANGE)
    found = match(problem)
    assert {(pair.mentee, pair.lead) for pair in found.pairs if pair.is_kept} == (
        set(plan_of(found)) & set(problem.last_year)
    )
    for pair in found.pairs:
        if not pair.is_kept:
            assert pair.keep_price is None
            continue
        assert pair.keep_price is not None
        assert round(pair.keep_price * 1e6) == price_by_hand(problem, (pair.mentee, pair.lead))


def test_the_worst_pair_is_lifted_although_the_total_falls() -> None:
    """Best total: a and x of one town 100, b and y 60 km apart 32. Worst first: two pairs of 30 km, 56 each."""
    chosen = replace(WORST, weights=Weights(0, 80, 20, 0))
    problem = on_a_line({"a": 0, "b": 30}, {"x": 0, "y": -30}, chosen)
    town = {"mentees": problem.mentees, "leads": problem.leads}
    same = {
        name: tuple(replace(one, municipality="t") if one.key in "ax" else one for one in rows)
        for name, rows in town.items()
    }
    problem = Problem(**same, settings=chosen)
    plain = match(with_aim(problem, Objective.NOBODY_LEFT))
    assert plan_of(plain) == (("a", "x"), ("b", "y"))
    assert round(plain.score, 2) == 132.0
    lifted = match(problem)
    assert plan_of(lifted) == (("a", "y"), ("b", "x"))
    assert round(lifted.score, 2) == 112.0
    assert lifted.proof.floor is not None
    assert round(lifted.proof.floor, 2) == 56.0
    assert lifted.proof.floor_proof == FloorProof(2, 1, ())


def test_a_locked_pair_does_not_hold_the_floor_down() -> None:
    problem = on_a_line({"a": 0, "b": 90}, {"x": 1, "y": 0}, WORST)
    found = match(replace(problem, fixed=(("b", "y"),)))
    assert plan_of(found) == (("a", "x"), ("b", "y"))
    assert found.proof.floor is not None
    assert round(found.proof.floor, 3) == 99.0


def test_by_kilometres_the_farthest_pair_is_brought_nearer() -> None:
    problem = on_a_line({"a": 0, "b": 30}, {"x": 0, "y": -30}, replace(WORST, total=Total.DISTANCE))
    found = match(problem)
    assert found.proof.floor is not None
    assert round(found.proof.floor, 3) == 30.0


def test_an_old_pair_stays_and_says_what_it_costs() -> None:
    """Old: a with y, 20 km. Without it a goes to x next door, and b, 10 km from x, to y 10 km away: 20 points more."""
    problem = on_a_line({"a": 0, "b": 10}, {"x": 0, "y": 20}, KEEP)
    found = match(replace(problem, last_year=(("a", "y"), ("gone", "x"), ("a", "closed"))))
    assert plan_of(found) == (("a", "y"), ("b", "x"))
    kept, new = found.pairs
    assert (kept.is_kept, new.is_kept, new.keep_price) == (True, False, None)
    assert kept.keep_price is not None
    assert round(kept.keep_price, 3) == 20.0
    assert found.proof.kept_proof == KeptProof(1, 1, prices_exact=True)


def test_helping_one_school_more_goes_before_an_old_pair() -> None:
    """b can only go to x, so the old pair of a and x gives way."""
    problem = on_a_line({"a": 0, "b": 0}, {"x": 0, "y": 0}, KEEP)
    found = match(replace(problem, last_year=(("a", "x"),), forbidden=(("b", "y"),)))
    assert plan_of(found) == (("a", "y"), ("b", "x"))
    assert found.proof.kept_proof == KeptProof(0, 0, prices_exact=True)


def test_other_aims_mark_old_pairs_and_price_none() -> None:
    problem = on_a_line({"a": 0}, {"x": 0}, replace(KEEP, objective=Objective.NOBODY_LEFT))
    (pair,) = match(replace(problem, last_year=(("a", "x"),))).pairs
    assert (pair.is_kept, pair.keep_price) == (True, None)


def test_kilometres_of_a_country_do_not_overflow() -> None:
    """Unknown distances count half the Earth's circumference each: forty of them, and one old pair still decides."""
    mentees = tuple(Mentee(f"m{number:02}") for number in range(40))
    leads = (Lead("x", 20), Lead("y", 20))
    chosen = Settings(objective=Objective.LEAST_CHANGE, total=Total.DISTANCE)
    problem = Problem(mentees, leads, settings=replace(chosen, unknown_distance="allow"))  # type: ignore[arg-type]  # plain text will do
    old = tuple((school.key, "y") for school in mentees[:20])
    found = match(replace(problem, last_year=old))
    assert set(old) <= set(plan_of(found))
    assert found.proof.kept_proof == KeptProof(20, 20, prices_exact=True)
    assert found.proof.is_proven


def test_a_refusal_and_an_absence_keep_a_pair_out_whatever_else_lets_it_in() -> None:
    problem = Problem(
        (Mentee("a"),), (Lead("x", 1), Lead("y", 1, is_available=False)), refused=(("a", "x"), ("a", "gone"))
    )
    limits = Instance(problem).block(slice(0, 1)).limits[0]
    assert [Limit(int(one)) for one in limits] == [Limit.REFUSED, Limit.UNAVAILABLE]
    assert match(replace(problem, exceptions=(("a", "x"), ("a", "y")))).unmatched == ("a",)


def test_what_came_later_leaves_the_fingerprint_of_old_inputs_alone() -> None:
    problem = Problem((Mentee("a"),), (Lead("x", 1),))
    plain = problem_to_dict(problem)
    assert {"last_year", "refused"}.isdisjoint(plain)
    assert {"hours_per_month", "is_available"}.isdisjoint(plain["leads"][0])
    assert fingerprint(problem) == "bd8e977147eb7830"
    assert fingerprint(replace(problem, last_year=(("a", "x"),))) != fingerprint(problem)


def region(seed: int, objective: Objective) -> Problem:
    """Forty schools, twelve leads, most of last year's pairs among those of the best plan."""
    random = Random(seed)  # noqa: S311  # the same schools each time, no secret
    lines = ("russian", "maths", "risk:motivation")

    def place() -> dict[str, float]:
        return {"latitude": random.uniform(50, 52), "longitude": random.uniform(30, 32)}

    mentees = tuple(
        Mentee(f"m{number:02}", tuple(Need(one, 9, random.random()) for one in lines[:2]), **place())
        for number in range(40)
    )
    leads = tuple(
        Lead(
            f"l{number:02}",
            random.randint(2, 5),
            (Strength(random.choice(lines), 9, random.random()),),
            **place(),
        )
        for number in range(12)
    )
    old = tuple((school.key, random.choice(leads).key) for school in mentees[::2])
    return Problem(mentees, leads, settings=Settings(objective=objective), last_year=old)


@pytest.mark.parametrize("seed", range(4))
def test_prices_of_a_region_are_what_solving_again_says(seed: int) -> None:
    problem = region(seed, Objective.LEAST_CHANGE)
    found = match(problem)
    kept = [pair for pair in found.pairs if pair.is_kept]
    assert len(kept) > 8
    assert any(pair.keep_price for pair in kept)
    for pair in kept:
        others = tuple(one for one in problem.last_year if one != (pair.mentee, pair.lead))
        again = match(replace(problem, last_year=others))
        gain = round((again.score - found.score) * MICRO)
        assert round((pair.keep_price or 0) * MICRO) == max(gain, 0)


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_of_a_region_is_the_best_one_that_serves_as_many(seed: int) -> None:
    """With the floor as the least score allowed the same number is served; a millionth above it, fewer."""
    problem = region(seed, Objective.WORST_FIRST)
    found = match(problem)
    assert found.proof.floor is not None

    def served_above(points: float) -> int:
        chosen = replace(problem.settings, objective=Objective.NOBODY_LEFT, min_score=points)
        return len(match(replace(problem, settings=chosen)).pairs)

    assert served_above(found.proof.floor) == len(found.pairs)
    assert served_above(found.proof.floor + 1e-6) < len(found.pairs)


@pytest.mark.parametrize("objective", [Objective.WORST_FIRST, Objective.LEAST_CHANGE])
def test_a_region_from_two_candidates_each_ends_at_the_same_plan(objective: Objective) -> None:
    problem = region(7, objective)
    whole, priced = match(problem), match(problem, all_pairs_up_to=0, candidates=2)
    assert priced.proof.pairs_left_out > 0
    assert priced.proof.is_proven
    assert (priced.proof.floor, priced.proof.value) == (whole.proof.floor, whole.proof.value)
    if objective is Objective.LEAST_CHANGE:
        assert priced.proof.kept_proof == replace(whole.proof.kept_proof, prices_exact=False)  # type: ignore[type-var]  # there is one
