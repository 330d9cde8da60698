"""Mentor pairs: how one is proposed, who consents, what each step demands, who sees it."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone, translation

from mayak.accounts.enums import EndedBy
from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.networks.enums.mentor_pairs import (
    MEETING_TRANSITIONS,
    PAIR_TRANSITIONS,
    PLAN_TRANSITIONS,
    MeetingState,
    PairKind,
    PairLoop,
    PairState,
    PlanItemState,
)
from mayak.networks.models import MentorPair, PairPlanItem
from mayak.networks.permissions.mentor_pairs import access_to
from mayak.networks.selectors.free_mentors import free_mentors
from mayak.networks.selectors.mentor_pairs import visible_pairs
from mayak.networks.services.mentor_pairs import MenteeGiven, create_pair, update_pair
from mayak.networks.services.pair_states import (
    change_mentor,
    consent_to_pair,
    end_pair,
    form_pair,
    pause_pair,
    propose_again,
    refuse_pair,
    resume_pair,
    start_pair,
)
from mayak.registry.models import Organisation, Person
from tests.factories.matching import PartnershipFactory
from tests.factories.mentor_pairs import mentee_of, mentor_pair, supplement
from tests.factories.people import CompetenceFactory, say, teacher, this_year
from tests.factories.registry import (
    BranchFactory,
    LegalActFactory,
    MunicipalityFactory,
    SchoolFactory,
    SchoolYearFactory,
)
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
WORKDAY = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def schools() -> tuple[Organisation, Organisation]:
    lead = SchoolFactory()
    return lead, SchoolFactory(territory=lead.territory)


def proposed(schools: tuple[Organisation, Organisation], count: int = 1, **fields) -> MentorPair:
    lead, school = schools
    mentor = teacher(lead, "Гусева")
    mentees = [MenteeGiven(teacher(school, f"Учитель{number}"), school) for number in range(count)]
    return create_pair(
        mentor, mentor_school=lead, mentees=mentees, school_year=this_year(), actor=ACTOR, **fields
    )


def test_the_table_of_transitions() -> None:
    proposed_, returned, consented, formed, active, paused, ended, changed = PairState
    assert {
        proposed_: {consented, returned, ended, changed},
        returned: {proposed_, ended, changed},
        consented: {formed, returned, ended, changed},
        formed: {active, ended, changed},
        active: {paused, ended, changed},
        paused: {active, ended, changed},
        ended: set(),
        changed: set(),
    } == PAIR_TRANSITIONS
    assert set(PLAN_TRANSITIONS) == set(PlanItemState)
    assert set(MEETING_TRANSITIONS) == set(MeetingState)


@time_machine.travel(WORKDAY, tick=False)
def test_a_pair_is_proposed_with_its_loop_partnership_and_deadline(schools) -> None:
    lead, school = schools
    network = PartnershipFactory(lead=lead, mentee=school, school_year=this_year())
    pair = proposed(schools)
    assert (pair.state, pair.loop, pair.partnership) == (PairState.PROPOSED, PairLoop.EXTERNAL, network)
    assert pair.consent_until == dt.date(2026, 3, 17)  # five working days
    assert AuditEntry.objects.get(object_type="networks.mentorpair").action == "propose_pair"


def test_a_branch_and_its_school_have_one_employer_and_another_schools_branch_has_not() -> None:
    branch = BranchFactory()
    stranger = SchoolFactory(territory=branch.territory)
    assert proposed((branch.parent, branch)).loop == PairLoop.INTERNAL
    assert proposed((stranger, branch)).loop == PairLoop.EXTERNAL


@pytest.mark.parametrize(
    ("kind", "count", "message"),
    [
        (PairKind.GROUP, 2, "A group has 3 mentees at least."),
        (PairKind.TRADITIONAL, 2, "A traditional pair has one mentee: choose another kind."),
        (PairKind.TRADITIONAL, 0, "Name at least one mentee."),
    ],
)
def test_the_kind_says_how_many_mentees_there_are(schools, kind: str, count: int, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        proposed(schools, count, kind=kind)
    assert caught.value.message_dict == {"mentees": [message]}


def test_three_mentees_make_a_group(schools) -> None:
    assert proposed(schools, 3, kind=PairKind.GROUP).mentees.count() == 3


def test_nobody_is_the_own_mentor_and_no_pair_stands_twice(schools) -> None:
    lead, school = schools
    mentor, mentee = teacher(lead), teacher(school)
    values = {"mentor_school": lead, "school_year": this_year(), "actor": ACTOR}
    with pytest.raises(ValidationError, match="A person cannot be the own mentor"):
        create_pair(mentor, mentees=[MenteeGiven(mentor, lead)], **values)
    create_pair(mentor, mentees=[MenteeGiven(mentee, school)], **values)
    with pytest.raises(ValidationError, match="are a pair of this year already"):
        create_pair(mentor, mentees=[MenteeGiven(mentee, school)], **values)


def test_nothing_is_proposed_in_a_closed_year(schools) -> None:
    lead, school = schools
    closed = SchoolYearFactory(start_year=2019, is_closed=True)
    with pytest.raises(ValidationError) as caught:
        create_pair(
            teacher(lead),
            mentor_school=lead,
            mentees=[MenteeGiven(teacher(school), school)],
            school_year=closed,
            actor=ACTOR,
        )
    assert caught.value.message_dict == {"school_year": ["The school year 2019/20 is closed for changes."]}


def test_each_gives_the_own_consent_and_the_last_one_moves_the_pair(schools) -> None:
    pair = proposed(schools)
    day = timezone.localdate() - dt.timedelta(days=1)
    pair = consent_to_pair(pair, pair.mentor, actor=ACTOR)
    assert (pair.state, pair.mentor_consented_on) == (PairState.PROPOSED, timezone.localdate())
    pair = consent_to_pair(pair, mentee_of(pair), actor=ACTOR, given_on=day, paper="дело 3")
    assert pair.state == PairState.CONSENTED
    mentee = pair.mentees.get()
    assert (mentee.consented_on, mentee.consent_paper) == (day, "дело 3")


def test_a_consent_is_given_once_by_those_who_take_part_and_not_in_the_future(schools) -> None:
    pair = proposed(schools)
    with pytest.raises(ValidationError, match="Only those who take part"):
        consent_to_pair(pair, teacher(schools[0], "Чужой"), actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        consent_to_pair(pair, pair.mentor, actor=ACTOR, given_on=timezone.localdate() + dt.timedelta(days=1))
    assert caught.value.message_dict == {"given_on": ["This day has not come yet."]}
    consent_to_pair(pair, pair.mentor, actor=ACTOR)
    with pytest.raises(ValidationError, match="given already"):
        consent_to_pair(pair, pair.mentor, actor=ACTOR)


def test_a_refusal_needs_a_reason_and_takes_the_consents_back(schools) -> None:
    pair = consent_to_pair(proposed(schools), Person.objects.get(family_name="Гусева"), actor=ACTOR)
    with pytest.raises(ValidationError, match="Say why"):
        refuse_pair(pair, mentee_of(pair), actor=ACTOR, reason=" ")
    pair = refuse_pair(pair, mentee_of(pair), actor=ACTOR, reason="Другой предмет")
    assert (pair.state, pair.refused_by, pair.refusal_reason) == ("returned", "mentee", "Другой предмет")
    assert pair.mentor_consented_on is None
    with pytest.raises(ValidationError, match="waits for no consents"):
        consent_to_pair(pair, pair.mentor, actor=ACTOR)
    again = propose_again(pair, actor=ACTOR, reason="Договорились о предмете")
    assert again.state == PairState.PROPOSED


def test_a_pair_of_two_employers_is_formed_by_an_order_and_begins() -> None:
    pair = mentor_pair(state=PairState.CONSENTED)
    order = LegalActFactory(territory=pair.first_school.territory, date=dt.date(2026, 9, 1))
    with pytest.raises(ValidationError) as caught:
        form_pair(pair, actor=ACTOR, order=order, starts_on=dt.date(2026, 8, 31))
    assert caught.value.message_dict == {
        "starts_on": ["The order is of 01.09.2026: a pair cannot begin before it."]
    }
    pair = form_pair(
        pair, actor=ACTOR, order=order, starts_on=dt.date(2026, 9, 2), ends_on=dt.date(2027, 5, 31)
    )
    assert (pair.state, pair.order, pair.terms) == (PairState.FORMED, order, None)
    assert start_pair(pair, actor=ACTOR).state == PairState.ACTIVE


def test_with_one_employer_the_supplement_with_the_consent_comes_first() -> None:
    school = SchoolFactory()
    pair = mentor_pair(state=PairState.CONSENTED, school=school, mentor_school=school)
    order = LegalActFactory(territory=school.territory)
    today = timezone.localdate()
    with pytest.raises(ValidationError, match=r"art\. 351\.8"):
        form_pair(pair, actor=ACTOR, order=order, starts_on=today)
    supplement(pair, consented_on=None)
    with pytest.raises(ValidationError, match=r"art\. 351\.8"):
        form_pair(pair, actor=ACTOR, order=order, starts_on=today)
    paper = supplement(pair)
    assert form_pair(pair, actor=ACTOR, order=order, starts_on=today).terms == paper


def test_a_pair_without_all_consents_is_not_formed(schools) -> None:
    pair = proposed(schools)
    order = LegalActFactory(territory=schools[0].territory)
    with pytest.raises(ValidationError, match="cannot take this step"):
        form_pair(pair, actor=ACTOR, order=order, starts_on=timezone.localdate())


def test_a_pause_has_a_reason_and_an_end() -> None:
    pair = mentor_pair()
    with pytest.raises(ValidationError, match="Say why the pair pauses"):
        pause_pair(pair, actor=ACTOR, reason="")
    pair = pause_pair(pair, actor=ACTOR, reason="Болезнь")
    assert (pair.state, pair.pause_reason) == (PairState.PAUSED, "Болезнь")
    pair = resume_pair(pair, actor=ACTOR)
    assert (pair.state, pair.pause_reason) == (PairState.ACTIVE, "")
    with pytest.raises(ValidationError, match="does not pause"):
        resume_pair(pair, actor=ACTOR)


def test_an_end_keeps_the_reason_and_what_remains() -> None:
    pair = mentor_pair()
    with pytest.raises(ValidationError, match="Say why the pair ends"):
        end_pair(pair, actor=ACTOR, reason="")
    pair = end_pair(pair, actor=ACTOR, reason="Цель достигнута", remains="Банк заданий")
    assert (pair.state, pair.end_reason, pair.remains) == ("ended", "Цель достигнута", "Банк заданий")
    with pytest.raises(ValidationError, match="cannot take this step"):
        end_pair(pair, actor=ACTOR, reason="Ещё раз")


@time_machine.travel(WORKDAY, tick=False)
def test_an_employers_mentor_gives_three_working_days_of_notice() -> None:
    school = SchoolFactory()
    pair = mentor_pair(school=school, mentor_school=school)
    values = {"actor": ACTOR, "reason": "Нагрузка", "ended_by": EndedBy.MENTOR}
    with pytest.raises(ValidationError) as caught:
        end_pair(pair, **values)
    assert caught.value.message_dict == {"notice_on": ["Give the day of the written notice (art. 351.8)."]}
    notice = dt.date(2026, 3, 10)
    with pytest.raises(ValidationError) as caught:
        end_pair(pair, notice_on=notice, ended_on=dt.date(2026, 3, 12), **values)
    assert caught.value.message_dict == {
        "ended_on": ["Three working days of notice (art. 351.8): not before 13.03.2026."]
    }
    assert end_pair(pair, notice_on=notice, ended_on=dt.date(2026, 3, 13), **values).state == "ended"


def test_another_mentor_takes_over_mentees_goal_and_the_open_plan() -> None:
    pair = mentor_pair(goal="ОГЭ")
    competence = CompetenceFactory()
    pair.competences.add(competence)
    today = timezone.localdate()
    for state in (PlanItemState.PLANNED, PlanItemState.DONE):
        done = today if state == PlanItemState.DONE else None
        PairPlanItem.objects.create(pair=pair, content=state, due_on=today, state=state, done_on=done)
    other = teacher(pair.mentor_school, "Шеферова")
    with pytest.raises(ValidationError) as caught:
        change_mentor(pair, actor=ACTOR, mentor=pair.mentor, mentor_school=pair.mentor_school, reason="Уход")
    assert caught.value.message_dict == {"mentor": ["This is the mentor who leaves: choose another one."]}
    made = change_mentor(pair, actor=ACTOR, mentor=other, mentor_school=pair.mentor_school, reason="Уход")
    pair.refresh_from_db()
    assert (pair.state, pair.end_reason, made.replaces) == (PairState.CHANGED, "Уход", pair)
    assert (made.state, made.mentor, made.goal) == (PairState.PROPOSED, other, "ОГЭ")
    assert [one.person for one in made.mentees.all()] == [mentee_of(pair)]
    assert list(made.competences.all()) == [competence]
    assert list(made.plan.values_list("content", flat=True)) == ["planned"]
    assert pair.plan.count() == 2


def test_the_best_free_mentors_fit_the_competence_and_have_a_place() -> None:
    pair = mentor_pair()
    competence = CompetenceFactory(name="Анализ урока")
    pair.competences.add(competence)
    places = {"organisation": pair.mentor_school, "school_year": pair.school_year}
    fitting = MentorProfileFactory(**places)
    MentorStrengthFactory(profile=fitting, competence=competence.code)
    MentorProfileFactory(**places)  # free, but strong in something else
    full = MentorProfileFactory(pairs=0, **places)
    MentorStrengthFactory(profile=full, competence=competence.code)
    found = free_mentors(pair, Scope.of_everything())
    assert [(one.profile, one.free, one.fits) for one in found] == [(fitting, 2, ("Анализ урока",))]


def test_levels_at_entry_and_exit_come_from_the_deficits() -> None:
    pair = mentor_pair(state=PairState.FORMED, starts_on=timezone.localdate() - dt.timedelta(days=5))
    competence = CompetenceFactory()
    pair.competences.add(competence)
    say(mentee_of(pair), competence, 2.0, days_ago=20)
    pair = start_pair(pair, actor=ACTOR)
    level = pair.levels.get()
    assert (level.entry, level.entry_source, level.exit) == (2.0, "deficits", None)
    say(mentee_of(pair), competence, 1.0)
    end_pair(pair, actor=ACTOR, reason="Цель достигнута")
    level.refresh_from_db()
    assert (level.exit, level.exit_source) == (1.0, "deficits")


def test_a_change_writes_only_what_differs() -> None:
    pair = mentor_pair()
    pair = update_pair(pair, actor=ACTOR, goal="Новая цель", kind=PairKind.VIRTUAL, competences=[])
    assert (pair.goal, pair.kind) == ("Новая цель", "virtual")
    assert set(AuditEntry.objects.latest("pk").changes) == {"goal", "kind"}
    before = AuditEntry.objects.count()
    update_pair(pair, actor=ACTOR, goal="Новая цель")
    assert AuditEntry.objects.count() == before


def test_who_sees_a_pair() -> None:
    pair = mentor_pair()
    stranger = MunicipalityFactory()
    edits, own = frozenset({"networks.edit"}), frozenset({"networks.own_school"})
    territory = pair.first_school.territory.path
    mine = frozenset({pair.mentor_school_id})
    assert pair in visible_pairs(Scope(territory_paths=(territory,), rights=edits), None)
    assert pair in visible_pairs(Scope(organisation_ids=mine, rights=own), None)
    assert pair not in visible_pairs(Scope(territory_paths=(stranger.path,), rights=edits), None)
    assert pair not in visible_pairs(Scope(territory_paths=(territory,)), None)  # an analyst
    assert pair not in visible_pairs(Scope(organisation_ids=mine), None)  # a colleague
    assert pair in visible_pairs(Scope(organisation_ids=mine), pair.mentor_id)
    assert pair in visible_pairs(Scope(), mentee_of(pair).pk)


def test_the_head_of_the_mentors_school_reads_no_levels_of_the_mentee() -> None:
    pair = mentor_pair()
    rights = frozenset({"networks.own_school", "diagnosis.people"})
    lead = Scope(organisation_ids=frozenset({pair.mentor_school_id}), rights=rights)
    own = Scope(organisation_ids=frozenset({pair.first_school_id}), rights=rights)
    assert (access_to(lead, None, pair).keeps, access_to(lead, None, pair).reads_levels) == (True, False)
    assert (access_to(own, None, pair).keeps, access_to(own, None, pair).reads_levels) == (True, True)
