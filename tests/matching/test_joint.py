"""Schools and teachers computed as one plan: the pairs of teachers decide between lead schools that are nearly alike."""

from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mayak.kernel.jobs.models import Job
from mayak.matching.enums import Coupling, MatchingLevel, NetworkModel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import pair_list
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import solve_run
from mayak.matching.services.joint_solving import request_together, solve_together
from mayak.matching.services.replay import replay_run
from mayak.matching.services.runs import set_network
from mayak.matching.validators import NetworkRules
from mayak.registry.models import Organisation, Person
from tests.factories.matching import MatchingRunFactory, lead, mentee, school_year
from tests.factories.people import CompetenceFactory, TeacherNeedFactory, teacher
from tests.factories.registry import MunicipalityFactory
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory
from tests.matching.conftest import ACTOR, KM_NORTH
from tests.matching.test_pages import client_of

pytestmark = pytest.mark.django_db


@dataclass
class Levels:
    """One school with one teacher in need; the near lead school has no mentor, the farther one has."""

    village: Organisation
    near: Organisation
    far: Organisation
    mentor: Person
    schools: MatchingRun
    teachers: MatchingRun


@pytest.fixture
def levels() -> Levels:
    territory = MunicipalityFactory(name="Тестовский район")
    place = {"longitude": "30.000000"}
    village = mentee(territory, "Сельская СОШ", latitude="60.000000", **place)
    near = lead(territory, "Ближняя", capacity=1, latitude=round(60 + 5 * KM_NORTH, 6), **place)
    far = lead(territory, "Дальняя", capacity=1, latitude=round(60 + 9 * KM_NORTH, 6), **place)
    methods = CompetenceFactory(code="methods", name="Методика", subject=None)
    pupil = teacher(village, "Анна", given_name="Анна", patronymic="")
    mentor = teacher(far, "Галина", given_name="Галина", patronymic="")
    year = school_year()
    TeacherNeedFactory(person=pupil, competence=methods, school_year=year, weight=0.9)
    profile = MentorProfileFactory(person=mentor, organisation=far, school_year=year, pairs=1)
    MentorStrengthFactory(profile=profile, subject=None, competence="methods")
    schools = MatchingRunFactory(territory=territory, school_year=year, title="Школы")
    settings = TeacherMatchingSettings(coupling=Coupling.REQUIRE.value)
    teachers = MatchingRunFactory(
        territory=territory,
        school_year=year,
        title="Учителя",
        level=MatchingLevel.TEACHERS,
        schools_run=schools,
        settings=settings.to_json(),
    )
    return Levels(village, near, far, mentor, schools, teachers)


def pairs_of(run: MatchingRun) -> list[tuple[str, str]]:
    return [(str(pair.mentee), str(pair.lead)) for pair in pair_list(run)]


def test_alone_the_school_gets_the_nearer_lead(levels: Levels) -> None:
    assert pairs_of(solve_run(levels.schools, actor=ACTOR)) == [("Сельская СОШ", "Ближняя")]


def test_together_it_gets_the_lead_whose_mentor_its_teacher_needs(levels: Levels) -> None:
    kept = solve_together(levels.teachers, actor=ACTOR)
    assert pairs_of(levels.schools) == [("Сельская СОШ", "Дальняя")]
    assert [str(pair) for pair in kept.teacher_pairs.all()] == ["Анна Анна ← Галина Галина"]
    joint = kept.summary["joint"]
    assert (joint["method"], joint["schools"], joint["needs"]) == ("together", [1, 1], [1, 1])
    assert (joint["loss"], joint["is_optimal"], joint["unjustified"]) == (0.0, True, [])
    levels.schools.refresh_from_db()
    assert levels.schools.summary["joint"] == joint


def test_both_kept_inputs_give_the_same_plan_again(levels: Levels) -> None:
    solve_together(levels.teachers, actor=ACTOR)
    for run in (levels.schools, levels.teachers):
        run.refresh_from_db()
        assert replay_run(run).is_same is True


def test_without_a_mentor_no_pair_of_schools_is_justified(levels: Levels) -> None:
    levels.mentor.mentor_profiles.update(pairs=1)
    other = MentorProfileFactory(
        person=teacher(levels.near, "Ольга"), organisation=levels.near, school_year=school_year(), pairs=1
    )
    MentorStrengthFactory(profile=other, subject=None, competence="another")
    levels.mentor.mentor_profiles.get().strengths.update(competence="another")
    kept = solve_together(levels.teachers, actor=ACTOR, justify=True)
    assert pairs_of(levels.schools) == []
    assert kept.summary["joint"]["unjustified"] == []


def test_a_network_with_a_model_is_not_computed_together(levels: Levels) -> None:
    set_network(levels.schools, actor=ACTOR, model=NetworkModel.CHAIN, rules=NetworkRules())
    levels.teachers.refresh_from_db()
    with pytest.raises(ValidationError, match="planned by itself"):
        solve_together(levels.teachers, actor=ACTOR)
    assert levels.teachers.teacher_pairs.count() == 0


def test_a_pairing_of_teachers_alone_is_not_computed_together(levels: Levels) -> None:
    levels.teachers.schools_run = None
    levels.teachers.save()
    with pytest.raises(ValidationError, match="rests on one of schools"):
        solve_together(levels.teachers, actor=ACTOR)


def test_asking_twice_asks_for_one_computation(levels: Levels) -> None:
    first = request_together(levels.teachers, actor=ACTOR, justify=False)
    assert request_together(levels.teachers, actor=ACTOR, justify=False) == first
    assert Job.objects.count() == 1


def test_the_page_offers_it_and_the_review_tells_what_came_out(levels: Levels) -> None:
    client = client_of(levels.near)
    rules = client.get(reverse("matching:rules", args=[levels.teachers.pk])).content.decode()
    assert "Compute together with the schools" in rules
    answer = client.post(reverse("matching:together", args=[levels.teachers.pk]), {"justify": "on"})
    assert answer.headers["location"] == reverse("matching:review", args=[levels.teachers.pk])
    assert Job.objects.get().arguments == {"run_id": levels.teachers.pk, "justify": True}
    solve_together(levels.teachers, actor=ACTOR)
    page = client.get(reverse("matching:review", args=[levels.teachers.pk])).content.decode()
    assert "Proven: no better plan of both levels exists." in page
