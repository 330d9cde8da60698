"""Networks by content lines: the best plan of each model beside all plans, and the rules of its shape."""

import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mayak.matching.algorithms.lines.matching import match_lines, part_of
from mayak.matching.algorithms.lines.problem import LineSettings, Part, Structure
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.problem import Lead, Mentee, Need, Objective, Problem, Settings, Strength
from tests.matching.algorithms.lines.networks import Brute, network, worth_of

seeds = st.integers(0, 10**9)
objectives = st.sampled_from(Objective)
structures = st.sampled_from(Structure)


def rules(seed: int, structure: Structure) -> LineSettings:
    draw = random.Random(seed)  # noqa: S311  # a world, no secret
    part = Part(
        structure,
        centres=draw.choice([None, 1, 2]),
        group_min=draw.randint(1, 3),
        group_max=3,
        chain_length=draw.randint(1, 4),
    )
    return LineSettings((part,), hours_per_line=draw.choice([0, 2]))


@pytest.mark.parametrize("structure", Structure)
@settings(max_examples=35, deadline=None)
@given(seed=seeds, objective=objectives)
def test_no_plan_of_all_is_better(structure: Structure, seed: int, objective: Objective) -> None:
    draw = random.Random(seed)  # noqa: S311  # a world, no secret
    problem = network(seed, draw.randint(1, 4), draw.randint(1, 3), objective=objective)
    best = Brute(problem, rules(seed, structure)).best()
    assume(best is not None)
    plan = match_lines(problem, rules(seed, structure))
    assert worth_of(plan) == pytest.approx(best, abs=2e-3)
    assert plan.is_proven
    assert all(step.gap == 0 for step in plan.steps)


@settings(max_examples=20, deadline=None)
@given(seed=seeds, structure=structures, objective=objectives)
def test_the_order_of_schools_cannot_matter(seed: int, structure: Structure, objective: Objective) -> None:
    problem = network(seed, 4, 3, objective=objective)
    turned = replace(
        problem,
        mentees=problem.mentees[::-1],
        leads=problem.leads[::-1],
        last_year=problem.last_year[::-1],
    )
    assert (
        match_lines(turned, rules(seed, structure)).pairs
        == match_lines(problem, rules(seed, structure)).pairs
    )


@settings(max_examples=25, deadline=None)
@given(seed=seeds, structure=structures)
def test_capacity_and_hours_of_a_lead_are_kept(seed: int, structure: Structure) -> None:
    chosen = replace(rules(seed, structure), hours_per_line=2.0)
    plan = match_lines(network(seed, 7, 3), chosen)
    leads = {school.key: school for school in plan.problem.leads}
    helped = Counter(pair.lead for pair in plan.pairs if pair.lead in leads)
    lines = Counter[str]()
    for pair in plan.pairs:
        lines[pair.lead] += len(pair.lines)
    for key, count in helped.items():
        assert count <= leads[key].capacity
        assert leads[key].hours_per_month is None or 2.0 * lines[key] <= leads[key].hours_per_month


@settings(max_examples=20, deadline=None)
@given(seed=seeds, centres=st.integers(1, 3))
def test_concentrated_has_at_most_so_many_centres_and_one_for_each_school(seed: int, centres: int) -> None:
    plan = match_lines(network(seed, 8, 5), part_of(Structure.CONCENTRATED, centres=centres))
    assert len(plan.centres) <= centres
    assert {pair.lead for pair in plan.pairs} == set(plan.centres)
    assert max(Counter(pair.mentee for pair in plan.pairs).values(), default=1) == 1


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_instrumental_sends_each_line_to_one_lead_and_keeps_the_number_wanted(seed: int) -> None:
    plan = match_lines(network(seed, 6, 4), part_of(Structure.INSTRUMENTAL))
    wanted = {school.key: school.leads_wanted for school in plan.problem.mentees}
    lines = Counter((pair.mentee, line.line, line.grade) for pair in plan.pairs for line in pair.lines)
    assert set(lines.values()) <= {1}
    assert all(count <= wanted[key] for key, count in Counter(pair.mentee for pair in plan.pairs).items())
    assert not set(plan.uncovered) & set(lines)


@settings(max_examples=20, deadline=None)
@given(seed=seeds, least=st.integers(1, 3))
def test_identical_makes_groups_of_one_goal_and_the_asked_size(seed: int, least: int) -> None:
    plan = match_lines(network(seed, 7, 3), part_of(Structure.IDENTICAL, group_min=least, group_max=3))
    groups = defaultdict(list)
    for pair in plan.pairs:
        groups[pair.group].append(pair)
        assert len(pair.lines) == 1
    for mine in groups.values():
        assert least <= len(mine) <= 3
        assert len({(pair.lead, pair.lines[0].line) for pair in mine}) == 1


@settings(max_examples=20, deadline=None)
@given(seed=seeds, length=st.integers(1, 4))
def test_a_chain_is_no_circle_and_no_longer_than_asked(seed: int, length: int) -> None:
    """Each school has one before it and passes help on to one at most; a chain begins at a lead."""
    plan = match_lines(network(seed, 6, 2), part_of(Structure.CHAIN, chain_length=length))
    leads = {school.key for school in plan.problem.leads}
    before = {pair.mentee: pair.lead for pair in plan.pairs}
    assert len(before) == len(plan.pairs)
    assert max(Counter(key for key in before.values() if key not in leads).values(), default=1) == 1
    for pair in plan.pairs:
        steps = _way(before, leads, pair.mentee)
        assert len(steps) <= (pair.position or 0) <= length


def _way(before: dict[str, str], leads: set[str], school: str) -> list[str]:
    steps = [school]
    while before[steps[-1]] not in leads:
        steps.append(before[steps[-1]])
        assert len(set(steps)) == len(steps)
    return steps


def school(key: str, *lines: str, north: float = 0.0) -> Mentee:
    return Mentee(key, tuple(Need(line) for line in lines), 56 + north, 40.0, "a", "r", leads_wanted=2)


def lead(key: str, *lines: str, places: int = 3, hours: float | None = None, north: float = 0.0) -> Lead:
    strengths = tuple(Strength(line) for line in lines)
    return Lead(key, places, strengths, 56 + north, 40.0, "a", "r", hours_per_month=hours)


def test_lines_of_a_school_go_to_the_leads_that_are_strong_in_them() -> None:
    problem = Problem((school("m", "math", "rus"),), (lead("l1", "math"), lead("l2", "rus")))
    plan = match_lines(problem)
    assert {(pair.lead, pair.lines[0].line) for pair in plan.pairs} == {("l1", "math"), ("l2", "rus")}
    assert [pair.score for pair in plan.pairs] == [pytest.approx(50), pytest.approx(50)]


def test_one_centre_for_all_is_the_one_that_is_best_for_all() -> None:
    schools = tuple(school(f"m{number}", "math") for number in range(3))
    problem = Problem(schools, (lead("near", "rus", north=0.01), lead("strong", "math", north=0.1)))
    plan = match_lines(problem, part_of(Structure.CONCENTRATED, centres=1))
    assert (plan.centres, plan.served, plan.unmatched) == (("strong",), 3, ())


def test_schools_pass_help_on_where_the_lead_has_one_place() -> None:
    schools = tuple(school(f"m{number}", "math", north=number / 10) for number in range(4))
    problem = Problem(schools, (lead("l", "math", places=1),))
    plan = match_lines(problem, part_of(Structure.CHAIN, chain_length=3))
    assert (plan.served, len(plan.unmatched)) == (3, 1)
    assert sum(pair.lead == "l" for pair in plan.pairs) == 1


def test_parts_of_a_network_have_their_own_models_and_share_the_places() -> None:
    schools = tuple(school(f"m{number}", "math") for number in range(5))
    problem = Problem(schools, (lead("l", "math", places=4),))
    named = Part(Structure.IDENTICAL, frozenset({"m0", "m1", "m2"}), group_min=3)
    plan = match_lines(problem, LineSettings((named, Part(Structure.CONCENTRATED))))
    assert plan.served == 4
    assert {pair.mentee for pair in plan.pairs if pair.group} == {"m0", "m1", "m2"}


def test_a_lock_is_kept_and_a_ban_and_a_refusal_never_paired() -> None:
    problem = Problem((school("m", "math"),), (lead("good", "math"), lead("other")))
    assert [
        pair.lead for pair in match_lines(replace(problem, fixed=(("m", "other"),))).pairs if pair.is_fixed
    ] == ["other"]
    for closed in ({"forbidden": (("m", "good"),)}, {"refused": (("m", "good"),)}):
        assert "good" not in {pair.lead for pair in match_lines(replace(problem, **closed)).pairs}


@pytest.mark.parametrize(("count", "missing"), [(1, 2), (2, 1), (3, 0)])
def test_a_group_that_a_lock_forces_open_tells_how_many_are_missing(count: int, missing: int) -> None:
    schools = tuple(school(f"m{number}", "math") for number in range(count))
    problem = Problem(schools, (lead("l", "math"),), fixed=(("m0", "l"),))
    plan = match_lines(problem, part_of(Structure.IDENTICAL, group_min=3))
    assert (plan.served, plan.missing_in_groups, plan.is_proven) == (count, missing, missing == 0)


def test_of_contradictory_locks_the_smallest_set_is_named() -> None:
    """One centre is asked for and two are locked; the lock of the third school has nothing to do with it."""
    schools = tuple(school(f"m{number}", "math") for number in range(3))
    locks = (("m0", "l0"), ("m1", "l1"), ("m2", "l1"))
    problem = Problem(schools, (lead("l0", "math"), lead("l1", "math")), fixed=locks)
    with pytest.raises(ProblemError) as refused:
        match_lines(problem, part_of(Structure.CONCENTRATED, centres=1))
    found = refused.value.faults
    assert {(fault.code, fault.params["count"]) for fault in found} == {("fixed_network", 2)}
    assert found[0].place == "fixed (m0 – l0)"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("parts", "hours", "expected"),
    [
        ((Part(Structure.CHAIN, frozenset({"x"})),), 0, [("parts[0].mentees", "school_unknown")]),
        (
            (Part(Structure.CHAIN, frozenset({"m"})), Part(Structure.IDENTICAL, frozenset({"m"}))),
            0,
            [("parts[1].mentees", "key_twice")],
        ),
        ((Part(Structure.CHAIN), Part(Structure.IDENTICAL)), 0, [("parts", "parts_rest")]),
        ((Part(Structure.CONCENTRATED, centres=0),), 0, [("parts[0].centres", "number_negative")]),
        ((Part(Structure.CHAIN, chain_length=0),), 0, [("parts[0].chain_length", "number_negative")]),
        ((Part(Structure.IDENTICAL, group_min=4, group_max=3),), 0, [("parts[0].group_min", "group_sizes")]),
        ((Part(Structure.CHAIN),), -1, [("hours_per_line", "number_negative")]),
    ],
)
def test_parts_that_cannot_be_meant_are_refused_with_their_place(
    parts: tuple[Part, ...], hours: float, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(ProblemError) as refused:
        match_lines(Problem((school("m"),), (lead("l"),)), LineSettings(parts, hours))
    assert [(fault.place, fault.code) for fault in refused.value.faults] == expected


@pytest.mark.parametrize("structure", Structure)
def test_an_empty_side_gives_an_empty_plan(structure: Structure) -> None:
    for problem in (Problem((), (lead("l"),)), Problem((school("m"),), ()), Problem((), ())):
        plan = match_lines(problem, part_of(structure))
        assert (plan.pairs, plan.served, len(plan.unmatched)) == ((), 0, len(problem.mentees))


@pytest.mark.parametrize("structure", [Structure.INSTRUMENTAL, Structure.CONCENTRATED, Structure.IDENTICAL])
def test_sixteen_schools_and_four_leads_are_planned_with_proof(structure: Structure) -> None:
    plan = match_lines(replace(network(5, 16, 4), settings=Settings()), part_of(structure))
    assert plan.is_proven
    assert plan.served + len(plan.unmatched) == 16
