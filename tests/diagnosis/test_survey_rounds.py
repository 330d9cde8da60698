"""What answers become: deficits and requests of a person, numbers of schools, findings; never from an anonymous answer."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.deficits import DeficitSource
from mayak.diagnosis.enums.risk import RiskLevel, RiskSource
from mayak.diagnosis.enums.survey_meanings import ScoreKind
from mayak.diagnosis.models import DeficitEvidence, HelpRequest, RiskLine, SurveyScore
from mayak.diagnosis.selectors.level_sources import levels_of_school
from mayak.diagnosis.selectors.mentor_preferences import preferences_of, preferred_pairs
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.diagnosis.services.survey_responses import take_response
from mayak.diagnosis.services.survey_rounds import RoundReport, take_round
from mayak.kernel.access import Actor, Scope
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.kernel.readings.models import Reading
from mayak.registry.models import Organisation, Person
from mayak.registry.services.reference import load_registry_reference
from mayak.results.services.reference import load_results_reference
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Audience, Campaign, SurveyInvitation
from mayak.surveys.services.closing import settle_campaign
from mayak.surveys.services.mixing import make_pools
from mayak.surveys.services.submitting import submit_answers
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.matching import school
from tests.factories.registry import EmploymentFactory, MunicipalityFactory, PersonFactory, ServiceFactory
from tests.factories.survey_content import answer, ask, invite, make_round, respond

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
IN_THE_YEAR = dt.datetime(2024, 11, 20, 12, tzinfo=dt.UTC)
SHORT: dict[str, Any] = {
    "level": {
        "lesson-design": "great", "differentiation": "small", "formative-assessment": "sure",
        "functional-literacy": "noticeable", "failing-pupils": "sure", "parents": "sure", "digital-lesson": "sure",
    },
    "wish": ["lesson-design"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english_in_the_year():
    with (
        time_machine.travel(IN_THE_YEAR, tick=False),
        override_settings(LANGUAGE_CODE="en"),
        translation.override("en"),
    ):
        yield


@pytest.fixture
def _reference() -> None:
    load_registry_reference()
    load_results_reference()
    load_diagnosis_reference()


def person_of(place: Organisation, **names: str) -> Person:
    person = PersonFactory.create(territory=place.territory, **names)
    EmploymentFactory.create(person=person, organisation=place, position="учитель")
    return person


def teacher(campaign: Campaign) -> Person:
    return person_of(school(campaign.owner.territory, "Школа"))


@pytest.mark.usefixtures("_reference")
class TestResponses:
    def test_a_named_self_assessment_becomes_evidence_of_the_person(self) -> None:
        campaign = make_round(named=True)
        person = teacher(campaign)
        response = respond(invite(ask(campaign, "teacher-deficits-short"), person), **SHORT)
        assert take_response(response, actor=ACTOR) == 7
        found = {
            row.competence.code: (row.severity, row.wants_help)
            for row in DeficitEvidence.objects.filter(person=person, source=DeficitSource.SELF)
        }
        assert found["lesson-design"] == (3.0, True)
        assert found["functional-literacy"] == (2.0, False)
        assert found["parents"] == (0.0, False)
        assert DeficitEvidence.objects.first().instrument == "Профессиональные дефициты педагога: коротко"  # type: ignore[union-attr]  # it is there

    def test_sending_again_replaces_what_was_said(self) -> None:
        campaign = make_round(named=True)
        person = teacher(campaign)
        response = respond(invite(ask(campaign, "teacher-deficits-short"), person), **SHORT)
        take_response(response, actor=ACTOR)
        response.answers = {"level": {"lesson-design": "sure"}, "wish": []}
        assert take_response(response, actor=ACTOR) == 1
        newest = DeficitEvidence.objects.get(person=person, competence__code="lesson-design", is_newest=True)
        assert (newest.severity, newest.wants_help) == (0.0, False)
        assert DeficitEvidence.objects.filter(person=person).count() == 7

    def test_a_competence_in_the_archive_is_left_out_and_the_rest_stays(self) -> None:
        from mayak.diagnosis.models import Competence

        Competence.objects.filter(code="lesson-design").update(
            archived_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        )
        campaign = make_round(named=True)
        response = respond(invite(ask(campaign, "teacher-deficits-short"), teacher(campaign)), **SHORT)
        assert take_response(response, actor=ACTOR) == 6

    def test_the_request_map_becomes_a_request_with_its_evidence(self) -> None:
        campaign = make_round(named=True)
        person = teacher(campaign)
        audience = ask(campaign, "request-map")
        answers = {
            "r1_area": "methods", "r1_methods": "homework", "r1_severity": "great", "r1_form": "mentor",
            "r1_text": "Не успеваю проверять", "more": "no",
        }  # fmt: skip
        response = respond(invite(audience, person), **answers)
        assert take_response(response, actor=ACTOR) == 1
        request = HelpRequest.objects.get(person=person)
        assert (request.competence.code, request.severity, request.form, request.text) == (
            "homework", 3, "mentor", "Не успеваю проверять",
        )  # fmt: skip
        evidence = DeficitEvidence.objects.get(person=person)
        assert (evidence.source, evidence.severity, evidence.wants_help) == (DeficitSource.REQUEST, 3.0, True)
        response.answers = answers | {"r1_severity": "small"}
        take_response(response, actor=ACTOR)
        assert [row.severity for row in HelpRequest.objects.filter(person=person)] == [1]

    def test_an_anonymous_answer_is_evidence_of_nobody(self) -> None:
        """Through the real submission: the answer goes into the pool, nothing is written of the person."""
        campaign = make_round()
        audience = ask(campaign, "teacher-deficits-short", "teachers")
        make_pools(audience)
        people = [teacher(campaign) for _number in range(6)]
        for person in people:
            submit_answers(invite(audience, person, "teacher"), SHORT, actor=ACTOR)
        Campaign.objects.update(state=CampaignState.CLOSED)
        settle_campaign(campaign, actor=ACTOR)
        assert audience.answers.count() == 6
        assert DeficitEvidence.objects.count() == 0
        assert HelpRequest.objects.count() == 0

    def test_answers_by_an_open_link_are_never_read_of_a_person(self) -> None:
        campaign = make_round(named=True)
        audience = ask(campaign, "teacher-deficits-short", by_link=True)
        assert take_response(respond(invite(audience, teacher(campaign)), **SHORT), actor=ACTOR) == 0

    def test_the_real_submission_of_a_named_answer_reaches_the_person_of_the_account(self) -> None:
        campaign = make_round(named=True)
        person = teacher(campaign)
        user = UserFactory.create(person=person)
        invitation = invite(ask(campaign, "teacher-deficits-short"), None, user=user)
        submit_answers(invitation, SHORT, actor=ACTOR)
        assert DeficitEvidence.objects.filter(person=person).count() == 7

    def test_nobody_of_the_registry_no_evidence_and_no_error(self) -> None:
        campaign = make_round(named=True)
        invitation = invite(ask(campaign, "teacher-deficits-short"), None, user=UserFactory.create())
        submit_answers(invitation, SHORT, actor=ACTOR)
        assert DeficitEvidence.objects.count() == 0

    def test_a_draft_says_nothing(self) -> None:
        campaign = make_round(named=True)
        response = respond(invite(ask(campaign, "teacher-deficits-short"), teacher(campaign)), **SHORT)
        response.is_submitted = False
        assert take_response(response, actor=ACTOR) == 0

    def test_a_questionnaire_without_meaning_costs_no_query_of_people(
        self, django_assert_num_queries: Any
    ) -> None:
        campaign = make_round(named=True)
        response = respond(invite(ask(campaign, "event-reflection"), teacher(campaign)), useful=5)
        with django_assert_num_queries(2):  # the savepoint
            take_response(response, actor=ACTOR)


RISKY = {"school_statements": {"likes": "no", "hurt": "yes", "calm": "no"}}
CALM = {"school_statements": {"likes": "yes", "hurt": "no", "calm": "yes"}}


def closed(campaign: Campaign) -> RoundReport:
    campaign.state = CampaignState.CLOSED
    campaign.save()
    return take_round(campaign, actor=ACTOR)


@pytest.mark.usefixtures("_reference")
class TestRisk:
    def test_a_school_with_enough_answers_gets_its_levels_with_evidence(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "risk-parents", "parents", by_link=True)
        risky, calm = (school(campaign.owner.territory, name) for name in ("Тревожная", "Спокойная"))
        answer(audience, risky, 6, **RISKY)
        answer(audience, calm, 5, **CALM)
        assert closed(campaign) == RoundReport(risks=4, schools=4, audiences=0)
        line = RiskLine.objects.get(profile__organisation=risky, factor__code="school-wellbeing")
        assert (line.level, line.source, line.score) == (RiskLevel.HIGH, RiskSource.SURVEY, 100.0)
        assert line.evidence == f"Survey «Опрос сети», {campaign.school_year}. Parents: 6 answers."
        assert (
            RiskLine.objects.get(profile__organisation=calm, factor__code="low-motivation").level
            == RiskLevel.LOW
        )

    def test_fewer_answers_than_the_threshold_give_no_level(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "risk-parents", by_link=True)
        for name in ("Первая", "Вторая"):
            answer(audience, school(campaign.owner.territory, name), 4, **RISKY)
        assert closed(campaign).risks == 0
        assert not SurveyScore.objects.filter(organisation__isnull=False).exists()

    def test_a_school_from_whose_number_a_small_one_would_follow_gets_none(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "risk-parents", by_link=True)
        big, small = (school(campaign.owner.territory, name) for name in ("Большая", "Малая"))
        groups = {"territory": "7"}
        answer(audience, big, 20, groups, **RISKY)
        answer(audience, small, 3, groups, **CALM)
        assert closed(campaign).risks == 0

    def test_a_number_on_a_question_that_a_few_of_another_school_answered_is_not_told(self) -> None:
        """The page shows 10 answers to it; less the 6 of one school they would be those of the 4 of the other."""
        campaign = make_round()
        audience = ask(campaign, "risk-parents", by_link=True)
        one, other, far = (school(campaign.owner.territory, name) for name in ("Одна", "Другая", "Дальняя"))
        near = {"territory": "7"}
        Audience.objects.filter(pk=audience.pk).update(breakdown_labels={"territory": {}})
        answer(audience, one, 6, near, **RISKY)
        answer(audience, other, 4, near, **CALM)
        answer(audience, other, 6, near)
        answer(audience, far, 5, {"territory": "8"}, **RISKY)
        closed(campaign)
        told = SurveyScore.objects.filter(kind=ScoreKind.RISK, code="low-motivation")
        assert [(row.organisation, row.count) for row in told] == [(far, 5)]

    def test_audiences_count_alike(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        answer(ask(campaign, "risk-parents", "parents", by_link=True), place, 15, **RISKY)
        answer(
            ask(campaign, "risk-students", "students", by_link=True), place, 5,
            lessons_statements={"interest": "yes", "sense": "yes", "effort": "no"},
        )  # fmt: skip
        closed(campaign)
        score = SurveyScore.objects.get(kind=ScoreKind.RISK, code="low-motivation")
        assert (score.score, score.count) == (50.0, 20)

    def test_closing_again_changes_nothing_and_one_more_answer_does_not_show(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "risk-parents", by_link=True)
        place = school(campaign.owner.territory, "Школа")
        answer(audience, place, 6, **RISKY)
        closed(campaign)
        before = list(SurveyScore.objects.order_by("code").values_list("code", "score", "count"))
        closed(campaign)
        assert list(SurveyScore.objects.order_by("code").values_list("code", "score", "count")) == before
        answer(audience, place, 1, **CALM)
        closed(campaign)
        assert list(SurveyScore.objects.order_by("code").values_list("code", "score", "count")) == before
        answer(audience, place, 5, **CALM)
        closed(campaign)
        assert SurveyScore.objects.get(code="low-motivation").score == 50.0

    def test_one_more_anonymous_answer_does_not_show_in_the_number_of_its_audience_either(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "satisfaction-mentee", "mentees")
        place = school(campaign.owner.territory, "Школа")
        answer(audience, place, 6, satisfied=5)
        closed(campaign)
        answer(audience, place, 1, satisfied=1)
        closed(campaign)
        whole = SurveyScore.objects.get(kind=ScoreKind.SATISFACTION, organisation=None)
        assert (whole.score, whole.count) == (100.0, 6)
        answer(audience, place, 5, satisfied=1)
        closed(campaign)
        whole = SurveyScore.objects.get(kind=ScoreKind.SATISFACTION, organisation=None)
        assert (whole.score, whole.count) == (50.0, 12)

    def test_what_a_person_stated_stays_above_the_questionnaire(self) -> None:
        from mayak.diagnosis.models import RiskFactor
        from mayak.diagnosis.services.risk import set_risk_level

        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        set_risk_level(
            place, RiskFactor.objects.get(code="low-motivation"), campaign.school_year, level=RiskLevel.LOW,
            source=RiskSource.HAND, evidence="Протокол", actor=ACTOR,
        )  # fmt: skip
        answer(ask(campaign, "risk-parents", by_link=True), place, 6, **RISKY)
        closed(campaign)
        line = RiskLine.objects.get(profile__organisation=place, factor__code="low-motivation")
        assert (line.level, line.source) == (RiskLevel.LOW, RiskSource.HAND)
        assert set(line.readings.values_list("source", flat=True)) == {RiskSource.HAND, RiskSource.SURVEY}

    def test_a_closed_year_keeps_the_numbers_and_leaves_the_profiles(self) -> None:
        campaign = make_round()
        answer(ask(campaign, "risk-parents", by_link=True), school(campaign.owner.territory, "А"), 6, **RISKY)
        year = campaign.school_year
        year.is_closed = True
        year.save()
        report = closed(campaign)
        assert (report.risks, report.schools) == (0, 2)
        assert not RiskLine.objects.exists()


@pytest.mark.usefixtures("_reference")
class TestSatisfaction:
    def round_of(self, satisfied: int, dissatisfied: int, **values: Any) -> tuple[Campaign, Audience]:
        campaign = make_round(**values)
        audience = ask(campaign, "satisfaction-mentee")
        answer(audience, None, satisfied, satisfied=5)
        answer(audience, None, dissatisfied, satisfied=3)
        closed(campaign)
        return campaign, audience

    def test_below_85_per_cent_is_a_finding_with_its_number_and_source(self) -> None:
        campaign, audience = self.round_of(16, 4)
        run_checks(scope=Scope.of_everything())
        finding = Finding.objects.get(check_id="CH-21S")
        assert finding.place == f"{campaign}: {audience}"
        assert finding.reason.startswith(
            "Satisfied: 80.0 per cent of 20 answers; the target is 85 per cent (Программа"
        )

    def test_85_per_cent_is_enough_and_a_few_answers_say_nothing(self) -> None:
        self.round_of(17, 3)
        self.round_of(0, 4)
        run_checks(scope=Scope.of_everything())
        assert not Finding.objects.filter(check_id="CH-21S").exists()

    def test_the_round_may_set_its_own_target(self) -> None:
        self.round_of(17, 3, target_percent=90, target_source="Приказ")
        run_checks(scope=Scope.of_everything())
        assert "the target is 90 per cent (Приказ)" in Finding.objects.get(check_id="CH-21S").reason

    def test_a_round_opened_again_says_nothing_until_it_closes(self) -> None:
        campaign, _audience = self.round_of(5, 15)
        campaign.state = CampaignState.RUNNING
        campaign.save()
        run_checks(scope=Scope.of_everything())
        assert not Finding.objects.filter(check_id="CH-21S").exists()

    def test_a_school_at_the_level_low_calls_for_a_measure(self) -> None:
        campaign = make_round()
        audience = ask(campaign, "satisfaction-mentee")
        low, good = (school(campaign.owner.territory, name) for name in ("Низкая", "Хорошая"))
        answer(audience, low, 5, satisfied=2)
        answer(audience, good, 5, satisfied=5)
        closed(campaign)
        found = [one for one in levels_of_school(low, campaign.school_year) if one.kind == "questionnaire"]
        assert [(one.code, one.level) for one in found] == [("satisfaction", "low")]
        assert found[0].evidence.startswith("25.0 points of 100, 5 answers. Survey «Опрос сети»")
        assert [
            one for one in levels_of_school(good, campaign.school_year) if one.kind == "questionnaire"
        ] == []


class TestWishes:
    def sides(self) -> tuple[Campaign, dict[str, Person], dict[str, SurveyInvitation]]:
        campaign = make_round(named=True)
        place = school(campaign.owner.territory, "Школа")
        people = {
            name: person_of(place, family_name=name, given_name=given, patronymic=middle)
            for name, given, middle in (
                ("Иванова", "Анна", "Петровна"), ("Иванов", "Олег", "Ильич"), ("Фёдорова", "Юлия", "Львовна"),
                ("Котова", "Вера", "Андреевна"),
            )
        }  # fmt: skip
        mentors, mentees = ask(campaign, "mentor-preferences", "mentors"), ask(campaign, "mentor-preferences")
        invitations = {
            name: invite(mentors if name in {"Иванова", "Иванов"} else mentees, person,
                         "mentor" if name in {"Иванова", "Иванов"} else "mentee")
            for name, person in people.items()
        }  # fmt: skip
        return campaign, people, invitations

    def test_mutual_wishes_stand_first(self) -> None:
        campaign, people, invited = self.sides()
        respond(invited["Иванова"], first="Котова В. А.", second="Федорова Юлия Львовна")
        respond(invited["Фёдорова"], first="иванова анна")
        respond(invited["Иванов"], first="Фёдорова")
        found = preferences_of(campaign)
        assert [
            (str(one.mentor.family_name), one.mentee.family_name, one.is_mutual) for one in found.pairs
        ] == [
            ("Иванова", "Фёдорова", True),
            ("Иванов", "Фёдорова", False),
            ("Иванова", "Котова", False),
        ]
        assert found.not_found == []
        scope = Scope(territory_paths=(campaign.owner.territory.path or "",))
        assert [one.mentor for one in preferred_pairs(scope, campaign.school_year)] == [
            people["Иванова"], people["Иванов"], people["Иванова"],
        ]  # fmt: skip
        elsewhere = Scope(territory_paths=(MunicipalityFactory.create().path or "",))
        assert preferred_pairs(elsewhere, campaign.school_year) == []

    def test_a_name_that_fits_nobody_is_shown_as_written(self) -> None:
        campaign, people, invited = self.sides()
        respond(invited["Котова"], first="Сидорова", second="Фёдорова")
        assert preferences_of(campaign).not_found == [
            (people["Котова"], "Сидорова"),
            (people["Котова"], "Фёдорова"),  # of the own side
        ]

    def test_whose_wishes_were_looked_at_is_written_down(self, client: Client) -> None:
        campaign, people, invited = self.sides()
        respond(invited["Иванова"], first="Котова")
        respond(invited["Фёдорова"], first="Сидорова")
        user = RoleAssignmentFactory.create(role=Role.METHODIST, organisation=campaign.owner).user
        client.force_login(user)
        client.get(reverse("diagnosis:survey-round", args=[campaign.pk]))
        seen = Reading.objects.filter(what="survey_answers", reader_id=user.pk).values_list(
            "subject", flat=True
        )
        assert sorted(seen) == sorted(
            f"registry.person:{people[name].pk}" for name in ("Иванова", "Фёдорова")
        )

    def test_an_anonymous_round_wishes_nothing(self) -> None:
        campaign, _people, invited = self.sides()
        respond(invited["Иванова"], first="Котова")
        campaign.mode = "anonymous"
        assert preferences_of(campaign).pairs == []


@pytest.mark.usefixtures("_reference")
class TestPages:
    def signed_in(self, role: str, place: Organisation, client: Client) -> Client:
        assignment = RoleAssignmentFactory.create(role=role, organisation=place)
        client.force_login(assignment.user)
        return client

    def full_round(self) -> Campaign:
        campaign = make_round(ServiceFactory.create())
        place = school(campaign.owner.territory, "Школа")
        answer(ask(campaign, "satisfaction-mentee"), place, 6, satisfied=5)
        answer(ask(campaign, "risk-parents", by_link=True), place, 6, **RISKY)
        answer(
            ask(campaign, "network-low-results"), place, 6,
            results={"pupils": "much"}, resources={"time": "moderate"}, forms={"visits": "once"}, satisfied=4,
        )  # fmt: skip
        closed(campaign)
        return campaign

    def test_a_round_shows_what_it_says(self, client: Client) -> None:
        campaign = self.full_round()
        self.signed_in(Role.METHODIST, campaign.owner, client)
        page = client.get(reverse("diagnosis:survey-round", args=[campaign.pk])).content.decode()
        for text in (
            "target reached",
            "Results less resources",
            "66.7",
            "Risk factors of schools",
            "joint_work",
        ):
            assert (text in page) is (text != "joint_work"), text
        assert client.get(reverse("diagnosis:survey-rounds")).content.decode().count(str(campaign)) == 1

    def test_queries_do_not_grow_with_the_rounds(
        self, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        campaign = self.full_round()
        self.signed_in(Role.METHODIST, campaign.owner, client)
        url = reverse("diagnosis:survey-rounds")
        client.get(url)
        with django_assert_max_num_queries(20) as one:
            client.get(url)
        for _number in range(3):
            other = make_round(campaign.owner)
            answer(ask(other, "satisfaction-mentee"), None, 5, satisfied=5)
            closed(other)
        with django_assert_max_num_queries(len(one)):
            client.get(url)

    def test_a_round_of_another_district_is_not_found(self, client: Client) -> None:
        campaign = self.full_round()
        self.signed_in(Role.METHODIST, ServiceFactory.create(territory=MunicipalityFactory.create()), client)
        assert client.get(reverse("diagnosis:survey-round", args=[campaign.pk])).status_code == 404

    def test_without_the_right_it_is_refused(self, client: Client) -> None:
        campaign = self.full_round()
        self.signed_in(Role.TEACHER, school(campaign.owner.territory, "Другая"), client)
        assert client.get(reverse("diagnosis:survey-rounds")).status_code == 403

    def test_a_running_round_says_nothing_yet(self, client: Client) -> None:
        campaign = make_round()
        self.signed_in(Role.METHODIST, campaign.owner, client)
        page = client.get(reverse("diagnosis:survey-round", args=[campaign.pk])).content.decode()
        assert "The survey is not closed" in page
