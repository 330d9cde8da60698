"""The input of a pairing of teachers: who takes part, with what, and what is known of pairs."""

from dataclasses import replace

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mayak.diagnosis.enums.deficits import RequestMode
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.enums.passports import MentoringForm, PassportState
from mayak.diagnosis.models import TeacherNeed
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import FactKind, PairFact
from mayak.matching.enums import Coupling, MatchingLevel, MatchingState, PairRuleKind
from mayak.matching.models import MatchingRun, TeacherPair, TeacherRule
from mayak.matching.selectors.teacher_facts import wish_value
from mayak.matching.selectors.teacher_problems import (
    fingerprint_of,
    problem_from_plain,
    problem_to_plain,
    stored_teacher_problem,
    teacher_input_of,
)
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.registry.models import Employment
from tests.factories.matching import MatchingRunFactory, MatchPairFactory, SchoolYearFactory
from tests.factories.people import HelpRequestFactory, TeacherNeedFactory, say, teacher
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory
from tests.matching.teacher_world import TeacherWorld, consent, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TeacherWorld:
    return make_world()


def ruled(run: MatchingRun, **changes: object) -> MatchingRun:
    run.settings = replace(TeacherMatchingSettings(), **changes).to_json()  # type: ignore[arg-type]  # names of settings
    run.save()
    return run


def keys(*people: object) -> list[str]:
    return [str(person.pk) for person in people]  # type: ignore[attr-defined]  # rows


def test_mentees_have_an_open_need_and_mentors_an_accepted_passport(world: TeacherWorld) -> None:
    problem = teacher_input_of(world.run).problem
    assert sorted(problem.mentees.key.tolist()) == sorted(keys(world.anna, world.vera, world.boris))
    assert sorted(problem.mentors.key.tolist()) == sorted(keys(world.galina, world.dmitry))
    assert problem.needs.weight.tolist() == [0.9, 0.5, 0.6]
    assert problem.needs.severity.tolist() == pytest.approx([2.7, 1.5, 1.8])
    assert problem.needs.topic.tolist() == [
        world.word_problems.pk,
        world.word_problems.pk,
        world.dictations.pk,
    ]
    assert problem.needs.grade_from.tolist() == [5, 5, 0]
    assert problem.needs.grade_to.tolist() == [9, 9, 0]
    assert problem.strengths.topic.tolist() == [world.word_problems.pk, -1]
    assert problem.mentors.places.tolist() == [1, 2]
    assert problem.mentors.hours.tolist() == [4.0, 4.0]


def test_the_kind_of_school_is_place_and_type_and_unknown_where_nothing_is_said(world: TeacherWorld) -> None:
    mentees = teacher_input_of(world.run).problem.mentees
    by_key = dict(zip(mentees.key.tolist(), mentees.kind.tolist(), strict=True))
    assert by_key[str(world.anna.pk)] == by_key[str(world.boris.pk)] != by_key[str(world.vera.pk)]
    assert mentees.municipality.tolist() == [world.territory.pk] * 3
    assert mentees.region.tolist() == [world.territory.parent_id] * 3


def test_only_the_heaviest_needs_take_part_as_many_as_the_rules_say(world: TeacherWorld) -> None:
    TeacherNeedFactory(
        person=world.anna, competence=world.dictations, school_year=world.run.school_year, weight=0.2
    )
    assert len(teacher_input_of(world.run).problem.needs.mentee) == 3
    needs = teacher_input_of(ruled(world.run, needs_per_mentee=2)).problem.needs
    assert needs.key.tolist()[:2] == [
        f"competence:{world.word_problems.pk}",
        f"competence:{world.dictations.pk}",
    ]


def test_a_stated_weight_goes_before_and_a_dropped_need_is_out(world: TeacherWorld) -> None:
    needs = TeacherNeed.objects.filter(school_year=world.run.school_year)
    needs.filter(person=world.vera).update(stated_weight=0.95, reason="r")
    needs.filter(person=world.boris).update(state=NeedState.DROPPED, reason="r")
    assert teacher_input_of(world.run).problem.needs.weight.tolist() == [0.9, 0.95]


def test_the_severity_is_that_of_the_deficit_where_a_source_says_it(world: TeacherWorld) -> None:
    say(world.vera, world.word_problems, 2.0)
    assert teacher_input_of(world.run).problem.needs.severity.tolist() == pytest.approx([2.7, 2.0, 1.8])


def test_a_need_of_no_subject_takes_the_first_subject_of_the_main_post(world: TeacherWorld) -> None:
    world.dictations.subject = None
    world.dictations.save()
    assert teacher_input_of(world.run).problem.needs.subject.tolist()[2] == world.russian.pk


def test_whoever_left_takes_no_part(world: TeacherWorld) -> None:
    Employment.objects.filter(person__in=[world.anna, world.galina]).update(valid_to="2024-12-31")
    found = teacher_input_of(world.run)
    assert str(world.anna.pk) not in found.problem.mentees.key
    assert found.rows.not_employed == (world.galina.pk,)
    assert found.problem.mentors.key.tolist() == keys(world.dmitry)


def test_a_closed_school_takes_no_part(world: TeacherWorld) -> None:
    world.village.closed_on = "2025-01-01"
    world.village.save()
    assert teacher_input_of(world.run).problem.mentees.key.tolist() == keys(world.vera)


def test_a_passport_of_another_time_or_not_accepted_is_left_out(world: TeacherWorld) -> None:
    passport = world.passport(world.galina)
    passport.available_to = "2024-12-01"
    passport.save()
    other = world.passport(world.dmitry)
    other.state = PassportState.SUBMITTED
    other.save()
    found = teacher_input_of(world.run)
    assert found.rows.not_available == (world.galina.pk,)
    assert len(found.problem.mentors.key) == 0


def test_the_format_of_the_request_limits_the_mentee_and_the_passport_the_mentor(world: TeacherWorld) -> None:
    HelpRequestFactory(
        person=world.anna,
        competence=world.word_problems,
        school_year=world.run.school_year,
        mode=RequestMode.IN_PERSON,
    )
    passport = world.passport(world.dmitry)
    passport.works_remotely = False
    passport.save()
    problem = teacher_input_of(world.run).problem
    assert problem.mentees.remote.tolist() == [False, True, True]
    assert problem.mentees.in_person.tolist() == [True, True, True]
    assert problem.mentors.remote.tolist() == [True, False]


def test_groups_are_from_three_and_only_where_the_rules_and_the_places_allow(world: TeacherWorld) -> None:
    passport = world.passport(world.dmitry)
    passport.strengths.update(form=MentoringForm.GROUP)
    run = ruled(world.run, groups=True)
    assert teacher_input_of(run).problem.mentors.group_min.tolist() == [0, 0]
    passport.pairs = 5
    passport.save()
    mentors = teacher_input_of(run).problem.mentors
    assert (mentors.group_min.tolist(), mentors.group_max.tolist()) == ([0, 3], [0, 5])


def test_roles_are_told_from_the_post(world: TeacherWorld) -> None:
    Employment.objects.filter(person=world.anna).update(position="директор школы")
    Employment.objects.filter(person=world.boris).update(position="педагог-психолог")
    assert teacher_input_of(world.run).problem.mentees.role.tolist() == [1, 0, 2]


def test_the_consent_is_asked_for_only_where_the_rules_say_so(world: TeacherWorld) -> None:
    consent(world.galina)
    assert teacher_input_of(world.run).without_consent == (str(world.dmitry.pk),)
    found = teacher_input_of(ruled(world.run, require_consent=True))
    assert found.problem.mentors.key.tolist() == keys(world.galina)
    assert found.left_out == (str(world.dmitry.pk),)


def test_demands_last_year_and_partner_schools_are_facts(world: TeacherWorld) -> None:
    run = world.run
    TeacherRule.objects.create(run=run, mentee=world.anna, mentor=world.galina, kind=PairRuleKind.LOCK)
    last = MatchingRunFactory(
        territory=world.territory,
        school_year=SchoolYearFactory(start_year=2023),
        level=MatchingLevel.TEACHERS,
        state=MatchingState.ARCHIVED,
        approved_at="2023-10-01T00:00:00Z",
    )
    TeacherPair.objects.create(
        run=last, mentee=world.vera, mentee_school=world.town, mentor=world.galina,
        mentor_school=world.lyceum, need_key="k", need_title="t", score=0.5,
    )  # fmt: skip
    schools = MatchingRunFactory(
        territory=world.territory, school_year=run.school_year, state=MatchingState.APPROVED
    )
    MatchPairFactory(run=schools, mentee=world.village, lead=world.lyceum)
    problem = teacher_input_of(run).problem
    assert problem.facts == (
        PairFact(str(world.anna.pk), str(world.galina.pk), FactKind.FIXED),
        PairFact(str(world.vera.pk), str(world.galina.pk), FactKind.LAST_YEAR),
    )
    assert problem.partners == frozenset({(world.village.pk, world.lyceum.pk)})
    assert problem.settings.weights.partner == 10
    assert problem.settings.weights.preference == 0, "nobody named a wish: it would lower every score"
    assert teacher_input_of(ruled(run, coupling=Coupling.NONE)).problem.partners == frozenset()


def test_a_wish_counts_by_its_place_and_fully_where_it_is_mutual() -> None:
    from mayak.diagnosis.selectors.mentor_preferences import PreferredPair

    def pair(mentor: int | None, mentee: int | None) -> PreferredPair:
        return PreferredPair(None, None, mentor, mentee)  # type: ignore[arg-type]  # only the ranks count

    ranks = ((1, 3), (1, None), (None, 2), (None, 3))
    assert [wish_value(pair(*one)) for one in ranks] == pytest.approx([1.0, 0.5, 0.4, 0.3])


def test_the_snapshot_gives_the_same_problem_and_names_nobody(world: TeacherWorld) -> None:
    found = teacher_input_of(world.run)
    again = problem_from_plain(problem_to_plain(found.problem))
    assert problem_to_plain(again) == problem_to_plain(found.problem)
    assert fingerprint_of(again) == fingerprint_of(found.problem)
    assert "Анна" not in str(found.snapshot())
    world.run.snapshot = found.snapshot()
    TeacherRule.objects.create(run=world.run, mentee=world.anna, mentor=world.galina, kind=PairRuleKind.LOCK)
    assert stored_teacher_problem(world.run).facts[0].kind is FactKind.FIXED


def test_the_order_of_rows_does_not_matter_to_the_fingerprint(world: TeacherWorld) -> None:
    problem = teacher_input_of(world.run).problem
    turned = problem_to_plain(problem)
    size = len(turned["strengths"]["mentor"])
    turned["strengths"] = {name: column[::-1] for name, column in turned["strengths"].items()}
    assert size == 2
    assert fingerprint_of(problem_from_plain(turned)) == fingerprint_of(problem)


def test_the_best_plan_serves_two_of_three(world: TeacherWorld) -> None:
    plan = match_teachers(teacher_input_of(world.run).problem)
    pairs = {(pair.mentee, pair.mentor) for pair in plan.pairs()}
    assert (str(world.boris.pk), str(world.dmitry.pk)) in pairs
    assert len(pairs) == 2
    assert plan.proof.is_proven


def test_the_number_of_queries_does_not_grow(world: TeacherWorld) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        teacher_input_of(world.run)
    for number in range(12):
        person = teacher(world.village, f"Учитель{number}", subject=world.maths)
        TeacherNeedFactory(person=person, competence=world.word_problems, school_year=world.run.school_year)
        profile = MentorProfileFactory(organisation=world.lyceum, school_year=world.run.school_year)
        MentorStrengthFactory(profile=profile, subject=world.maths)
    with CaptureQueriesContext(connection) as many:
        found = teacher_input_of(world.run)
    assert len(found.problem.needs.mentee) == 15
    assert len(many) == len(few) <= 18
    assert np.isfinite(found.problem.needs.severity).all()
