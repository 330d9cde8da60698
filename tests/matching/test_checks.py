"""Checks of approved pairs of teachers: what each finds, what it does not, and that it names no teacher who gets help."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import translation

from mayak.accounts.models import Consent
from mayak.kernel.access import Scope
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.matching.services.teacher_solving import solve_teacher_run
from tests.factories.matching import MatchingRunFactory, MatchPairFactory
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, consent, make_world

pytestmark = pytest.mark.django_db
IN_THE_YEAR = dt.datetime(2024, 11, 5, 12, tzinfo=dt.UTC)
CHECKS = ["CH-01T", "CH-02T", "CH-08T", "CH-24T", "CH-27T", "matching.consent", "matching.partners"]


@pytest.fixture(autouse=True)
def _in_the_year() -> Any:
    with time_machine.travel(IN_THE_YEAR, tick=False), translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> TeacherWorld:
    made = make_world()
    consent(made.galina, made.dmitry)
    return made


@pytest.fixture
def run(world: TeacherWorld) -> MatchingRun:
    """Anna with Galina, Boris with Dmitry; Vera has nobody. Approved."""
    solve_teacher_run(world.run, actor=ACTOR)
    MatchingRun.objects.filter(pk=world.run.pk).update(state=MatchingState.APPROVED)
    return MatchingRun.objects.get(pk=world.run.pk)


def found(check: str) -> list[tuple[str, str]]:
    Finding.objects.all().delete()
    run_checks(scope=Scope.of_everything(), check_ids=[check])
    rows = Finding.objects.filter(check_id=check).order_by("pk")
    assert not any(name in f"{row.place} {row.reason}" for row in rows for name in ("Анна", "Вера", "Борис"))
    return [(row.place, row.reason) for row in rows]


def test_pairs_within_all_limits_have_no_finding_but_the_uncovered_need(run: MatchingRun) -> None:
    assert {check: len(found(check)) for check in CHECKS} == {**dict.fromkeys(CHECKS, 0), "CH-01T": 1}


def test_drafts_have_no_findings(run: MatchingRun) -> None:
    Consent.objects.all().delete()
    MatchingRun.objects.update(state=MatchingState.DRAFT)
    assert [check for check in CHECKS if found(check)] == []


def test_ch_01_counts_the_teachers_of_a_school_without_a_mentor(run: MatchingRun) -> None:
    assert found("CH-01T") == [
        ("Городская СОШ", "1 teacher of the school has an open need and no mentor in the approved pairs.")
    ]


def test_ch_02_finds_a_mentor_above_the_places_unless_a_reason_gave_them(
    world: TeacherWorld, run: MatchingRun
) -> None:
    TeacherPair.objects.filter(mentee=world.boris).update(mentor=world.galina, mentor_school=world.lyceum)
    assert found("CH-02T") == [("Галина Галина, Лицей", "The mentor has 2 needs and places for 1.")]
    run.scenario = [{"kind": "places", "key": str(world.galina.pk), "amount": 1, "reason": "приказ"}]
    run.save()
    assert found("CH-02T") == []


def test_ch_08_finds_a_pair_to_which_no_strength_gave_anything(world: TeacherWorld, run: MatchingRun) -> None:
    pair = run.teacher_pairs.get(mentee=world.anna)
    pair.contributions = [one for one in pair.contributions if one["criterion"] != "coverage"]
    pair.save()
    assert found("CH-08T") == [
        ("Сельская СОШ", "No strength of the mentor Галина Галина covers the need of the teacher.")
    ]


def test_ch_24_finds_a_far_pair_that_meets_in_person(world: TeacherWorld, run: MatchingRun) -> None:
    run.teacher_pairs.filter(mentee=world.anna).update(distance_km=140.4)
    assert found("CH-24T") == [
        ("Сельская СОШ", "The mentor Галина Галина works 140 km away, and the two meet in person.")
    ]
    run.teacher_pairs.update(is_remote=True)
    assert found("CH-24T") == []


def test_ch_27_finds_hours_above_the_passport_and_two_roles(world: TeacherWorld, run: MatchingRun) -> None:
    passport = world.passport(world.galina)
    passport.hours_per_month = 1
    passport.save()
    assert found("CH-27T") == [
        ("Галина Галина, Лицей", "The needs take 2 hours a month, the passport gives 1.")
    ]
    passport.hours_per_month = 2
    passport.save()
    assert found("CH-27T") == []
    run.teacher_pairs.filter(mentee=world.boris).update(mentee=world.galina)
    assert found("CH-27T") == [
        ("Галина Галина, Лицей", "The mentor is a teacher who gets help in the same year.")
    ]


def test_a_mentor_without_a_consent_is_found_and_pairs_of_one_employer_are_counted(
    world: TeacherWorld, run: MatchingRun
) -> None:
    Consent.objects.filter(person=world.galina).delete()
    plain = "The consent to mentoring is not in the register."
    assert found("matching.consent") == [("Галина Галина, Лицей", plain)]
    run.teacher_pairs.filter(mentee=world.anna).update(mentee_school=world.lyceum)
    assert found("matching.consent") == [
        (
            "Галина Галина, Лицей",
            f"{plain} 1 pair is of one employer, which must not give this work without a written consent.",
        )
    ]


def test_a_pair_between_two_networks_is_found_where_partners_are_required(
    world: TeacherWorld, run: MatchingRun
) -> None:
    assert found("matching.partners") == []
    schools = MatchingRunFactory(territory=world.territory, school_year=run.school_year)
    MatchPairFactory(run=schools, mentee=world.village, lead=world.town)
    run.schools_run, run.settings = schools, {**run.settings, "coupling": "require"}
    run.save()
    assert found("matching.partners") == [
        ("Сельская СОШ", "The mentor Галина Галина is of Лицей, which is no partner of this school.")
    ]


@pytest.mark.parametrize("check", CHECKS)
def test_who_sees_another_territory_finds_nothing(run: MatchingRun, check: str) -> None:
    Consent.objects.all().delete()
    run_checks(scope=Scope(territory_paths=("/999/",)), check_ids=[check])
    assert not Finding.objects.exists()
