"""Pairs of teachers through the services: exact points, reasons, demands by hand, approval, the same result twice."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from mayak.accounts.models import Consent
from mayak.diagnosis.models import MentorStrength, TeacherNeed
from mayak.kernel.access import Scope
from mayak.kernel.models import AuditEntry
from mayak.matching.enums import MatchingLevel, MatchingState, PairOrigin, PairRuleKind
from mayak.matching.models import MatchingRun, TeacherPair, TeacherRule
from mayak.matching.selectors.teacher_candidates import candidates_of_need, needs_of_mentee
from mayak.matching.selectors.teacher_explanations import mentors_named, pair_reasons, uncovered_texts
from mayak.matching.selectors.teacher_runs import (
    Swap,
    approved_pairs,
    mentor_loads,
    names_of,
    subjects_of,
    swaps_of,
)
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import approve_run, archive_run, create_run, problems_of_approval, update_run
from mayak.matching.services.teacher_demands import (
    drop_teacher_rule,
    forbid_teachers,
    lock_teachers,
    move_teacher,
)
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.networks.models import Partnership
from mayak.registry.models import Employment, Person
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, consent, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _source_language():
    with translation.override("en"):
        yield


@pytest.fixture
def world() -> TeacherWorld:
    return make_world()


@pytest.fixture
def solved(world: TeacherWorld) -> MatchingRun:
    return solve_teacher_run(world.run, actor=ACTOR)


def pairs_of(run: MatchingRun) -> set[tuple[Person, Person]]:
    return {(pair.mentee, pair.mentor) for pair in run.teacher_pairs.select_related("mentee", "mentor")}


def need_of(person: Person) -> str:
    return f"competence:{TeacherNeed.objects.get(person=person).competence_id}"


def test_the_heaviest_need_gets_the_one_place_and_each_pair_its_points(
    world: TeacherWorld, solved: MatchingRun
) -> None:
    assert pairs_of(solved) == {(world.anna, world.galina), (world.boris, world.dmitry)}
    assert solved.proof["is_proven"] is True
    assert solved.proof["gap"] == 0
    pair = solved.teacher_pairs.get(mentee=world.anna)
    # Weights without history, preference and partners: 85 = 30 + 10 + 15 + 10 + 5 + 10 + 5.
    points = {one["criterion"]: one["points"] for one in pair.contributions}
    assert points == pytest.approx(
        {
            "coverage": 30 / 85,
            "level": 9 / 85,
            "subject": 15 / 85,
            "grades": 10 / 85,
            "distance": 8 / 85,
            "municipality": 5 / 85,
        },
        abs=1e-5,
    )
    assert pair.score == pytest.approx(77 / 85, abs=1e-5)
    assert pair.score == pytest.approx(sum(points.values()), abs=1e-5)
    assert (pair.is_remote, pair.distance_km) == (False, pytest.approx(20, abs=0.001))
    assert (pair.mentee_school, pair.mentor_school) == (world.village, world.lyceum)
    assert (pair.need_title, pair.subject, pair.competence) == (
        "Текстовые задачи",
        world.maths,
        world.word_problems,
    )
    assert solved.score == pytest.approx(sum(one.score for one in solved.teacher_pairs.all()), abs=1e-5)
    assert solved.score == solved.optimal_score


def test_the_summary_says_what_the_tiles_show(solved: MatchingRun) -> None:
    shown = {
        name: value
        for name, value in solved.summary.items()
        if name not in {"result_hash", "optimum", "blocking"}
    }
    assert shown == {
        "aim_price": 0.0,
        "served": 2,
        "needs": 3,
        "mentees": 3,
        "mentees_served": 2,
        "mentors": 2,
        "mentors_used": 2,
        "places": 3,
        "remote": 0,
    }


def test_who_would_both_rather_swap_is_counted(world: TeacherWorld, solved: MatchingRun) -> None:
    """Galina fits Vera a little better than Anna, but Anna's need is heavier: said, not repaired."""
    gain = pytest.approx(80 / 85, abs=1e-4)
    assert solved.summary["blocking"] == {
        "count": 1,
        "is_exact": True,
        "pairs": [[world.vera.pk, need_of(world.vera), world.galina.pk, gain]],
    }
    assert swaps_of(solved) == [Swap("Вера Вера", "Галина Галина", gain)]


def test_a_pair_says_its_largest_reasons(world: TeacherWorld, solved: MatchingRun) -> None:
    pair = solved.teacher_pairs.get(mentee=world.anna)
    assert pair_reasons(pair, subjects_of(solved)) == [
        "strong in what is needed: Текстовые задачи: +35\u202f%",
        "same subject: Математика: +18\u202f%",
        "helps in grades 5–9: +12\u202f%",
        "stands well above in this: +11\u202f%",
    ]
    whole = solved.teacher_pairs.get(mentee=world.boris)
    assert pair_reasons(whole, subjects_of(solved))[:2] == [
        "strong in the subject as a whole; the need is: Диктанты: +18\u202f%",
        "same subject: Русский язык: +18\u202f%",
    ]


def test_a_need_without_a_mentor_names_who_is_full(world: TeacherWorld, solved: MatchingRun) -> None:
    left = solved.uncovered.get()
    assert (left.mentee, left.need_title, left.weight) == (world.vera, "Текстовые задачи", 0.5)
    texts = uncovered_texts(left, names_of(mentors_named([left])))
    assert "Mentors who would do have no free place: Галина Галина (1 of 1)." in texts
    assert "Smallest change: give Галина Галина one place more. Then 3 needs have a mentor." in texts


def test_the_load_of_a_mentor_is_two_of_three(solved: MatchingRun) -> None:
    assert [(load.name, load.load, load.places, load.free) for load in mentor_loads(solved)] == [
        ("Галина Галина", 1, 1, 0),
        ("Дмитрий Дмитрий", 1, 2, 1),
    ]


def test_computing_twice_gives_the_same(world: TeacherWorld, solved: MatchingRun) -> None:
    before = solved.summary["result_hash"], solved.snapshot_hash, pairs_of(solved)
    again = solve_teacher_run(solved, actor=ACTOR)
    assert (again.summary["result_hash"], again.snapshot_hash, pairs_of(again)) == before
    assert again.teacher_pairs.count() == 2
    assert again.uncovered.count() == 1


def test_nobody_to_pair_is_refused_in_words(world: TeacherWorld) -> None:
    TeacherNeed.objects.all().delete()
    with pytest.raises(ValidationError, match="No teacher of the territory has an open need"):
        solve_teacher_run(world.run, actor=ACTOR)


def test_no_mentor_is_refused_in_words(world: TeacherWorld) -> None:
    MentorStrength.objects.all().delete()
    Employment.objects.filter(person__in=[world.galina, world.dmitry]).delete()
    with pytest.raises(ValidationError, match="No mentor of the territory has an accepted passport"):
        solve_teacher_run(world.run, actor=ACTOR)


def test_a_lock_is_kept_by_the_next_computation(world: TeacherWorld, solved: MatchingRun) -> None:
    lock_teachers(solved, world.vera, world.galina, actor=ACTOR)
    solved.refresh_from_db()
    assert solved.input_changed
    again = solve_teacher_run(solved, actor=ACTOR)
    assert pairs_of(again) == {(world.vera, world.galina), (world.boris, world.dmitry)}
    assert again.teacher_pairs.get(mentee=world.vera).origin == PairOrigin.LOCKED
    assert again.summary["optimum"]["served"] == 2, (
        "the best plan without the lock is kept for the comparison"
    )
    assert again.score != again.optimal_score


def test_more_locks_than_places_are_refused_with_names(world: TeacherWorld, solved: MatchingRun) -> None:
    lock_teachers(solved, world.anna, world.galina, actor=ACTOR)
    with pytest.raises(ValidationError, match="2 fixed pairs at Галина Галина, which has 1 places"):
        lock_teachers(solved, world.vera, world.galina, actor=ACTOR)
    assert solved.teacher_rules.count() == 1


def test_a_ban_takes_the_pair_apart_at_once(world: TeacherWorld, solved: MatchingRun) -> None:
    forbid_teachers(solved, world.anna, world.galina, actor=ACTOR, reason="родственники")
    solved.refresh_from_db()
    assert pairs_of(solved) == {(world.boris, world.dmitry)}
    left = solved.uncovered.get(mentee=world.anna)
    assert left.weight == 0.9
    assert uncovered_texts(left, names_of(mentors_named([left]))) == [
        "The pair with Галина Галина was forbidden by hand; compute again to look for another one."
    ]
    assert solved.summary["served"] == 1
    again = solve_teacher_run(solved, actor=ACTOR)
    assert pairs_of(again) == {(world.vera, world.galina), (world.boris, world.dmitry)}
    entry = AuditEntry.objects.filter(action="forbid_pair").get()
    assert entry.changes == {"mentee": world.anna.pk, "mentor": world.galina.pk}


def test_a_ban_needs_a_reason_and_a_banned_pair_cannot_be_locked(
    world: TeacherWorld, solved: MatchingRun
) -> None:
    with pytest.raises(ValidationError):
        forbid_teachers(solved, world.anna, world.galina, actor=ACTOR, reason=" ")
    rule = forbid_teachers(solved, world.anna, world.galina, actor=ACTOR, reason="r")
    with pytest.raises(ValidationError, match="take the ban back first"):
        lock_teachers(solved, world.anna, world.galina, actor=ACTOR)
    drop_teacher_rule(rule, actor=ACTOR)
    assert not TeacherRule.objects.exists()


def test_the_candidates_say_the_effect_and_what_stands_against(
    world: TeacherWorld, solved: MatchingRun
) -> None:
    need = needs_of_mentee(solved, world.vera.pk)[0]
    assert (need.title, need.weight) == ("Текстовые задачи", 0.5)
    found = candidates_of_need(solved, world.vera.pk, need.key)
    assert [(one.name, one.why_not) for one in found] == [
        ("Галина Галина", "no free place: 1 of 1"),
        ("Дмитрий Дмитрий", "not strong in this need, or another subject, role or grade"),
    ]
    # coverage 30 + level 5 + subject 15 + grades 10 + kind 5 + distance 10 + municipality 5
    assert found[0].score == found[0].effect == pytest.approx(80 / 85, abs=1e-5)


def test_a_move_takes_effect_at_once_and_is_locked(world: TeacherWorld, solved: MatchingRun) -> None:
    passport = world.passport(world.galina)
    passport.pairs = 2
    passport.save()
    run = solve_teacher_run(solved, actor=ACTOR)
    assert run.uncovered.count() == 0
    forbid_teachers(run, world.vera, world.galina, actor=ACTOR, reason="r")
    run.teacher_rules.all().delete()
    before = run.teacher_pairs.count()
    pair = move_teacher(run, world.vera, need_of(world.vera), actor=ACTOR, to_mentor=world.galina)
    run.refresh_from_db()
    assert (pair.origin, run.teacher_pairs.count(), run.uncovered.count()) == (PairOrigin.HAND, before + 1, 0)
    assert run.summary["served"] == 3
    assert run.teacher_rules.get().kind == PairRuleKind.LOCK
    again = solve_teacher_run(run, actor=ACTOR)
    assert (world.vera, world.galina) in pairs_of(again)


def test_a_move_to_a_full_mentor_is_refused_with_the_reason(world: TeacherWorld, solved: MatchingRun) -> None:
    with pytest.raises(ValidationError, match="no free place: 1 of 1"):
        move_teacher(solved, world.vera, need_of(world.vera), actor=ACTOR, to_mentor=world.galina)
    with pytest.raises(ValidationError, match="takes no part"):
        move_teacher(solved, world.vera, "competence:0", actor=ACTOR, to_mentor=world.galina)


def test_the_approval_asks_for_the_consents_of_the_mentors(world: TeacherWorld, solved: MatchingRun) -> None:
    assert problems_of_approval(solved) == [
        "The consent to mentoring of these people is not in the register: Галина Галина, Дмитрий Дмитрий."
    ]
    consent(world.galina, world.dmitry)
    approved = approve_run(solved, actor=ACTOR)
    assert approved.state == MatchingState.APPROVED
    assert AuditEntry.objects.filter(action="approve").get().changes["pairs"] == 2
    assert not Partnership.objects.exists(), "pairs of teachers are no partnerships of schools"


def test_the_approval_looks_at_the_people_as_they_are_now(world: TeacherWorld, solved: MatchingRun) -> None:
    consent(world.galina, world.dmitry)
    Employment.objects.filter(person=world.anna).update(valid_to="2024-10-01")
    passport = world.passport(world.dmitry)
    passport.pairs = 0
    passport.save()
    Employment.objects.filter(person=world.galina).update(valid_to="2024-10-01")
    assert problems_of_approval(solved) == [
        "These teachers do not work in the territory any more: Анна Анна.",
        "These mentors have no accepted passport, left their school or have no time: Галина Галина.",
        "Дмитрий Дмитрий has 1 needs, but places for 0: raise the places in the passport, or move or forbid one of "
        "these pairs: Борис Борис.",
    ]


def test_schools_and_teachers_are_approved_side_by_side(world: TeacherWorld, solved: MatchingRun) -> None:
    consent(world.galina, world.dmitry)
    other = create_run(world.territory, world.run.school_year, actor=ACTOR, level=MatchingLevel.TEACHERS)
    approve_run(solved, actor=ACTOR)
    other = solve_teacher_run(other, actor=ACTOR)
    assert problems_of_approval(other)[-1] == (
        "«Учителя» is approved for this territory and year; archive it first."
    )
    archive_run(solved, actor=ACTOR, reason="новый год")
    other.refresh_from_db()
    assert problems_of_approval(other) == []


def test_a_draft_is_invisible_and_an_approved_pair_is_seen_by_its_people(
    world: TeacherWorld, solved: MatchingRun
) -> None:
    own = Scope(organisation_ids=frozenset({world.village.pk}))
    assert not approved_pairs(own, world.anna.pk, sees_others=True).exists()
    consent(world.galina, world.dmitry)
    approve_run(solved, actor=ACTOR)
    assert {pair.mentee for pair in approved_pairs(own, None, sees_others=True)} == {world.anna, world.boris}
    assert {pair.mentee for pair in approved_pairs(own, world.anna.pk, sees_others=False)} == {world.anna}
    assert {pair.mentee for pair in approved_pairs(Scope(), world.galina.pk, sees_others=False)} == {
        world.anna
    }
    assert not approved_pairs(Scope(), None, sees_others=False).exists()


def test_changed_rules_ask_for_a_new_computation(world: TeacherWorld, solved: MatchingRun) -> None:
    rules = replace(TeacherMatchingSettings(), same_role=False)
    run = update_run(solved, actor=ACTOR, objective=solved.objective, settings=rules)
    assert run.input_changed
    assert problems_of_approval(run)[0].startswith("The rules were changed")


def test_last_years_pair_is_kept_where_it_is_found_again(world: TeacherWorld, solved: MatchingRun) -> None:
    consent(world.galina, world.dmitry)
    approve_run(solved, actor=ACTOR)
    assert not TeacherPair.objects.filter(is_kept=True).exists()
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weights": {"beauty": 1}}, "Unknown criteria: beauty"),
        ({"weights": {"coverage": -1}}, "must be a number from 0"),
        ({"weights": dict.fromkeys(["coverage"], 0)}, "At least one criterion"),
        ({"needs_per_mentee": 9}, "from 1 to 5"),
        ({"groups": "yes"}, "must be yes or no"),
        ({"employer": "x"}, "must be one of"),
        ({"employer": "same", "coupling": "require"}, "contradict each other"),
        ({"max_distance_km": float("nan")}, "must be a number"),
        ({"colour": 1}, "Unknown settings: colour"),
    ],
)
def test_rules_outside_their_bounds_are_refused_in_words(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TeacherMatchingSettings.from_json(given)


def test_rules_come_back_as_they_were_written() -> None:
    rules = replace(TeacherMatchingSettings(), max_distance_km=None, groups=True, needs_per_mentee=3)
    assert TeacherMatchingSettings.from_json(rules.to_json()) == rules
