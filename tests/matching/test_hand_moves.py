"""Moves by hand keep what a computed pair has: hours, content lines; and respect the model of the network."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from mayak.matching.enums import NetworkModel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import pair_list
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.network_facts import network_facts
from mayak.matching.services import move_pair, solve_run, update_run
from mayak.matching.services.runs import set_network
from mayak.matching.services.teacher_demands import forbid_teachers, move_teacher
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.matching.validators import MatchingSettings, NetworkRules
from mayak.registry.models import Organisation
from tests.factories.matching import lead, mentee, result, strength
from tests.matching.conftest import ACTOR, District
from tests.matching.teacher_world import make_world
from tests.matching.test_teacher_solving import need_of

pytestmark = pytest.mark.django_db
PLACE = {"latitude": "60.000000", "longitude": "30.000000"}


def planned(district: District, model: str, **rules: Any) -> MatchingRun:
    set_network(district.run, actor=ACTOR, model=model, rules=NetworkRules(**rules))
    district.run.refresh_from_db()
    return solve_run(district.run, actor=ACTOR)


def refusal(run: MatchingRun, mentee: Organisation, to: Organisation, left: Organisation | None) -> str:
    with pytest.raises(ValidationError) as refused:
        move_pair(run, mentee, actor=ACTOR, to_lead=to, from_lead=left)
    return str(refused.value.messages[0])


def lines_of(run: MatchingRun, school: Organisation) -> dict[str, list[str]]:
    return {str(pair.lead): [line["line"] for line in pair.lines] for pair in run.pairs.filter(mentee=school)}


def test_the_hours_of_a_need_stay_when_it_moves_to_another_mentor(db: None) -> None:
    world = make_world()
    world.passport(world.galina).__class__.objects.filter(person=world.galina).update(pairs=2)
    run = solve_teacher_run(world.run, actor=ACTOR)
    forbid_teachers(run, world.vera, world.galina, actor=ACTOR, reason="спор")
    run.teacher_rules.all().delete()
    pair = move_teacher(run, world.vera, need_of(world.vera), actor=ACTOR, to_mentor=world.galina)
    assert pair.hours == 2.0


def test_the_hours_of_a_mentor_are_a_limit_of_a_move_where_they_count(db: None) -> None:
    world = make_world()
    passports = world.passport(world.galina).__class__.objects.filter(person=world.galina)
    passports.update(pairs=2, hours_per_month=3)
    world.run.settings = {**world.run.settings, "count_hours": True}
    world.run.save()
    run = solve_teacher_run(world.run, actor=ACTOR)
    with pytest.raises(ValidationError) as refused:
        move_teacher(run, world.vera, need_of(world.vera), actor=ACTOR, to_mentor=world.galina)
    assert "no free hours: 4 of 3 a month" in refused.value.messages[0]


def test_a_move_between_centres_takes_all_lines_along(district: District) -> None:
    result(district.north, district.russian, below=6)
    run = planned(district, NetworkModel.CONCENTRATED_RESOURCE, centres=2)
    computed = run.pairs.get(mentee=district.north)
    assert computed.lead == district.maths_lead
    other = next(
        one for one in candidates_for(run, district.north.pk) if one.lead_id == district.russian_lead.pk
    )
    pair = move_pair(
        run, district.north, actor=ACTOR, to_lead=district.russian_lead, from_lead=district.maths_lead
    )
    assert sorted(line["line"] for line in pair.lines) == ["math", "russian"]
    assert sum(line["points"] for line in pair.lines) == pytest.approx(pair.score, abs=1e-5)
    assert sum(line["share"] for line in pair.lines) == pytest.approx(1)
    assert other.effect == pytest.approx(pair.score - computed.score)


def test_a_move_to_one_centre_more_than_the_model_allows_is_refused_by_its_name(district: District) -> None:
    run = planned(district, NetworkModel.CONCENTRATED_RESOURCE, centres=1)
    assert refusal(run, district.north, district.russian_lead, district.maths_lead) == (
        "Гимназия cannot be chosen: more centres than the model of the network allows: 2 of 1."
    )
    assert run.pairs.count() == 2


def test_the_last_school_of_a_centre_may_move_where_one_centre_is_allowed(district: District) -> None:
    district.middle.statuses.all().delete()
    district.south.statuses.all().delete()
    run = planned(district, NetworkModel.CONCENTRATED_RESOURCE, centres=1)
    pair = move_pair(
        run, district.north, actor=ACTOR, to_lead=district.russian_lead, from_lead=district.maths_lead
    )
    assert [str(one.lead) for one in run.pairs.all()] == [str(pair.lead)] == ["Гимназия"]
    facts = network_facts(run, pair_list(run))
    assert facts is not None
    assert facts.centres == ("Гимназия",)


def test_a_line_moves_to_another_lead_and_the_other_line_stays(district: District) -> None:
    result(district.north, district.russian, below=12)
    rules = MatchingSettings(leads_per_school=2, require_common_need=True)
    update_run(district.run, actor=ACTOR, objective=district.run.objective, settings=rules)
    district.run.refresh_from_db()
    third = lead(district.territory, "Школа 3", capacity=3, **PLACE)
    strength(third, district.maths, 0.4)
    run = planned(district, NetworkModel.DISTRIBUTED_INSTRUMENTAL)
    assert lines_of(run, district.north) == {"Лицей": ["math"], "Гимназия": ["russian"]}
    move_pair(run, district.north, actor=ACTOR, to_lead=third, from_lead=district.maths_lead)
    assert lines_of(run, district.north) == {"Школа 3": ["math"], "Гимназия": ["russian"]}
    moved = run.pairs.get(mentee=district.north, lead=third)
    assert moved.score == pytest.approx(sum(line["points"] for line in moved.lines), abs=1e-5)


def test_one_more_lead_without_a_free_line_is_refused(district: District) -> None:
    rules = MatchingSettings(leads_per_school=2)
    update_run(district.run, actor=ACTOR, objective=district.run.objective, settings=rules)
    district.run.refresh_from_db()
    run = planned(district, NetworkModel.DISTRIBUTED_INSTRUMENTAL)
    assert lines_of(run, district.north) == {"Лицей": ["math"]}
    assert refusal(run, district.north, district.russian_lead, None) == (
        "Гимназия cannot be chosen: every content line of the school has a lead school already; "
        "say which one it leaves."
    )


def test_hours_of_the_lines_limit_a_move(district: District) -> None:
    district.russian_lead.lead_profiles.update(hours_per_month=4)
    run = planned(district, NetworkModel.CONCENTRATED_BOTH, hours_per_line=4.0)
    assert {str(pair.mentee): str(pair.lead) for pair in run.pairs.all()}["Южная СОШ"] == "Гимназия"
    assert refusal(run, district.north, district.russian_lead, district.maths_lead) == (
        "Гимназия cannot be chosen: more hours a month than its passport gives: 8 of 4."
    )


@pytest.fixture
def groups(district: District) -> MatchingRun:
    """Two groups in mathematics: three schools at the lyceum, two at the other lead."""
    district.maths_lead.lead_profiles.update(capacity=3)
    other = lead(district.territory, "Школа 3", capacity=3, **PLACE)
    strength(other, district.maths, 0.9)
    for number in (1, 2, 3):
        one = mentee(district.territory, f"Новая СОШ {number}", **PLACE)
        result(one, district.maths, below=9)
    return planned(district, NetworkModel.DISTRIBUTED_IDENTICAL, group_min=2, group_max=3)


def by_lead(run: MatchingRun) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair in run.pairs.select_related("lead"):
        found[str(pair.lead)] = found.get(str(pair.lead), 0) + 1
    return found


def test_a_school_joins_the_group_of_another_lead(groups: MatchingRun, district: District) -> None:
    assert by_lead(groups) == {"Лицей": 3, "Школа 3": 2}
    third = Organisation.objects.get(short_name="Школа 3")
    some = groups.pairs.filter(lead=district.maths_lead).first()
    assert some is not None
    pair = move_pair(groups, some.mentee, actor=ACTOR, to_lead=third, from_lead=district.maths_lead)
    assert (pair.group, [line["line"] for line in pair.lines]) == ("Школа 3: Математика", ["math"])
    assert by_lead(groups) == {"Лицей": 2, "Школа 3": 3}


def test_a_group_that_would_become_too_small_is_named(groups: MatchingRun, district: District) -> None:
    third = Organisation.objects.get(short_name="Школа 3")
    some = groups.pairs.filter(lead=third).first()
    assert some is not None
    district.maths_lead.lead_profiles.update(capacity=4)
    groups.snapshot["problem"]["leads"] = [
        {**one, "capacity": 4} if one["key"] == str(district.maths_lead.pk) else one
        for one in groups.snapshot["problem"]["leads"]
    ]
    groups.snapshot["network"]["parts"][0]["group_max"] = 4
    groups.save()
    assert refusal(groups, some.mentee, district.maths_lead, third) == (
        "Лицей cannot be chosen: the group at Школа 3 would have fewer schools than the model allows: 1 of 2."
    )


def test_a_group_has_no_more_schools_than_the_model_allows(groups: MatchingRun, district: District) -> None:
    third = Organisation.objects.get(short_name="Школа 3")
    some = groups.pairs.filter(lead=third).first()
    assert some is not None
    groups.snapshot["problem"]["leads"] = [
        {**one, "capacity": 4} if one["key"] == str(district.maths_lead.pk) else one
        for one in groups.snapshot["problem"]["leads"]
    ]
    groups.save()
    assert refusal(groups, some.mentee, district.maths_lead, third) == (
        "Лицей cannot be chosen: the group at Лицей would have more schools than the model allows: 4 of 3; "
        "the group at Школа 3 would have fewer schools than the model allows: 1 of 2."
    )


def test_in_a_chain_a_place_is_computed_and_not_moved(district: District) -> None:
    run = planned(district, NetworkModel.CHAIN, chain_length=3)
    taken = set(run.pairs.filter(mentee=district.north).values_list("lead_id", flat=True))
    other = next(one for one in (district.maths_lead, district.russian_lead) if one.pk not in taken)
    assert refusal(run, district.north, other, None) == (
        f"{other} cannot be chosen: in a chain each place depends on the others; lock the pair and compute again."
    )
