"""Group mentoring and hours through the whole way: three or nobody, and hours that end before the places do."""

from dataclasses import replace

import pytest

from mayak.diagnosis.enums.passports import MentoringForm
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services.teacher_solving import solve_teacher_run
from tests.factories.people import TeacherNeedFactory, teacher
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TeacherWorld:
    """Galina offers group work and five places."""
    made = make_world()
    passport = made.passport(made.galina)
    passport.pairs = 5
    passport.save()
    passport.strengths.update(form=MentoringForm.GROUP)
    return made


def solved(world: TeacherWorld, **changes: object) -> MatchingRun:
    rules = replace(TeacherMatchingSettings(), **changes)  # type: ignore[arg-type]  # names of settings
    world.run.settings = rules.to_json()
    world.run.save()
    return solve_teacher_run(world.run, actor=ACTOR)


def test_a_group_of_two_is_no_group(world: TeacherWorld) -> None:
    assert solved(world).teacher_pairs.filter(mentor=world.galina).count() == 2
    run = solved(world, groups=True)
    assert not run.teacher_pairs.filter(mentor=world.galina).exists()
    assert run.proof["is_proven"] is True


def test_three_with_one_need_are_a_group(world: TeacherWorld) -> None:
    third = teacher(world.village, "Глеб", subject=world.maths)
    TeacherNeedFactory(person=third, competence=world.word_problems, school_year=world.run.school_year)
    run = solved(world, groups=True)
    found = run.teacher_pairs.filter(mentor=world.galina)
    assert {pair.mentee for pair in found} == {world.anna, world.vera, third}
    assert len({pair.group for pair in found}) == 1


def test_four_hours_are_two_needs_of_two(world: TeacherWorld) -> None:
    third = teacher(world.village, "Глеб", subject=world.maths)
    TeacherNeedFactory(
        person=third, competence=world.word_problems, school_year=world.run.school_year, weight=0.1
    )
    run = solved(world, count_hours=True, hours_per_need=2.0)
    assert {pair.mentee for pair in run.teacher_pairs.filter(mentor=world.galina)} == {world.anna, world.vera}
    assert run.uncovered.get().mentee == third
