"""Chains to the approval, kept inputs that replays need, supposed places, the aims of both levels."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mayak.matching.algorithms.teachers.problem import FactKind
from mayak.matching.enums import Coupling, MatchingLevel, MatchingState, NetworkModel, Objective, RunPurpose
from mayak.matching.forms import NetworkForm
from mayak.matching.models import MatchingRun, MatchPair, TeacherPair
from mayak.matching.selectors.teacher_facts import facts_of_run
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import (
    approve_run,
    forbid_pair,
    lock_pair,
    problems_of_approval,
    solve_run,
    update_run,
)
from mayak.matching.services.joint_solving import solve_together
from mayak.matching.services.repair import create_repair
from mayak.matching.services.replay import replay_run
from mayak.matching.services.scenarios import create_scenario
from mayak.matching.validators import MatchingSettings, NetworkRules
from mayak.networks.models import Partnership
from tests.factories.matching import MatchingRunFactory
from tests.factories.registry import SchoolYearFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.teacher_world import make_world
from tests.matching.test_joint import Levels, levels
from tests.matching.test_network_models import pairs_of, planned
from tests.matching.test_pair_import import imported

__all__ = ["levels"]  # a fixture
pytestmark = pytest.mark.django_db


def chain(district: District) -> MatchingRun:
    """One place at each lead: the third school gets help from a school before it."""
    district.maths_lead.lead_profiles.update(capacity=1)
    district.russian_lead.lead_profiles.update(capacity=1)
    return planned(district, NetworkModel.CHAIN, chain_length=3)


def link_of(run: MatchingRun) -> MatchPair:
    return run.pairs.select_related("mentee", "lead").get(group="2")


def test_a_chain_is_approved_with_the_schools_that_pass_help_on(district: District) -> None:
    run = chain(district)
    assert (str(link_of(run).mentee), str(link_of(run).lead)) == ("Северная СОШ", "Средняя СОШ")
    assert problems_of_approval(run) == []
    approve_run(run, actor=ACTOR)
    assert Partnership.objects.count() == 3


def test_a_ban_between_two_schools_of_a_chain_holds(district: District) -> None:
    run = chain(district)
    link = link_of(run)
    forbid_pair(run, link.mentee, link.lead, actor=ACTOR, reason="нет дороги")
    again = solve_run(MatchingRun.objects.get(pk=run.pk), actor=ACTOR)
    assert ("Северная СОШ", "Средняя СОШ") not in pairs_of(again)
    assert again.pairs.count() == 3
    assert replay_run(again).is_same
    assert problems_of_approval(again) == []


def test_a_school_of_a_chain_that_leaves_takes_its_bans_along(district: District) -> None:
    run = chain(district)
    link = link_of(run)
    forbid_pair(run, link.mentee, link.lead, actor=ACTOR, reason="нет дороги")
    run = MatchingRun.objects.get(pk=run.pk)
    made = create_scenario(run, [{"kind": "leaves", "side": "mentee", "key": str(link.lead_id)}], actor=ACTOR)
    assert made.rules.count() == 0
    assert solve_run(made, actor=ACTOR).pairs.count() == 2


def test_a_link_of_a_chain_cannot_be_locked_and_the_page_says_why(district: District) -> None:
    run = chain(district)
    link = link_of(run)
    with pytest.raises(ValidationError, match="Средняя СОШ passes help on in a chain"):
        lock_pair(run, link.mentee, link.lead, actor=ACTOR)


def test_pairs_of_a_file_were_not_computed_and_are_not_computed_once_more(district: District) -> None:
    run, _left = imported(district, "Северная СОШ;Гимназия;;\n")
    with pytest.raises(ValidationError, match=r"Only pairs that were computed can be computed once more\."):
        replay_run(run)
    assert replay_run(solve_run(run, actor=ACTOR)).is_same


def test_a_repair_of_a_scenario_takes_no_places_that_nobody_gave(district: District) -> None:
    base = solve_run(district.run, actor=ACTOR)
    more = {"kind": "places", "key": str(district.maths_lead.pk), "amount": 5}
    supposed = solve_run(create_scenario(base, [more], actor=ACTOR), actor=ACTOR)
    MatchingRun.objects.filter(pk=supposed.pk).update(job_id=None)
    approved = approve_run(MatchingRun.objects.get(pk=supposed.pk), actor=ACTOR)
    left = {"kind": "leaves", "side": "lead", "key": str(district.russian_lead.pk)}
    run = solve_run(create_repair(approved, [left], actor=ACTOR, reason="ремонт"), actor=ACTOR)
    assert run.scenario == [{**left, "reason": "ремонт"}]
    assert run.pairs.count() == 2  # the lyceum has two places
    assert approved.state == MatchingState.APPROVED


def test_a_plan_of_both_levels_is_replayed_only_with_both_its_inputs(levels: Levels) -> None:
    kept = solve_together(levels.teachers, actor=ACTOR)
    solve_run(MatchingRun.objects.get(pk=levels.schools.pk), actor=ACTOR)
    with pytest.raises(ValidationError, match="was computed again since"):
        replay_run(MatchingRun.objects.get(pk=kept.pk))


@pytest.mark.parametrize(
    ("schools", "teachers"),
    [
        (Objective.BEST_PAIRS, Objective.NOBODY_LEFT),
        (Objective.NOBODY_LEFT, Objective.BEST_PAIRS),
        (Objective.BEST_PAIRS, Objective.BEST_PAIRS),
    ],
)
def test_the_numbers_of_both_levels_are_told_for_every_aim(
    levels: Levels, schools: Objective, teachers: Objective
) -> None:
    MatchingRun.objects.filter(pk=levels.schools.pk).update(objective=schools)
    settings = TeacherMatchingSettings(coupling=Coupling.PREFER.value).to_json()
    MatchingRun.objects.filter(pk=levels.teachers.pk).update(objective=teachers, settings=settings)
    kept = solve_together(MatchingRun.objects.get(pk=levels.teachers.pk), actor=ACTOR)
    assert kept.summary["joint"]["schools"] == [1, 1]
    assert kept.summary["joint"]["needs"] == [1, 1]


def test_the_form_keeps_the_models_of_municipalities_that_it_does_not_show(district: District) -> None:
    parts = {"987654": NetworkModel.CHAIN.value, str(district.territory.pk): NetworkModel.CHAIN.value}
    run = planned(district, NetworkModel.MIXED, parts=parts)
    data: dict[str, Any] = {
        "network_model": NetworkModel.MIXED.value,
        "group_min": 3,
        "chain_length": 4,
        "hours_per_line": 0,
        f"part_{district.territory.pk}": "",
    }
    form = NetworkForm(data, run=run, municipalities=[district.territory])
    assert form.is_valid()
    assert form.rules() == NetworkRules(parts={"987654": NetworkModel.CHAIN.value})


def test_rules_changed_during_the_computation_ask_for_another_one(district: District) -> None:
    begun = MatchingRun.objects.get(pk=district.run.pk)
    update_run(
        district.run,
        actor=ACTOR,
        objective=Objective.BEST_PAIRS,
        settings=MatchingSettings(max_distance_km=1),
    )
    run = solve_run(begun, actor=ACTOR)
    assert run.input_changed
    assert problems_of_approval(run)[0].startswith("The rules were changed after the computation.")


def test_pairs_of_teachers_that_a_repair_replaced_are_no_pairs_of_last_year(db) -> None:
    world = make_world()
    last = SchoolYearFactory(start_year=2023)
    common = {"territory": world.territory, "school_year": last, "level": MatchingLevel.TEACHERS}
    old = MatchingRunFactory(**common, state=MatchingState.ARCHIVED, approved_at=timezone.now())
    new = MatchingRunFactory(
        **common,
        state=MatchingState.APPROVED,
        approved_at=timezone.now(),
        purpose=RunPurpose.REPAIR,
        based_on=old,
    )
    schools = {"mentee_school": world.village, "mentor_school": world.village, "score": 0.5}
    for run, mentor in ((old, world.galina), (new, world.dmitry)):
        TeacherPair.objects.create(run=run, mentee=world.anna, mentor=mentor, need_key="a", **schools)
    facts, _known = facts_of_run(world.run)
    assert [(one.mentee, one.mentor) for one in facts if one.kind is FactKind.LAST_YEAR] == [
        (str(world.anna.pk), str(world.dmitry.pk))
    ]


def test_a_repair_keeps_the_links_inside_a_chain(district: District) -> None:
    approved = approve_run(chain(district), actor=ACTOR)
    leaves = {"kind": "leaves", "side": "mentee", "key": str(district.south.pk)}
    repair = create_repair(approved, [leaves], actor=ACTOR, reason="закрыта на ремонт")
    solved = solve_run(repair, actor=ACTOR)
    assert ("Северная СОШ", "Средняя СОШ") in pairs_of(solved)
    assert link_of(solved).is_kept is True
