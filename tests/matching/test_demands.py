"""Locks, bans and moves by hand."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from mayak.matching.enums import Objective, PairOrigin, PairRuleKind
from mayak.matching.models import PairRule
from mayak.matching.selectors import unmatched_texts
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.comparison import comparison_of
from mayak.matching.services import (
    approve_run,
    drop_rule,
    forbid_pair,
    lock_pair,
    move_pair,
    request_solve,
    solve_run,
    update_run,
)
from mayak.matching.validators import MatchingSettings
from tests.factories.matching import lead, mentee
from tests.matching.conftest import ACTOR, District


def test_candidates_show_the_effect_of_a_move_before_it_is_made(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    district.run.refresh_from_db()
    first, second = candidates_for(district.run, district.middle.pk)
    assert (first.name, first.is_current, first.load, first.capacity) == ("Лицей", True, 2, 2)
    assert (second.name, second.why_not) == ("Гимназия", "")
    assert second.effect == pytest.approx(-0.5)


def test_a_move_changes_the_total_at_once_and_is_kept(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    district.run.refresh_from_db()
    best = district.run.score
    pair = move_pair(
        district.run,
        district.middle,
        actor=ACTOR,
        to_lead=district.russian_lead,
        from_lead=district.maths_lead,
    )
    district.run.refresh_from_db()
    assert pair.origin == PairOrigin.HAND
    assert district.run.score == pytest.approx(best - 0.5)
    assert district.run.optimal_score == best
    again = solve_run(district.run, actor=ACTOR)
    assert again.pairs.get(mentee=district.middle).lead == district.russian_lead


def test_a_full_lead_school_is_refused_with_its_load(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        move_pair(
            district.run,
            district.south,
            actor=ACTOR,
            to_lead=district.maths_lead,
            from_lead=district.russian_lead,
        )
    assert caught.value.messages == ["Лицей cannot be chosen: no free place: 2 of 2."]
    assert district.run.pairs.get(mentee=district.south).lead == district.russian_lead


def test_a_second_lead_needs_a_place_at_the_school(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    with pytest.raises(ValidationError, match="The school has all the lead schools that the rules allow"):
        move_pair(district.run, district.middle, actor=ACTOR, to_lead=district.russian_lead)
    assert district.run.pairs.filter(mentee=district.middle).count() == 1


def test_a_school_without_a_pair_can_be_given_one_by_hand(district: District) -> None:
    district.maths_lead.lead_profiles.update(capacity=1)
    district.russian_lead.lead_profiles.update(capacity=1)
    solve_run(district.run, actor=ACTOR)
    left = district.run.unmatched.get().mentee
    other = district.run.pairs.exclude(mentee=left).first()
    forbid_pair(district.run, other.mentee, other.lead, actor=ACTOR, reason="отказ школы")
    move_pair(district.run, left, actor=ACTOR, to_lead=other.lead)
    assert list(district.run.unmatched.values_list("mentee", flat=True)) == [other.mentee_id]


def test_a_ban_takes_the_pair_apart_and_the_next_computation_respects_it(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    forbid_pair(district.run, district.south, district.russian_lead, actor=ACTOR, reason="конфликт")
    left = district.run.unmatched.get()
    assert unmatched_texts(left) == [
        "The pair with Гимназия was forbidden by hand; compute again to look for another one."
    ]
    run = solve_run(district.run, actor=ACTOR)
    assert not run.pairs.filter(mentee=district.south, lead=district.russian_lead).exists()


def test_a_ban_needs_a_reason(district: District) -> None:
    with pytest.raises(ValidationError) as caught:
        forbid_pair(district.run, district.south, district.russian_lead, actor=ACTOR, reason=" ")
    assert caught.value.message_dict == {"reason": ["Say why this pair must not be."]}
    assert PairRule.objects.count() == 0


def test_a_lock_above_the_capacity_is_refused_with_the_place(district: District) -> None:
    district.russian_lead.lead_profiles.update(capacity=1)
    lock_pair(district.run, district.north, district.russian_lead, actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        lock_pair(district.run, district.middle, district.russian_lead, actor=ACTOR)
    assert caught.value.messages == ["2 fixed pairs at Гимназия, which has 1 places."]
    assert district.run.rules.count() == 1


def test_a_lock_beyond_the_distance_is_refused_with_the_limit(district: District) -> None:
    settings = replace(MatchingSettings(), max_distance_km=15.0)
    update_run(district.run, actor=ACTOR, objective=Objective.NOBODY_LEFT, settings=settings)
    district.run.refresh_from_db()
    with pytest.raises(ValidationError) as caught:
        lock_pair(district.run, district.north, district.maths_lead, actor=ACTOR)
    assert caught.value.messages == [
        "The fixed pair Северная СОШ – Лицей breaks a limit: farther than the rules allow."
    ]


def test_a_limit_set_after_the_lock_stops_the_computation_and_changes_nothing(district: District) -> None:
    lock_pair(district.run, district.north, district.maths_lead, actor=ACTOR)
    solve_run(district.run, actor=ACTOR)
    settings = replace(MatchingSettings(), max_distance_km=15.0)
    update_run(district.run, actor=ACTOR, objective=Objective.NOBODY_LEFT, settings=settings)
    district.run.refresh_from_db()
    with pytest.raises(ValidationError, match="breaks a limit: farther than the rules allow"):
        request_solve(district.run, actor=ACTOR)
    assert district.run.pairs.count() == 3


def test_a_forbidden_pair_cannot_be_locked(district: District) -> None:
    forbid_pair(district.run, district.south, district.maths_lead, actor=ACTOR, reason="далеко")
    with pytest.raises(ValidationError) as caught:
        lock_pair(district.run, district.south, district.maths_lead, actor=ACTOR)
    assert caught.value.messages == ["The pair Южная СОШ ← Лицей is forbidden; take the ban back first."]


def test_a_demand_can_be_taken_back(district: District) -> None:
    solve_run(district.run, actor=ACTOR)
    rule = lock_pair(district.run, district.south, district.russian_lead, actor=ACTOR)
    assert district.run.pairs.get(mentee=district.south).origin == PairOrigin.LOCKED
    drop_rule(rule, actor=ACTOR)
    assert district.run.pairs.get(mentee=district.south).origin == PairOrigin.SOLVER
    assert district.run.rules.count() == 0


def test_an_approved_pairing_takes_no_demands(district: District) -> None:
    run = approve_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        lock_pair(run, district.south, district.russian_lead, actor=ACTOR)
    assert caught.value.messages == ["Only a draft can be changed; this pairing is in the state «approved»."]


def test_the_six_pairs_of_s1_are_locked_and_compared_with_the_optimum(district: District) -> None:
    """Domain.md A1.2: six mentee schools, three lead schools, loads 3, 2, 1."""
    for school in (
        district.north,
        district.middle,
        district.south,
        district.maths_lead,
        district.russian_lead,
    ):
        school.statuses.all().delete()
    named = {
        "Приладожская СОШ": ["Путиловская ООШ", "Назиевская СОШ", "Суховская ООШ"],
        "Шлиссельбургская СОШ № 1": ["Синявинская СОШ", "Шумская СОШ"],
        "Отрадненская СОШ № 2": ["Отрадненская СОШ № 3"],
    }
    leads = {name: lead(district.territory, name) for name in named}
    for name, schools in named.items():
        for school in schools:
            lock_pair(district.run, mentee(district.territory, school), leads[name], actor=ACTOR)
    run = solve_run(district.run, actor=ACTOR)
    assert set(run.rules.values_list("kind", flat=True)) == {PairRuleKind.LOCK}
    assert {str(pair.mentee): str(pair.lead) for pair in run.pairs.select_related("mentee", "lead")} == {
        school: name for name, schools in named.items() for school in schools
    }
    compared = comparison_of(run)
    assert (compared.served, compared.served_optimum) == (6, 6)
    assert compared.score <= compared.score_optimum
    assert len(compared.kept) + len(compared.only_now) == 6
