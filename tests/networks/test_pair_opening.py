"""What an approved pairing of teachers brings about: pairs, groups, what stays when a repair is approved."""

import pytest
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.matching.signals import matching_approved, matching_archived, matching_replaced
from mayak.networks.models import MentorPair
from mayak.networks.services.pair_opening import open_pairs_of_run
from mayak.networks.services.pair_states import consent_to_pair
from mayak.registry.models import Person
from tests.factories.matching import MatchingRunFactory, PartnershipFactory, school_year
from tests.factories.people import CompetenceFactory, teacher
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def pairing(**fields) -> MatchingRun:
    return MatchingRunFactory(level=MatchingLevel.TEACHERS, school_year=school_year(), **fields)


def row(run: MatchingRun, mentee: Person, mentor: Person, need: str, **fields) -> TeacherPair:
    return TeacherPair.objects.create(
        run=run,
        mentee=mentee,
        mentee_school=mentee.employments.get().organisation,
        mentor=mentor,
        mentor_school=mentor.employments.get().organisation,
        need_key=need,
        need_title=need,
        score=0.5,
        **fields,
    )


def people(run: MatchingRun, count: int) -> tuple[Person, list[Person]]:
    lead = SchoolFactory(territory=run.territory)
    school = SchoolFactory(territory=run.territory)
    return teacher(lead, "Гусева"), [teacher(school, f"Учитель{number}") for number in range(count)]


def test_the_needs_of_one_mentee_make_one_pair_with_its_competences() -> None:
    run = pairing()
    mentor, [mentee] = people(run, 1)
    network = PartnershipFactory(
        lead=mentor.employments.get().organisation,
        mentee=mentee.employments.get().organisation,
        school_year=run.school_year,
    )
    first, second = CompetenceFactory(), CompetenceFactory()
    row(run, mentee, mentor, "Анализ урока", competence=first)
    row(run, mentee, mentor, "Оценивание", competence=second)
    matching_approved.send(sender=MatchingRun, run=run, actor=ACTOR)
    pair = MentorPair.objects.get()
    assert (pair.state, pair.kind, pair.run, pair.partnership) == ("proposed", "traditional", run, network)
    assert pair.goal == "Overcome together: Анализ урока; Оценивание."
    assert set(pair.competences.all()) == {first, second}
    assert pair.mentees.get().need == "Анализ урока; Оценивание"
    assert pair.consent_until > pair.proposed_on


def test_a_group_of_the_pairing_is_one_group_and_a_remote_pair_is_virtual() -> None:
    run = pairing()
    mentor, mentees = people(run, 4)
    for mentee in mentees[:3]:
        row(run, mentee, mentor, "Оценивание", group=1)
    row(run, mentees[3], mentor, "Анализ урока", is_remote=True)
    assert open_pairs_of_run(run, actor=ACTOR) == 2
    kinds = sorted((pair.kind, pair.mentees.count()) for pair in MentorPair.objects.all())
    assert kinds == [("group", 3), ("virtual", 1)]


def test_opening_twice_proposes_once() -> None:
    run = pairing()
    mentor, [mentee] = people(run, 1)
    row(run, mentee, mentor, "Оценивание")
    assert (open_pairs_of_run(run, actor=ACTOR), open_pairs_of_run(run, actor=ACTOR)) == (1, 0)


def test_an_archived_pairing_ends_its_pairs_with_the_reason() -> None:
    run = pairing()
    mentor, [mentee] = people(run, 1)
    row(run, mentee, mentor, "Оценивание")
    open_pairs_of_run(run, actor=ACTOR)
    matching_archived.send(sender=MatchingRun, run=run, actor=ACTOR, reason="Год закончен")
    pair = MentorPair.objects.get()
    assert (pair.state, pair.end_reason) == ("ended", "Год закончен")


def test_a_repair_keeps_the_team_that_stays_with_its_consents() -> None:
    old = pairing()
    mentor, [stays, leaves] = people(old, 2)
    for mentee in (stays, leaves):
        row(old, mentee, mentor, "Оценивание")
    open_pairs_of_run(old, actor=ACTOR)
    kept = MentorPair.objects.get(mentees__person=stays)
    consent_to_pair(kept, mentor, actor=ACTOR)
    new = pairing(territory=old.territory)
    other = teacher(mentor.employments.get().organisation, "Шеферова")
    row(new, stays, mentor, "Оценивание")
    row(new, leaves, other, "Оценивание")
    matching_replaced.send(sender=MatchingRun, run=new, replaced=old, actor=ACTOR, reason="Болезнь")
    kept.refresh_from_db()
    assert (kept.run, kept.state, kept.mentor_consented_on is not None) == (new, "proposed", True)
    assert MentorPair.objects.get(mentees__person=leaves, mentor=mentor).state == "ended"
    assert MentorPair.objects.get(mentees__person=leaves, mentor=other).state == "proposed"
